#include "report/csv.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct cl_entry look(const char *label)
{
    struct cl_entry entry = {.head = {.seq = 7, .kind = CL_KIND_OBSERVATION}};
    struct cl_observation *seen = &entry.observation.seen;
    *seen = (struct cl_observation){.state = CL_STATE_ON,
                                    .reason = -1,
                                    .account = {.premium = CL_NULL},
                                    .has_control = true,
                                    .page = {.url = "https://www.linkedin.com/", .language = "en"}};
    seen->control.label = label;
    entry.observation.meaning =
        (struct cl_meaning){.change = CL_CHANGE_FIRST, .cause = CL_CAUSE_NULL};
    return entry;
}

/* The row of a look with that label, as a string that stays until the next call. */
static const char *row_of(const char *label, bool not_saved, const struct cl_findings *findings)
{
    static char text[4096];
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(sizeof text - 1);
    const struct cl_entry entry = look(label);
    assert_int_equal(cl_csv_row(&entry, not_saved, findings, &to), CL_OK);
    memcpy(text, to.data, to.len);
    text[to.len] = '\0';
    return text;
}

static void labels_are_quoted_and_guarded(void **state)
{
    static const struct {
        const char *label, *field;
    } rows[] = {
        {"plain", ",\"plain\","},
        {"a \"word\", and more", ",\"a \"\"word\"\", and more\","},
        {"=1+1", ",\"'=1+1\","},
        {"+49", ",\"'+49\","},
        {"-1", ",\"'-1\","},
        {"@SUM(A1)", ",\"'@SUM(A1)\","},
        {"\tx", ",\"'\tx\","},
        {"\xef\xbc\x9d"
         "1",
         ",\"'\xef\xbc\x9d"
         "1\","}, /* full width = */
        {"\xef\xbb\xbf"
         "1",
         ",\"[U+FEFF]1\","}, /* begins with the same byte, and is not seen */
        {"a;=1", ",\"a;'=1\","},
        {"a\t=1", ",\"a\t'=1\","},
        {"a\n=1", ",\"a\n'=1\","},
        {"a;\"=1", ",\"a;\"\"'=1\","}, /* a quote that a reader of ; takes off */
        {"\"\"=1", ",\"\"\"\"\"'=1\","},
        {"a\"=1", ",\"a\"\"=1\","},
        {"a=1", ",\"a=1\","},
        {"", ",\"\","},
    };
    (void)state;
    const struct cl_findings none = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strstr(row_of(rows[i].label, false, &none), rows[i].field))
            fail_msg("%s is not in %s", rows[i].field, row_of(rows[i].label, false, &none));
}

/* Fields of a row: every comma between two quotes, for no text of these has one. */
static size_t fields(const char *row)
{
    size_t n = 1;
    for (const char *p = row; (p = strstr(p, "\",\"")) != NULL; p += 2)
        n++;
    return n;
}

static void each_row_has_the_fields_of_the_head(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf head = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf lost = cl_buf(4096);
    const struct cl_findings none = {0};
    assert_int_equal(cl_csv_head(&head), CL_OK);
    assert_int_equal(cl_csv_lost(9, &none, &lost), CL_OK);
    assert_int_equal(cl_buf_put(&head, "", 1), CL_OK);
    assert_int_equal(cl_buf_put(&lost, "", 1), CL_OK);
    const size_t expected = fields((const char *)head.data);
    assert_int_equal(expected, 20);
    assert_int_equal(fields((const char *)lost.data), expected);
    assert_int_equal(fields(row_of("x", false, &none)), expected);
    assert_non_null(strstr((const char *)lost.data, "\"9\",\"\",\"unreadable\""));
}

static void what_was_found_is_named_once(void **state)
{
    (void)state;
    struct cl_findings findings = {.count = 3};
    findings.item[0].what = CL_FINDING_UPTIME;
    findings.item[1].what = CL_FINDING_DATE;
    findings.item[2].what = CL_FINDING_UPTIME;
    char expected[128];
    (void)snprintf(expected, sizeof expected, ",\"%s %s\"\r\n", cl_finding_names[CL_FINDING_UPTIME],
                   cl_finding_names[CL_FINDING_DATE]);
    assert_non_null(strstr(row_of("x", true, &findings), expected));
    assert_non_null(strstr(row_of("x", true, &findings), ",\"true\","));
    assert_null(strstr(row_of("x", false, &findings), ",\"true\","));
}

static void a_row_too_long_is_an_error(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(16);
    const struct cl_entry entry = look("x");
    const struct cl_findings none = {0};
    assert_int_equal(cl_csv_row(&entry, false, &none, &to), CL_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_quoted_and_guarded),
        cmocka_unit_test(each_row_has_the_fields_of_the_head),
        cmocka_unit_test(what_was_found_is_named_once),
        cmocka_unit_test(a_row_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
