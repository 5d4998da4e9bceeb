#include "base/array.h"
#include "report/model_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cl_err cl_model_stamp(struct cl_model *s, const struct cl_stamp *stamp)
{
    enum cl_err err = CL_ARRAY_ROOM(s->stamps, s->stamp_room, s->stamp_count + 1);
    if (err)
        return err;
    s->stamps[s->stamp_count++] = *stamp;
    return cl_brackets_add(&s->brackets, stamp->size, stamp->seq, stamp->stamp.earliest_ms,
                           stamp->stamp.latest_ms);
}

static int by_seq(const void *a, const void *b)
{
    const struct cl_stamp *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static const struct cl_stamp *find_stamp(const struct cl_model *s, uint64_t seq)
{
    const struct cl_stamp wanted = {.seq = seq};
    return s->stamp_count ? bsearch(&wanted, s->stamps, s->stamp_count, sizeof wanted, by_seq)
                          : NULL;
}

static enum cl_err find_lie(struct cl_model *s, uint64_t seq, const char *member)
{
    struct cl_found found = {.seq = seq, .what = CL_FINDING_TOKEN};
    (void)snprintf(found.member, sizeof found.member, "%s", member);
    return cl_model_found(s, &found);
}

/* The signer's name takes the place of the one that the entry gives. */
static enum cl_err name_signer(struct cl_model *s, struct cl_event *event)
{
    const struct cl_stamp *stamp = find_stamp(s, event->seq);
    enum cl_err err = CL_OK;
    if (stamp && event->label && strcmp(event->label, stamp->stamp.authority) != 0)
        err = find_lie(s, event->seq, "tsa");
    if (!err && stamp && memcmp(event->sha256, stamp->root.bytes, CL_HASH) != 0)
        err = find_lie(s, event->seq, "root");
    free(event->label);
    event->label = NULL;
    if (err || !stamp)
        return err;
    event->counted = true;
    event->gen_time = stamp->stamp.time_ms;
    event->latest_ms = stamp->stamp.latest_ms;
    return cl_model_keep(stamp->stamp.authority, &event->label);
}

/* The largest size that is covered, and since when at the latest. */
static void note_covered(struct cl_model *s)
{
    for (size_t i = 0; i < s->stamp_count; i++) {
        const struct cl_stamp *one = &s->stamps[i];
        if (one->size < s->stamped_size ||
            (one->size == s->stamped_size && one->stamp.latest_ms >= s->stamped_ms))
            continue;
        s->stamped_size = one->size;
        s->stamped_ms = one->stamp.latest_ms;
    }
}

enum cl_err cl_model_count(struct cl_model *s)
{
    enum cl_err err = CL_OK;
    if (s->stamp_count)
        qsort(s->stamps, s->stamp_count, sizeof *s->stamps, by_seq);
    for (size_t i = 0; i < s->event_count && !err; i++)
        if (s->events[i].kind == CL_KIND_TIMESTAMP)
            err = name_signer(s, &s->events[i]);
    cl_brackets_sort(&s->brackets);
    note_covered(s);
    return err;
}
