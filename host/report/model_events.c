#include "base/array.h"
#include "report/model_internal.h"

#include <stdlib.h>
#include <string.h>

void cl_model_forget_mail(struct cl_enclosed_file *file)
{
    free(file->from);
    free(file->date);
    free(file->subject);
    file->from = file->date = file->subject = NULL;
    file->has_mail = false;
}

void cl_model_free_event(struct cl_event *event)
{
    if (event->file)
        cl_model_forget_mail(event->file);
    free(event->file);
    free(event->title);
    free(event->label);
    free(event->language);
    free(event->url);
    free(event->effective);
}

static size_t words_of(const struct cl_event *e)
{
    static const struct cl_enclosed_file none = {0};
    const struct cl_enclosed_file *f = e->file ? e->file : &none;
    const char *const words[] = {e->title,     e->label, e->language, e->url,
                                 e->effective, f->from,  f->date,     f->subject};
    size_t sum = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        sum += words[i] ? strlen(words[i]) : 0;
    return sum;
}

static bool has_room(struct cl_model *model)
{
    if (model->event_count == CL_MODEL_EVENTS_MAX || model->words > CL_MODEL_WORDS_MAX)
        return false;
    if (model->event_count)
        model->words += words_of(&model->events[model->event_count - 1]);
    return model->words <= CL_MODEL_WORDS_MAX;
}

/* A new event, or NULL in *ret_event when there are enough of them. */
enum cl_err cl_model_new_event(struct cl_model *model, const struct cl_entry *entry,
                               struct cl_event **ret_event)
{
    *ret_event = NULL;
    if (!has_room(model)) {
        model->events_left_out++;
        return CL_OK;
    }
    enum cl_err err = CL_ARRAY_ROOM(model->events, model->event_room, model->event_count + 1);
    if (err)
        return err;
    struct cl_event *event = &model->events[model->event_count++];
    *event = (struct cl_event){.seq = entry->head.seq,
                               .time_ms = entry->head.clock.time_ms,
                               .written_ms = entry->head.clock.time_ms,
                               .kind = entry->head.kind,
                               .account = -1,
                               .reason = -1,
                               .document = -1};
    *ret_event = event;
    return CL_OK;
}

enum cl_err cl_model_keep(const char *text, char **ret_copy)
{
    if (!text)
        return CL_OK;
    *ret_copy = strdup(text);
    return *ret_copy ? CL_OK : CL_NO_MEMORY;
}

void cl_model_keep_file(struct cl_event *event, const struct cl_attachments *list)
{
    event->has_file = list->count == 1;
    if (event->has_file)
        memcpy(event->sha256, list->item[0].sha256, CL_HASH);
}

enum cl_err cl_model_tell_document(struct cl_model *model, const struct cl_entry *entry)
{
    const struct cl_document *doc = &entry->document.seen;
    struct cl_event *event;
    model->documents++;
    if (entry->document.change == CL_CHANGE_UNCHANGED)
        return CL_OK;
    enum cl_err err = cl_model_new_event(model, entry, &event);
    if (err || !event)
        return err;
    event->document = doc->which;
    event->change = entry->document.change;
    cl_model_keep_file(event, &doc->attachments);
    err = cl_model_keep(doc->title, &event->title);
    if (!err)
        err = cl_model_keep(doc->effective_text, &event->label);
    if (!err)
        err = cl_model_keep(doc->language, &event->language);
    if (!err)
        err = cl_model_keep(doc->url, &event->url);
    return err ? err : cl_model_keep(doc->effective, &event->effective);
}

/* What it states of the answer is held against the answer where that counts (cl_model_end); until
 * then, and where it does not, nothing of it is told but that it is there. */
enum cl_err cl_model_tell_token(struct cl_model *model, const struct cl_entry *entry)
{
    const struct cl_token *token = &entry->token;
    struct cl_event *event;
    model->tokens++;
    enum cl_err err = cl_model_new_event(model, entry, &event);
    if (err || !event)
        return err;
    event->size = token->size;
    memcpy(event->sha256, token->root, CL_HASH);
    return cl_model_keep(token->tsa, &event->label);
}

static bool is_denied(const struct cl_model *model)
{
    for (size_t i = 0; i < model->findings.count; i++)
        if (model->findings.item[i].what == CL_FINDING_EXHIBIT)
            return true;
    return false;
}

static enum cl_err keep_mail(const struct cl_exhibit *exhibit, struct cl_enclosed_file *file)
{
    file->has_mail = true;
    file->linkedin_signature = exhibit->mail.linkedin_signature;
    enum cl_err err = cl_model_keep(exhibit->mail.from, &file->from);
    if (!err)
        err = cl_model_keep(exhibit->mail.date, &file->date);
    return err ? err : cl_model_keep(exhibit->mail.subject, &file->subject);
}

enum cl_err cl_model_tell_exhibit(struct cl_model *model, const struct cl_entry *entry)
{
    const struct cl_exhibit *exhibit = &entry->exhibit;
    const struct cl_attachment *item = &exhibit->attachments.item[0];
    struct cl_event *event;
    enum cl_err err = cl_model_new_event(model, entry, &event);
    if (err || !event)
        return err;
    cl_model_keep_file(event, &exhibit->attachments);
    event->file = calloc(1, sizeof *event->file);
    if (!event->file)
        return CL_NO_MEMORY;
    event->file->type = cl_content_named(item->media_type);
    event->file->size = item->size;
    err = cl_model_keep(exhibit->file, &event->title);
    if (!err)
        err = cl_model_keep(exhibit->note, &event->label);
    return err || !exhibit->has_mail || is_denied(model) ? err : keep_mail(exhibit, event->file);
}

enum cl_err cl_model_tell_other(struct cl_model *model, const struct cl_entry *entry)
{
    struct cl_event *event;
    enum cl_err err = cl_model_new_event(model, entry, &event);
    if (!err && event && entry->head.kind == CL_KIND_DISCONTINUITY)
        event->found = entry->discontinuity.found;
    return err;
}
