/* A stream of frames: every one ends in a verdict, and what was read can be written again to the
 * byte. */
#include "fuzz.h"

#include "base/frame.h"
#include "base/io.h"
#include "base/limits.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Small, so that lengths about the limit are met often. */
#define MAX 300

static void check_same(const struct cl_buf *body, const uint8_t *frame)
{
    uint8_t again[sizeof(uint32_t) + MAX];
    size_t got;
    int fd = memfd_create("written", MFD_CLOEXEC);
    always(fd >= 0 && cl_frame_write(fd, body) == CL_OK && lseek(fd, 0, SEEK_SET) == 0);
    always(cl_io_read(fd, again, sizeof again, &got) == CL_OK);
    always(got == sizeof(uint32_t) + body->len && memcmp(again, frame, got) == 0);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("frames", MFD_CLOEXEC);
    always(fd >= 0 && cl_io_write(fd, data, size) == CL_OK && lseek(fd, 0, SEEK_SET) == 0);
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(MAX);
    size_t at = 0;
    for (;;) {
        _Bool end = 0;
        enum cl_err err = cl_frame_read(fd, &body, &end);
        always(err == CL_OK || err == CL_FRAME_CUT || err == CL_FRAME_LENGTH);
        always(body.len <= MAX && (!err || body.len == 0));
        always(!end || (!err && at == size));
        if (err || end)
            break;
        always(body.len > 0 && at + sizeof(uint32_t) + body.len <= size);
        check_same(&body, data + at);
        at += sizeof(uint32_t) + body.len;
    }
    close(fd);
    return 0;
}
