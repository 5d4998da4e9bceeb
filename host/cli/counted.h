/* Which authorities' answers in the own log count: those that fit what they are about and lead to a
 * root that is trusted here. Of any other, `history` tells neither time nor name. */
#ifndef CL_COUNTED_H
#define CL_COUNTED_H

#include "crypto/timestamp.h"
#include "log/log.h"

enum counted {
    COUNTED_NOT = 0,   /* it is not whole any more, or does not verify */
    COUNTED_UNTRUSTED, /* it verifies, but leads to no root that is trusted here */
    COUNTED_YES,
};

/* Check the answer that this entry of kind timestamp lists; roots: PEM; empty: the system's. ret
 * tells of it where *ret_counted is COUNTED_YES. Its errors are those of the log and of memory. */
CL_MUST_USE enum cl_err counted_check(struct cl_log *log, const struct cl_entry *entry,
                                      struct cl_span roots, enum counted *ret_counted,
                                      struct cl_timestamp *ret);

/* Where the answer of that entry leads, by the system's roots and what it carries itself; its
 * certificates are appended to `to`. CL_ABSENT: nobody can say any more. */
CL_MUST_USE enum cl_err counted_chain(struct cl_log *log, uint64_t seq,
                                      struct cl_tsa_chain *ret_chain, struct cl_buf *to);

#endif
