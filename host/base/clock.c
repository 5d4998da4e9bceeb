#include "base/clock.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* ---- the proleptic Gregorian calendar ----------------------------------------------------
 *
 * Years are counted from March, so that the leap day is the last of its year and a month's first
 * day is a linear function of its number; eras are the 400 years after which the calendar repeats.
 * gmtime_r and timegm are avoided because glibc's read /etc/localtime first. */

#define ERA_DAYS   INT64_C(146097) /* 400 years */
#define EPOCH_DAYS INT64_C(719468) /* 0000-03-01 to 1970-01-01 */

struct date {
    int64_t year;
    int64_t month; /* 1..12 */
    int64_t day;   /* 1..31 */
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t days_of_date(struct date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

static struct date date_of_days(int64_t days)
{
    days += EPOCH_DAYS;
    int64_t era = floor_div(days, ERA_DAYS);
    int64_t day_of_era = days - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct date){
        .year = era * 400 + year_of_era + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

/* Of a month from 1 to 12. */
static int64_t days_in_month(struct date date)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    return days[date.month - 1] + (date.month == 2 && leap);
}

/* ---- text -------------------------------------------------------------------------------- */

static void put_digits(char *at, int64_t value, int count)
{
    while (count-- > 0) {
        at[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

void cl_time_format(int64_t ms, char ret_text[static CL_TIME_TEXT])
{
    int64_t days = floor_div(ms, CL_DAY_MS);
    int64_t rest = ms - days * CL_DAY_MS;
    struct date date = date_of_days(days);

    memcpy(ret_text, "0000-00-00T00:00:00.000Z", CL_TIME_TEXT);
    put_digits(ret_text, date.year, 4);
    put_digits(ret_text + 5, date.month, 2);
    put_digits(ret_text + 8, date.day, 2);
    put_digits(ret_text + 11, rest / CL_HOUR_MS, 2);
    put_digits(ret_text + 14, rest / CL_MINUTE_MS % 60, 2);
    put_digits(ret_text + 17, rest / 1000 % 60, 2);
    put_digits(ret_text + 20, rest % 1000, 3);
}

static int64_t take_digits(const char *at, int count)
{
    int64_t value = 0;
    while (count-- > 0)
        value = value * 10 + (*at++ - '0');
    return value;
}

/* Eight bytes at a time: of each what differs from the shape's, to which what is added reaches the
 * byte's highest bit if it is more than a digit differs from '0', or more than nothing. */
static bool has_shape(const char *text)
{
    static const char shape[CL_TIME_TEXT] = "0000-00-00T00:00:00.000Z";
    static const char added[CL_TIME_TEXT] = "\x76\x76\x76\x76\x7f\x76\x76\x7f"
                                            "\x76\x76\x7f\x76\x76\x7f\x76\x76"
                                            "\x7f\x76\x76\x7f\x76\x76\x76\x7f";
    uint64_t wrong = 0, t, s, a;
    if (strlen(text) != CL_TIME_TEXT - 1)
        return false;
    for (size_t i = 0; i < CL_TIME_TEXT - 1; i += sizeof t) {
        memcpy(&t, text + i, sizeof t);
        memcpy(&s, shape + i, sizeof s);
        memcpy(&a, added + i, sizeof a);
        wrong |= (t ^ s) | ((t ^ s) + a);
    }
    return (wrong & UINT64_MAX / 0xff * 0x80) == 0;
}

enum cl_err cl_time_parse(const char *text, int64_t *ret_ms)
{
    if (!has_shape(text))
        return CL_BAD_VALUE;
    struct date date = {take_digits(text, 4), take_digits(text + 5, 2), take_digits(text + 8, 2)};
    int64_t hour = take_digits(text + 11, 2);
    int64_t minute = take_digits(text + 14, 2);
    int64_t second = take_digits(text + 17, 2);
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in_month(date) ||
        hour > 23 || minute > 59 || second > 59)
        return CL_BAD_VALUE;
    *ret_ms = days_of_date(date) * CL_DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 +
              take_digits(text + 20, 3);
    return CL_OK;
}

/* ---- the machine ------------------------------------------------------------------------- */

static int64_t ms_of(struct timespec ts)
{
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A container may forbid adjtimex(2) even for reading: then it cannot be asked. */
static enum cl_tri ask_synchronized(void)
{
    struct timex timex = {.modes = 0};
    if (adjtimex(&timex) < 0)
        return CL_NULL;
    return timex.status & STA_UNSYNC ? CL_FALSE : CL_TRUE;
}

static void read_boot_id(char ret_id[static CL_BOOT_ID])
{
    ret_id[0] = '\0';
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    char id[36];
    if (read(fd, id, sizeof id) == (ssize_t)sizeof id) {
        memcpy(ret_id, id, sizeof id);
        ret_id[sizeof id] = '\0';
    }
    close(fd);
}

enum cl_err cl_clock_now(struct cl_clock *ret_clock)
{
    struct timespec real;
    struct timespec up;
    if (clock_gettime(CLOCK_REALTIME, &real) < 0 || clock_gettime(CLOCK_BOOTTIME, &up) < 0)
        return CL_IO;
    if (real.tv_sec < 0 || real.tv_sec > CL_TIME_MAX_MS / 1000)
        return CL_IO;
    ret_clock->time_ms = ms_of(real);
    ret_clock->uptime_ms = ms_of(up);
    ret_clock->synchronized = ask_synchronized();
    read_boot_id(ret_clock->boot_id);
    return CL_OK;
}

int64_t cl_clock_monotonic(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#define DRIFT_MS CL_MINUTE_MS

enum cl_clock_step cl_clock_compare(const struct cl_clock *before, const struct cl_clock *after)
{
    int64_t passed = after->time_ms - before->time_ms;
    bool same_boot = after->boot_id[0] && strcmp(after->boot_id, before->boot_id) == 0;
    int64_t drift = same_boot ? passed - (after->uptime_ms - before->uptime_ms) : 0;
    if (passed < 0)
        return CL_CLOCK_BACK;
    if (drift > DRIFT_MS)
        return CL_CLOCK_AHEAD;
    return drift < -DRIFT_MS ? CL_CLOCK_PUT_BACK : CL_CLOCK_STEADY;
}
