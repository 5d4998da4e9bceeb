/* A whole conversation: frames in, one answer each, in order. */
#ifndef CL_SERVE_H
#define CL_SERVE_H

#include "base/err.h"
#include "browser/ops.h"

/* Answer requests until the peer closes its side: CL_OK. CL_FRAME_LENGTH and CL_FRAME_CUT are
 * answered too, and are the end, because the next frame cannot be found. CL_IO: the peer does not
 * read. Neither descriptor is closed. enter_cage as in struct cl_peer. */
CL_MUST_USE enum cl_err cl_serve(int in, int out,
                                 enum cl_err (*enter_cage)(struct cl_peer *, bool));

#endif
