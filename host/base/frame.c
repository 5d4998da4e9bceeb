#include "base/frame.h"

#include "base/io.h"
#include "base/limits.h"

#include <string.h>

#define HEADER sizeof(uint32_t)

/* Room is made as bytes come, not as the header promises: a lying length costs its sender, not us.
 */
#define STEP ((size_t)64 * 1024)

static enum cl_err read_body(int fd, struct cl_buf *body, size_t len)
{
    while (len > 0) {
        size_t want = len < STEP ? len : STEP;
        size_t got;
        uint8_t *room;
        enum cl_err err = cl_buf_room(body, want, &room);
        if (!err)
            err = cl_io_read(fd, room, want, &got);
        if (err)
            return err;
        if (got < want)
            return CL_FRAME_CUT;
        len -= want;
    }
    return CL_OK;
}

enum cl_err cl_frame_read(int fd, struct cl_buf *ret_body, bool *ret_end)
{
    cl_buf_clear(ret_body);
    uint32_t len;
    size_t got;
    enum cl_err err = cl_io_read(fd, &len, HEADER, &got);
    if (err)
        return err;
    if (got == 0) {
        *ret_end = true;
        return CL_OK;
    }
    if (got < HEADER)
        return CL_FRAME_CUT;
    if (len == 0 || len > ret_body->max)
        return CL_FRAME_LENGTH;
    err = read_body(fd, ret_body, len);
    if (err) {
        cl_buf_clear(ret_body);
        return err;
    }
    *ret_end = false;
    return CL_OK;
}

enum cl_err cl_frame_write(int fd, const struct cl_buf *body)
{
    if (body->len > CL_REPLY_MAX)
        return CL_REPLY_TOO_LONG;
    uint32_t len = (uint32_t)body->len;
    cl_cleanup(cl_buf_free) struct cl_buf frame = cl_buf(HEADER + body->len);
    enum cl_err err = cl_buf_put(&frame, &len, HEADER);
    if (!err)
        err = cl_buf_put(&frame, body->data, body->len);
    return err ? err : cl_io_write(fd, frame.data, frame.len);
}
