#include "base/encoding.h"
#include "entry/consistency_internal.h"

#include <string.h>

#define LATE_MS CL_DAY_MS /* an outbox that waited longer is worth a word */

void cl_consistency_times(struct finding f, int64_t observed_ms, int64_t written_ms)
{
    if (observed_ms > written_ms + CL_PROMPT_MS)
        cl_finding_words(f, CL_FINDING_OBSERVED_AFTER, NULL, NULL, NULL);
    else if (written_ms - observed_ms > LATE_MS)
        cl_finding_number(f, CL_FINDING_WRITTEN_LATE, (written_ms - observed_ms) / CL_DAY_MS);
}

enum cl_err cl_consistency_reading(struct cl_consistency *c, struct finding f,
                                   const char reading[static CL_READING])
{
    uint8_t id[(CL_READING - 1) / 2];
    bool again = false;
    enum cl_err err = cl_hex_decode(reading, id, sizeof id);
    if (!err)
        err = cl_seen_take(&c->readings, id, sizeof id, &again);
    if (!err && again)
        cl_finding_words(f, CL_FINDING_READING_AGAIN, NULL, NULL, NULL);
    return err;
}

static void check_page(struct finding f, const struct cl_observation *o)
{
    if (o->page.loaded_at > o->observed_at + CL_PROMPT_MS)
        cl_finding_words(f, CL_FINDING_LOADED_AFTER, NULL, NULL, NULL);
    if (o->page.corroboration >= 0 && o->state != CL_STATE_UNKNOWN && !o->pending &&
        o->page.corroboration != (int)o->state)
        cl_finding_words(f, CL_FINDING_PAGE_DATA, NULL, cl_state_names[o->page.corroboration],
                         NULL);
}

static struct account *find_account(struct cl_consistency *c, const char *pseudonym)
{
    const char *name = pseudonym ? pseudonym : "";
    for (size_t i = 0; i < c->account_count; i++)
        if (strcmp(c->accounts[i].state.pseudonym, name) == 0)
            return &c->accounts[i];
    return NULL;
}

static struct account *add_account(struct cl_consistency *c, const char *pseudonym)
{
    if (c->account_count == CL_ACCOUNTS_MAX)
        return NULL;
    struct account *a = &c->accounts[c->account_count++];
    *a = (struct account){.unsure = c->hole};
    if (pseudonym)
        memcpy(a->state.pseudonym, pseudonym, strlen(pseudonym) + 1);
    return a;
}

static const char *cause_name(enum cl_cause cause)
{
    return cause == CL_CAUSE_NULL ? "null" : cl_cause_names[cause];
}

/* The cause follows from the change, so one of them is said. */
static void compare_meanings(struct finding f, const struct cl_meaning *stated,
                             const struct cl_meaning *given)
{
    if (stated->change != given->change)
        cl_finding_words(f, CL_FINDING_MEANING, "change", cl_change_names[stated->change],
                         cl_change_names[given->change]);
    if (stated->phase != given->phase)
        cl_finding_words(f, CL_FINDING_MEANING, "phase", cl_phase_names[stated->phase],
                         cl_phase_names[given->phase]);
    if (stated->cause != given->cause && stated->change == given->change)
        cl_finding_words(f, CL_FINDING_MEANING, "cause", cause_name(stated->cause),
                         cause_name(given->cause));
}

/* What it can be whatever stood before. */
static struct cl_meaning possible(const struct cl_observation *o, const struct cl_meaning *stated)
{
    struct cl_meaning m = *stated;
    m.repeat = false;
    if (o->state == CL_STATE_UNKNOWN) {
        m.phase = CL_PHASE_SEEN;
        if (m.change != CL_CHANGE_FIRST)
            m.change = CL_CHANGE_UNCHANGED;
    }
    if (o->pending)
        m.phase = CL_PHASE_PENDING;
    if (m.phase != CL_PHASE_PENDING && m.change != CL_CHANGE_CHANGED)
        m.cause = CL_CAUSE_NULL;
    else if (m.cause == CL_CAUSE_NULL)
        m.cause = CL_CAUSE_UNEXPLAINED;
    return m;
}

/* After something was kept back: as it is stated; a look that settles and whose page was loaded
 * after what was kept back makes sure again. */
static enum cl_err take_unsure(struct cl_consistency *c, struct account *a,
                               const struct cl_entry *entry, struct cl_meaning *ret)
{
    const struct cl_observation *o = &entry->observation.seen;
    struct cl_account after, bare = a->state;
    struct cl_meaning ignored;
    *ret = possible(o, &entry->observation.meaning);
    if (o->state == CL_STATE_UNKNOWN || ret->change == CL_CHANGE_STALE)
        return CL_OK;
    bare.settled = bare.pending = false;
    enum cl_err err = cl_observation_interpret(o, &bare, entry->head.clock.time_ms, entry->head.seq,
                                               &ignored, &after);
    if (err)
        return err;
    if (ret->phase == CL_PHASE_PENDING) {
        a->state.pending = true;
        a->state.pending_state = o->state;
        a->state.pending_at = o->observed_at;
        a->state.pending_trusted = ret->cause == CL_CAUSE_USER;
        return CL_OK;
    }
    a->state = after;
    a->unsure = o->page.loaded_at < c->hole_ms;
    return CL_OK;
}

static enum cl_err take_sure(struct account *a, bool first, const struct cl_entry *entry,
                             struct cl_meaning *ret)
{
    struct cl_account after;
    enum cl_err err =
        cl_observation_interpret(&entry->observation.seen, first ? NULL : &a->state,
                                 entry->head.clock.time_ms, entry->head.seq, ret, &after);
    if (err)
        return err;
    memcpy(after.pseudonym, a->state.pseudonym, sizeof after.pseudonym);
    a->state = after;
    return CL_OK;
}

static enum cl_err check_meaning(struct cl_consistency *c, struct finding f, struct cl_entry *entry,
                                 bool denied)
{
    struct account *a = find_account(c, entry->observation.pseudonym);
    const bool first = !a;
    struct cl_meaning given;
    if (first && !(a = add_account(c, entry->observation.pseudonym)))
        return CL_OK;
    enum cl_err err =
        a->unsure ? take_unsure(c, a, entry, &given) : take_sure(a, first, entry, &given);
    if (err)
        return err;
    if (!denied)
        compare_meanings(f, &entry->observation.meaning, &given);
    entry->observation.meaning = given;
    return CL_OK;
}

static int inconsistent(void)
{
    for (int i = 0; cl_reason_names[i]; i++)
        if (strcmp(cl_reason_names[i], "inconsistent") == 0)
            return i;
    return 0;
}

/* A log keeps so many accounts, and the host records nothing of another. */
static bool is_one_too_many(struct cl_consistency *c, const char *pseudonym)
{
    return c->account_count == CL_ACCOUNTS_MAX && !find_account(c, pseudonym);
}

enum cl_err cl_consistency_observation(struct cl_consistency *c, struct finding f,
                                       struct cl_entry *entry)
{
    struct cl_observation *o = &entry->observation.seen;
    const char *member = cl_observation_contradiction(o);
    o->asked = true; /* it was recorded, so it was no repeat */
    enum cl_err err = cl_consistency_reading(c, f, o->reading);
    if (err)
        return err;
    cl_consistency_times(f, o->observed_at, entry->head.clock.time_ms);
    check_page(f, o);
    const bool too_many = !member && is_one_too_many(c, entry->observation.pseudonym);
    if (member || too_many) {
        cl_finding_words(f, too_many ? CL_FINDING_ACCOUNT : CL_FINDING_CONTROL, member, NULL, NULL);
        o->state = CL_STATE_UNKNOWN;
        o->reason = inconsistent();
        o->pending = false;
    }
    return check_meaning(c, f, entry, member || too_many);
}
