#include "report/zone.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define WEST_MAX  (-12 * 60)
#define EAST_MAX  (14 * 60)
#define QUARTER   15
#define STEP_MAX  (3 * 60)
#define APART_MS  (7 * CL_DAY_MS)
#define LOOK_MS   (6 * CL_HOUR_MS) /* no two steps lie nearer */
#define MOMENT    20               /* "2026-03-29T01:00:00Z" */
#define SECOND_MS 1000
#define OFFSET    (CL_ZONE_OFFSET - 1)

int cl_zone_at(const struct cl_zone *zone, int64_t ms)
{
    unsigned i = zone ? zone->count : 0;
    while (i > 1 && ms < zone->steps[i - 1].from_ms)
        i--;
    return i > 0 ? zone->steps[i - 1].minutes : 0;
}

int64_t cl_zone_shown(const struct cl_zone *zone, int64_t ms)
{
    return ms + cl_zone_at(zone, ms) * CL_MINUTE_MS;
}

int64_t cl_zone_begins(const struct cl_zone *zone, int64_t shown_ms)
{
    const int64_t near = shown_ms - cl_zone_at(zone, shown_ms) * CL_MINUTE_MS;
    return shown_ms - cl_zone_at(zone, near) * CL_MINUTE_MS;
}

void cl_zone_offset(int minutes, char ret_text[static CL_ZONE_OFFSET])
{
    const unsigned away = (unsigned)(minutes < 0 ? -minutes : minutes) % (24 * 60);
    (void)snprintf(ret_text, CL_ZONE_OFFSET, "%c%02u:%02u", minutes < 0 ? '-' : '+', away / 60,
                   away % 60);
}

/* Could a zone be so, and is it spelled in the one way? UTC has no step. */
static bool is_likely(const struct cl_zone *zone)
{
    if (zone->count == 1 && zone->steps[0].minutes == 0)
        return false;
    for (unsigned i = 0; i < zone->count; i++) {
        const struct cl_zone_step *step = &zone->steps[i];
        if (step->minutes < WEST_MAX || step->minutes > EAST_MAX || step->minutes % QUARTER)
            return false;
        if (i == 0)
            continue;
        const int by = step->minutes - step[-1].minutes;
        if (by == 0 || by > STEP_MAX || by < -STEP_MAX ||
            (i > 1 && step->from_ms - step[-1].from_ms < APART_MS))
            return false;
    }
    return true;
}

/* ---- of this computer ------------------------------------------------------------------------ */

static int local_minutes(int64_t ms)
{
    const time_t seconds = (time_t)(ms / SECOND_MS);
    struct tm local;
    /* What is no whole minute is no likely zone either. */
    return localtime_r(&seconds, &local) && local.tm_gmtoff % 60 == 0 ? (int)(local.tm_gmtoff / 60)
                                                                      : EAST_MAX + 1;
}

/* The first second at which it is another than at `from`. */
static int64_t find_step(int64_t from, int64_t to)
{
    const int before = local_minutes(from);
    while (to - from > SECOND_MS) {
        const int64_t middle = from + (to - from) / (2 * (int64_t)SECOND_MS) * SECOND_MS;
        if (local_minutes(middle) == before)
            from = middle;
        else
            to = middle;
    }
    return to;
}

void cl_zone_local(int64_t from_ms, int64_t to_ms, struct cl_zone *ret_zone)
{
    struct cl_zone zone = {.count = 1};
    int64_t at = from_ms / SECOND_MS * SECOND_MS;
    zone.steps[0].minutes = local_minutes(at);
    for (; at < to_ms; at += LOOK_MS) {
        if (local_minutes(at + LOOK_MS) == zone.steps[zone.count - 1].minutes)
            continue;
        if (zone.count == CL_ZONE_STEPS)
            break;
        const int64_t step = find_step(at, at + LOOK_MS);
        zone.steps[zone.count++] = (struct cl_zone_step){step, local_minutes(step)};
    }
    const bool whole = at >= to_ms && is_likely(&zone);
    *ret_zone = whole ? zone : (struct cl_zone){0};
}

/* ---- as text --------------------------------------------------------------------------------- */

void cl_zone_write(const struct cl_zone *zone, char ret_text[static CL_ZONE_TEXT])
{
    size_t n = 0;
    ret_text[0] = '\0';
    for (unsigned i = 0; i < zone->count; i++) {
        char offset[CL_ZONE_OFFSET], moment[CL_TIME_TEXT];
        cl_zone_offset(zone->steps[i].minutes, offset);
        cl_time_format(zone->steps[i].from_ms, moment);
        n += (size_t)(i == 0
                          ? snprintf(ret_text, CL_ZONE_TEXT, "%s", offset)
                          : snprintf(ret_text + n, CL_ZONE_TEXT - n, " %.19sZ %s", moment, offset));
    }
}

static bool read_offset(struct cl_span *text, int *ret_minutes)
{
    const uint8_t *c = text->data;
    char again[CL_ZONE_OFFSET];
    if (text->len < OFFSET)
        return false;
    const int minutes = ((c[1] - '0') * 10 + c[2] - '0') * 60 + (c[4] - '0') * 10 + c[5] - '0';
    *ret_minutes = c[0] == '-' ? -minutes : minutes;
    cl_zone_offset(*ret_minutes, again);
    if (memcmp(again, c, OFFSET) != 0)
        return false;
    text->data += OFFSET;
    text->len -= OFFSET;
    return true;
}

static bool read_step(struct cl_span *text, struct cl_zone_step *ret)
{
    char moment[CL_TIME_TEXT];
    if (!cl_take_prefix(text, " ") || text->len < MOMENT || text->data[MOMENT - 1] != 'Z')
        return false;
    (void)snprintf(moment, sizeof moment, "%.19s.000Z", (const char *)text->data);
    text->data += MOMENT;
    text->len -= MOMENT;
    return cl_time_parse(moment, &ret->from_ms) == CL_OK && cl_take_prefix(text, " ") &&
           read_offset(text, &ret->minutes);
}

bool cl_zone_read(struct cl_span text, struct cl_zone *ret_zone)
{
    struct cl_zone zone = {.count = 1};
    *ret_zone = (struct cl_zone){0};
    if (!read_offset(&text, &zone.steps[0].minutes))
        return false;
    while (text.len > 0) {
        if (zone.count == CL_ZONE_STEPS || !read_step(&text, &zone.steps[zone.count]))
            return false;
        zone.count++;
    }
    if (!is_likely(&zone))
        return false;
    *ret_zone = zone;
    return true;
}
