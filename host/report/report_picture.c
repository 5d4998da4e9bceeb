/* The timeline as SVG: a band for each account with a lane for on, one for off and one for the
 * rest, so that a state is told by its place and its pattern as well as by its colour. */
#include "report/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WIDTH    1000
#define LEFT     150
#define RIGHT    985
#define TOP      8
#define LANE     22
#define BAR      16
#define BAND     (3 * LANE + 24) /* with its title */
#define ACCOUNTS 6               /* drawn; the others are told */

struct picture {
    struct cl_html *page;
    const struct cl_model *model;
    int64_t from, to;
    int drawn[ACCOUNTS], count, others;
    int bottom; /* of the bands */
};

__attribute__((format(printf, 2, 3))) static void put(struct picture *x, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cl_html_raw(x->page, text);
}

/* In tenths of a unit, so that no locale decides how a fraction is written. */
static int64_t tenths(const struct picture *x, int64_t ms)
{
    int64_t at = ms < x->from ? x->from : ms > x->to ? x->to : ms;
    return (LEFT * 10) + (at - x->from) * ((RIGHT - LEFT) * 10) / (x->to - x->from);
}

#define T(value) (value) / 10, (value) % 10

static int lane_of(enum cl_state state)
{
    return state == CL_STATE_ON ? 0 : state == CL_STATE_OFF ? 1 : 2;
}

static const char *class_of(enum cl_state state)
{
    static const char *const names[] = {"on", "off", "none", "unknown"};
    return names[state];
}

static int band_top(int band)
{
    return TOP + band * BAND + 20;
}

static int band_of(const struct picture *x, int account)
{
    for (int i = 0; i < x->count; i++)
        if (x->drawn[i] == account)
            return i;
    return -1;
}

/* ---- what is drawn ------------------------------------------------------------------------ */

static void draw_names(struct picture *x, int band)
{
    static const enum cl_word lanes[] = {CL_WORD_ON, CL_WORD_OFF, CL_WORD_OTHER_LANE};
    const struct cl_model_account *a = cl_model_account(x->model, x->drawn[band]);
    put(x, "<text class=\"who\" x=\"0\" y=\"%d\">", band_top(band) - 6);
    char begin[9];
    (void)snprintf(begin, sizeof begin, "%.8s", a->pseudonym);
    if (begin[0])
        cl_html_put(x->page, CL_WORD_ACCOUNT, begin);
    else
        cl_html_word(x->page, CL_WORD_ACCOUNT_UNKNOWN);
    cl_html_raw(x->page, "</text>");
    for (int i = 0; i < 3; i++) {
        int y = band_top(band) + i * LANE;
        put(x, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LEFT - 10, y + 14);
        cl_html_word(x->page, lanes[i]);
        put(x, "</text><path class=\"lane\" d=\"M%d %dH%d\"/>", LEFT, y + LANE - 2, RIGHT);
    }
}

static void draw_bar(struct picture *x, const struct cl_span_of_time *span)
{
    const int band = band_of(x, span->account);
    const int64_t from = tenths(x, span->from_ms), to = tenths(x, span->to_ms);
    const int64_t width = to - from > 15 ? to - from : 15;
    if (band < 0)
        return;
    const int y = band_top(band) + lane_of(span->state) * LANE + 2;
    if (span->blind)
        put(x,
            "<path class=\"blind b-%s\" d=\"M%" PRId64 ".%" PRId64 " %dh%" PRId64 ".%" PRId64
            "\"/>",
            class_of(span->state), T(from), y + BAR / 2, T(width));
    else
        put(x,
            "<rect class=\"b-%s\" x=\"%" PRId64 ".%" PRId64 "\" y=\"%d\" width=\"%" PRId64
            ".%" PRId64 "\" height=\"%d\"/>",
            class_of(span->state), T(from), y, T(width), BAR);
}

/* A look is drawn even where no time lies between it and the next. */
static void draw_look(struct picture *x, const struct cl_event *event)
{
    const struct cl_span_of_time point = {.account = event->account,
                                          .state = event->state,
                                          .from_ms = event->time_ms,
                                          .to_ms = event->time_ms};
    if (event->meaning.phase == CL_PHASE_PENDING || event->change == CL_CHANGE_STALE)
        return;
    draw_bar(x, &point);
    const int band = band_of(x, event->account);
    const int64_t at = tenths(x, event->time_ms);
    if (band < 0 || event->change != CL_CHANGE_CHANGED)
        return;
    const int y = band_top(band);
    put(x, "<path class=\"turn\" d=\"M%" PRId64 ".%" PRId64 " %dV%d\"/>", T(at), y, y + 3 * LANE);
    if (event->meaning.cause == CL_CAUSE_UNEXPLAINED)
        put(x,
            "<g class=\"alert\" transform=\"translate(%" PRId64 ".%" PRId64
            " %d)\"><path d=\"M0 -16L9 0H-9Z\"/><text y=\"-2\" text-anchor=\"middle\">!</text></g>",
            T(at), y);
}

static void draw_marks(struct picture *x, enum cl_kind kind, int y)
{
    int64_t last = -100;
    for (size_t i = 0; i < x->model->event_count; i++) {
        const struct cl_event *e = &x->model->events[i];
        if (e->kind != kind || (kind == CL_KIND_TIMESTAMP && !e->counted))
            continue;
        const int64_t at = tenths(x, kind == CL_KIND_TIMESTAMP ? e->gen_time : e->time_ms);
        if (at < last + 30) /* would hide it */
            continue;
        last = at;
        if (kind == CL_KIND_DOCUMENT)
            put(x,
                "<path class=\"doc\" transform=\"translate(%" PRId64 ".%" PRId64
                " %d)\" d=\"M-5 -7H2L5 -4V7H-5ZM-2 -1H2M-2 3H2\"/>",
                T(at), y);
        else
            put(x, "<circle class=\"stamp\" cx=\"%" PRId64 ".%" PRId64 "\" cy=\"%d\" r=\"5\"/>",
                T(at), y);
    }
}

/* ---- the axis ------------------------------------------------------------------------------ */

/* The first day of the month that is `months` after the one of ms. */
static int64_t month_start(int64_t ms, int months)
{
    char text[CL_TIME_TEXT];
    int64_t start = 0;
    cl_time_format(ms, text);
    int year =
        (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
    int month = (text[5] - '0') * 10 + text[6] - '0' - 1 + months;
    (void)snprintf(text, sizeof text, "%04u-%02u-01T00:00:00.000Z",
                   (unsigned)(year + month / 12) % 10000, (unsigned)(month % 12 + 1) % 100);
    return cl_time_parse(text, &start) == CL_OK ? start : INT64_MAX;
}

static void draw_tick(struct picture *x, int64_t ms, int digits)
{
    char text[CL_TIME_TEXT];
    const int64_t at = tenths(x, ms);
    cl_time_format(cl_zone_shown(x->page->zone, ms), text);
    put(x, "<path class=\"tick\" d=\"M%" PRId64 ".%" PRId64 " %dV%d\"/>", T(at), TOP + 14,
        x->bottom + 4);
    put(x, "<text class=\"date\" x=\"%" PRId64 ".%" PRId64 "\" y=\"%d\"%s>%.*s</text>", T(at),
        x->bottom + 18, at > (RIGHT - 60) * 10 ? " text-anchor=\"end\"" : "", digits, text);
}

static void draw_axis(struct picture *x)
{
    const struct cl_zone *zone = x->page->zone;
    const int64_t days = (x->to - x->from) / CL_DAY_MS + 1;
    if (days <= 70) {
        const int64_t step = days <= 8 ? 1 : days <= 16 ? 2 : days <= 35 ? 5 : 10;
        for (int64_t day = cl_zone_shown(zone, x->from) / CL_DAY_MS + 1;
             cl_zone_begins(zone, day * CL_DAY_MS) < x->to; day += step)
            draw_tick(x, cl_zone_begins(zone, day * CL_DAY_MS), 10);
        return;
    }
    const int step = days <= 250 ? 1 : days <= 500 ? 2 : days <= 1500 ? 6 : days <= 5500 ? 24 : 120;
    int64_t shown = month_start(cl_zone_shown(zone, x->from), 1);
    for (int i = 0; i < 64 && cl_zone_begins(zone, shown) < x->to; i++) {
        draw_tick(x, cl_zone_begins(zone, shown), 7);
        shown = month_start(shown, step);
    }
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void choose_accounts(struct picture *x)
{
    for (int i = 0; i <= CL_ACCOUNTS_MAX; i++) {
        const struct cl_model_account *a = cl_model_account(x->model, i);
        if (a->observations == 0)
            continue;
        if (x->count < ACCOUNTS)
            x->drawn[x->count++] = i;
        else
            x->others++;
    }
}

/* A clock that was wrong must not push all else to one side: timestamps outside are drawn at the
 * edge. */
static bool choose_time(struct picture *x, int64_t now_ms)
{
    x->from = INT64_MAX;
    x->to = INT64_MIN;
    for (int i = 0; i < x->count; i++) {
        const struct cl_model_account *a = cl_model_account(x->model, x->drawn[i]);
        x->from = a->first_ms < x->from ? a->first_ms : x->from;
        x->to = a->last_ms > x->to ? a->last_ms : x->to;
    }
    for (size_t i = 0; i < x->model->span_count; i++) {
        const struct cl_span_of_time *span = &x->model->spans[i];
        x->from = span->from_ms < x->from ? span->from_ms : x->from;
        x->to = span->to_ms > x->to ? span->to_ms : x->to;
    }
    if (x->count && now_ms > x->to && now_ms - x->to < 30 * CL_DAY_MS)
        x->to = now_ms;
    return x->count && x->to > x->from && x->model->observations > 1;
}

static void draw_patterns(struct picture *x)
{
    cl_html_raw(
        x->page,
        "<defs>"
        "<pattern id=\"p-on\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect class=\"f-on\" width=\"6\" height=\"6\"/><rect "
        "class=\"f-line\" width=\"2\" height=\"6\"/></pattern>"
        "<pattern id=\"p-unknown\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><rect "
        "class=\"f-paper\" width=\"5\" height=\"5\"/><circle class=\"f-unknown\" cx=\"2.5\" "
        "cy=\"2.5\" r=\"1.2\"/></pattern></defs>");
}

static void draw(struct picture *x)
{
    x->page->plain = true;
    const int height = x->bottom + 64;
    put(x,
        "<svg class=\"timeline\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"tl-t "
        "tl-d\"><title id=\"tl-t\">",
        WIDTH, height);
    cl_html_word(x->page, CL_WORD_TIMELINE);
    cl_html_raw(x->page, "</title><desc id=\"tl-d\">");
    cl_html_word(x->page, CL_WORD_TIMELINE_DESC);
    cl_html_raw(x->page, "</desc>");
    draw_patterns(x);
    draw_axis(x);
    for (int i = 0; i < x->count; i++)
        draw_names(x, i);
    for (size_t i = 0; i < x->model->span_count; i++)
        draw_bar(x, &x->model->spans[i]);
    for (size_t i = 0; i < x->model->event_count; i++)
        if (x->model->events[i].kind == CL_KIND_OBSERVATION)
            draw_look(x, &x->model->events[i]);
    draw_marks(x, CL_KIND_DOCUMENT, x->bottom + 34);
    draw_marks(x, CL_KIND_TIMESTAMP, x->bottom + 52);
    cl_html_raw(x->page, "</svg>");
    x->page->plain = false;
}

bool cl_report_picture(struct cl_html *p, const struct cl_model *model, int64_t now_ms)
{
    struct picture x = {.page = p, .model = model};
    choose_accounts(&x);
    if (!choose_time(&x, now_ms)) {
        cl_html_raw(p, "<p>");
        cl_html_word(p, CL_WORD_TIMELINE_EMPTY);
        cl_html_raw(p, "</p>");
        return false;
    }
    x.bottom = band_top(x.count) - 20;
    draw(&x);
    if (x.others) {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", x.others);
        cl_html_raw(p, "<p>");
        cl_html_put(p, CL_WORD_TIMELINE_MORE, number);
        cl_html_raw(p, "</p>");
    }
    return true;
}
