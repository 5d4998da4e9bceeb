/* A document of LinkedIn's as it was shown: what the browser sent, what it means after the one
 * before, and its entry. The text itself is an attachment. */
#ifndef CL_DOCUMENT_H
#define CL_DOCUMENT_H

#include "entry/attachment.h"
#include "entry/client.h"
#include "entry/observation.h"

/* Wire names in order, NULL-terminated. */
extern const char *const cl_document_names[];
#define CL_DOCUMENTS 9

#define CL_DATE_TEXT 11 /* "2026-11-21" and NUL */

/* Strings are borrowed from what was parsed. Lengths in bytes of UTF-8. */
struct cl_document {
    char reading[CL_READING];
    int which;                  /* index in cl_document_names */
    const char *url;            /* scheme, host and path only, ≤ 256 */
    const char *title;          /* ≤ 512, or NULL */
    const char *language;       /* BCP 47 as the page says, ≤ 35, or NULL */
    const char *effective;      /* the day from which it holds, YYYY-MM-DD, or NULL */
    const char *effective_text; /* how the page states it, ≤ 256, or NULL */
    int64_t observed_at;        /* browser's clock, ms */
    bool asked;                 /* keep it although nothing changed; false in an entry */
    struct cl_span text;        /* of a request; empty in an entry */
    struct cl_client client;
    struct cl_attachments attachments; /* exactly one: the text */
};

/* Read the member of a `document` request. */
CL_MUST_USE enum cl_err cl_document_read(struct cl_reader *r, struct cl_document *ret);

/* What is remembered of a document. */
struct cl_document_state {
    bool known;
    uint64_t seq; /* of the last entry */
    uint8_t sha256[CL_HASH];
    char effective[CL_DATE_TEXT]; /* "" where none is stated */
    int64_t seen;                 /* host time of the last entry */
    int64_t changed;              /* host time when another text than before was kept; -1 never */
    uint64_t previous;            /* the last entry of the text before this one; UINT64_MAX none */
};

/* What this one means after `before`: change is first, unchanged or changed, by the text alone;
 * repeat: unchanged, not asked for, and kept less than CL_REPEAT_MS ago. And the state after it;
 * a repeat leaves it as it was. Pure. */
void cl_document_interpret(const struct cl_document *doc, const struct cl_document_state *before,
                           int64_t now_ms, uint64_t seq, struct cl_meaning *ret_meaning,
                           struct cl_document_state *ret_after);

/* The body of its entry, and back. Reading ends with cl_read_end. */
void cl_document_write(struct cl_json_writer *w, const struct cl_document *doc,
                       enum cl_change change);
CL_MUST_USE enum cl_err cl_document_read_body(struct cl_reader *r, struct cl_document *ret_doc,
                                              enum cl_change *ret_change);

#endif
