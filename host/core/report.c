#include "report.h"

#include "crypto.h"
#include "limits.h"
#include "report_style.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

struct writing {
    struct cl_page page;
    const struct cl_report *report;
    const struct cl_story *story;
    /* Of each document, as the table goes on: the last text whose effective date had come, and one
     * that was kept ahead of its date. */
    const struct cl_event *in_force[CL_DOCUMENTS], *coming[CL_DOCUMENTS];
    const struct cl_event *worded; /* the last whose wording was shown */
};

/* ---- small things ---------------------------------------------------------------------------- */

static struct cl_page *raw(struct writing *w, const char *markup)
{
    cl_page_raw(&w->page, markup);
    return &w->page;
}

static const char *count(uint64_t n, char text[static 24])
{
    (void)snprintf(text, 24, "%" PRIu64, n);
    return text;
}

static const char *moment(int64_t ms, char text[static CL_MOMENT])
{
    cl_moment(ms, text);
    return text;
}

static void element(struct writing *w, const char *open, enum cl_word word, const char *close)
{
    cl_page_word(raw(w, open), word);
    raw(w, close);
}

static void heading(struct writing *w, enum cl_word word)
{
    element(w, "\n<h2>", word, "</h2>\n");
}

static void paragraph(struct writing *w, enum cl_word word)
{
    element(w, "<p>", word, "</p>\n");
}

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

static enum cl_word reason_word(int reason)
{
    return CL_WORD_REASON_SIGNED_OUT + (enum cl_word)(reason < 0 ? 0 : reason);
}

/* A shape of its own for each state, for those who see no colour. */
static void put_state(struct writing *w, enum cl_state state)
{
    static const char *const shapes[] = {"▲ ", "● ", "○ ", "? "};
    raw(w, "<span class=\"s ");
    raw(w, state_class(state));
    raw(w, "\"><span aria-hidden=\"true\">");
    raw(w, shapes[state]);
    cl_page_word(raw(w, "</span>"), cl_report_state(state));
    raw(w, "</span>");
}

static void put_account(struct writing *w, const struct cl_story_account *account)
{
    if (account->pseudonym[0] == '\0') {
        cl_page_word(&w->page, CL_WORD_ACCOUNT_UNKNOWN);
        return;
    }
    char begin[9];
    (void)snprintf(begin, sizeof begin, "%.8s", account->pseudonym);
    cl_page_put(&w->page, CL_WORD_ACCOUNT, begin);
}

static void put_file(struct writing *w, const struct cl_event *e, const char *extension)
{
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(e->sha256, CL_HASH, hex);
    raw(w, "attachments/");
    raw(w, hex);
    raw(w, extension);
}

/* ---- the first page -------------------------------------------------------------------------- */

static enum cl_err put_head(struct writing *w)
{
    uint8_t hash[CL_HASH];
    cl_cleanup(cl_buf_free) struct cl_buf base64 = cl_buf(64);
    enum cl_err err = cl_sha256(cl_report_style, strlen(cl_report_style), hash);
    if (!err)
        err = cl_base64_encode(hash, CL_HASH, &base64);
    if (!err)
        err = cl_buf_put(&base64, "", 1);
    if (err)
        return err;
    raw(w, "<!DOCTYPE html>\n<html lang=\"");
    raw(w, cl_language_names[w->report->language]);
    raw(w, "\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
           "content=\"default-src 'none'; img-src 'self' file:; style-src 'sha256-");
    raw(w, (const char *)base64.data);
    raw(w, "'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" "
           "content=\"no-referrer\">\n<meta name=\"viewport\" "
           "content=\"width=device-width,initial-scale=1\">\n");
    element(w, "<title>", CL_WORD_TITLE, "</title>\n<style>");
    raw(w, cl_report_style);
    raw(w, "</style></head>\n<body>\n<header>");
    element(w, "<h1>", CL_WORD_TITLE, "</h1>\n");
    element(w, "<p class=\"soft\">", CL_WORD_SETTING, "</p>\n");
    return CL_OK;
}

/* Entries that the package has by their hashes alone. */
static uint64_t hidden(const struct cl_story *s)
{
    return s->withheld + s->unreadable;
}

static void put_facts(struct writing *w)
{
    const struct cl_report *r = w->report;
    const struct cl_story *s = w->story;
    char a[24], b[24], from[CL_MOMENT], to[CL_MOMENT];
    element(w, "<dl><dt>", CL_WORD_OWNER, "</dt><dd>");
    if (r->owner)
        cl_page_put(&w->page, CL_WORD_OWNER_SAYS, r->owner);
    else
        cl_page_word(&w->page, CL_WORD_OWNER_NONE);
    element(w, "</dd>\n<dt>", CL_WORD_PERIOD, "</dt><dd>");
    if (s->observations)
        cl_page_put(&w->page, CL_WORD_PERIOD_SPAN, moment(s->first_ms, from),
                    moment(s->last_ms, to));
    else
        cl_page_word(&w->page, CL_WORD_PERIOD_NONE);
    element(w, "</dd>\n<dt>", CL_WORD_ENTRIES, "</dt><dd>");
    cl_page_put(&w->page, CL_WORD_ENTRIES_OF, count(r->size, a), count(s->observations, b));
    if (hidden(s))
        cl_page_put(&w->page, CL_WORD_ENTRIES_HIDDEN, count(hidden(s), a));
    element(w, "</dd>\n<dt>", CL_WORD_MADE, "</dt><dd>");
    cl_page_time(&w->page, r->now_ms);
    element(w, "</dd>\n<dt>", CL_WORD_KEY, "</dt><dd><code>");
    cl_page_text(&w->page, r->fingerprint);
    raw(w, "</code></dd></dl></header>\n");
}

/* What the card's state leaves unsaid: a look that showed none, a flip that nothing confirms. */
static void put_later(struct writing *w, const struct cl_story_account *a)
{
    char when[CL_MOMENT];
    if (a->shown == CL_STATE_UNKNOWN) {
        cl_page_put(raw(w, "<li>"), CL_WORD_LAST_LOOK, moment(a->last_ms, when),
                    cl_words(w->page.language, reason_word(a->shown_reason)));
        raw(w, "</li>\n");
    }
    if (a->flip.waits) {
        cl_page_put(raw(w, "<li>"), CL_WORD_LAST_FLIP, moment(a->flip.ms, when),
                    cl_words(w->page.language, cl_report_state(a->flip.state)));
        raw(w, "</li>\n");
    }
}

static void put_card(struct writing *w, const struct cl_story_account *a)
{
    char x[24], y[24], z[24], when[CL_MOMENT];
    put_account(w, a);
    raw(w, a->premium == CL_TRUE ? " (Premium)</h3>\n" : "</h3>\n");
    if (a->settled) {
        raw(w, "<p class=\"big\">");
        put_state(w, a->state);
        raw(w, "</p>\n");
        paragraph(w, CL_WORD_ON_MEANS + (enum cl_word)a->state);
        cl_page_put(raw(w, "<ul><li>"), CL_WORD_LAST_SEEN, moment(a->state_ms, when));
        cl_page_put(raw(w, "</li>\n<li>"), CL_WORD_SINCE, moment(a->since_ms, when));
        raw(w, "</li>\n");
    } else {
        element(w, "<p class=\"big s-unknown\">", CL_WORD_NEVER, "</p>\n<ul>");
    }
    put_later(w, a);
    cl_page_put(raw(w, "<li>"), CL_WORD_CHANGES_COUNT, count(a->observations, x),
                count(a->changes, y), count(a->unexplained, z));
    raw(w, "</li></ul>");
}

static void put_glance(struct writing *w)
{
    char n[24], m[24], when[CL_MOMENT];
    heading(w, CL_WORD_GLANCE);
    raw(w, "<div class=\"cards\">\n");
    for (int i = 0; i <= CL_ACCOUNTS_MAX; i++) {
        const struct cl_story_account *a = cl_story_account(w->story, i);
        if (a->observations == 0)
            continue;
        raw(w, "<section class=\"card\"><h3>");
        put_card(w, a);
        raw(w, "</section>\n");
    }
    raw(w, "</div>\n");
    if (hidden(w->story)) {
        cl_page_put(raw(w, "<p class=\"time hidden\">"), CL_WORD_HIDDEN, count(hidden(w->story), n),
                    count(w->report->size, m));
        raw(w, "</p>\n");
    }
    raw(w, "<p class=\"time\">");
    if (w->story->stamped_size)
        cl_page_put(&w->page, CL_WORD_TIME_SOME, count(w->story->stamped_size, n),
                    moment(w->story->stamped_ms, when));
    else
        cl_page_word(&w->page, CL_WORD_TIME_NONE);
    raw(w, "</p>\n");
}

static void put_legend(struct writing *w)
{
    static const char box[] = "<li><svg width=\"22\" height=\"14\" aria-hidden=\"true\">";
    static const struct {
        const char *shape;
        enum cl_word word;
    } rows[] = {
        {"<rect class=\"b-on\" x=\"1\" y=\"1\" width=\"20\" height=\"12\"/>", CL_WORD_ON},
        {"<rect class=\"b-off\" x=\"1\" y=\"1\" width=\"20\" height=\"12\"/>", CL_WORD_OFF},
        {"<rect class=\"b-none\" x=\"1\" y=\"1\" width=\"20\" height=\"12\"/>",
         CL_WORD_NOT_OFFERED},
        {"<rect class=\"b-unknown\" x=\"1\" y=\"1\" width=\"20\" height=\"12\"/>", CL_WORD_UNKNOWN},
        {"<path class=\"blind b-unknown\" d=\"M1 7H21\"/>", CL_WORD_LEGEND_BLIND},
        {"<g class=\"alert\"><path d=\"M11 0L18 13H4Z\"/><text x=\"11\" y=\"12\" "
         "text-anchor=\"middle\">!</text></g>",
         CL_WORD_LEGEND_UNEXPLAINED},
        {"<path class=\"doc\" d=\"M6 1H13L16 4V13H6ZM9 7H13M9 10H13\"/>", CL_WORD_LEGEND_DOCUMENT},
        {"<circle class=\"stamp\" cx=\"11\" cy=\"7\" r=\"5\"/>", CL_WORD_LEGEND_STAMP},
    };
    raw(w, "<ul class=\"legend\">");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        raw(w, box);
        raw(w, rows[i].shape);
        element(w, "</svg>", rows[i].word, "</li>");
    }
    raw(w, "</ul>\n");
}

static void put_list(struct writing *w, enum cl_word title, enum cl_word first, int n)
{
    element(w, "<section><h3>", title, "</h3><ul>");
    for (int i = 0; i < n; i++)
        element(w, "<li>", first + (enum cl_word)i, "</li>\n");
    raw(w, "</ul></section>\n");
}

static void put_first_page(struct writing *w)
{
    put_facts(w);
    raw(w, "<main>");
    put_glance(w);
    heading(w, CL_WORD_TIMELINE);
    raw(w, "<div class=\"wide\">");
    const bool drawn = cl_report_picture(&w->page, w->story, w->report->now_ms);
    raw(w, "</div>\n");
    if (drawn)
        put_legend(w);
    raw(w, "<div class=\"pair\">\n");
    put_list(w, CL_WORD_SHOWS, CL_WORD_SHOWS_1, 3);
    put_list(w, CL_WORD_SHOWS_NOT, CL_WORD_SHOWS_NOT_1, 3);
    raw(w, "</div>\n");
}

/* ---- every change ---------------------------------------------------------------------------- */

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
    element(w, "<p class=\"words\">", CL_WORD_WORDING, ": ");
    raw(w, "<q>");
    cl_page_bdi(&w->page, e->title);
    if (e->title && e->label)
        raw(w, " · ");
    cl_page_bdi(&w->page, e->label);
    raw(w, "</q>");
    if (e->language) {
        raw(w, " (");
        cl_page_bdi(&w->page, e->language);
        raw(w, ")");
    }
    raw(w, "</p>");
}

static void put_picture_link(struct writing *w, const struct cl_event *e)
{
    char n[24];
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
    cl_page_word(&w->page, observation_word(e));
    if (e->meaning.change == CL_CHANGE_CHANGED && e->meaning.phase == CL_PHASE_CONFIRMED) {
        raw(w, ". ");
        cl_page_word(&w->page, CL_WORD_CONFIRMED);
    }
    put_picture_link(w, e);
    put_words(w, e);
}

static void what_document(struct writing *w, const struct cl_event *e)
{
    cl_page_put(&w->page,
                e->change == CL_CHANGE_FIRST ? CL_WORD_DOCUMENT_FIRST : CL_WORD_DOCUMENT_CHANGED,
                cl_words(w->page.language, cl_report_document(e->document)));
    if (e->effective) {
        raw(w, "; ");
        cl_page_put(&w->page, CL_WORD_EFFECTIVE, e->effective);
    }
}

static void what(struct writing *w, const struct cl_event *e)
{
    char n[24], when[CL_MOMENT];
    switch (e->kind) {
    case CL_KIND_GENESIS:
        cl_page_word(&w->page, CL_WORD_GENESIS);
        break;
    case CL_KIND_OBSERVATION:
        what_observation(w, e);
        break;
    case CL_KIND_DOCUMENT:
        what_document(w, e);
        break;
    case CL_KIND_TIMESTAMP:
        cl_page_put(&w->page, CL_WORD_STAMP, count(e->size, n), moment(e->gen_time, when),
                    e->label);
        break;
    case CL_KIND_DISCONTINUITY:
        cl_page_put(&w->page, CL_WORD_DISCONTINUITY, cl_err_code(e->found));
        break;
    }
}

static void put_limit(struct writing *w, enum cl_word word, int64_t ms)
{
    if (ms < 0)
        return;
    element(w, "<div><span class=\"soft\">", word, "</span> ");
    cl_page_time(&w->page, ms);
    raw(w, "</div>");
}

static void put_bracket(struct writing *w, uint64_t seq)
{
    const int64_t before = cl_brackets_not_before(&w->story->brackets, seq);
    const int64_t after = cl_brackets_not_after(&w->story->brackets, seq);
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
        char n[24];
        if (!doc)
            continue;
        raw(w, "<div><a href=\"#d");
        raw(w, count(doc->seq, n));
        element(w, "\">", cl_report_document(i), "</a>");
        if (doc->effective) {
            raw(w, " ");
            cl_page_bdi(&w->page, doc->effective);
        }
        raw(w, "</div>");
    }
}

static void put_event(struct writing *w, const struct cl_event *e, bool accounts)
{
    char n[24];
    const bool observation = e->kind == CL_KIND_OBSERVATION;
    const bool warn = observation && e->meaning.change == CL_CHANGE_CHANGED &&
                      e->meaning.cause == CL_CAUSE_UNEXPLAINED;
    raw(w, warn ? "<tr class=\"warn\"><td class=\"n\">" : "<tr><td class=\"n\">");
    raw(w, count(e->seq, n));
    cl_page_time(raw(w, "</td><td>"), e->time_ms);
    raw(w, "</td><td>");
    if (observation)
        put_state(w, e->state);
    if (observation && accounts) {
        raw(w, "<br><span class=\"soft\">");
        put_account(w, cl_story_account(w->story, e->account));
        raw(w, "</span>");
    }
    raw(w, "</td><td>");
    what(w, e);
    raw(w, "</td><td>");
    put_bracket(w, e->seq);
    raw(w, "</td><td>");
    if (observation)
        put_in_force(w, e->time_ms);
    raw(w, "</td></tr>\n");
}

static void put_columns(struct writing *w, const char *class, const enum cl_word *columns, int n)
{
    raw(w, "<div class=\"wide\"><table class=\"");
    raw(w, class);
    raw(w, "\"><thead><tr>");
    for (int i = 0; i < n; i++)
        element(w, "<th scope=\"col\">", columns[i], "</th>");
    raw(w, "</tr></thead><tbody>\n");
}

static void put_changes(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY,   CL_WORD_COL_WHEN,
                                           CL_WORD_COL_STATE,   CL_WORD_COL_WHAT,
                                           CL_WORD_COL_BETWEEN, CL_WORD_COL_DOCUMENTS};
    char n[24];
    const bool accounts = w->story->account_count + w->story->has_unknown_account > 1;
    heading(w, CL_WORD_CHANGES);
    element(w, "<p class=\"soft\">", CL_WORD_CHANGES_DESC, "</p>\n");
    put_columns(w, "changes", columns, 6);
    for (size_t i = 0; i < w->story->event_count; i++) {
        const struct cl_event *e = &w->story->events[i];
        put_event(w, e, accounts);
        if (e->kind == CL_KIND_DOCUMENT)
            take_document(w, e);
    }
    raw(w, "</tbody></table></div>\n");
    if (w->story->events_left_out) {
        cl_page_put(raw(w, "<p>"), CL_WORD_LEFT_OUT, count(w->story->events_left_out, n));
        raw(w, "</p>\n");
    }
}

/* ---- what goes with it ----------------------------------------------------------------------- */

static void put_document(struct writing *w, const struct cl_event *e)
{
    char n[24];
    raw(w, "<tr id=\"d");
    raw(w, count(e->seq, n));
    raw(w, "\"><td class=\"n\">");
    raw(w, n);
    element(w, "</td><td><b>", cl_report_document(e->document), "</b>");
    if (e->title) {
        raw(w, "<br><q>");
        cl_page_bdi(&w->page, e->title);
        raw(w, "</q>");
    }
    raw(w, "<br><span class=\"soft\">");
    cl_page_bdi(&w->page, e->url);
    raw(w, "</span></td><td>");
    cl_page_bdi(&w->page, e->effective);
    if (e->label) {
        raw(w, "<br><span class=\"soft\"><q>");
        cl_page_bdi(&w->page, e->label);
        raw(w, "</q></span>");
    }
    cl_page_time(raw(w, "</td><td>"), e->time_ms);
    raw(w, "</td><td>");
    if (e->has_file && w->report->documents) {
        raw(w, "<a href=\"");
        put_file(w, e, ".txt");
        element(w, "\">", CL_WORD_TEXT, "</a>");
    } else {
        cl_page_word(&w->page, CL_WORD_TEXT_WITHHELD);
    }
    raw(w, "</td></tr>\n");
}

static bool has_kind(const struct cl_story *s, enum cl_kind kind)
{
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].kind == kind)
            return true;
    return false;
}

static void put_documents(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY, CL_WORD_COL_DOCUMENT,
                                           CL_WORD_COL_EFFECTIVE, CL_WORD_COL_WHEN, CL_WORD_TEXT};
    heading(w, CL_WORD_DOCUMENTS);
    if (!has_kind(w->story, CL_KIND_DOCUMENT)) {
        paragraph(w, CL_WORD_DOCUMENTS_NONE);
        return;
    }
    element(w, "<p class=\"soft\">", CL_WORD_DOCUMENTS_DESC, "</p>\n");
    put_columns(w, "texts", columns, 5);
    for (size_t i = 0; i < w->story->event_count; i++)
        if (w->story->events[i].kind == CL_KIND_DOCUMENT)
            put_document(w, &w->story->events[i]);
    raw(w, "</tbody></table></div>\n");
}

static void put_picture(struct writing *w, const struct cl_event *e)
{
    char n[24];
    raw(w, "<figure id=\"p");
    raw(w, count(e->seq, n));
    raw(w, "\"><img src=\"");
    put_file(w, e, ".png");
    raw(w, "\" alt=\"");
    cl_page_text(&w->page, cl_words(w->page.language, cl_report_state(e->state)));
    cl_page_put(raw(w, "\"><figcaption>"), CL_WORD_PICTURE_OF, n);
    cl_page_time(raw(w, ", "), e->time_ms);
    raw(w, "</figcaption></figure>\n");
}

static void put_pictures(struct writing *w)
{
    bool any = false;
    for (size_t i = 0; i < w->story->event_count && w->report->pictures; i++) {
        const struct cl_event *e = &w->story->events[i];
        if (e->kind != CL_KIND_OBSERVATION || !e->has_file)
            continue;
        if (!any)
            heading(w, CL_WORD_PICTURES);
        any = true;
        put_picture(w, e);
    }
}

static void put_stamps(struct writing *w)
{
    static const enum cl_word columns[] = {CL_WORD_COL_ENTRY, CL_WORD_COL_TIME,
                                           CL_WORD_COL_AUTHORITY, CL_WORD_COL_COVERS};
    char n[24];
    heading(w, CL_WORD_STAMPS);
    if (!has_kind(w->story, CL_KIND_TIMESTAMP)) {
        paragraph(w, CL_WORD_TIME_NONE);
        return;
    }
    element(w, "<p class=\"soft\">", CL_WORD_STAMPS_DESC, "</p>\n");
    put_columns(w, "stamps", columns, 4);
    for (size_t i = 0; i < w->story->event_count; i++) {
        const struct cl_event *e = &w->story->events[i];
        if (e->kind != CL_KIND_TIMESTAMP)
            continue;
        raw(w, "<tr><td class=\"n\">");
        raw(w, count(e->seq, n));
        cl_page_time(raw(w, "</td><td>"), e->gen_time);
        cl_page_bdi(raw(w, "</td><td>"), e->label);
        cl_page_put(raw(w, "</td><td>"), CL_WORD_RANGE, "0", count(e->size - 1, n));
        raw(w, "</td></tr>\n");
    }
    raw(w, "</tbody></table></div>\n");
}

static void put_gaps(struct writing *w)
{
    const struct cl_story *s = w->story;
    char n[24];
    heading(w, CL_WORD_GAPS);
    if (s->gap_days == 0) {
        paragraph(w, CL_WORD_GAPS_NONE);
        return;
    }
    cl_page_put(raw(w, "<p>"), CL_WORD_GAPS_SOME, count((uint64_t)s->gap_days, n));
    raw(w, " ");
    for (size_t i = 0; i < s->gap_count; i++) {
        char first[CL_TIME_TEXT], last[CL_TIME_TEXT];
        cl_time_format(s->gaps[i].first * DAY_MS, first);
        cl_time_format(s->gaps[i].last * DAY_MS, last);
        first[10] = last[10] = '\0';
        raw(w, i ? "; " : "");
        if (strcmp(first, last) == 0)
            raw(w, first);
        else
            cl_page_put(&w->page, CL_WORD_RANGE, first, last);
    }
    if (s->gap_count == CL_STORY_GAPS_MAX)
        element(w, " ", CL_WORD_MORE, "");
    raw(w, ".</p>\n");
    if (s->withheld)
        paragraph(w, CL_WORD_GAPS_WITHHELD);
}

/* "3, 7–12, …" */
static void list_hidden(const struct cl_story *s, struct cl_buf *to)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < s->hidden_count && !err; i++) {
        const struct cl_seq_range *r = &s->hidden[i];
        char text[64];
        (void)snprintf(text, sizeof text, r->first == r->last ? "%s%" PRIu64 : "%s%" PRIu64 "–",
                       i ? ", " : "", r->first);
        err = cl_buf_put_str(to, text);
        if (err || r->first == r->last)
            continue;
        (void)snprintf(text, sizeof text, "%" PRIu64, r->last);
        err = cl_buf_put_str(to, text);
    }
    if (!err && s->hidden_count == CL_STORY_GAPS_MAX)
        err = cl_buf_put_str(to, ", …");
    if (!err)
        err = cl_buf_put(to, "", 1);
    if (err)
        to->len = 0;
}

static void put_withheld(struct writing *w)
{
    cl_cleanup(cl_buf_free) struct cl_buf list = cl_buf(64u * CL_STORY_GAPS_MAX);
    char n[24];
    if (w->story->withheld == 0) {
        element(w, "<li>", CL_WORD_WITHHELD_NONE, "</li>\n");
    } else {
        list_hidden(w->story, &list);
        cl_page_put(raw(w, "<li>"), CL_WORD_WITHHELD_SOME, count(w->story->withheld, n),
                    list.len ? (const char *)list.data : "…");
        raw(w, "</li>\n");
    }
    if (w->story->unreadable) {
        cl_page_put(raw(w, "<li>"), CL_WORD_UNREADABLE, count(w->story->unreadable, n));
        raw(w, "</li>\n");
    }
}

static void put_clock(struct writing *w)
{
    const struct cl_story *s = w->story;
    char n[24], m[24];
    if (s->clock_steps == 0)
        element(w, "<li>", CL_WORD_CLOCK_STEADY, "</li>\n");
    for (uint64_t i = 0; i < s->clock_steps && i < CL_STORY_NOTES_MAX; i++) {
        const struct cl_clock_note *note = &s->clock[i];
        cl_page_put(raw(w, "<li>"), CL_WORD_CLOCK_STEADY + (enum cl_word)note->step,
                    count(note->before, n), count(note->after, m));
        raw(w, "</li>\n");
    }
    if (s->clock_steps > CL_STORY_NOTES_MAX)
        element(w, "<li>", CL_WORD_MORE, "</li>\n");
    if (s->unsynchronized) {
        cl_page_put(raw(w, "<li>"), CL_WORD_CLOCK_UNSYNCHRONIZED, count(s->unsynchronized, n));
        raw(w, "</li>\n");
    }
    if (s->server_apart) {
        cl_page_put(raw(w, "<li>"), CL_WORD_CLOCK_SERVER, count(s->server_apart, n));
        raw(w, "</li>\n");
    }
}

static void put_rest(struct writing *w)
{
    char n[24];
    heading(w, CL_WORD_RELIABILITY);
    cl_page_put(raw(w, "<ul><li>"), CL_WORD_CHECKED_TREE, count(w->report->size, n));
    raw(w, "</li>\n");
    put_withheld(w);
    put_clock(w);
    raw(w, "</ul>\n");
    heading(w, CL_WORD_CHECK);
    paragraph(w, CL_WORD_CHECK_1);
    paragraph(w, CL_WORD_CHECK_2);
    element(w, "<p>", CL_WORD_CHECK_3, "<br><code>");
    cl_page_text(&w->page, w->report->fingerprint);
    raw(w, "</code></p>\n");
    paragraph(w, CL_WORD_CHECK_4);
    element(w, "<p class=\"soft\">", CL_WORD_LOG, " <code>");
    cl_page_text(&w->page, w->report->log);
    raw(w, "</code> · consentlog " CL_VERSION "</p>\n</main>\n</body></html>\n");
}

enum cl_err cl_report_write(const struct cl_report *report, struct cl_buf *to)
{
    struct writing w = {
        .page = {.to = to, .language = report->language}, .report = report, .story = report->story};
    enum cl_err err = put_head(&w);
    if (err)
        return err;
    put_first_page(&w);
    put_changes(&w);
    put_pictures(&w);
    put_documents(&w);
    put_stamps(&w);
    put_gaps(&w);
    put_rest(&w);
    return w.page.err;
}
