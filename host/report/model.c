#include "report/model.h"

#include "base/array.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART_MS        INT64_C(300000) /* five minutes between two honest clocks, or more */
#define UNKNOWN_ACCOUNT CL_ACCOUNTS_MAX

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

static void forget_mail(struct cl_enclosed_file *file)
{
    free(file->from);
    free(file->date);
    free(file->subject);
    file->from = file->date = file->subject = NULL;
    file->has_mail = false;
}

static void free_event(struct cl_event *event)
{
    if (event->file)
        forget_mail(event->file);
    free(event->file);
    free(event->title);
    free(event->label);
    free(event->language);
    free(event->url);
    free(event->effective);
}

void cl_model_free(struct cl_model **model)
{
    struct cl_model *s = *model;
    if (!s)
        return;
    for (size_t i = 0; i < s->event_count; i++)
        free_event(&s->events[i]);
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

/* ---- events ------------------------------------------------------------------------------ */

/* A new event, or NULL in *ret_event when there are enough of them. */
static enum cl_err new_event(struct cl_model *s, const struct cl_entry *entry,
                             struct cl_event **ret_event)
{
    *ret_event = NULL;
    if (s->event_count == CL_STORY_EVENTS_MAX) {
        s->events_left_out++;
        return CL_OK;
    }
    enum cl_err err = CL_ARRAY_ROOM(s->events, s->event_room, s->event_count + 1);
    if (err)
        return err;
    struct cl_event *event = &s->events[s->event_count++];
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

static enum cl_err keep(const char *text, char **ret_copy)
{
    if (!text)
        return CL_OK;
    *ret_copy = strdup(text);
    return *ret_copy ? CL_OK : CL_NO_MEMORY;
}

static void keep_file(struct cl_event *event, const struct cl_attachments *list)
{
    event->has_file = list->count == 1;
    if (event->has_file)
        memcpy(event->sha256, list->item[0].sha256, CL_HASH);
}

/* ---- times ------------------------------------------------------------------------------- */

static int64_t day_of(int64_t ms)
{
    return ms >= 0 ? ms / CL_DAY_MS : -((CL_DAY_MS - 1 - ms) / CL_DAY_MS);
}

/* Whole days between the last look and this one. */
static void note_gap(struct cl_model *s, int64_t now_ms)
{
    int64_t first = day_of(s->last_ms) + 1, last = day_of(now_ms) - 1;
    if (s->observations == 0 || last < first)
        return;
    s->gap_days += last - first + 1;
    if (s->gap_count < CL_STORY_GAPS_MAX)
        s->gaps[s->gap_count++] = (struct cl_day_range){first, last};
}

static void note_clock(struct cl_model *s, const struct cl_entry_head *head)
{
    enum cl_clock_step step =
        s->has_last ? cl_clock_compare(&s->last, &head->clock) : CL_CLOCK_STEADY;
    if (step && s->clock_steps++ < CL_STORY_NOTES_MAX)
        s->clock[s->clock_steps - 1] = (struct cl_clock_note){s->last_seq, head->seq, step};
    s->unsynchronized += head->clock.synchronized == CL_FALSE;
    s->last = head->clock;
    s->last_seq = head->seq;
    s->has_last = true;
}

static enum cl_err add_span(struct cl_model *s, const struct cl_span_of_time *span,
                            struct cl_model_account *account)
{
    if (span->to_ms <= span->from_ms || s->span_count == CL_STORY_SPANS_MAX)
        return CL_OK;
    struct cl_span_of_time *last = account->span && s->spans ? &s->spans[account->span - 1] : NULL;
    if (last && last->state == span->state && last->blind == span->blind &&
        last->to_ms == span->from_ms) {
        last->to_ms = span->to_ms;
        return CL_OK;
    }
    enum cl_err err = CL_ARRAY_ROOM(s->spans, s->span_room, s->span_count + 1);
    if (err)
        return err;
    s->spans[s->span_count++] = *span;
    account->span = s->span_count;
    return CL_OK;
}

/* ---- observations ------------------------------------------------------------------------ */

static struct cl_model_account *find_account(struct cl_model *s, const char *pseudonym,
                                             int *ret_index)
{
    int i = 0;
    *ret_index = UNKNOWN_ACCOUNT;
    if (pseudonym) {
        while (i < s->account_count && strcmp(s->accounts[i].pseudonym, pseudonym) != 0)
            i++;
        if (i < CL_ACCOUNTS_MAX)
            *ret_index = i;
    }
    struct cl_model_account *account = &s->accounts[*ret_index];
    if (*ret_index == UNKNOWN_ACCOUNT) {
        s->has_unknown_account = true;
    } else if (i == s->account_count) {
        s->account_count++;
        memcpy(account->pseudonym, pseudonym, sizeof account->pseudonym);
    }
    if (account->observations == 0)
        account->premium = CL_NULL;
    return account;
}

const struct cl_model_account *cl_model_account(const struct cl_model *model, int account)
{
    return &model->accounts[account < 0 ? UNKNOWN_ACCOUNT : account];
}

static enum cl_err note_not_saved(struct cl_model *s, uint64_t seq)
{
    const size_t need = (size_t)(seq / 8) + 1;
    const size_t had = s->not_saved_room;
    enum cl_err err = CL_ARRAY_ROOM(s->not_saved, s->not_saved_room, need);
    if (err)
        return err;
    if (had < s->not_saved_room)
        memset(s->not_saved + had, 0, s->not_saved_room - had);
    s->not_saved[seq / 8] |= (uint8_t)(1u << seq % 8);
    return CL_OK;
}

/* A flip waits for a fresh look; one that shows another state says that it was not saved. */
static enum cl_err settle(struct cl_model *s, struct cl_model_account *account,
                          const struct cl_entry *entry, int64_t at, size_t event)
{
    const struct cl_meaning *m = &entry->observation.meaning;
    const enum cl_state state = entry->observation.seen.state;
    enum cl_err err = CL_OK;
    if (state == CL_STATE_UNKNOWN || m->change == CL_CHANGE_STALE)
        return CL_OK;
    if (account->flip.waits && m->phase != CL_PHASE_PENDING) {
        const bool lost = account->flip.state != state;
        if (account->flip.event)
            s->events[account->flip.event - 1].not_saved = lost;
        if (lost)
            err = note_not_saved(s, account->flip.seq);
        account->flip.waits = false;
    }
    if (m->phase == CL_PHASE_PENDING) {
        account->flip.waits = true;
        account->flip.state = state;
        account->flip.seq = entry->head.seq;
        account->flip.ms = at;
        account->flip.event = event;
    }
    return err;
}

/* Worth a line of its own? */
static bool is_news(const struct cl_model_account *account, const struct cl_entry *entry)
{
    const struct cl_observation *o = &entry->observation.seen;
    const struct cl_meaning *m = &entry->observation.meaning;
    return m->change != CL_CHANGE_UNCHANGED || m->phase != CL_PHASE_SEEN ||
           account->observations == 0 || account->shown != o->state ||
           account->shown_reason != o->reason || o->attachments.count > 0;
}

static enum cl_err add_observation(struct cl_model *s, const struct cl_entry *entry, int64_t at,
                                   int account)
{
    const struct cl_observation *o = &entry->observation.seen;
    struct cl_event *event;
    enum cl_err err = new_event(s, entry, &event);
    if (err || !event)
        return err;
    event->time_ms = at;
    event->account = account;
    event->state = o->state;
    event->reason = o->reason;
    event->meaning = entry->observation.meaning;
    event->change = event->meaning.change;
    keep_file(event, &o->attachments);
    err = keep(o->page.title, &event->title);
    if (!err)
        err = keep(o->has_control ? o->control.label : NULL, &event->label);
    return err ? err : keep(o->page.language, &event->language);
}

/* The state that holds from now until the next look says otherwise. */
static void count_observation(struct cl_model *s, struct cl_model_account *a,
                              const struct cl_entry *entry, int64_t at)
{
    const struct cl_observation *o = &entry->observation.seen;
    const struct cl_meaning *m = &entry->observation.meaning;
    const int64_t written = entry->head.clock.time_ms;
    const bool settles = o->state != CL_STATE_UNKNOWN && m->change != CL_CHANGE_STALE &&
                         m->phase != CL_PHASE_PENDING;
    if (a->observations++ == 0)
        a->first_ms = at;
    a->last_ms = at;
    if (s->observations++ == 0 || at < s->first_ms)
        s->first_ms = at;
    s->last_ms = cl_observation_looked(o, written, s->last_ms);
    a->shown = o->state;
    a->shown_reason = o->reason;
    if (o->account.premium != CL_NULL)
        a->premium = o->account.premium;
    a->changes += settles && m->change == CL_CHANGE_CHANGED;
    a->unexplained += settles && m->change == CL_CHANGE_CHANGED && m->cause == CL_CAUSE_UNEXPLAINED;
    if (!settles)
        return;
    if (!a->settled || a->state != o->state)
        a->since_ms = at;
    a->settled = true;
    a->state = o->state;
    a->state_ms = at;
}

static enum cl_err tell_observation(struct cl_model *s, const struct cl_entry *entry)
{
    const struct cl_observation *o = &entry->observation.seen;
    int index;
    struct cl_model_account *a = find_account(s, entry->observation.pseudonym, &index);
    const int64_t at = cl_observation_looked(o, entry->head.clock.time_ms, a->last_ms);
    const struct cl_span_of_time span = {.account = index,
                                         .state = a->shown,
                                         .blind = at - a->last_ms > CL_DAY_MS + CL_DAY_MS / 2,
                                         .from_ms = a->last_ms,
                                         .to_ms = at};
    const bool news = is_news(a, entry);
    const size_t before = s->event_count;
    enum cl_err err = a->observations ? add_span(s, &span, a) : CL_OK;
    if (!err && news)
        err = add_observation(s, entry, at, index);
    if (err)
        return err;
    err = settle(s, a, entry, at, s->event_count > before ? s->event_count : 0);
    if (err)
        return err;
    note_gap(s, at);
    s->server_apart +=
        o->page.server_date >= 0 && llabs(o->page.server_date - o->page.loaded_at) > APART_MS;
    count_observation(s, a, entry, at);
    a->denied = false;
    for (size_t i = 0; i < s->findings.count; i++)
        a->denied = a->denied || s->findings.item[i].what == CL_FINDING_CONTROL ||
                    s->findings.item[i].what == CL_FINDING_ACCOUNT;
    return CL_OK;
}

/* ---- the other kinds --------------------------------------------------------------------- */

static enum cl_err tell_document(struct cl_model *s, const struct cl_entry *entry)
{
    const struct cl_document *doc = &entry->document.seen;
    struct cl_event *event;
    s->documents++;
    if (entry->document.change == CL_CHANGE_UNCHANGED)
        return CL_OK;
    enum cl_err err = new_event(s, entry, &event);
    if (err || !event)
        return err;
    event->document = doc->which;
    event->change = entry->document.change;
    keep_file(event, &doc->attachments);
    err = keep(doc->title, &event->title);
    if (!err)
        err = keep(doc->effective_text, &event->label);
    if (!err)
        err = keep(doc->language, &event->language);
    if (!err)
        err = keep(doc->url, &event->url);
    return err ? err : keep(doc->effective, &event->effective);
}

/* What it states of the answer is held against the answer where that counts (cl_model_end); until
 * then, and where it does not, nothing of it is told but that it is there. */
static enum cl_err tell_token(struct cl_model *s, const struct cl_entry *entry)
{
    const struct cl_token *token = &entry->token;
    struct cl_event *event;
    s->tokens++;
    enum cl_err err = new_event(s, entry, &event);
    if (err || !event)
        return err;
    event->size = token->size;
    memcpy(event->sha256, token->root, CL_HASH);
    return keep(token->tsa, &event->label);
}

static bool is_denied(const struct cl_model *s)
{
    for (size_t i = 0; i < s->findings.count; i++)
        if (s->findings.item[i].what == CL_FINDING_EXHIBIT)
            return true;
    return false;
}

static enum cl_err keep_mail(const struct cl_exhibit *exhibit, struct cl_enclosed_file *file)
{
    file->has_mail = true;
    file->linkedin_signature = exhibit->mail.linkedin_signature;
    enum cl_err err = keep(exhibit->mail.from, &file->from);
    if (!err)
        err = keep(exhibit->mail.date, &file->date);
    return err ? err : keep(exhibit->mail.subject, &file->subject);
}

static enum cl_err tell_exhibit(struct cl_model *s, const struct cl_entry *entry)
{
    const struct cl_exhibit *exhibit = &entry->exhibit;
    const struct cl_attachment *item = &exhibit->attachments.item[0];
    struct cl_event *event;
    enum cl_err err = new_event(s, entry, &event);
    if (err || !event)
        return err;
    keep_file(event, &exhibit->attachments);
    event->file = calloc(1, sizeof *event->file);
    if (!event->file)
        return CL_NO_MEMORY;
    event->file->type = cl_content_named(item->media_type);
    event->file->size = item->size;
    err = keep(exhibit->file, &event->title);
    if (!err)
        err = keep(exhibit->note, &event->label);
    return err || !exhibit->has_mail || is_denied(s) ? err : keep_mail(exhibit, event->file);
}

static enum cl_err tell_other(struct cl_model *s, const struct cl_entry *entry)
{
    struct cl_event *event;
    enum cl_err err = new_event(s, entry, &event);
    if (!err && event && entry->head.kind == CL_KIND_DISCONTINUITY)
        event->found = entry->discontinuity.found;
    return err;
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
            forget_mail(s->events[i].file);
            s->events[i].file->type = CL_CONTENT_TYPES;
        }
    return cl_model_found(s, &found);
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
        return tell_observation(model, entry);
    case CL_KIND_DOCUMENT:
        return tell_document(model, entry);
    case CL_KIND_TIMESTAMP:
        return tell_token(model, entry);
    case CL_KIND_EXHIBIT:
        return tell_exhibit(model, entry);
    case CL_KIND_GENESIS:
    case CL_KIND_DISCONTINUITY:
        break;
    }
    return tell_other(model, entry);
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
    else if (model->hidden_count < CL_STORY_GAPS_MAX)
        model->hidden[model->hidden_count++] = (struct cl_seq_range){seq, seq};
}

enum cl_err cl_model_unread(struct cl_model *model, uint64_t seq, const struct cl_fault *fault)
{
    cl_consistency_unread(model->consistency, seq, fault, &model->findings);
    model->unread++;
    return keep_findings(model);
}

/* ---- independent time ------------------------------------------------------------------------ */

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
    return keep(stamp->stamp.authority, &event->label);
}

static int by_entry(const void *a, const void *b)
{
    const struct cl_stamp *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
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
        qsort(s->stamps, s->stamp_count, sizeof *s->stamps, by_entry);
    for (size_t i = 0; i < s->event_count && !err; i++)
        if (s->events[i].kind == CL_KIND_TIMESTAMP)
            err = name_signer(s, &s->events[i]);
    cl_brackets_sort(&s->brackets);
    note_covered(s);
    return err;
}

void cl_model_end(struct cl_model *model, int64_t now_ms)
{
    if (model->open.ended) {
        model->gap_count = model->open.gap_count;
        model->gap_days = model->open.gap_days;
    }
    model->open.ended = true;
    model->open.gap_count = model->gap_count;
    model->open.gap_days = model->gap_days;
    note_gap(model, now_ms);
}

bool cl_model_lost_flips(const struct cl_model *model)
{
    for (size_t i = 0; i < model->not_saved_room; i++)
        if (model->not_saved[i])
            return true;
    return false;
}

bool cl_model_not_saved(const struct cl_model *model, uint64_t seq)
{
    return seq / 8 < model->not_saved_room && (model->not_saved[seq / 8] >> seq % 8 & 1);
}
