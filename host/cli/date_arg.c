#include "cli/date_arg.h"

#include <stddef.h>
#include <time.h>

/* Exactly n digits; moves on. -1 if they are not there. */
static int digits(const char **text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *text += n;
    return value;
}

static bool one_of(const char **text, const char *allowed)
{
    for (; *allowed; allowed++) {
        if (**text != *allowed)
            continue;
        *text += 1;
        return true;
    }
    return false;
}

static bool take_date(const char **text, struct tm *ret)
{
    int year = digits(text, 4);
    int month = one_of(text, "-") ? digits(text, 2) : -1;
    int day = one_of(text, "-") ? digits(text, 2) : -1;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *ret = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_isdst = -1};
    struct tm check = *ret; /* timegm() makes 2 March of 30 February */
    return timegm(&check) != (time_t)-1 && check.tm_mday == day;
}

/* Milliseconds of a fraction of up to nine digits; `unit` becomes the length of its last digit, at
 * least 1 ms. */
static int take_fraction(const char **text, int *unit)
{
    int ms = 0, scale = 1000;
    *unit = 1000;
    if (!one_of(text, "."))
        return 0;
    int n = 0;
    for (; **text >= '0' && **text <= '9' && n < 9; n++, *text += 1) {
        scale = scale > 0 ? scale / 10 : 0;
        ms += (**text - '0') * scale;
        *unit = scale > 0 ? scale : 1;
    }
    return n > 0 ? ms : -1;
}

/* Minutes east of UTC. */
static bool take_zone(const char **text, int *ret_minutes)
{
    if (one_of(text, "Zz")) {
        *ret_minutes = 0;
        return true;
    }
    bool west = **text == '-';
    if (!one_of(text, "+-"))
        return false;
    int hours = digits(text, 2);
    int minutes = one_of(text, ":") ? digits(text, 2) : -1;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *ret_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
    return true;
}

static enum cl_err local_day(struct tm *day, bool end, int64_t *ret_ms)
{
    day->tm_mday += end ? 1 : 0;
    time_t seconds = mktime(day);
    if (seconds == (time_t)-1)
        return CL_BAD_VALUE;
    *ret_ms = (int64_t)seconds * 1000 - (end ? 1 : 0);
    return CL_OK;
}

enum cl_err date_arg_parse(const char *text, bool end, int64_t *ret_ms)
{
    struct tm tm;
    int unit, zone;
    if (!take_date(&text, &tm))
        return CL_BAD_VALUE;
    if (*text == '\0')
        return local_day(&tm, end, ret_ms);
    if (!one_of(&text, "Tt "))
        return CL_BAD_VALUE;
    tm.tm_hour = digits(&text, 2);
    tm.tm_min = one_of(&text, ":") ? digits(&text, 2) : -1;
    tm.tm_sec = one_of(&text, ":") ? digits(&text, 2) : -1;
    if (tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 ||
        tm.tm_sec > 60)
        return CL_BAD_VALUE;
    int ms = take_fraction(&text, &unit);
    if (ms < 0 || !take_zone(&text, &zone) || *text != '\0')
        return CL_BAD_VALUE;
    int64_t seconds = (int64_t)timegm(&tm) - (int64_t)zone * 60;
    *ret_ms = seconds * 1000 + ms + (end ? unit - 1 : 0);
    return CL_OK;
}
