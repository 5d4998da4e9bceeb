#include "base/array.h"
#include "report/model_internal.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_ACCOUNT CL_ACCOUNTS_MAX

/* ---- times ------------------------------------------------------------------------------- */

static int64_t day_of(int64_t ms)
{
    return ms >= 0 ? ms / CL_DAY_MS : -((CL_DAY_MS - 1 - ms) / CL_DAY_MS);
}

#define DAYS (CL_TIME_MAX_MS / CL_DAY_MS + 1)

/* Looks come in no order where one had waited in another browser, or a clock was wrong. */
static enum cl_err note_look(struct cl_model *model, int64_t ms)
{
    const int64_t day = day_of(ms);
    if (!model->looked)
        model->looked = calloc((size_t)DAYS / 8 + 1, 1);
    if (!model->looked)
        return CL_NO_MEMORY;
    if (day >= 0 && day < DAYS)
        model->looked[day / 8] |= (uint8_t)(1u << day % 8);
    return CL_OK;
}

static bool was_looked(const struct cl_model *model, int64_t day)
{
    return (model->looked[day / 8] >> day % 8 & 1) != 0;
}

static void add_gap(struct cl_model *model, int64_t first, int64_t last)
{
    if (last < first)
        return;
    model->gap_days += last - first + 1;
    if (model->gap_count < CL_MODEL_GAPS_MAX)
        model->gaps[model->gap_count++] = (struct cl_day_range){first, last};
}

/* Whole days without a look, from the first look on. */
static void find_gaps(struct cl_model *model, int64_t now_ms)
{
    const int64_t now = day_of(now_ms) < DAYS ? day_of(now_ms) : DAYS;
    int64_t last = -1;
    model->gap_count = 0;
    model->gap_days = 0;
    for (int64_t day = 0; model->looked && day < now; day++) {
        if (!was_looked(model, day))
            continue;
        if (last >= 0)
            add_gap(model, last + 1, day - 1);
        last = day;
    }
    if (last >= 0)
        add_gap(model, last + 1, now - 1);
}

static enum cl_err add_span(struct cl_model *model, const struct cl_span_of_time *span,
                            struct cl_model_account *account)
{
    if (span->to_ms <= span->from_ms || model->span_count == CL_MODEL_SPANS_MAX)
        return CL_OK;
    struct cl_span_of_time *last =
        account->span && model->spans ? &model->spans[account->span - 1] : NULL;
    if (last && last->state == span->state && last->blind == span->blind &&
        last->to_ms == span->from_ms) {
        last->to_ms = span->to_ms;
        return CL_OK;
    }
    enum cl_err err = CL_ARRAY_ROOM(model->spans, model->span_room, model->span_count + 1);
    if (err)
        return err;
    model->spans[model->span_count++] = *span;
    account->span = model->span_count;
    return CL_OK;
}

/* ---- observations ------------------------------------------------------------------------ */

static struct cl_model_account *find_account(struct cl_model *model, const char *pseudonym,
                                             int *ret_index)
{
    int i = 0;
    *ret_index = UNKNOWN_ACCOUNT;
    if (pseudonym) {
        while (i < model->account_count && strcmp(model->accounts[i].pseudonym, pseudonym) != 0)
            i++;
        if (i < CL_ACCOUNTS_MAX)
            *ret_index = i;
    }
    struct cl_model_account *account = &model->accounts[*ret_index];
    if (*ret_index == UNKNOWN_ACCOUNT) {
        model->has_unknown_account = true;
    } else if (i == model->account_count) {
        model->account_count++;
        memcpy(account->pseudonym, pseudonym, sizeof account->pseudonym);
    }
    if (account->observations == 0) {
        account->premium = CL_NULL;
        account->held = CL_STATE_UNKNOWN;
    }
    return account;
}

const struct cl_model_account *cl_model_account(const struct cl_model *model, int account)
{
    return &model->accounts[account < 0 ? UNKNOWN_ACCOUNT : account];
}

static enum cl_err note_not_saved(struct cl_model *model, uint64_t seq)
{
    const size_t need = (size_t)(seq / 8) + 1;
    const size_t had = model->not_saved_room;
    enum cl_err err = CL_ARRAY_ROOM(model->not_saved, model->not_saved_room, need);
    if (err)
        return err;
    if (had < model->not_saved_room)
        memset(model->not_saved + had, 0, model->not_saved_room - had);
    model->not_saved[seq / 8] |= (uint8_t)(1u << seq % 8);
    return CL_OK;
}

/* A flip waits for a look at a page that was loaded after it; one that shows another state says
 * that it was not saved. */
static enum cl_err settle(struct cl_model *model, struct cl_model_account *account,
                          const struct cl_entry *entry, int64_t at, size_t event)
{
    const struct cl_meaning *m = &entry->observation.meaning;
    const enum cl_state state = entry->observation.seen.state;
    enum cl_err err = CL_OK;
    if (state == CL_STATE_UNKNOWN || m->change == CL_CHANGE_STALE)
        return CL_OK;
    if (account->flip.waits && m->phase != CL_PHASE_PENDING &&
        entry->observation.seen.page.loaded_at > account->flip.observed_at) {
        const bool lost = account->flip.state != state;
        if (account->flip.event)
            model->events[account->flip.event - 1].not_saved = lost;
        if (lost)
            err = note_not_saved(model, account->flip.seq);
        account->flip.waits = false;
    }
    if (m->phase == CL_PHASE_PENDING) {
        account->flip.waits = true;
        account->flip.state = state;
        account->flip.seq = entry->head.seq;
        account->flip.ms = at;
        account->flip.observed_at = entry->observation.seen.observed_at;
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

static enum cl_err add_observation(struct cl_model *model, const struct cl_entry *entry, int64_t at,
                                   int account)
{
    const struct cl_observation *o = &entry->observation.seen;
    struct cl_event *event;
    enum cl_err err = cl_model_new_event(model, entry, &event);
    if (err || !event)
        return err;
    event->time_ms = at;
    event->account = account;
    event->account_said = o->account.said != NULL;
    event->state = o->state;
    event->reason = o->reason;
    event->meaning = entry->observation.meaning;
    event->change = event->meaning.change;
    cl_model_keep_file(event, &o->attachments);
    err = cl_model_keep(o->page.title, &event->title);
    if (!err)
        err = cl_model_keep(o->has_control ? o->control.label : NULL, &event->label);
    return err ? err : cl_model_keep(o->page.language, &event->language);
}

/* Is an entry since the account's last look not to be read? */
static bool is_hole(const struct cl_model *model, const struct cl_model_account *a)
{
    return a->hidden != model->withheld + model->unread;
}

/* The state that holds from now until the next look says otherwise. */
static void count_observation(struct cl_model *model, struct cl_model_account *a,
                              const struct cl_entry *entry, int64_t at)
{
    const struct cl_observation *o = &entry->observation.seen;
    const struct cl_meaning *m = &entry->observation.meaning;
    const int64_t written = entry->head.clock.time_ms;
    const bool settles = o->state != CL_STATE_UNKNOWN && m->change != CL_CHANGE_STALE &&
                         m->phase != CL_PHASE_PENDING;
    const bool hole = is_hole(model, a);
    if (a->observations++ == 0)
        a->first_ms = at;
    a->last_ms = at;
    a->hidden = model->withheld + model->unread;
    if (model->observations++ == 0 || at < model->first_ms)
        model->first_ms = at;
    model->last_ms = cl_observation_looked(o, written, model->last_ms);
    a->shown = o->state;
    a->shown_reason = o->reason;
    if (m->change != CL_CHANGE_STALE || hole)
        a->held = settles && !a->flip.waits ? o->state : CL_STATE_UNKNOWN;
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

/* The time between an account's last look and this one. */
static struct cl_span_of_time span_until(const struct cl_model *model,
                                         const struct cl_model_account *a, int account, int64_t at)
{
    const bool hole = is_hole(model, a);
    return (struct cl_span_of_time){
        .account = account,
        .state = hole ? CL_STATE_UNKNOWN : a->held,
        .blind = !hole && at - a->last_ms > CL_DAY_MS + CL_DAY_MS / 2,
        .from_ms = a->last_ms,
        .to_ms = at,
    };
}

enum cl_err cl_model_tell_observation(struct cl_model *model, const struct cl_entry *entry)
{
    const struct cl_observation *o = &entry->observation.seen;
    int index;
    struct cl_model_account *a = find_account(model, entry->observation.pseudonym, &index);
    const int64_t at = cl_observation_looked(o, entry->head.clock.time_ms, a->last_ms);
    const struct cl_span_of_time span = span_until(model, a, index, at);
    const bool news = is_news(a, entry);
    const size_t before = model->event_count;
    enum cl_err err = a->observations ? add_span(model, &span, a) : CL_OK;
    if (!err && news)
        err = add_observation(model, entry, at, index);
    if (err)
        return err;
    err = settle(model, a, entry, at, model->event_count > before ? model->event_count : 0);
    if (err)
        return err;
    err = note_look(model, at);
    if (err)
        return err;
    model->server_apart += o->page.server_date >= 0 &&
                           llabs(o->page.server_date - o->page.loaded_at) > CL_CLOCKS_APART_MS;
    count_observation(model, a, entry, at);
    a->denied = false;
    for (size_t i = 0; i < model->findings.count; i++)
        a->denied = a->denied || model->findings.item[i].what == CL_FINDING_CONTROL ||
                    model->findings.item[i].what == CL_FINDING_ACCOUNT;
    return CL_OK;
}

/* ---- after the last ---------------------------------------------------------------------- */

void cl_model_end(struct cl_model *model, int64_t now_ms)
{
    find_gaps(model, now_ms);
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
