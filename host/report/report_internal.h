/* What the files of report share; nobody else includes it. */
#ifndef CL_REPORT_INTERNAL_H
#define CL_REPORT_INTERNAL_H

#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT_TEXT 24 /* a number of 64 bits in decimal, and its NUL */

struct writing {
    struct cl_html page;
    const struct cl_report *report;
    const struct cl_model *model;
    /* Of each document, as the table goes on: the last text whose effective date had come, and one
     * that was kept ahead of its date. */
    const struct cl_event *in_force[CL_DOCUMENTS], *coming[CL_DOCUMENTS];
    const struct cl_event *worded; /* the last whose wording was shown */
};

/* ---- small things ---------------------------------------------------------------------------- */

static inline struct cl_html *raw(struct writing *w, const char *markup)
{
    cl_html_raw(&w->page, markup);
    return &w->page;
}

static inline const char *count(uint64_t n, char text[static COUNT_TEXT])
{
    (void)snprintf(text, COUNT_TEXT, "%" PRIu64, n);
    return text;
}

/* The number of the last of so many entries. */
static inline uint64_t last_of(uint64_t size)
{
    return size > 0 ? size - 1 : 0;
}

static inline const char *moment(const struct writing *w, int64_t ms, char text[static CL_MOMENT])
{
    cl_moment(w->page.zone, ms, text);
    return text;
}

static inline void element(struct writing *w, const char *open, enum cl_word word,
                           const char *close)
{
    cl_html_word(raw(w, open), word);
    raw(w, close);
}

static inline void heading(struct writing *w, enum cl_word word)
{
    element(w, "\n<h2>", word, "</h2>\n");
}

static inline void paragraph(struct writing *w, enum cl_word word)
{
    element(w, "<p>", word, "</p>\n");
}

static inline enum cl_word reason_word(int reason)
{
    return CL_WORD_REASON_SIGNED_OUT + (enum cl_word)(reason < 0 ? 0 : reason);
}

/* A shape of its own for each state, for those who see no colour. */
void report_state(struct writing *w, enum cl_state state);
/* What authorities say of the whole, as far as they count. */
void report_time(struct writing *w);
/* By the beginning of its pseudonym. */
void report_account(struct writing *w, const struct cl_model_account *account);
/* A table of that class as far as its first row. */
void report_columns(struct writing *w, const char *class, const enum cl_word *columns, int n);

/* ---- the parts, in their order --------------------------------------------------------------- */

void report_first_page(struct writing *w);
void report_changes(struct writing *w);
void report_rest(struct writing *w); /* what goes with it, and how to check it */

#endif
