/* What the machine's clocks say, and RFC 3339 text for it. */
#ifndef CL_CLOCK_H
#define CL_CLOCK_H

#include "base/common.h"
#include "base/err.h"

#include <stdint.h>

#define CL_MINUTE_MS   INT64_C(60000)
#define CL_HOUR_MS     (60 * CL_MINUTE_MS)
#define CL_DAY_MS      (24 * CL_HOUR_MS)
#define CL_TIME_MAX_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define CL_TIME_TEXT   25                       /* "2026-11-21T18:00:00.000Z" and its NUL */
#define CL_BOOT_ID     37                       /* a UUID and its NUL */
/* Two clocks that are both well are less apart. */
#define CL_CLOCKS_APART_MS (5 * CL_MINUTE_MS)

struct cl_clock {
    int64_t time_ms; /* CLOCK_REALTIME, milliseconds since 1970-01-01T00:00:00Z */
    enum cl_tri
        synchronized; /* adjtimex(2): CL_FALSE with STA_UNSYNC, CL_NULL when it cannot be asked */
    char boot_id[CL_BOOT_ID]; /* /proc/sys/kernel/random/boot_id, or "" */
    int64_t uptime_ms;        /* CLOCK_BOOTTIME, so that time asleep counts */
};

/* Read all clocks now. CL_IO if the real-time clock cannot be read or is outside 1970..9999. */
CL_MUST_USE enum cl_err cl_clock_now(struct cl_clock *ret_clock);

/* What became of the clock between two looks at it. While a computer runs, time and uptime advance
 * alike; what they differ by is what somebody or something set. Below a minute nothing is meant by
 * it. */
enum cl_clock_step {
    CL_CLOCK_STEADY,
    CL_CLOCK_BACK,    /* earlier than before */
    CL_CLOCK_AHEAD,   /* same boot: advanced by more than a minute more than the uptime */
    CL_CLOCK_PUT_BACK /* same boot: advanced by more than a minute less */
};
enum cl_clock_step cl_clock_compare(const struct cl_clock *before, const struct cl_clock *after);

/* Microseconds that only go forward, for waits. A deadline is one of them. */
int64_t cl_clock_monotonic(void);

/* RFC 3339 in UTC with exactly three decimals and "Z". ms must be within 0000..9999. */
void cl_time_format(int64_t ms, char ret_text[static CL_TIME_TEXT]);

/* The same spelling and no other; a leap second, a zone or fewer digits are CL_BAD_VALUE. */
CL_MUST_USE enum cl_err cl_time_parse(const char *text, int64_t *ret_ms);

#endif
