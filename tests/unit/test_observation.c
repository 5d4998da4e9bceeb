#include "entry/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NIL  "null"
#define HOUR (60 * 60 * 1000LL)

/* ---- reading --------------------------------------------------------------------------------- */

/* An `on` that is in order; each row of a table edits it. */
static const char good[] =
    "{\"reading\":\"00112233445566778899aabbccddeeff\",\"state\":\"on\",\"reason\":null,"
    "\"observed_at\":\"2026-11-21T18:00:00.000Z\",\"pending\":false,\"trusted\":null,\"asked\":"
    "false,"
    "\"account\":{\"id\":\"12345\",\"premium\":true},"
    "\"page\":{\"url\":\"https://www.linkedin.com/mypreferences/d/settings/"
    "data-for-ai-improvement\","
    "\"language\":\"en\",\"title\":\"Data\",\"navigation\":\"load\","
    "\"loaded_at\":\"2026-11-21T17:59:50.000Z\",\"server_date\":null,\"corroboration\":\"on\"},"
    "\"control\":{\"kind\":\"role-switch\",\"key\":null,\"label\":\"Use my data\",\"checked\":true,"
    "\"aria_checked\":null,\"aria_pressed\":null,\"disabled\":false,\"busy\":false,\"place\":"
    "\"document\"},"
    "\"candidates\":1,"
    "\"client\":{\"browser\":\"chromium\",\"version\":\"156\",\"extension\":\"0.1.0\"},"
    "\"picture\":null}";

#define CONTROL_WITH(checked, aria, pressed)                                                       \
    "\"control\":{\"kind\":\"role-switch\",\"key\":null,\"label\":\"Use my "                       \
    "data\",\"checked\":" checked ",\"aria_checked\":" aria ",\"aria_pressed\":" pressed           \
    ",\"disabled\":false,\"busy\":false,\"place\":\"document\"}"
#define CONTROL    CONTROL_WITH("true", NIL, NIL)
#define NO_CONTROL "\"control\":null"
/* The shortest PNG file, of one pixel; and one that says that it is 8193 pixels wide. */
#define PNG                                                                                        \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
#define TOO_WIDE                                                                                   \
    "iVBORw0KGgoAAAANSUhEUgAAIAEAAAABAQAAAACx8nbzAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
#define PICTURE(text) "\"picture\":{\"media_type\":\"image/png\",\"base64\":\"" text "\"}"
#define URL           "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement"

struct edit {
    const char *from, *to;
};

static void replace(struct cl_buf *text, const struct edit *edit)
{
    cl_cleanup(cl_buf_free) struct cl_buf copy = cl_buf(65536);
    assert_int_equal(cl_buf_put(&copy, text->data, text->len), CL_OK);
    char *at = strstr((char *)copy.data, edit->from);
    if (at == NULL)
        fail_msg("nothing to edit: %s", edit->from);
    cl_buf_clear(text);
    assert_int_equal(cl_buf_put(text, copy.data, (size_t)(at - (char *)copy.data)), CL_OK);
    assert_int_equal(cl_buf_put_str(text, edit->to), CL_OK);
    assert_int_equal(cl_buf_put(text, at + strlen(edit->from), strlen(at + strlen(edit->from)) + 1),
                     CL_OK);
}

/* Read `good` with up to four edits. */
static enum cl_err read_edited(const struct edit *edits, struct cl_observation *ret,
                               char *ret_field)
{
    struct cl_fault fault = {0};
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(65536);
    assert_int_equal(cl_buf_put(&text, good, sizeof good), CL_OK);
    for (size_t i = 0; i < 4 && edits[i].from != NULL; i++)
        replace(&text, &edits[i]);
    assert_int_equal(cl_json_parse(text.data, text.len - 1, &tree), CL_OK);
    struct cl_reader r = cl_reader(tree, "", &fault);
    enum cl_err err = cl_observation_read(&r, ret);
    snprintf(ret_field, 96, "%s", fault.field);
    return err;
}

static const struct {
    struct edit edits[4];
    enum cl_err err;
    const char *field;
} readings[] = {
    {{{"{", "{"}}, CL_OK, ""},
    /* what is true */
    {{{CONTROL, CONTROL_WITH("true", "\"true\"", "\"true\"")}}, CL_OK, ""},
    {{{CONTROL, CONTROL_WITH(NIL, "\"true\"", NIL)}}, CL_OK, ""},
    {{{CONTROL, CONTROL_WITH(NIL, NIL, "\"true\"")}}, CL_OK, ""},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""}, {CONTROL, CONTROL_WITH("false", NIL, NIL)}},
     CL_OK,
     ""},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""}, {CONTROL, CONTROL_WITH(NIL, NIL, "\"false\"")}},
     CL_OK,
     ""},
    {{{"\"disabled\":false,\"busy\":false", "\"disabled\":true,\"busy\":true"}}, CL_OK, ""},
    {{{"\"on\",\"reason\"", "\"not-offered\",\"reason\""},
      {CONTROL, NO_CONTROL},
      {"\"candidates\":1", "\"candidates\":0"}},
     CL_OK,
     ""},
    {{{"\"on\",\"reason\":null", "\"unknown\",\"reason\":\"signed-out\""},
      {CONTROL, NO_CONTROL},
      {URL, "https://www.linkedin.com/uas/login"},
      {"\"candidates\":1", "\"candidates\":0"}},
     CL_OK,
     ""},
    {{{"\"on\",\"reason\":null", "\"unknown\",\"reason\":\"mixed\""},
      {CONTROL, CONTROL_WITH("true", "\"mixed\"", NIL)}},
     CL_OK,
     ""},
    {{{"\"pending\":false,\"trusted\":null", "\"pending\":true,\"trusted\":false"}}, CL_OK, ""},
    {{{URL, "https://www.linkedin.com/mypreferences/m/data-for-ai-improvement/"}}, CL_OK, ""},
    {{{"\"id\":\"12345\"", "\"id\":null"}}, CL_OK, ""},
    {{{"\"picture\":null", PICTURE(PNG)}}, CL_OK, ""},
    /* pictures that are none */
    {{{",\"picture\":null", ""}}, CL_MISSING_MEMBER, "picture"},
    {{{"\"picture\":null", "\"picture\":\"x\""}}, CL_WRONG_TYPE, "picture"},
    {{{"\"picture\":null", "\"picture\":{\"media_type\":\"image/png\"}"}},
     CL_MISSING_MEMBER,
     "picture.base64"},
    {{{"\"picture\":null", PICTURE("iVBORw0K")}}, CL_BAD_VALUE, "picture.base64"},
    {{{"\"picture\":null", PICTURE("####")}}, CL_BAD_VALUE, "picture.base64"},
    {{{"\"picture\":null", PICTURE(TOO_WIDE)}}, CL_BAD_VALUE, "picture.base64"},
    {{{"\"picture\":null", PICTURE(PNG)}, {"image/png", "image/jpeg"}},
     CL_BAD_VALUE,
     "picture.media_type"},
    /* the table of contradictions, row by row */
    {{{CONTROL, NO_CONTROL}}, CL_CONTRADICTION, "control"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""}, {CONTROL, NO_CONTROL}},
     CL_CONTRADICTION,
     "control"},
    {{{"\"on\",\"reason\"", "\"not-offered\",\"reason\""}}, CL_CONTRADICTION, "control"},
    {{{"\"on\",\"reason\"", "\"unknown\",\"reason\""}}, CL_CONTRADICTION, "reason"},
    {{{"\"reason\":null", "\"reason\":\"ambiguous\""}}, CL_CONTRADICTION, "reason"},
    {{{CONTROL, CONTROL_WITH("false", NIL, NIL)}}, CL_CONTRADICTION, "control.checked"},
    {{{CONTROL, CONTROL_WITH("false", "\"true\"", NIL)}}, CL_CONTRADICTION, "control.checked"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""},
      {CONTROL, CONTROL_WITH("true", "\"false\"", NIL)}},
     CL_CONTRADICTION,
     "control.checked"},
    {{{CONTROL, CONTROL_WITH("true", "\"false\"", NIL)}}, CL_CONTRADICTION, "control.aria_checked"},
    {{{CONTROL, CONTROL_WITH("true", "\"mixed\"", NIL)}}, CL_CONTRADICTION, "control.aria_checked"},
    {{{CONTROL, CONTROL_WITH("true", NIL, "\"false\"")}}, CL_CONTRADICTION, "control.aria_pressed"},
    {{{CONTROL, CONTROL_WITH("true", NIL, "\"mixed\"")}}, CL_CONTRADICTION, "control.aria_pressed"},
    {{{CONTROL, CONTROL_WITH(NIL, NIL, NIL)}}, CL_CONTRADICTION, "control.checked"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""}}, CL_CONTRADICTION, "control.checked"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""},
      {CONTROL, CONTROL_WITH("false", "\"true\"", NIL)}},
     CL_CONTRADICTION,
     "control.aria_checked"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""},
      {CONTROL, CONTROL_WITH("false", "\"mixed\"", NIL)}},
     CL_CONTRADICTION,
     "control.aria_checked"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""},
      {CONTROL, CONTROL_WITH("false", NIL, "\"true\"")}},
     CL_CONTRADICTION,
     "control.aria_pressed"},
    {{{"\"on\",\"reason\"", "\"off\",\"reason\""}, {CONTROL, CONTROL_WITH(NIL, NIL, NIL)}},
     CL_CONTRADICTION,
     "control.checked"},
    {{{"\"on\",\"reason\":null", "\"unknown\",\"reason\":\"mixed\""},
      {"\"pending\":false,\"trusted\":null", "\"pending\":true,\"trusted\":true"}},
     CL_CONTRADICTION,
     "pending"},
    {{{"\"pending\":false", "\"pending\":true"}}, CL_CONTRADICTION, "trusted"},
    {{{"\"trusted\":null", "\"trusted\":true"}}, CL_CONTRADICTION, "trusted"},
    {{{URL, "https://www.linkedin.com/feed/"}}, CL_CONTRADICTION, "page.url"},
    {{{URL, URL "/x"}}, CL_CONTRADICTION, "page.url"},
    {{{URL, URL "//"}}, CL_CONTRADICTION, "page.url"},
    {{{URL, "https://www.linkedin.com/mypreferences/x/data-for-ai-improvement"}},
     CL_CONTRADICTION,
     "page.url"},
    {{{URL, "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvements"}},
     CL_CONTRADICTION,
     "page.url"},
    {{{"\"candidates\":1", "\"candidates\":0"}}, CL_CONTRADICTION, "candidates"},
    /* what is no observation at all */
    {{{"00112233", "0011223X"}}, CL_BAD_VALUE, "reading"},
    {{{"00112233", "0011223"}}, CL_BAD_VALUE, "reading"},
    {{{"aabb", "AABB"}}, CL_BAD_VALUE, "reading"},
    {{{"00112233", "001122334"}}, CL_TOO_LONG, "reading"},
    {{{"\"state\":\"on\"", "\"state\":\"On\""}}, CL_BAD_VALUE, "state"},
    {{{"\"state\":\"on\"", "\"state\":null"}}, CL_WRONG_TYPE, "state"},
    {{{"\"reason\":null", "\"reason\":\"tired\""}}, CL_BAD_VALUE, "reason"},
    {{{"\"asked\":false,", ""}}, CL_MISSING_MEMBER, "asked"},
    {{{"\"asked\":false", "\"asked\":0"}}, CL_WRONG_TYPE, "asked"},
    {{{"\"asked\":false", "\"asked\":false,\"Asked\":false"}}, CL_UNKNOWN_MEMBER, "Asked"},
    {{{"\"premium\":true", "\"premium\":true,\"name\":\"x\""}}, CL_UNKNOWN_MEMBER, "account.name"},
    {{{URL, URL "?x=1"}}, CL_BAD_VALUE, "page.url"},
    {{{URL, URL "#x"}}, CL_BAD_VALUE, "page.url"},
    {{{URL, "http://www.linkedin.com/"}}, CL_BAD_VALUE, "page.url"},
    {{{URL, "https://www.linkedin.com.example/"}}, CL_BAD_VALUE, "page.url"},
    {{{"\"place\":\"document\"", "\"place\":\"window\""}}, CL_BAD_VALUE, "control.place"},
    {{{CONTROL, "\"control\":false"}}, CL_WRONG_TYPE, "control"},
    {{{"\"candidates\":1", "\"candidates\":1001"}}, CL_BAD_VALUE, "candidates"},
    {{{"\"candidates\":1", "\"candidates\":-1"}}, CL_BAD_VALUE, "candidates"},
    {{{"\"browser\":\"chromium\"", "\"browser\":\"netscape\""}}, CL_BAD_VALUE, "client.browser"},
    {{{"18:00:00.000Z", "18:00:00Z"}}, CL_BAD_VALUE, "observed_at"},
};

static void readings_are_taken_or_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        struct cl_observation obs = {.candidates = -7};
        char field[96];
        enum cl_err err = read_edited(readings[i].edits, &obs, field);
        if (err != readings[i].err || strcmp(field, readings[i].field) != 0)
            fail_msg("row %zu: %s at \"%s\"", i, cl_err_code(err), field);
        if (err)
            assert_int_equal(obs.candidates, -7); /* written only on success */
    }
}

/* ---- meaning --------------------------------------------------------------------------------- */

#define T0     1790000000000LL /* when a sequence starts, for browser and host alike */
#define SECOND 1000LL

enum {
    ON = CL_STATE_ON,
    OFF = CL_STATE_OFF,
    NONE = CL_STATE_NOT_OFFERED,
    UNKNOWN = CL_STATE_UNKNOWN
};
enum {
    FIRST = CL_CHANGE_FIRST,
    SAME = CL_CHANGE_UNCHANGED,
    CHANGED = CL_CHANGE_CHANGED,
    REWORDED = CL_CHANGE_REWORDED,
    STALE = CL_CHANGE_STALE
};
enum { SEEN = CL_PHASE_SEEN, PENDING = CL_PHASE_PENDING, CONFIRMED = CL_PHASE_CONFIRMED };
enum { NOBODY = CL_CAUSE_NULL, USER = CL_CAUSE_USER, UNEXPLAINED = CL_CAUSE_UNEXPLAINED };
#define REPEAT 1

/* One look: when (seconds after the start), from a document loaded when; what it saw; what it
 * means. */
struct look {
    int64_t at, loaded;
    int state;
    int trusted; /* -1: no flip in this document; else the flip's trust */
    const char *label;
    int change, phase, cause;
    bool repeat, asked;
    int reason;
    int premium; /* 0 as before (true), 1 false, 2 null */
};

static const struct sequence {
    const char *name;
    struct look looks[8];
} sequences[] = {
    {"first, then nothing new, then after a day",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {3600, 3599, ON, -1, "a", SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {86399, 86398, ON, -1, "a", SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {86401, 86400, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0}}},
    {"asked for",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {2, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 1, 0, 0},
      {3, 0, ON, -1, "a", SAME, SEEN, NOBODY, REPEAT, 0, 0, 0}}},
    {"a day is counted from the last record, not from the last repeat",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {80000, 0, ON, -1, "a", SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {90000, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0}}},
    {"a clock that went back repeats nothing",
     {{100, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {50, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0}}},
    {"other words",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {2, 0, ON, -1, "b", REWORDED, SEEN, NOBODY, 0, 0, 0, 0},
      {3, 0, ON, -1, "b", SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {4, 0, ON, -1, NULL, REWORDED, SEEN, NOBODY, 0, 0, 0, 0}}},
    {"other words after a look that knew nothing",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {2, 0, UNKNOWN, -1, "z", SAME, SEEN, NOBODY, 0, 0, 1, 0},
      {3, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0}}},
    {"the member opts out, and a later document confirms it",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {11, 0, OFF, -1, "a", CHANGED, PENDING, USER, REPEAT, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0},
      {31, 30, OFF, -1, "a", SAME, SEEN, NOBODY, REPEAT, 0, 0, 0}}},
    {"loaded in the very moment of the flip confirms nothing",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {21, 10, OFF, -1, "a", CHANGED, PENDING, USER, REPEAT, 0, 0, 0},
      {22, 11, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0}}},
    {"the server flips it back afterwards",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0},
      {90000, 89999, ON, -1, "a", CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0}}},
    {"an old tab shows what is past",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0},
      {30, 5, ON, -1, "old words", STALE, SEEN, NOBODY, 0, 0, 0, 0},
      {31, 5, ON, -1, "old words", STALE, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {40, 39, OFF, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0},
      {50, 49, ON, -1, "a", CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0}}},
    {"an old tab, but the clock went back: it counts",
     {{90000, 89990, OFF, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {30, 20, ON, -1, "a", CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0}}},
    {"a flip that was not saved",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {21, 20, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0},
      {31, 30, OFF, -1, "a", CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0}}},
    {"a flip that nobody trusted made",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 0, "a", CHANGED, PENDING, UNEXPLAINED, 0, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, UNEXPLAINED, 0, 0, 0, 0}}},
    {"a script repeats the member's flip",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {12, 0, OFF, 0, "a", CHANGED, PENDING, USER, REPEAT, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0}}},
    {"the server refuses an optimistic flip in the same document",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {12, 0, ON, 0, "a", SAME, PENDING, UNEXPLAINED, 0, 0, 0, 0},
      {21, 20, ON, -1, "a", SAME, CONFIRMED, NOBODY, 0, 0, 0, 0}}},
    {"an older tab does not end the waiting",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 5, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {12, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0}}},
    {"unknown settles nothing and ends no waiting",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {15, 14, UNKNOWN, -1, NULL, SAME, SEEN, NOBODY, 0, 0, 0, 0},
      {16, 15, UNKNOWN, -1, NULL, SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {17, 16, UNKNOWN, -1, NULL, SAME, SEEN, NOBODY, 0, 0, 1, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0}}},
    {"unknown first",
     {{1, 0, UNKNOWN, -1, NULL, FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {2, 0, UNKNOWN, -1, NULL, SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {3, 2, OFF, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {4, 3, UNKNOWN, -1, NULL, SAME, SEEN, NOBODY, 0, 0, 0, 0},
      {5, 4, OFF, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0}}},
    {"a flip first",
     {{1, 0, OFF, 1, "a", FIRST, PENDING, USER, 0, 0, 0, 0},
      {3, 2, OFF, -1, "a", FIRST, CONFIRMED, NOBODY, 0, 0, 0, 0}}},
    {"not offered is a state like the others",
     {{1, 0, NONE, -1, NULL, FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {2, 1, NONE, -1, NULL, SAME, SEEN, NOBODY, REPEAT, 0, 0, 0},
      {3, 2, ON, -1, "a", CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0},
      {4, 3, NONE, -1, NULL, CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0}}},
    {"premium is told when it becomes known or changes",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 2},
      {2, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 0},
      {3, 0, ON, -1, "a", SAME, SEEN, NOBODY, REPEAT, 0, 0, 2},
      {4, 0, ON, -1, "a", SAME, SEEN, NOBODY, 0, 0, 0, 1}}},
    {"on, off, on by the member, each confirmed",
     {{1, 0, ON, -1, "a", FIRST, SEEN, NOBODY, 0, 0, 0, 0},
      {10, 0, OFF, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {21, 20, OFF, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0},
      {25, 20, ON, 1, "a", CHANGED, PENDING, USER, 0, 0, 0, 0},
      {31, 30, ON, -1, "a", CHANGED, CONFIRMED, USER, 0, 0, 0, 0},
      {41, 40, OFF, -1, "a", CHANGED, SEEN, UNEXPLAINED, 0, 0, 0, 0}}},
};

static struct cl_observation seen_at(const struct look *look)
{
    static const enum cl_tri premium[] = {CL_TRUE, CL_FALSE, CL_NULL};
    return (struct cl_observation){
        .state = (enum cl_state)look->state,
        .reason = look->state == UNKNOWN ? look->reason : -1,
        .observed_at = T0 + look->at * SECOND,
        .pending = look->trusted >= 0,
        .trusted = (enum cl_tri)look->trusted,
        .asked = look->asked,
        .account.premium = premium[look->premium],
        .page = {.language = "en", .loaded_at = T0 + look->loaded * SECOND},
        .has_control = look->state != NONE && (look->state != UNKNOWN || look->label != NULL),
        .control.label = look->label,
    };
}

static void sequences_mean_what_they_say(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sequences / sizeof sequences[0]; s++) {
        struct cl_account account;
        for (size_t i = 0; i < 8 && sequences[s].looks[i].at > 0; i++) {
            const struct look *look = &sequences[s].looks[i];
            struct cl_observation obs = seen_at(look);
            struct cl_meaning meaning;
            struct cl_account after;
            assert_int_equal(cl_observation_interpret(&obs, i > 0 ? &account : NULL,
                                                      T0 + look->at * SECOND, i, &meaning, &after),
                             CL_OK);
            if ((int)meaning.change != look->change || (int)meaning.phase != look->phase ||
                (int)meaning.cause != look->cause || meaning.repeat != look->repeat)
                fail_msg("%s, look %zu: change %d phase %d cause %d repeat %d", sequences[s].name,
                         i, (int)meaning.change, (int)meaning.phase, (int)meaning.cause,
                         meaning.repeat);
            if (meaning.repeat)
                assert_memory_equal(&after, &account, sizeof after);
            account = after;
        }
    }
}

static void an_account_remembers_what_it_needs(void **state)
{
    (void)state;
    struct cl_meaning meaning;
    struct cl_account a;
    struct cl_account b;
    struct cl_observation on =
        seen_at(&(struct look){.at = 1, .state = ON, .trusted = -1, .label = "a"});
    struct cl_observation off =
        seen_at(&(struct look){.at = 5, .state = OFF, .trusted = 1, .label = "a"});
    struct cl_observation later =
        seen_at(&(struct look){.at = 9, .loaded = 8, .state = OFF, .trusted = -1, .label = "a"});
    assert_int_equal(cl_observation_interpret(&on, NULL, T0 + HOUR, 1, &meaning, &a), CL_OK);
    assert_true(a.settled);
    assert_int_equal(a.since, T0 + SECOND); /* it waited for an hour before it was written */
    assert_int_equal(a.last_seen, T0 + SECOND);
    assert_int_equal(cl_observation_interpret(&off, &a, T0 + 2 * HOUR, 2, &meaning, &b), CL_OK);
    assert_int_equal(b.state, CL_STATE_ON); /* pending settles nothing */
    assert_true(b.pending && b.pending_trusted);
    assert_int_equal(b.pending_at, T0 + 5 * SECOND);
    assert_int_equal(b.since, T0 + SECOND);
    assert_int_equal(cl_observation_interpret(&later, &b, T0 + 3 * HOUR, 3, &meaning, &a), CL_OK);
    assert_int_equal(a.state, CL_STATE_OFF);
    assert_false(a.pending);
    assert_int_equal(a.since, T0 + 9 * SECOND);
    assert_int_equal(a.last_seq, 3);
}

static void a_look_counts_when_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int64_t observed, written, last, looked;
    } cases[] = {
        {"written at once: one clock for all", T0 - 1, T0, T0 - HOUR, T0},
        {"the browser's clock a little ahead", T0 + SECOND, T0, T0 - HOUR, T0},
        {"the browser's clock far ahead", T0 + 24 * HOUR, T0, T0 - HOUR, T0},
        {"five minutes are at once", T0 - 300 * SECOND, T0, T0 - HOUR, T0},
        {"more are not", T0 - 300 * SECOND - 1, T0, T0 - HOUR, T0 - 300 * SECOND - 1},
        {"waited for three days", T0 - 72 * HOUR, T0, 0, T0 - 72 * HOUR},
        {"waited, and another browser has looked since", T0 - 72 * HOUR, T0, T0 - HOUR, T0 - HOUR},
        {"and at a time that has not come", T0 - 72 * HOUR, T0, T0 + HOUR, T0 - 72 * HOUR},
        {"a clock that was at its beginning", 0, T0, T0 - HOUR, T0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cl_observation obs = {.observed_at = cases[i].observed};
        if (cl_observation_looked(&obs, cases[i].written, cases[i].last) != cases[i].looked)
            fail_msg("%s", cases[i].what);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readings_are_taken_or_refused_by_name),
        cmocka_unit_test(sequences_mean_what_they_say),
        cmocka_unit_test(an_account_remembers_what_it_needs),
        cmocka_unit_test(a_look_counts_when_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
