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
    struct cl_model *s = *model;
    if (!s)
        return;
    for (size_t i = 0; i < s->event_count; i++)
        cl_model_free_event(&s->events[i]);
    free(s->events);
    free(s->spans);
    free(s->not_saved);
    free(s->found);
    free(s->stamps);
    cl_consistency_free(&s->consistency);
    cl_brackets_free(&s->brackets);
    free(s);
    *model = NULL;
}

enum cl_err cl_model_found(struct cl_model *s, const struct cl_found *found)
{
    s->found_count++;
    if (s->found_kept == CL_MODEL_FOUND_MAX)
        return CL_OK;
    enum cl_err err = CL_ARRAY_ROOM(s->found, s->found_room, s->found_kept + 1);
    if (err)
        return err;
    s->found[s->found_kept++] = *found;
    return CL_OK;
}

enum cl_err cl_model_deny(struct cl_model *s, uint64_t seq, const char *member)
{
    struct cl_found found = {.seq = seq, .what = CL_FINDING_EXHIBIT};
    (void)snprintf(found.member, sizeof found.member, "%s", member);
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].seq == seq && s->events[i].file) {
            cl_model_forget_mail(s->events[i].file);
            s->events[i].file->type = CL_CONTENT_TYPES;
        }
    return cl_model_found(s, &found);
}

static void note_clock(struct cl_model *s, const struct cl_entry_head *head)
{
    enum cl_clock_step step =
        s->has_last ? cl_clock_compare(&s->last, &head->clock) : CL_CLOCK_STEADY;
    if (step && s->clock_steps++ < CL_MODEL_NOTES_MAX)
        s->clock[s->clock_steps - 1] = (struct cl_clock_note){s->last_seq, head->seq, step};
    s->unsynchronized += head->clock.synchronized == CL_FALSE;
    s->last = head->clock;
    s->last_seq = head->seq;
    s->has_last = true;
}

static enum cl_err keep_findings(struct cl_model *s)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < s->findings.count && !err; i++)
        err = cl_model_found(s, &s->findings.item[i]);
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
