/* What several pages of the report are made of. */
#include "report/report_internal.h"

#include <stdio.h>

static const char *state_class(enum cl_state state)
{
    static const char *const names[] = {"s-on", "s-off", "s-none", "s-unknown"};
    return names[state];
}

enum cl_word cl_report_state(enum cl_state state)
{
    return CL_WORD_ON + (enum cl_word)state;
}

enum cl_word cl_report_document(int document)
{
    return CL_WORD_DOC_PRIVACY_POLICY + (enum cl_word)document;
}

void report_state(struct writing *w, enum cl_state state)
{
    static const char *const shapes[] = {"▲ ", "● ", "○ ", "? "};
    raw(w, "<span class=\"s ");
    raw(w, state_class(state));
    raw(w, "\"><span aria-hidden=\"true\">");
    raw(w, shapes[state]);
    cl_html_word(raw(w, "</span>"), cl_report_state(state));
    raw(w, "</span>");
}

void report_account(struct writing *w, const struct cl_model_account *account)
{
    if (account->pseudonym[0] == '\0') {
        cl_html_word(&w->page, CL_WORD_ACCOUNT_UNKNOWN);
        return;
    }
    char begin[9];
    (void)snprintf(begin, sizeof begin, "%.8s", account->pseudonym);
    cl_html_put(&w->page, CL_WORD_ACCOUNT, begin);
}

void report_columns(struct writing *w, const char *class, const enum cl_word *columns, int n)
{
    raw(w, "<div class=\"wide\"><table class=\"");
    raw(w, class);
    raw(w, "\"><thead><tr>");
    for (int i = 0; i < n; i++)
        element(w, "<th scope=\"col\">", columns[i], "</th>");
    raw(w, "</tr></thead><tbody>\n");
}
