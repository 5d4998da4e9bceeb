/* The first page of the report: whose log, the state at a glance, the timeline, what it shows. */
#include "report/found.h"
#include "report/report_internal.h"

/* Entries of which nothing is told. */
static uint64_t hidden(const struct cl_model *model)
{
    return model->withheld + model->unread;
}

static void put_facts(struct writing *w)
{
    const struct cl_report *r = w->report;
    const struct cl_model *model = w->model;
    char a[COUNT_TEXT], b[COUNT_TEXT], from[CL_MOMENT], to[CL_MOMENT];
    element(w, "<dl><dt>", CL_WORD_OWNER, "</dt><dd>");
    if (r->owner)
        cl_html_put(&w->page, CL_WORD_OWNER_SAYS, r->owner);
    else
        cl_html_word(&w->page, CL_WORD_OWNER_NONE);
    element(w, "</dd>\n<dt>", CL_WORD_PERIOD, "</dt><dd>");
    if (model->observations)
        cl_html_put(&w->page, CL_WORD_PERIOD_SPAN, moment(w, model->first_ms, from),
                    moment(w, model->last_ms, to));
    else
        cl_html_word(&w->page, CL_WORD_PERIOD_NONE);
    element(w, "</dd>\n<dt>", CL_WORD_ENTRIES, "</dt><dd>");
    cl_html_put(&w->page, CL_WORD_ENTRIES_OF, count(r->size, a), count(model->observations, b));
    if (hidden(model))
        cl_html_put(&w->page, CL_WORD_ENTRIES_HIDDEN, count(hidden(model), a));
    element(w, "</dd>\n<dt>", CL_WORD_MADE, "</dt><dd>");
    cl_html_time(&w->page, r->now_ms);
    if (r->zone && r->zone->count > 0) { /* said once, for who does not want to reckon */
        cl_moment(NULL, r->now_ms, from);
        raw(w, " = <bdi>");
        raw(w, from);
        raw(w, "</bdi>");
    }
    element(w, "</dd>\n<dt>", CL_WORD_KEY, "</dt><dd><code>");
    cl_html_text(&w->page, r->fingerprint);
    raw(w, "</code></dd></dl></header>\n");
}

/* What the card's state leaves unsaid: a look that showed none, a flip that nothing confirms. */
static void put_later(struct writing *w, const struct cl_model_account *a)
{
    char when[CL_MOMENT];
    if (a->shown == CL_STATE_UNKNOWN) {
        cl_html_put(raw(w, "<li>"), CL_WORD_LAST_LOOK, moment(w, a->last_ms, when),
                    cl_words(w->page.language, reason_word(a->shown_reason)));
        raw(w, "</li>\n");
    }
    if (a->flip.waits) {
        cl_html_put(raw(w, "<li>"), CL_WORD_LAST_FLIP, moment(w, a->flip.ms, when),
                    cl_words(w->page.language, cl_report_state(a->flip.state)));
        raw(w, "</li>\n");
    }
}

static void put_card(struct writing *w, const struct cl_model_account *a)
{
    char x[COUNT_TEXT], y[COUNT_TEXT], z[COUNT_TEXT], when[CL_MOMENT];
    report_account(w, a);
    raw(w, a->premium == CL_TRUE ? " (Premium)</h3>\n" : "</h3>\n");
    if (a->denied) {
        raw(w, "<p class=\"big\">");
        report_state(w, CL_STATE_UNKNOWN);
        raw(w, "</p>\n<ul>");
    } else if (a->settled) {
        raw(w, "<p class=\"big\">");
        report_state(w, a->state);
        raw(w, "</p>\n");
        paragraph(w, CL_WORD_ON_MEANS + (enum cl_word)a->state);
        cl_html_put(raw(w, "<ul><li>"), CL_WORD_LAST_SEEN, moment(w, a->state_ms, when));
        cl_html_put(raw(w, "</li>\n<li>"), CL_WORD_SINCE, moment(w, a->since_ms, when));
        raw(w, "</li>\n");
    } else {
        element(w, "<p class=\"big s-unknown\">", CL_WORD_NEVER, "</p>\n<ul>");
    }
    put_later(w, a);
    cl_html_put(raw(w, "<li>"), CL_WORD_CHANGES_COUNT, count(a->observations, x),
                count(a->changes, y), count(a->unexplained, z));
    raw(w, "</li></ul>");
}

void report_time(struct writing *w)
{
    char n[COUNT_TEXT], when[CL_MOMENT];
    const struct cl_model *model = w->model;
    if (model->contradicted)
        cl_html_word(&w->page, CL_WORD_TIME_CONTRADICTED);
    else if (model->stamped_size)
        cl_html_put(&w->page, CL_WORD_TIME_SOME, count(last_of(model->stamped_size), n),
                    moment(w, model->stamped_ms, when));
    else if (model->tokens)
        cl_html_put(&w->page, CL_WORD_TIME_UNCHECKED, count(model->tokens, n));
    else
        cl_html_word(&w->page, CL_WORD_TIME_NONE);
}

/* Before anything that an entry says is believed. */
static void put_findings(struct writing *w)
{
    const struct cl_model *model = w->model;
    char n[COUNT_TEXT];
    if (model->found_count == 0)
        return;
    raw(w, "<section class=\"card findings\">");
    element(w, "<h3>", CL_WORD_FINDINGS, "</h3>\n<p>");
    cl_html_put(&w->page, CL_WORD_FINDINGS_DESC, count(model->found_count, n));
    raw(w, "</p>\n<ul>");
    for (size_t i = 0; i < model->found_kept; i++) {
        struct cl_found_texts t;
        cl_found_texts(&model->found[i], &t);
        cl_html_say(raw(w, "<li>"), t.word, t.texts);
        raw(w, "</li>\n");
    }
    if (model->found_count > model->found_kept) {
        cl_html_put(raw(w, "<li>"), CL_WORD_FINDINGS_MORE,
                    count(model->found_count - model->found_kept, n));
        raw(w, "</li>\n");
    }
    raw(w, "</ul></section>\n");
}

static void put_glance(struct writing *w)
{
    char n[COUNT_TEXT], m[COUNT_TEXT];
    heading(w, CL_WORD_GLANCE);
    raw(w, "<div class=\"cards\">\n");
    for (int i = 0; i <= CL_ACCOUNTS_MAX; i++) {
        const struct cl_model_account *a = cl_model_account(w->model, i);
        if (a->observations == 0)
            continue;
        raw(w, "<section class=\"card\"><h3>");
        put_card(w, a);
        raw(w, "</section>\n");
    }
    raw(w, "</div>\n");
    if (hidden(w->model)) {
        cl_html_put(raw(w, "<p class=\"time hidden\">"), CL_WORD_HIDDEN, count(hidden(w->model), n),
                    count(w->report->size, m));
        raw(w, "</p>\n");
    }
    raw(w, "<p class=\"time\">");
    report_time(w);
    raw(w, "</p>\n");
    put_findings(w);
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

void report_first_page(struct writing *w)
{
    put_facts(w);
    raw(w, "<main>");
    put_glance(w);
    heading(w, CL_WORD_TIMELINE);
    raw(w, "<div class=\"wide\">");
    const bool drawn = cl_report_picture(&w->page, w->model, w->report->now_ms);
    raw(w, "</div>\n");
    if (drawn)
        put_legend(w);
    raw(w, "<div class=\"pair\">\n");
    put_list(w, CL_WORD_SHOWS, CL_WORD_SHOWS_1, 3);
    put_list(w, CL_WORD_SHOWS_NOT, CL_WORD_SHOWS_NOT_1, 3);
    raw(w, "</div>\n");
}
