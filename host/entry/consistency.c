#include "entry/consistency.h"

#include "base/common.h"
#include "base/encoding.h"
#include "entry/enclosed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS  INT64_C(60000)
#define LATE_MS    CL_DAY_MS         /* an outbox that waited longer is worth a word */
#define LEAP_MS    (400 * CL_DAY_MS) /* between two entries of one member */
#define UPTIME_MAX (3650 * CL_DAY_MS)
#define BOOTS      64
#define SET_MAX    (1u << 16) /* slots; half of them are used: one a day for ninety years */
#define DISTINCT   6          /* different bytes that sixteen random ones have at the least */

const char *const cl_finding_names[] = {"unread",
                                        "control",
                                        "page-data",
                                        "meaning",
                                        "observed-after",
                                        "written-late",
                                        "loaded-after",
                                        "second-genesis",
                                        "salt-weak",
                                        "salt-again",
                                        "reading-again",
                                        "boot-none",
                                        "boot-again",
                                        "boot-before",
                                        "uptime",
                                        "clock-leap",
                                        "attachments",
                                        "date",
                                        "discontinuity",
                                        "token",
                                        "account",
                                        "exhibit",
                                        NULL};
_Static_assert(sizeof cl_finding_names / sizeof *cl_finding_names == CL_FINDINGS + 1,
               "a name for each");

/* What was there before. Keyed by secret numbers, so that nobody can choose values that all fall
 * into one place. */
struct seen {
    uint64_t *slot;
    size_t count, room;
};

struct account {
    struct cl_account state;
    bool unsure; /* something was kept back since */
};

struct cl_consistency {
    uint64_t secret[2];
    struct seen salts, readings;
    struct account accounts[CL_ACCOUNTS_MAX];
    size_t account_count;
    struct cl_document_state documents[CL_DOCUMENTS];
    bool document_unsure[CL_DOCUMENTS];
    bool hole, after_hole; /* was anything kept back; is this the first entry after it */
    int64_t hole_ms;       /* when the entry after the last was written */
    struct cl_clock last;
    bool has_last;
    char boots[BOOTS][37]; /* runs that have ended; a ring */
    size_t boot_count;
};

/* ---- findings -------------------------------------------------------------------------------- */

void cl_findings_add(struct cl_findings *to, const struct cl_found *found)
{
    if (to->count < CL_FOUND_MAX)
        to->item[to->count++] = *found;
}

/* Cut where a character begins. */
static void put_text(char to[static CL_FOUND_TEXT], const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n >= CL_FOUND_TEXT)
        for (n = CL_FOUND_TEXT - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
            n--;
    if (n)
        memcpy(to, text, n);
    to[n] = '\0';
}

struct finding {
    struct cl_findings *to;
    uint64_t seq;
};

static void find_words(struct finding f, enum cl_found_kind what, const char *member,
                       const char *stated, const char *given)
{
    struct cl_found found = {.seq = f.seq, .what = what};
    put_text(found.member, member);
    put_text(found.stated, stated);
    put_text(found.given, given);
    cl_findings_add(f.to, &found);
}

static void find_number(struct finding f, enum cl_found_kind what, int64_t number)
{
    const struct cl_found found = {.seq = f.seq, .what = what, .number = number};
    cl_findings_add(f.to, &found);
}

/* ---- what was there before ---------------------------------------------------------------------
 */

static uint64_t mixed(uint64_t x, uint64_t secret)
{
    x = (x ^ secret) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

/* Where it stands, or would: then 0 is there. */
static uint64_t *slot_for(const struct cl_consistency *c, const struct seen *s, uint64_t value)
{
    size_t at = (size_t)mixed(value, c->secret[0]) & (s->room - 1);
    while (s->slot[at] && s->slot[at] != value)
        at = (at + 1) & (s->room - 1);
    return &s->slot[at];
}

static bool put_slot(const struct cl_consistency *c, struct seen *s, uint64_t value)
{
    uint64_t *slot = slot_for(c, s, value);
    const bool first = *slot == 0;
    *slot = value;
    return first;
}

static enum cl_err grow(const struct cl_consistency *c, struct seen *s)
{
    struct seen bigger = {.room = s->room ? 2 * s->room : 256, .count = s->count};
    bigger.slot = calloc(bigger.room, sizeof *bigger.slot);
    if (!bigger.slot)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < s->room; i++)
        if (s->slot[i])
            (void)put_slot(c, &bigger, s->slot[i]);
    free(s->slot);
    *s = bigger;
    return CL_OK;
}

/* Was it there before? Of more than there is room for, the first are remembered. */
static enum cl_err see(const struct cl_consistency *c, struct seen *s, const void *bytes, size_t n,
                       bool *ret_again)
{
    uint64_t half[2] = {0};
    memcpy(half, bytes, n < sizeof half ? n : sizeof half);
    uint64_t value = mixed(half[0], c->secret[1]) ^ half[1];
    value += value == 0;
    *ret_again = false;
    if (2 * s->count >= s->room) {
        if (s->room >= SET_MAX) {
            *ret_again = *slot_for(c, s, value) != 0;
            return CL_OK;
        }
        enum cl_err err = grow(c, s);
        if (err)
            return err;
    }
    *ret_again = !put_slot(c, s, value);
    s->count += !*ret_again;
    return CL_OK;
}

enum cl_err cl_consistency_new(struct cl_consistency **ret)
{
    cl_cleanup(cl_consistency_free) struct cl_consistency *c = calloc(1, sizeof *c);
    if (!c)
        return CL_NO_MEMORY;
    enum cl_err err = cl_random((uint8_t *)c->secret, sizeof c->secret);
    if (err)
        return err;
    *ret = c;
    c = NULL;
    return CL_OK;
}

void cl_consistency_free(struct cl_consistency **c)
{
    if (*c) {
        free((*c)->salts.slot);
        free((*c)->readings.slot);
    }
    free(*c);
    *c = NULL;
}

void cl_consistency_hide(struct cl_consistency *c)
{
    for (size_t i = 0; i < c->account_count; i++)
        c->accounts[i].unsure = true;
    for (size_t i = 0; i < CL_DOCUMENTS; i++)
        c->document_unsure[i] = true;
    c->hole = c->after_hole = true;
}

void cl_consistency_unread(struct cl_consistency *c, uint64_t seq, const struct cl_fault *fault,
                           struct cl_findings *ret)
{
    const struct finding f = {ret, seq};
    ret->count = 0;
    if (strcmp(fault->field, "salt") == 0)
        find_words(f, CL_FINDING_SALT_WEAK, NULL, NULL, NULL);
    find_words(f, CL_FINDING_UNREAD, fault->field[0] ? fault->field : cl_err_code(fault->err), NULL,
               NULL);
    cl_consistency_hide(c);
}

/* ---- the head
 * ------------------------------------------------------------------------------------ */

static bool is_weak(const uint8_t salt[static CL_SALT])
{
    size_t distinct = 0;
    for (size_t i = 0; i < CL_SALT; i++)
        distinct += !memchr(salt, salt[i], i);
    return distinct < DISTINCT;
}

static enum cl_err check_salt(struct cl_consistency *c, struct finding f,
                              const uint8_t salt[static CL_SALT])
{
    bool again;
    enum cl_err err = see(c, &c->salts, salt, CL_SALT, &again);
    if (is_weak(salt))
        find_words(f, CL_FINDING_SALT_WEAK, NULL, NULL, NULL);
    if (again)
        find_words(f, CL_FINDING_SALT_AGAIN, NULL, NULL, NULL);
    return err;
}

static bool has_ended(const struct cl_consistency *c, const char *boot_id)
{
    for (size_t i = 0; i < c->boot_count && i < BOOTS; i++)
        if (strcmp(c->boots[i], boot_id) == 0)
            return true;
    return false;
}

/* Steps within one run of the computer are told by cl_clock_compare; here, what it cannot compare.
 */
static void check_clock(struct cl_consistency *c, struct finding f, const struct cl_clock *now)
{
    const struct cl_clock *last = &c->last;
    const int64_t passed = now->time_ms - last->time_ms;
    if (now->uptime_ms > UPTIME_MAX)
        find_words(f, CL_FINDING_UPTIME, NULL, NULL, NULL);
    if (!now->boot_id[0])
        find_words(f, CL_FINDING_BOOT_NONE, NULL, NULL, NULL);
    if (c->has_last && passed > LEAP_MS)
        find_number(f, CL_FINDING_CLOCK_LEAP, passed / CL_DAY_MS);
    if (!c->has_last || !now->boot_id[0] || strcmp(now->boot_id, last->boot_id) == 0)
        return;
    if (has_ended(c, now->boot_id))
        find_words(f, CL_FINDING_BOOT_AGAIN, NULL, NULL, NULL);
    else if (last->boot_id[0] && passed >= 0 && now->uptime_ms > passed + MINUTE_MS)
        find_words(f, CL_FINDING_BOOT_BEFORE, NULL, NULL, NULL);
    if (last->boot_id[0])
        memcpy(c->boots[c->boot_count++ % BOOTS], last->boot_id, sizeof last->boot_id);
}

/* ---- observations
 * -------------------------------------------------------------------------------- */

static void check_times(struct finding f, int64_t observed_ms, int64_t written_ms)
{
    if (observed_ms > written_ms + CL_PROMPT_MS)
        find_words(f, CL_FINDING_OBSERVED_AFTER, NULL, NULL, NULL);
    else if (written_ms - observed_ms > LATE_MS)
        find_number(f, CL_FINDING_WRITTEN_LATE, (written_ms - observed_ms) / CL_DAY_MS);
}

static void check_page(struct finding f, const struct cl_observation *o)
{
    if (o->page.loaded_at > o->observed_at + CL_PROMPT_MS)
        find_words(f, CL_FINDING_LOADED_AFTER, NULL, NULL, NULL);
    if (o->page.corroboration >= 0 && o->state <= CL_STATE_OFF && !o->pending &&
        o->page.corroboration != (int)o->state)
        find_words(f, CL_FINDING_PAGE_DATA, NULL, cl_state_names[o->page.corroboration], NULL);
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
        find_words(f, CL_FINDING_MEANING, "change", cl_change_names[stated->change],
                   cl_change_names[given->change]);
    if (stated->phase != given->phase)
        find_words(f, CL_FINDING_MEANING, "phase", cl_phase_names[stated->phase],
                   cl_phase_names[given->phase]);
    if (stated->cause != given->cause && stated->change == given->change)
        find_words(f, CL_FINDING_MEANING, "cause", cause_name(stated->cause),
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
    struct cl_observation o = entry->observation.seen;
    struct cl_account after, bare = a->state;
    struct cl_meaning ignored;
    *ret = possible(&o, &entry->observation.meaning);
    if (o.state == CL_STATE_UNKNOWN || ret->change == CL_CHANGE_STALE)
        return CL_OK;
    o.asked = true; /* it was recorded, so it was no repeat */
    bare.settled = bare.pending = false;
    enum cl_err err = cl_observation_interpret(&o, &bare, entry->head.clock.time_ms,
                                               entry->head.seq, &ignored, &after);
    if (err)
        return err;
    if (ret->phase == CL_PHASE_PENDING) {
        a->state.pending = true;
        a->state.pending_state = o.state;
        a->state.pending_at = o.observed_at;
        a->state.pending_trusted = ret->cause == CL_CAUSE_USER;
        return CL_OK;
    }
    a->state = after;
    a->unsure = o.page.loaded_at < c->hole_ms;
    return CL_OK;
}

static enum cl_err take_sure(struct account *a, bool first, const struct cl_entry *entry,
                             struct cl_meaning *ret)
{
    struct cl_observation o = entry->observation.seen;
    struct cl_account after;
    o.asked = true; /* it was recorded, so it was no repeat */
    enum cl_err err = cl_observation_interpret(
        &o, first ? NULL : &a->state, entry->head.clock.time_ms, entry->head.seq, ret, &after);
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

static enum cl_err check_observation(struct cl_consistency *c, struct finding f,
                                     struct cl_entry *entry)
{
    struct cl_observation *o = &entry->observation.seen;
    const char *member = cl_observation_contradiction(o);
    bool again;
    uint8_t reading[(sizeof o->reading - 1) / 2];
    enum cl_err err = cl_hex_decode(o->reading, reading, sizeof reading);
    if (!err)
        err = see(c, &c->readings, reading, sizeof reading, &again);
    if (err)
        return err;
    if (again)
        find_words(f, CL_FINDING_READING_AGAIN, NULL, NULL, NULL);
    check_times(f, o->observed_at, entry->head.clock.time_ms);
    check_page(f, o);
    const bool too_many = !member && is_one_too_many(c, entry->observation.pseudonym);
    if (member || too_many) {
        find_words(f, too_many ? CL_FINDING_ACCOUNT : CL_FINDING_CONTROL, member, NULL, NULL);
        o->state = CL_STATE_UNKNOWN;
        o->reason = inconsistent();
        o->pending = false;
    }
    return check_meaning(c, f, entry, member || too_many);
}

/* ---- documents
 * ----------------------------------------------------------------------------------- */

/* LinkedIn is of 2003, and nobody announces terms three years ahead. */
static bool far_away(const char *effective, int64_t written_ms)
{
    char latest[CL_TIME_TEXT];
    cl_time_format(written_ms + 1096 * CL_DAY_MS, latest);
    return effective && (strcmp(effective, "2003-01-01") < 0 ||
                         strncmp(effective, latest, CL_DATE_TEXT - 1) > 0);
}

static void check_document(struct cl_consistency *c, struct finding f, struct cl_entry *entry)
{
    struct cl_document doc = entry->document.seen;
    struct cl_document_state *state = &c->documents[doc.which];
    struct cl_meaning given;
    const enum cl_change stated = entry->document.change;
    doc.asked = true;
    check_times(f, doc.observed_at, entry->head.clock.time_ms);
    if (far_away(doc.effective, entry->head.clock.time_ms))
        find_words(f, CL_FINDING_DATE, NULL, NULL, NULL);
    cl_document_mean(&doc, state, entry->head.clock.time_ms, entry->head.seq, &given, state);
    const bool unsure = c->document_unsure[doc.which];
    c->document_unsure[doc.which] = false;
    if (unsure && stated <= CL_CHANGE_CHANGED)
        return;
    if (stated != given.change)
        find_words(f, CL_FINDING_MEANING, "change", cl_change_names[stated],
                   cl_change_names[given.change]);
    entry->document.change = given.change;
}

/* ---- the other kinds
 * ----------------------------------------------------------------------------- */

/* What an owner can acknowledge: something about the log or its key, and not about a message. */
static bool can_be_found(enum cl_err found)
{
    return (found >= CL_KEY_MISSING && found <= CL_HEAD_MISSING) ||
           (found >= CL_LOG_MISSING && found <= CL_NOT_FOUND) || found == CL_KEY_RESTORED;
}

static const char *discontinuity_lie(const struct cl_entry *entry)
{
    const struct cl_discontinuity *d = &entry->discontinuity;
    if (!can_be_found(d->found))
        return "found";
    if (!d->has_previous && d->log_size != entry->head.seq)
        return "log_size";
    if (d->found == CL_LOG_ROLLED_BACK && d->head_size <= d->log_size)
        return "head_size";
    for (unsigned i = 0; i < d->damaged_count; i++)
        if (d->damaged[i].last >= d->log_size ||
            (i && d->damaged[i].first <= d->damaged[i - 1].last))
            return "damaged";
    return NULL;
}

static enum cl_err check_body(struct cl_consistency *c, struct finding f, struct cl_entry *entry)
{
    const char *member = NULL;
    switch (entry->head.kind) {
    case CL_KIND_GENESIS:
        if (entry->head.seq > 0)
            find_words(f, CL_FINDING_GENESIS, NULL, NULL, NULL);
        break;
    case CL_KIND_OBSERVATION:
        return check_observation(c, f, entry);
    case CL_KIND_DOCUMENT:
        check_document(c, f, entry);
        break;
    case CL_KIND_TIMESTAMP:
        if (entry->token.size > entry->head.seq)
            find_words(f, CL_FINDING_TOKEN, "size", NULL, NULL);
        break;
    case CL_KIND_DISCONTINUITY:
        member = discontinuity_lie(entry);
        if (member)
            find_words(f, CL_FINDING_DISCONTINUITY, member, NULL, NULL);
        break;
    case CL_KIND_EXHIBIT:
        member = cl_exhibit_lie(&entry->exhibit);
        if (member)
            find_words(f, CL_FINDING_EXHIBIT, member, NULL, NULL);
        break;
    }
    return CL_OK;
}

enum cl_err cl_consistency_take(struct cl_consistency *c, struct cl_entry *entry,
                                struct cl_findings *ret)
{
    const struct finding f = {ret, entry->head.seq};
    const struct cl_clock *now = &entry->head.clock;
    ret->count = 0;
    if (c->after_hole)
        c->hole_ms = now->time_ms;
    c->after_hole = false;
    enum cl_err err = check_salt(c, f, entry->head.salt);
    if (err)
        return err;
    check_clock(c, f, now);
    if (!cl_enclosed_fits(entry))
        find_words(f, CL_FINDING_ATTACHMENTS, NULL, NULL, NULL);
    err = check_body(c, f, entry);
    c->last = *now;
    c->has_last = true;
    return err;
}
