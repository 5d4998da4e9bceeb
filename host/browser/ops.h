/* The operations of docs/protocol.md: one table, from a request's bytes to an answer's. */
#ifndef CL_OPS_H
#define CL_OPS_H

#include "buf.h"
#include "err.h"

/* Answer one request. Always leaves a whole answer in *ret_answer (an error answer at worst), unless memory is out. */
CL_MUST_USE enum cl_err cl_ops_answer(const struct cl_buf *request, struct cl_buf *ret_answer);

#endif
