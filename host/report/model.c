#include "base/array.h"
#include "report/model_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cl_err cl_model_begin(struct cl_model **ret_model)
{
    struct cl_model *model = calloc(1, sizeof *model);
    if (!model)
        return CL_NO_MEMORY;
    enum cl_err err = cl_consistency_new(&model->consistency);
    if (err) {
        free(model);
        return err;
    }
    *ret_model = model;
    return CL_OK;
}

void cl_model_free(struct cl_model **model)
{
    struct cl_model *freed = *model;
    if (!freed)
        return;
    for (size_t i = 0; i < freed->event_count; i++)
        cl_model_free_event(&freed->events[i]);
    free(freed->events);
    free(freed->spans);
    free(freed->looked);
    free(freed->not_saved);
    free(freed->found);
    free(freed->stamps);
    cl_consistency_free(&freed->consistency);
    cl_brackets_free(&freed->brackets);
    free(freed);
    *model = NULL;
}

enum cl_err cl_model_found(struct cl_model *model, const struct cl_found *found)
{
    model->found_count++;
    if (model->found_kept == CL_MODEL_FOUND_MAX)
        return CL_OK;
    enum cl_err err = CL_ARRAY_ROOM(model->found, model->found_room, model->found_kept + 1);
    if (err)
        return err;
    model->found[model->found_kept++] = *found;
    return CL_OK;
}

struct told {
    const struct cl_event *events;
    uint64_t seq;
};

static bool event_before(const void *context, size_t i)
{
    const struct told *told = context;
    return told->events[i].seq < told->seq;
}

enum cl_err cl_model_deny(struct cl_model *model, uint64_t seq, const char *member)
{
    struct cl_found found = {.seq = seq, .what = CL_FINDING_EXHIBIT};
    (void)snprintf(found.member, sizeof found.member, "%s", member);
    const size_t i =
        cl_array_before(model->event_count, event_before, &(struct told){model->events, seq});
    if (i < model->event_count && model->events[i].seq == seq && model->events[i].file) {
        cl_model_forget_mail(model->events[i].file);
        model->events[i].file->type = CL_CONTENT_TYPES;
    }
    return cl_model_found(model, &found);
}

static void note_clock(struct cl_model *model, const struct cl_entry_head *head)
{
    enum cl_clock_step step =
        model->has_last ? cl_clock_compare(&model->last, &head->clock) : CL_CLOCK_STEADY;
    if (step && model->clock_steps++ < CL_MODEL_NOTES_MAX)
        model->clock[model->clock_steps - 1] =
            (struct cl_clock_note){model->last_seq, head->seq, step};
    model->unsynchronized += head->clock.synchronized == CL_FALSE;
    model->last = head->clock;
    model->last_seq = head->seq;
    model->has_last = true;
}

static enum cl_err keep_findings(struct cl_model *model)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < model->findings.count && !err; i++)
        err = cl_model_found(model, &model->findings.item[i]);
    return err;
}

static enum cl_err tell_body(struct cl_model *model, const struct cl_entry *entry)
{
    switch (entry->head.kind) {
    case CL_KIND_OBSERVATION:
        return cl_model_tell_observation(model, entry);
    case CL_KIND_DOCUMENT:
        return cl_model_tell_document(model, entry);
    case CL_KIND_TIMESTAMP:
        return cl_model_tell_token(model, entry);
    case CL_KIND_EXHIBIT:
        return cl_model_tell_exhibit(model, entry);
    case CL_KIND_GENESIS:
    case CL_KIND_DISCONTINUITY:
        break;
    }
    return cl_model_tell_other(model, entry);
}

enum cl_err cl_model_tell(struct cl_model *model, struct cl_entry *entry)
{
    enum cl_err err = cl_consistency_take(model->consistency, entry, &model->findings);
    if (!err)
        err = keep_findings(model);
    if (err)
        return err;
    note_clock(model, &entry->head);
    return tell_body(model, entry);
}

void cl_model_hide(struct cl_model *model, uint64_t seq)
{
    struct cl_seq_range *last =
        model->hidden_count ? &model->hidden[model->hidden_count - 1] : NULL;
    cl_consistency_hide(model->consistency);
    model->findings.count = 0;
    model->withheld++;
    if (last && last->last + 1 == seq)
        last->last = seq;
    else if (model->hidden_count < CL_MODEL_GAPS_MAX)
        model->hidden[model->hidden_count++] = (struct cl_seq_range){seq, seq};
}

enum cl_err cl_model_unread(struct cl_model *model, uint64_t seq, const struct cl_fault *fault)
{
    cl_consistency_unread(model->consistency, seq, fault, &model->findings);
    model->unread++;
    return keep_findings(model);
}

bool cl_model_discontinued(const struct cl_model *model)
{
    for (size_t i = 0; i < model->event_count; i++)
        if (model->events[i].kind == CL_KIND_DISCONTINUITY)
            return true;
    return model->events_left_out > 0;
}
