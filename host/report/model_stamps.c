#include "base/array.h"
#include "report/model_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cl_err cl_model_stamp(struct cl_model *model, const struct cl_stamp *stamp)
{
    enum cl_err err = CL_ARRAY_ROOM(model->stamps, model->stamp_room, model->stamp_count + 1);
    if (err)
        return err;
    model->stamps[model->stamp_count++] = *stamp;
    return cl_brackets_add(&model->brackets, stamp->size, stamp->seq, stamp->stamp.earliest_ms,
                           stamp->stamp.latest_ms);
}

static int by_seq(const void *a, const void *b)
{
    const struct cl_stamp *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static const struct cl_stamp *find_stamp(const struct cl_model *model, uint64_t seq)
{
    const struct cl_stamp wanted = {.seq = seq};
    return model->stamp_count
               ? bsearch(&wanted, model->stamps, model->stamp_count, sizeof wanted, by_seq)
               : NULL;
}

static enum cl_err find_lie(struct cl_model *model, uint64_t seq, const char *member)
{
    struct cl_found found = {.seq = seq, .what = CL_FINDING_TOKEN};
    (void)snprintf(found.member, sizeof found.member, "%s", member);
    return cl_model_found(model, &found);
}

/* The signer's name takes the place of the one that the entry gives. */
static enum cl_err name_signer(struct cl_model *model, struct cl_event *event)
{
    const struct cl_stamp *stamp = find_stamp(model, event->seq);
    enum cl_err err = CL_OK;
    if (stamp && event->label && strcmp(event->label, stamp->stamp.authority) != 0)
        err = find_lie(model, event->seq, "tsa");
    if (!err && stamp && memcmp(event->sha256, stamp->root.bytes, CL_HASH) != 0)
        err = find_lie(model, event->seq, "root");
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
static void note_covered(struct cl_model *model)
{
    for (size_t i = 0; i < model->stamp_count; i++) {
        const struct cl_stamp *one = &model->stamps[i];
        if (one->size < model->stamped_size ||
            (one->size == model->stamped_size && one->stamp.latest_ms >= model->stamped_ms))
            continue;
        model->stamped_size = one->size;
        model->stamped_ms = one->stamp.latest_ms;
    }
}

enum cl_err cl_model_count(struct cl_model *model)
{
    enum cl_err err = CL_OK;
    if (model->stamp_count)
        qsort(model->stamps, model->stamp_count, sizeof *model->stamps, by_seq);
    for (size_t i = 0; i < model->event_count && !err; i++)
        if (model->events[i].kind == CL_KIND_TIMESTAMP)
            err = name_signer(model, &model->events[i]);
    cl_brackets_sort(&model->brackets);
    note_covered(model);
    return err;
}
