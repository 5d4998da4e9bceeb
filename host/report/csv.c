#include "report/csv.h"

#include "base/unicode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Sticky. */
struct row {
    struct cl_buf *to;
    enum cl_err err;
    bool begun;
};

static void put(struct row *row, const void *bytes, size_t n)
{
    if (!row->err)
        row->err = cl_buf_put(row->to, bytes, n);
}

/* What a spreadsheet takes for the beginning of a formula, in the widths that East Asian keyboards
 * write as well; and after whatever some take for the end of a field, although it is quoted, with
 * the quotation marks that they then take off. */
static bool formula(const char *text)
{
    static const char *const signs[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    if (!strchr("=+-@\t\r\xef", *text)) /* the bytes that they begin with */
        return false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

/* How many that need no look: ASCII without what ends a field. */
static size_t plain_bytes(const char *text)
{
    size_t n = 0;
    while (text[n] >= ' ' && text[n] < 0x7f && text[n] != '"' && text[n] != ';')
        n++;
    return n;
}

/* One character, or the number of one that would hide or move others; how many bytes it has. What
 * RFC 4180 lets stand between quotes stays. */
static size_t put_character(struct row *row, const char *text)
{
    uint32_t point = 0;
    char number[16];
    const size_t n = cl_utf8_decode((const uint8_t *)text, strlen(text), &point);
    if (n > 0 && (strchr("\t\n\r", *text) || !cl_unicode_is_hidden(point))) {
        put(row, text, n);
        return n;
    }
    (void)snprintf(number, sizeof number, "[U+%04" PRIX32 "]", n > 0 ? point : 0xfffd);
    put(row, number, strlen(number));
    return n > 0 ? n : 1;
}

/* Between quotes, each quote twice, and a ' before each formula. */
static void field(struct row *row, const char *text)
{
    if (row->begun)
        put(row, ",", 1);
    row->begun = true;
    put(row, "\"", 1);
    bool first = true;
    for (const char *p = text ? text : ""; *p;) {
        if (first && formula(p))
            put(row, "'", 1);
        const size_t plain = plain_bytes(p);
        if (plain > 0) {
            put(row, p, plain);
            p += plain;
            first = false;
            continue;
        }
        const char c = *p;
        const size_t n = put_character(row, p);
        p += n;
        first = strchr(";\t\n\r", c) != NULL || (first && c == '"');
        if (c == '"')
            put(row, "\"", 1);
    }
    put(row, "\"", 1);
}

static void number(struct row *row, uint64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    field(row, text);
}

static const char *tri_name(enum cl_tri value)
{
    return value == CL_NULL ? NULL : value == CL_TRUE ? "true" : "false";
}

static void observation(struct row *row, const struct cl_entry *entry, bool not_saved)
{
    const struct cl_observation *o = &entry->observation.seen;
    const struct cl_meaning *m = &entry->observation.meaning;
    char observed[CL_TIME_TEXT];
    cl_time_format(o->observed_at, observed);
    field(row, cl_state_names[o->state]);
    field(row, o->reason < 0 ? NULL : cl_reason_names[o->reason]);
    field(row, cl_phase_names[m->phase]);
    field(row, cl_change_names[m->change]);
    field(row, m->cause == CL_CAUSE_NULL ? NULL : cl_cause_names[m->cause]);
    field(row, not_saved ? "true" : "false");
    field(row, entry->observation.pseudonym);
    field(row, tri_name(o->account.premium));
    field(row, observed);
    field(row, o->page.url);
    field(row, o->page.language);
    field(row, o->page.title);
    field(row, o->has_control ? o->control.label : NULL);
    field(row, cl_browser_names[o->client.browser]);
    field(row, o->client.version);
    field(row, o->client.extension);
}

#define OBSERVATION_FIELDS 16
#define BEFORE_TITLE       11

static void empty(struct row *row, int count)
{
    for (int i = 0; i < count; i++)
        field(row, NULL);
}

static void nothing(struct row *row)
{
    empty(row, OBSERVATION_FIELDS);
}

/* The file's name and the note, which are the member's own words. */
static void exhibit(struct row *row, const struct cl_exhibit *e)
{
    empty(row, BEFORE_TITLE);
    field(row, e->file);
    field(row, e->note);
    field(row, e->has_client ? cl_browser_names[e->client.browser] : NULL);
    field(row, e->has_client ? e->client.version : NULL);
    field(row, e->has_client ? e->client.extension : NULL);
}

enum cl_err cl_csv_head(struct cl_buf *to)
{
    static const char *const names[] = {"seq",
                                        "time",
                                        "kind",
                                        "state",
                                        "reason",
                                        "phase",
                                        "change",
                                        "cause",
                                        "not_saved",
                                        "account",
                                        "premium",
                                        "observed_at",
                                        "url",
                                        "language",
                                        "title",
                                        "label",
                                        "browser",
                                        "browser_version",
                                        "extension_version",
                                        "remarks"};
    struct row row = {.to = to};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        field(&row, names[i]);
    put(&row, "\r\n", 2);
    return row.err;
}

/* What was found of the entry, each by its name, and once. */
static void remarks(struct row *row, const struct cl_findings *findings)
{
    char text[CL_FOUND_MAX * 24] = "";
    size_t n = 0;
    bool said[CL_FINDINGS] = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const enum cl_found_kind what = findings->item[i].what;
        if (!said[what])
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? " " : "",
                                  cl_finding_names[what]);
        said[what] = true;
    }
    field(row, text);
    put(row, "\r\n", 2);
}

enum cl_err cl_csv_row(const struct cl_entry *entry, bool not_saved,
                       const struct cl_findings *findings, struct cl_buf *to)
{
    struct row row = {.to = to};
    char time[CL_TIME_TEXT];
    cl_time_format(entry->head.clock.time_ms, time);
    number(&row, entry->head.seq);
    field(&row, time);
    field(&row, cl_kind_names[entry->head.kind]);
    if (entry->head.kind == CL_KIND_OBSERVATION)
        observation(&row, entry, not_saved);
    else if (entry->head.kind == CL_KIND_EXHIBIT)
        exhibit(&row, &entry->exhibit);
    else
        nothing(&row);
    remarks(&row, findings);
    return row.err;
}

enum cl_err cl_csv_lost(uint64_t seq, const struct cl_findings *findings, struct cl_buf *to)
{
    struct row row = {.to = to};
    number(&row, seq);
    field(&row, NULL);
    field(&row, "unreadable");
    nothing(&row);
    remarks(&row, findings);
    return row.err;
}
