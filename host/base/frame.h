/* Native-messaging frames: u32 length in native byte order, then that many bytes of UTF-8 JSON.
 * Source: "Native messaging" in the Chromium and Firefox extension documentation. */
#ifndef CL_FRAME_H
#define CL_FRAME_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* Read one frame into *ret_body (cleared first; its max is the limit).
 * CL_OK with *ret_end = true: the peer closed between two frames.
 * CL_FRAME_CUT: it closed inside one. CL_FRAME_LENGTH: zero or above the maximum; nothing further
 * was read, so the stream has no next frame. */
CL_MUST_USE enum cl_err cl_frame_read(int fd, struct cl_buf *ret_body, bool *ret_end);

/* Write header and body in one go. CL_REPLY_TOO_LONG above CL_REPLY_MAX, nothing written. */
CL_MUST_USE enum cl_err cl_frame_write(int fd, const struct cl_buf *body);

#endif
