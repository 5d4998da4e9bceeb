#include "report/html.h"

#include "base/clock.h"
#include "base/unicode.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void cl_moment(const struct cl_zone *zone, int64_t ms, char ret_text[static CL_MOMENT])
{
    const bool local = zone && zone->count > 0;
    char text[CL_TIME_TEXT], offset[CL_ZONE_OFFSET] = "UTC";
    if (local)
        cl_zone_offset(cl_zone_at(zone, ms), offset);
    cl_time_format(cl_zone_shown(zone, ms), text);
    (void)snprintf(ret_text, CL_MOMENT, "%.10s %.8s %s", text, text + 11, offset);
}

static void put(struct cl_html *p, const void *bytes, size_t n)
{
    if (!p->err)
        p->err = cl_buf_put(p->to, bytes, n);
}

void cl_html_raw(struct cl_html *p, const char *markup)
{
    put(p, markup, strlen(markup));
}

/* One character of valid UTF-8; 0 at the end. */
static uint32_t next_char(const char **text)
{
    uint32_t point = 0;
    *text += cl_utf8_decode((const uint8_t *)*text, strnlen(*text, 4), &point);
    return point;
}

static const char *entity(uint32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void cl_html_text(struct cl_html *p, const char *text)
{
    const char *at = text;
    uint32_t c;
    while (text && !p->err && (c = next_char(&at)) != 0) {
        char number[16];
        const char *instead = entity(c);
        if (!instead && cl_unicode_is_hidden(c)) {
            (void)snprintf(number, sizeof number, "[U+%04" PRIX32 "]", c);
            instead = number;
        }
        if (instead)
            cl_html_raw(p, instead);
        else
            put(p, text, (size_t)(at - text));
        text = at;
    }
}

#define DAY_TEXT 10 /* 2026-06-02 */

/* A digit for each 0 of the pattern, and else what stands there. */
static bool has_form(const char *text, const char *pattern)
{
    for (; *pattern; text++, pattern++)
        if (*pattern == '0' ? *text < '0' || *text > '9' : *text != *pattern)
            return false;
    return *text == '\0';
}

/* What a page may say, too: then it is written so as well, and no byte of it is another. */
static bool is_moment(const char *text)
{
    static const char *const forms[] = {"0000-00-00", "0000-00-00 00:00:00 UTC",
                                        "0000-00-00 00:00:00 +00:00", "0000-00-00 00:00:00 -00:00"};
    for (size_t i = 0; text && i < sizeof forms / sizeof *forms; i++)
        if (has_form(text, forms[i]))
            return true;
    return false;
}

/* A line may be broken between day and time alone. */
static void put_moment(struct cl_html *p, const char *text)
{
    cl_html_raw(p, "<span class=\"d\">");
    put(p, text, DAY_TEXT);
    cl_html_raw(p, "</span>");
    if (text[DAY_TEXT] == '\0')
        return;
    cl_html_raw(p, " <span class=\"d\">");
    cl_html_raw(p, text + DAY_TEXT + 1);
    cl_html_raw(p, "</span>");
}

void cl_html_bdi(struct cl_html *p, const char *text)
{
    cl_html_raw(p, p->plain ? "" : "<bdi>");
    if (is_moment(text) && !p->plain)
        put_moment(p, text);
    else
        cl_html_text(p, text);
    cl_html_raw(p, p->plain ? "" : "</bdi>");
}

void cl_html_time(struct cl_html *p, int64_t ms)
{
    char machine[CL_TIME_TEXT], person[CL_MOMENT];
    if (ms < 0) {
        cl_html_raw(p, "–");
        return;
    }
    cl_time_format(ms, machine);
    cl_moment(p->zone, ms, person);
    cl_html_raw(p, "<time datetime=\"");
    cl_html_raw(p, machine);
    person[10] = '\0'; /* day and time, between which a line may be broken */
    cl_html_raw(p, "\"><span>");
    cl_html_raw(p, person);
    cl_html_raw(p, "</span> <span>");
    cl_html_raw(p, person + 11);
    cl_html_raw(p, "</span></time>");
}

void cl_html_say(struct cl_html *p, enum cl_word word, const char *const *texts)
{
    const char *rest = cl_words(p->language, word);
    for (const char *hole; (hole = strstr(rest, "{}")) != NULL; rest = hole + 2) {
        put(p, rest, (size_t)(hole - rest));
        if (*texts)
            cl_html_bdi(p, *texts++);
    }
    cl_html_raw(p, rest);
}

void cl_html_word(struct cl_html *p, enum cl_word word)
{
    cl_html_raw(p, cl_words(p->language, word));
}
