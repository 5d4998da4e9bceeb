/* The operations of docs/protocol.md: one table, from a request's bytes to an answer's. */
#ifndef CL_OPS_H
#define CL_OPS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "log/log.h"

#include <stdbool.h>

/* Where requests come from. patient is a descriptor whose hang-up means that nobody waits for an
 * answer any more: while `unlock` waits for a person the process ends when it hangs up; -1 for
 * none. */
struct cl_peer {
    int patient;
    /* Called before any operation but hello, which an error ends; NULL: none. Only the first call
     * counts: it says whether this conversation may have programs started. */
    enum cl_err (*enter_cage)(struct cl_peer *peer, bool starts);
    bool caged;    /* by enter_cage */
    bool confined; /* by enter_cage: what takes a program is refused */
    int starter;   /* of browser/starter.h, by enter_cage; -1: none */
    bool last;     /* set by cl_ops_answer: send this answer and end, a prompt is still up */
    char exported[CL_PATH_MAX + 1]; /* the package that was exported last; "" for none */
    struct cl_log *log;             /* left open by cl_ops_answer, for cl_ops_settle */
    struct cl_upload *upload;       /* parts of a file that is to be kept; freed by cl_ops_end */
};

struct cl_upload;
void cl_upload_free(struct cl_upload **upload); /* accepts NULL */

/* Answer one request. Always leaves a whole answer in *ret_answer (an error answer at worst), whose
 * max should be CL_REPLY_MAX, unless memory is out. */
CL_MUST_USE enum cl_err cl_ops_answer(struct cl_peer *peer, const struct cl_buf *request,
                                      struct cl_buf *ret_answer);

/* What may wait until the answer is sent: what it says was written is on the disk, but the keyring
 * has yet to hear of it. To be called after each cl_ops_answer. */
void cl_ops_settle(struct cl_peer *peer);

/* After the last. */
void cl_ops_end(struct cl_peer *peer);

/* The answer to what could not be read as a request: id null. */
CL_MUST_USE enum cl_err cl_ops_refuse(enum cl_err why, struct cl_buf *ret_answer);

#endif
