/* A hostile browser: any bytes as a conversation, through frame, gate, reader, dispatch and a real
 * log with a keyring in memory. Whatever comes, each answer is one frame of strict JSON that a
 * browser accepts.
 *
 * The log lives in a folder of its own under TMPDIR (or /dev/shm) and begins anew every so often.
 */
#include "base/frame.h"
#include "base/limits.h"
#include "browser/serve.h"
#include "fake_keyring.h"
#include "fuzz.h"
#include "json/gate.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define INPUTS_PER_LOG 256

static char folder[256];

static void empty_folder(const char *path)
{
    DIR *dir = opendir(path);

    for (struct dirent *entry; dir && (entry = readdir(dir));)
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

static void begin_anew(void)
{
    char path[300];

    snprintf(path, sizeof path, "%s/consentlog", folder);
    empty_folder(path);
    empty_folder(folder); /* consentlog.known, which would remember the log that was there */
    fake_keyring_reset();
}

static void leave(void)
{
    char path[300];

    begin_anew();
    snprintf(path, sizeof path, "%s/consentlog", folder);
    (void)rmdir(path);
    (void)rmdir(folder);
}

/* A folder of our own, once a process. */
static void move_in(void)
{
    const char *base = getenv("TMPDIR");

    if (*folder)
        return;
    snprintf(folder, sizeof folder, "%s/fuzz-ops-XXXXXX", base ? base : "/dev/shm");
    always(mkdtemp(folder) != NULL && setenv("XDG_DATA_HOME", folder, 1) == 0);
    begin_anew();
    always(atexit(leave) == 0);
}

/* A descriptor that reads as those bytes. */
static int bytes_fd(const void *data, size_t size)
{
    int fd = memfd_create("bytes", MFD_CLOEXEC);

    always(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

/* What a browser would do with the answers: close the port at the first that is too long or cut. */
static void check_answers(int fd)
{
    static const char start[] = "{\"id\":";
    cl_cleanup(cl_buf_free) struct cl_buf answer = cl_buf(CL_REPLY_MAX);
    _Bool end = 0;

    always(lseek(fd, 0, SEEK_SET) == 0);
    for (;;) {
        always(cl_frame_read(fd, &answer, &end) == CL_OK);
        if (end)
            return;
        always(answer.len > sizeof start && !memcmp(answer.data, start, sizeof start - 1));
        always(cl_json_gate(answer.data, answer.len) == CL_OK);
    }
}

static void converse(int in)
{
    int out = bytes_fd("", 0);
    enum cl_err err = cl_serve(in, out, NULL);

    always(!err || err == CL_FRAME_CUT || err == CL_FRAME_LENGTH);
    check_answers(out);
    close(in);
    close(out);
}

/* The same bytes as the body of one frame, so that mutations need not get the length right. */
static int framed_fd(const uint8_t *data, size_t size)
{
    uint32_t len = (uint32_t)size;
    uint8_t *bytes = malloc(sizeof len + size);
    int fd;

    always(bytes != NULL);
    memcpy(bytes, &len, sizeof len);
    if (size > 0)
        memcpy(bytes + sizeof len, data, size);
    fd = bytes_fd(bytes, sizeof len + size);
    free(bytes);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;

    move_in();
    converse(bytes_fd(data, size));
    converse(framed_fd(data, size));
    if (++inputs % INPUTS_PER_LOG == 0)
        begin_anew();
    return 0;
}
