/* How far a computer's local time was from UTC, and since when: so that a report tells times as
 * the member's clock showed them. The report states it in its head, which makes it the same again
 * on any machine, with whatever rules for daylight saving. It decides nothing: every time stands
 * with its distance from UTC, so it is one moment in any zone. */
#ifndef CL_ZONE_H
#define CL_ZONE_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define CL_ZONE_STEPS 32
#define CL_ZONE_TEXT  (8 + CL_ZONE_STEPS * 28)

/* Without a step it is UTC. The first holds from the beginning, whatever its time. */
struct cl_zone {
    unsigned count;
    struct cl_zone_step {
        int64_t from_ms; /* a whole second */
        int minutes;     /* east of UTC */
    } steps[CL_ZONE_STEPS];
};

/* Of this computer (TZ, /etc/localtime), for times between these. UTC where that is told by no zone
 * that cl_zone_read takes. */
void cl_zone_local(int64_t from_ms, int64_t to_ms, struct cl_zone *ret_zone);

/* Minutes east of UTC at that time. NULL: 0. */
int cl_zone_at(const struct cl_zone *zone, int64_t ms);

/* That time as UTC would tell it where the zone's clock shows it: to write and to count days by. */
int64_t cl_zone_shown(const struct cl_zone *zone, int64_t ms);

/* The moment at which it shows that; where it never does, or twice, one nearby. */
int64_t cl_zone_begins(const struct cl_zone *zone, int64_t shown_ms);

#define CL_ZONE_OFFSET 7 /* "+01:00" and its NUL */
/* Minutes east of UTC, less than a day of them, as RFC 3339 spells them. */
void cl_zone_offset(int minutes, char ret_text[static CL_ZONE_OFFSET]);

/* "+01:00 2026-03-29T01:00:00Z +02:00 …"; "" for UTC. */
void cl_zone_write(const struct cl_zone *zone, char ret_text[static CL_ZONE_TEXT]);
/* The same back, in that one spelling: quarters of an hour between −12:00 and +14:00, steps of at
 * most three hours, days apart. False: it is none, and *ret_zone is UTC. */
CL_MUST_USE bool cl_zone_read(struct cl_span text, struct cl_zone *ret_zone);

#endif
