/* The log's history in memory: what a table needs of each entry, and which flips were never saved.
 *
 * A flip that the member made is `pending` until the page was loaded again. If that fresh look
 * shows another state, the flip was not saved; only a later entry tells, so the whole log is read
 * before any of it is shown. */
#ifndef CL_ROWS_H
#define CL_ROWS_H

#include "limits.h"
#include "log.h"

struct row {
    uint64_t seq;
    int64_t time_ms;
    enum cl_kind kind;
    enum cl_state state; /* observation */
    int reason;          /* observation; or -1 */
    struct cl_meaning meaning;
    bool not_saved; /* a pending flip that a later fresh look did not find */
    int account;    /* index in rows.accounts; -1 unknown */
    int browser;
    enum cl_err found; /* discontinuity */
    bool picture;      /* observation: with a picture of the setting */
    int document;      /* document: index in cl_document_names */
    uint64_t stamped;  /* timestamp: entries that it vouches for */
    enum cl_err lost;  /* why this entry cannot be read; CL_OK if it can */
    char *wording;     /* the label when it changed, the time authority's name, the day from which a
                          document holds; else NULL */
};

struct rows {
    struct row *row;
    size_t count, room, lost;
    struct {
        char pseudonym[33];
        size_t pending;              /* index + 1 of the row that waits */
    } accounts[CL_ACCOUNTS_MAX + 1]; /* the last: account unknown */
    int accounts_count;
};

/* Read every entry. One that was changed or is gone is a row with `lost`, counted in rows.lost; any
 * other error ends it. */
CL_MUST_USE enum cl_err rows_read(struct cl_log *log, struct rows *ret);
void rows_free(struct rows *rows); /* for cl_cleanup */

/* "on", "off", "not offered", "unknown". Static. */
const char *rows_state_word(enum cl_state state);
/* What a reason means to a member: "signed out", "the page was not recognised", … Static. -1 gives
 * "". */
const char *rows_reason_words(int reason);
/* What a document is called: "privacy policy", … Static. */
const char *rows_document_words(int which);
/* One phrase that says what the row means. New string, not yet safe for a terminal. */
char *rows_meaning(const struct row *row);

#endif
