/* The table of every change, with its bracket and the documents in force. */
#include "base/clock.h"
#include "report/report_internal.h"

#include <string.h>

static enum cl_word observation_word(const struct cl_event *e)
{
    const struct cl_meaning *m = &e->meaning;
    const bool user = m->cause == CL_CAUSE_USER;
    if (e->state == CL_STATE_UNKNOWN)
        return reason_word(e->reason);
    if (e->not_saved)
        return CL_WORD_NOT_SAVED;
    if (m->phase == CL_PHASE_PENDING)
        return user ? CL_WORD_PENDING_USER : CL_WORD_PENDING_UNEXPLAINED;
    switch (m->change) {
    case CL_CHANGE_FIRST:
        return CL_WORD_FIRST;
    case CL_CHANGE_CHANGED:
        return user ? CL_WORD_CHANGED_USER : CL_WORD_CHANGED_UNEXPLAINED;
    case CL_CHANGE_STALE:
        return CL_WORD_STALE;
    case CL_CHANGE_REWORDED:
        return CL_WORD_REWORDED;
    case CL_CHANGE_UNCHANGED:
        break;
    }
    return m->phase == CL_PHASE_CONFIRMED ? CL_WORD_CONFIRMED : CL_WORD_SEEN_AGAIN;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Where it is new. */
static void put_words(struct writing *w, const struct cl_event *e)
{
    const struct cl_event *last = w->worded;
    if ((!e->title && !e->label) || (last && same_text(e->title, last->title) &&
                                     (!e->label || same_text(e->label, last->label))))
        return;
    w->worded = e;
    element(w, "<p class=\"words\">", CL_WORD_WORDING, " ");
    raw(w, "<q>");
    cl_html_bdi(&w->page, e->title);
    if (e->title && e->label)
        raw(w, " · ");
    cl_html_bdi(&w->page, e->label);
    raw(w, "</q>");
    if (e->language) {
        raw(w, " (");
        cl_html_bdi(&w->page, e->language);
        raw(w, ")");
    }
    raw(w, "</p>");
}

static void put_picture_link(struct writing *w, const struct cl_event *e)
{
    char n[COUNT_TEXT];
    if (!e->has_file)
        return;
    if (!w->report->pictures) {
        element(w, " <span class=\"soft\">(", CL_WORD_PICTURE_WITHHELD, ")</span>");
        return;
    }
    raw(w, " (<a href=\"#p");
    raw(w, count(e->seq, n));
    element(w, "\">", CL_WORD_PICTURE, "</a>)");
}

static void what_observation(struct writing *w, const struct cl_event *e)
{
    cl_html_word(&w->page, observation_word(e));
    if (e->meaning.change == CL_CHANGE_CHANGED && e->meaning.phase == CL_PHASE_CONFIRMED) {
        raw(w, ". ");
        cl_html_word(&w->page, CL_WORD_CONFIRMED);
    }
    if (e->account_said) {
        raw(w, ". ");
        cl_html_word(&w->page, CL_WORD_ACCOUNT_SAID);
    }
    put_picture_link(w, e);
    put_words(w, e);
}

static void what_document(struct writing *w, const struct cl_event *e)
{
    cl_html_put(&w->page,
                e->change == CL_CHANGE_FIRST ? CL_WORD_DOCUMENT_FIRST : CL_WORD_DOCUMENT_CHANGED,
                cl_words(w->page.language, cl_report_document(e->document)));
    if (e->effective) {
        raw(w, "; ");
        cl_html_put(&w->page, CL_WORD_EFFECTIVE, e->effective);
    }
}

static void what(struct writing *w, const struct cl_event *e)
{
    char n[COUNT_TEXT], when[CL_MOMENT];
    switch (e->kind) {
    case CL_KIND_GENESIS:
        cl_html_word(&w->page, CL_WORD_GENESIS);
        break;
    case CL_KIND_OBSERVATION:
        what_observation(w, e);
        break;
    case CL_KIND_DOCUMENT:
        what_document(w, e);
        break;
    case CL_KIND_TIMESTAMP:
        if (e->counted)
            cl_html_put(&w->page, CL_WORD_STAMP, count(last_of(e->size), n),
                        moment(w, e->gen_time, when), e->label);
        else
            cl_html_put(&w->page, CL_WORD_STAMP_UNCOUNTED, count(last_of(e->size), n));
        break;
    case CL_KIND_DISCONTINUITY:
        cl_html_put(&w->page, CL_WORD_DISCONTINUITY, cl_err_code(e->found));
        break;
    case CL_KIND_EXHIBIT:
        cl_html_put(&w->page, CL_WORD_ENCLOSED, e->title);
        break;
    }
}

static void put_limit(struct writing *w, enum cl_word word, int64_t ms)
{
    if (ms < 0)
        return;
    element(w, "<div><span class=\"soft\">", word, "</span> ");
    cl_html_time(&w->page, ms);
    raw(w, "</div>");
}

/* Does any timestamp count? Else there is nothing to say of any entry. */
static bool has_brackets(const struct writing *w)
{
    return w->model->brackets.size_count > 0;
}

static void put_bracket(struct writing *w, uint64_t seq)
{
    const int64_t before = cl_brackets_not_before(&w->model->brackets, seq);
    const int64_t after = cl_brackets_not_after(&w->model->brackets, seq);
    if (before < 0 && after < 0)
        element(w, "<span class=\"soft\">", CL_WORD_NO_BRACKET, "</span>");
    put_limit(w, CL_WORD_NOT_BEFORE, before);
    put_limit(w, CL_WORD_NOT_AFTER, after);
}

/* Had the text's own effective date come at that time? One without a date counts when it is kept.
 */
static bool effective_at(const struct cl_event *doc, int64_t ms)
{
    char day[CL_TIME_TEXT];
    cl_time_format(ms, day);
    return !doc->effective || strncmp(doc->effective, day, strlen("2026-06-02")) <= 0;
}

static void take_document(struct writing *w, const struct cl_event *doc)
{
    const bool now = effective_at(doc, doc->time_ms);
    if (now)
        w->in_force[doc->document] = doc;
    w->coming[doc->document] = now ? NULL : doc;
}

static void put_in_force(struct writing *w, int64_t ms)
{
    for (int i = 0; i < CL_DOCUMENTS; i++) {
        if (w->coming[i] && effective_at(w->coming[i], ms)) {
            w->in_force[i] = w->coming[i];
            w->coming[i] = NULL;
        }
        const struct cl_event *doc = w->in_force[i];
        char n[COUNT_TEXT];
        if (!doc)
            continue;
        raw(w, "<div><a href=\"#d");
        raw(w, count(doc->seq, n));
        element(w, "\">", cl_report_document(i), "</a>");
        if (doc->effective) {
            raw(w, " ");
            cl_html_bdi(&w->page, doc->effective);
        }
        raw(w, "</div>");
    }
}

/* A look may have waited in the browser, because the program was not there or the keyring locked.
 */
static void put_written(struct writing *w, const struct cl_event *e)
{
    char when[CL_MOMENT];
    if (e->written_ms == e->time_ms)
        return;
    cl_html_put(raw(w, "<br><span class=\"soft\">"), CL_WORD_WRITTEN_LATER,
                moment(w, e->written_ms, when));
    raw(w, "</span>");
}

static void put_event(struct writing *w, const struct cl_event *e, bool accounts)
{
    char n[COUNT_TEXT];
    const bool observation = e->kind == CL_KIND_OBSERVATION;
    const bool warn = observation && e->meaning.change == CL_CHANGE_CHANGED &&
                      e->meaning.cause == CL_CAUSE_UNEXPLAINED;
    raw(w, warn ? "<tr class=\"warn\"><td class=\"n\">" : "<tr><td class=\"n\">");
    raw(w, count(e->seq, n));
    cl_html_time(raw(w, "</td><td>"), e->time_ms);
    put_written(w, e);
    raw(w, "</td><td>");
    if (observation)
        report_state(w, e->state);
    if (observation && accounts) {
        raw(w, "<br><span class=\"soft\">");
        report_account(w, cl_model_account(w->model, e->account));
        raw(w, "</span>");
    }
    raw(w, "</td><td>");
    what(w, e);
    raw(w, "</td><td>");
    if (observation)
        put_in_force(w, e->time_ms);
    if (has_brackets(w)) {
        raw(w, "</td><td>");
        put_bracket(w, e->seq);
    }
    raw(w, "</td></tr>\n");
}

void report_changes(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY,     CL_WORD_COL_WHEN,
                                           CL_WORD_COL_STATE,     CL_WORD_COL_WHAT,
                                           CL_WORD_COL_DOCUMENTS, CL_WORD_COL_BETWEEN};
    char n[COUNT_TEXT];
    const bool accounts = w->model->account_count + w->model->has_unknown_account > 1;
    heading(w, CL_WORD_CHANGES);
    element(w, "<p class=\"soft\">", CL_WORD_CHANGES_DESC, " ");
    element(w, "", has_brackets(w) ? CL_WORD_BETWEEN_DESC : CL_WORD_BETWEEN_NONE, "</p>\n");
    report_columns(w, "changes", columns, has_brackets(w) ? 6 : 5);
    for (size_t i = 0; i < w->model->event_count; i++) {
        const struct cl_event *e = &w->model->events[i];
        put_event(w, e, accounts);
        if (e->kind == CL_KIND_DOCUMENT)
            take_document(w, e);
    }
    raw(w, "</tbody></table></div>\n");
    if (w->model->events_left_out) {
        cl_html_put(raw(w, "<p>"), CL_WORD_LEFT_OUT, count(w->model->events_left_out, n));
        raw(w, "</p>\n");
    }
}
