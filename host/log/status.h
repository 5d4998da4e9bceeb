/* How keyring, log and setting stand, as one answer: the protocol's `status`, which the command
 * line prints too. */
#ifndef CL_STATUS_H
#define CL_STATUS_H

#include "log/log.h"
#include "json/writer.h"

struct cl_status {
    enum cl_err keyring; /* CL_OK, or why the log's key cannot be had */
    enum cl_err log_err; /* of opening the log; where the keyring is not well, the same */
    struct cl_log *log;  /* NULL unless log_err is CL_OK; owned */
    /* Borrowed from the log; without one, none. */
    const struct cl_account *accounts;
    size_t account_count;
    const struct cl_document_state *documents; /* CL_DOCUMENTS of them, or NULL */
    struct cl_token_state tokens;
};

/* Look. What is wrong is part of the answer. */
void cl_status_look(struct cl_status *ret_status);
void cl_status_free(struct cl_status *status); /* for cl_cleanup */

/* The members of the answer, into an object that is open. */
void cl_status_write(struct cl_json_writer *w, const struct cl_status *status);

/* One finding of a check, as an object; and the counts of the whole, as members of one. */
void cl_finding_write(struct cl_json_writer *w, const struct cl_finding *finding);
void cl_verdict_write(struct cl_json_writer *w, const struct cl_verdict *verdict);

#endif
