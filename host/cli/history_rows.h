/* The log's history, one entry after the other: what a table tells of each, and which flips were
 * never saved.
 *
 * A flip that the member made is `pending` until the page was loaded again. If that fresh look
 * shows another state, the flip was not saved. Only a later entry of the same account tells, so
 * from a flip on the log is read ahead until one does; nothing but the entry at hand is kept. */
#ifndef CL_HISTORY_ROWS_H
#define CL_HISTORY_ROWS_H

#include "base/limits.h"
#include "cli/counted.h"
#include "entry/consistency.h"
#include "log/log.h"

struct row {
    uint64_t seq;
    int64_t time_ms;             /* of the entry before, if this one cannot be read */
    enum cl_err lost;            /* why it cannot be read; CL_OK if it can */
    struct cl_entry entry;       /* unless lost */
    bool not_saved;              /* a pending flip that a later fresh look did not find */
    struct cl_findings findings; /* of it; what contradicts is set right in the entry */
    enum counted counted;        /* an authority's answer: does it count here? If so: */
    struct cl_timestamp stamp;
};

struct rows {
    struct cl_log *log;   /* borrowed */
    struct cl_span roots; /* of time authorities, PEM; empty: the system's; borrowed */
    struct cl_consistency *consistency;
    uint64_t next;       /* its seq */
    uint64_t lost;       /* entries so far that cannot be read */
    struct row row;      /* the entry at hand */
    struct cl_buf bytes; /* and its exact bytes */
};

/* Before the first entry of an open log. */
struct rows history_rows_begin(struct cl_log *log, struct cl_span roots);
/* Go to the next; false after the last, or when *ret_err says that something else is wrong than the
 * entry. */
CL_MUST_USE bool history_rows_next(struct rows *rows, enum cl_err *ret_err);
void history_rows_free(struct rows *rows); /* for cl_cleanup */

/* "on", "off", "not offered", "unknown". Static. */
const char *history_rows_state_word(enum cl_state state);
/* What a reason means to a member: "signed out", "the page was not recognised", … Static. -1 gives
 * "". */
const char *history_rows_reason_words(int reason);
/* What a document is called: "privacy policy", … Static. */
const char *history_rows_document_words(int which);
/* The browser that it came from; "" for what is from none. Static. */
const char *history_rows_browser(const struct row *row);
/* One phrase that says what the row means. New string, not yet safe for a terminal. */
char *history_rows_meaning(const struct row *row);

#endif
