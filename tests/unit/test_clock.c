#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Milliseconds by `date -u -d … +%s%3N`. */
static const struct {
    const char *text;
    int64_t ms;
} times[] = {
    {"1970-01-01T00:00:00.000Z", 0},
    {"1970-01-01T00:00:00.001Z", 1},
    {"1969-12-31T23:59:59.999Z", -1},
    {"2000-02-29T12:00:00.000Z", 951825600000},
    {"2024-02-29T23:59:59.999Z", 1709251199999},
    {"2024-03-01T00:00:00.000Z", 1709251200000},
    {"2026-11-21T18:00:00.123Z", 1795284000123},
    {"2100-02-28T23:59:59.000Z", 4107542399000},
    {"2100-03-01T00:00:00.000Z", 4107542400000},
    {"9999-12-31T23:59:59.999Z", 253402300799999},
    {"0000-01-01T00:00:00.000Z", -62167219200000},
};

static void text_and_number_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[CL_TIME_TEXT];
        int64_t ms = INT64_MIN;
        cl_time_format(times[i].ms, text);
        assert_string_equal(text, times[i].text);
        assert_int_equal(cl_time_parse(times[i].text, &ms), CL_OK);
        assert_int_equal(ms, times[i].ms);
    }
}

/* Against the C library, a day and some at a time through 0000 to 9999. */
static void agrees_with_gmtime(void **state)
{
    (void)state;
    for (int64_t s = -62167219200; s < 253402300800; s += 86400 + 3601) {
        time_t seconds = (time_t)s;
        struct tm tm;
        char expected[CL_TIME_TEXT];
        char text[CL_TIME_TEXT];
        int64_t ms;
        assert_non_null(gmtime_r(&seconds, &tm));
        assert_int_equal(strftime(expected, sizeof expected, "-%m-%dT%H:%M:%S.250Z", &tm), 20);
        cl_time_format(s * 1000 + 250, text);
        assert_string_equal(text + 4, expected);
        assert_int_equal(cl_time_parse(text, &ms), CL_OK);
        assert_int_equal(ms, s * 1000 + 250);
    }
}

static void one_spelling_is_taken(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026",
        "2026-11-21",
        "2026-11-21T18:00:00Z",
        "2026-11-21T18:00:00.0Z",
        "2026-11-21T18:00:00.0000Z",
        "2026-11-21T18:00:00.000",
        "2026-11-21T18:00:00.000z",
        "2026-11-21t18:00:00.000Z",
        "2026-11-21 18:00:00.000Z",
        "2026-11-21T18:00:00,000Z",
        "2026-11-21T18:00:00.000+00:00",
        "2026-11-21T18:00:00.000Z ",
        " 2026-11-21T18:00:00.000Z",
        "+026-11-21T18:00:00.000Z",
        "-026-11-21T18:00:00.000Z",
        "2026-11-21T18:00:60.000Z",
        "2016-12-31T23:59:60.000Z",
        "2026-11-21T18:60:00.000Z",
        "2026-11-21T24:00:00.000Z",
        "2026-00-21T18:00:00.000Z",
        "2026-13-21T18:00:00.000Z",
        "2026-11-00T18:00:00.000Z",
        "2026-11-31T18:00:00.000Z",
        "2026-01-32T18:00:00.000Z",
        "2026-02-29T18:00:00.000Z",
        "2024-02-30T18:00:00.000Z",
        "1900-02-29T18:00:00.000Z",
        "2026-11-99T18:00:00.000Z",
        "2026-11-21T18:00:0\xd9\xa0.00Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms = 42;
        if (cl_time_parse(bad[i], &ms) != CL_BAD_VALUE)
            fail_msg("taken: %s", bad[i]);
        assert_int_equal(ms, 42);
    }
}

static void every_cut_and_changed_byte_is_seen(void **state)
{
    (void)state;
    static const char good[] = "2026-11-21T18:00:00.123Z";
    for (size_t i = 0; i < strlen(good); i++) {
        char text[sizeof good];
        int64_t ms;
        memcpy(text, good, sizeof good);
        text[i] = '\0';
        assert_int_equal(cl_time_parse(text, &ms), CL_BAD_VALUE);
        text[i] = good[i] == 'x' ? 'y' : 'x';
        assert_int_equal(cl_time_parse(text, &ms), CL_BAD_VALUE);
    }
}

static void now_is_what_the_system_says(void **state)
{
    (void)state;
    struct cl_clock clock;
    struct timespec before;
    struct timespec after;
    struct timespec up;
    clock_gettime(CLOCK_REALTIME, &before);
    assert_int_equal(cl_clock_now(&clock), CL_OK);
    clock_gettime(CLOCK_REALTIME, &after);
    clock_gettime(CLOCK_BOOTTIME, &up);
    assert_in_range(clock.time_ms, before.tv_sec * 1000 + before.tv_nsec / 1000000,
                    after.tv_sec * 1000 + after.tv_nsec / 1000000);
    assert_in_range(clock.uptime_ms, 1, up.tv_sec * 1000 + up.tv_nsec / 1000000);
    assert_in_range(clock.synchronized + 1, 0, 2);

    char boot_id[64] = "";
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
    if (file) {
        assert_non_null(fgets(boot_id, sizeof boot_id, file));
        fclose(file);
        boot_id[strcspn(boot_id, "\n")] = '\0';
    }
    assert_string_equal(clock.boot_id, boot_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_number_agree),
        cmocka_unit_test(agrees_with_gmtime),
        cmocka_unit_test(one_spelling_is_taken),
        cmocka_unit_test(every_cut_and_changed_byte_is_seen),
        cmocka_unit_test(now_is_what_the_system_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
