/* How far local time is from UTC: of this computer, as text, and what is no zone. */
#include "report/zone.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static int64_t at(const char *time)
{
    int64_t ms = 0;
    assert_int_equal(cl_time_parse(time, &ms), CL_OK);
    return ms;
}

static bool read_text(const char *text, struct cl_zone *ret)
{
    return cl_zone_read((struct cl_span){(const uint8_t *)text, strlen(text)}, ret);
}

static void local(const char *tz, struct cl_zone *ret)
{
    assert_int_equal(setenv("TZ", tz, 1), 0);
    tzset();
    cl_zone_local(at("2026-01-01T00:00:00.000Z"), at("2026-12-01T00:00:00.000Z"), ret);
}

/* By rules in TZ itself, so that no machine's tables matter. */
static void of_this_computer(void **state)
{
    static const struct {
        const char *tz, *text;
    } rows[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3",
         "+01:00 2026-03-29T01:00:00Z +02:00 2026-10-25T01:00:00Z +01:00"},
        {"EST5EDT,M3.2.0,M11.1.0",
         "-05:00 2026-03-08T07:00:00Z -04:00 2026-11-01T06:00:00Z -05:00"},
        {"IST-5:30", "+05:30"},
        {"<+1245>-12:45", "+12:45"},
        {"GMT0BST,M3.5.0/1,M10.5.0",
         "+00:00 2026-03-29T01:00:00Z +01:00 2026-10-25T01:00:00Z +00:00"},
        {"UTC0", ""},
        {"<x>-1:07", ""},               /* no quarter of an hour */
        {"<x>-20", ""},                 /* nowhere */
        {"A0B-9,M3.5.0/1,M10.5.0", ""}, /* too far at once */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cl_zone zone, again;
        char text[CL_ZONE_TEXT];
        local(rows[i].tz, &zone);
        cl_zone_write(&zone, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(read_text(text, &again), text[0] != '\0');
        assert_int_equal(again.count, zone.count);
        for (unsigned k = 1; k < zone.count; k++)
            assert_int_equal(again.steps[k].from_ms, zone.steps[k].from_ms);
    }
}

static void at_a_time(void **state)
{
    struct cl_zone zone;
    (void)state;
    assert_true(read_text("+01:00 2026-03-29T01:00:00Z +02:00 2026-10-25T01:00:00Z +01:00", &zone));
    assert_int_equal(cl_zone_at(&zone, 0), 60);
    assert_int_equal(cl_zone_at(&zone, at("2026-03-29T00:59:59.999Z")), 60);
    assert_int_equal(cl_zone_at(&zone, at("2026-03-29T01:00:00.000Z")), 120);
    assert_int_equal(cl_zone_at(&zone, at("2026-10-25T00:59:59.999Z")), 120);
    assert_int_equal(cl_zone_at(&zone, at("2027-10-25T01:00:00.000Z")), 60);
    assert_int_equal(cl_zone_at(NULL, 0), 0);
}

static void what_is_none(void **state)
{
    static const char *const rows[] = {
        "",
        "+01:0",
        "+1:00",
        "01:00 ",
        "+01:00 ",
        "+01:07",
        "+14:15",
        "-12:15",
        "+99:00",
        "+00:00",
        "-00:00",
        "-00:00 2026-03-29T01:00:00Z +01:00",
        "+01:00 2026-03-29T01:00:00Z",
        "+01:00 2026-03-29T01:00:00Z +01:00",
        "+01:00 2026-03-29T01:00:00Z +05:00",
        "+01:00  2026-03-29T01:00:00Z +02:00",
        "+01:00 2026-03-29T01:00:00.000Z +02:00",
        "+01:00 2026-02-30T01:00:00Z +02:00",
        "+01:00 2026-03-29T01:00:00Z +02:00 2026-03-30T01:00:00Z +01:00",
        "+01:00 2026-03-29T01:00:00Z +02:00 2025-03-30T01:00:00Z +01:00",
        "+01:00\"><script>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cl_zone zone;
        assert_false(read_text(rows[i], &zone));
        assert_int_equal(zone.count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_this_computer),
        cmocka_unit_test(at_a_time),
        cmocka_unit_test(what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
