/* HTML out of words that are ours and texts that are anybody's: every text is escaped, and shown in
 * an isolate of its own, so that it can neither become markup nor turn around what stands beside
 * it. Control characters, invisible formats, bidirectional controls and what HTML does not allow
 * are shown by their number. */
#ifndef CL_HTML_H
#define CL_HTML_H

#include "base/buf.h"
#include "report/words.h"
#include "report/zone.h"

#include <stdbool.h>
#include <stdint.h>

/* Sticky: the first error stays, and nothing is written after it. */
struct cl_html {
    struct cl_buf *to; /* borrowed */
    enum cl_language language;
    const struct cl_zone *zone; /* of every time; borrowed; NULL: UTC */
    bool plain;                 /* inside <svg>, which has no <bdi> */
    enum cl_err err;
};

#define CL_MOMENT 28 /* "2026-11-21 19:00:05 +01:00" and its NUL */
/* In that zone; NULL: UTC, as "2026-11-21 18:00:05 UTC". */
void cl_moment(const struct cl_zone *zone, int64_t ms, char ret_text[static CL_MOMENT]);

/* Markup of ours, as it is. */
void cl_html_raw(struct cl_html *p, const char *markup);
/* Anybody's valid UTF-8, escaped; fit for an attribute in double quotes too. NULL writes nothing.
 */
void cl_html_text(struct cl_html *p, const char *text);
/* The same in <bdi>, for running text. */
void cl_html_bdi(struct cl_html *p, const char *text);
/* A <time>; negative: a dash. */
void cl_html_time(struct cl_html *p, int64_t ms);
/* A word or sentence of ours in the page's language; each {} in it is one of the texts, as
 * cl_html_bdi writes them. `texts` ends with NULL. */
void cl_html_word(struct cl_html *p, enum cl_word word);
void cl_html_say(struct cl_html *p, enum cl_word word, const char *const *texts);
#define cl_html_put(page, word, ...)                                                               \
    cl_html_say(page, word, (const char *const[]){__VA_ARGS__, NULL})

#endif
