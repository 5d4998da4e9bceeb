#include "entry/consistency_internal.h"
#include "entry/enclosed.h"

#include <stdlib.h>
#include <string.h>

#define LEAP_MS    (400 * CL_DAY_MS) /* between two entries of one member */
#define UPTIME_MAX (3650 * CL_DAY_MS)
#define DISTINCT   6 /* different bytes that sixteen random ones have at the least */

enum cl_err cl_consistency_new(struct cl_consistency **ret)
{
    cl_cleanup(cl_consistency_free) struct cl_consistency *c = calloc(1, sizeof *c);
    if (!c)
        return CL_NO_MEMORY;
    enum cl_err err = cl_seen_begin(&c->salts);
    if (!err)
        err = cl_seen_begin(&c->readings);
    if (!err)
        err = cl_seen_begin(&c->replies);
    if (err)
        return err;
    *ret = c;
    c = NULL;
    return CL_OK;
}

void cl_consistency_free(struct cl_consistency **c)
{
    if (*c) {
        cl_seen_free(&(*c)->salts);
        cl_seen_free(&(*c)->readings);
        cl_seen_free(&(*c)->replies);
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
        cl_finding_words(f, CL_FINDING_SALT_WEAK, NULL, NULL, NULL);
    cl_finding_words(f, CL_FINDING_UNREAD, fault->field[0] ? fault->field : cl_err_code(fault->err),
                     NULL, NULL);
    cl_consistency_hide(c);
}

/* ---- the head -------------------------------------------------------------------------------- */

static bool is_weak(const uint8_t salt[static CL_SALT])
{
    uint64_t there[4] = {0};
    int distinct = 0;
    for (size_t i = 0; i < CL_SALT; i++)
        there[salt[i] / 64] |= UINT64_C(1) << salt[i] % 64;
    for (size_t i = 0; i < 4; i++)
        distinct += __builtin_popcountll(there[i]);
    return distinct < DISTINCT;
}

static enum cl_err check_salt(struct cl_consistency *c, struct finding f,
                              const uint8_t salt[static CL_SALT])
{
    bool again;
    enum cl_err err = cl_seen_take(&c->salts, salt, CL_SALT, &again);
    if (is_weak(salt))
        cl_finding_words(f, CL_FINDING_SALT_WEAK, NULL, NULL, NULL);
    if (again)
        cl_finding_words(f, CL_FINDING_SALT_AGAIN, NULL, NULL, NULL);
    return err;
}

static bool has_ended(const struct cl_consistency *c, const char *boot_id)
{
    for (size_t i = 0; i < c->boot_count && i < BOOTS; i++)
        if (strcmp(c->boots[i], boot_id) == 0)
            return true;
    return false;
}

/* Steps within one run of the computer are told by cl_clock_compare; here is what it cannot. */
static void check_clock(struct cl_consistency *c, struct finding f, const struct cl_clock *now)
{
    const struct cl_clock *last = &c->last;
    const int64_t passed = now->time_ms - last->time_ms;
    if (now->uptime_ms > UPTIME_MAX)
        cl_finding_words(f, CL_FINDING_UPTIME, NULL, NULL, NULL);
    if (!now->boot_id[0])
        cl_finding_words(f, CL_FINDING_BOOT_NONE, NULL, NULL, NULL);
    if (c->has_last && passed > LEAP_MS)
        cl_finding_number(f, CL_FINDING_CLOCK_LEAP, passed / CL_DAY_MS);
    if (!c->has_last || !now->boot_id[0] || strcmp(now->boot_id, last->boot_id) == 0)
        return;
    if (has_ended(c, now->boot_id))
        cl_finding_words(f, CL_FINDING_BOOT_AGAIN, NULL, NULL, NULL);
    else if (last->boot_id[0] && passed >= 0 && now->uptime_ms > passed + CL_MINUTE_MS)
        cl_finding_words(f, CL_FINDING_BOOT_BEFORE, NULL, NULL, NULL);
    if (last->boot_id[0])
        memcpy(c->boots[c->boot_count++ % BOOTS], last->boot_id, sizeof last->boot_id);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* LinkedIn is of 2003, and nobody announces terms three years ahead. */
static bool is_far_away(const char *effective, int64_t written_ms)
{
    char latest[CL_TIME_TEXT];
    const int64_t ahead = written_ms + 1096 * CL_DAY_MS;
    cl_time_format(ahead < CL_TIME_MAX_MS ? ahead : CL_TIME_MAX_MS, latest);
    return strcmp(effective, "2003-01-01") < 0 || strncmp(effective, latest, CL_DATE_TEXT - 1) > 0;
}

static enum cl_err check_document(struct cl_consistency *c, struct finding f,
                                  struct cl_entry *entry)
{
    struct cl_document doc = entry->document.seen;
    struct cl_document_state *state = &c->documents[doc.which];
    struct cl_meaning given;
    const enum cl_change stated = entry->document.change;
    enum cl_err err = cl_consistency_reading(c, f, doc.reading);
    if (err)
        return err;
    doc.asked = true;
    cl_consistency_times(f, doc.observed_at, entry->head.clock.time_ms);
    if (doc.effective &&
        (!doc.effective_text || is_far_away(doc.effective, entry->head.clock.time_ms)))
        cl_finding_words(f, CL_FINDING_DATE, NULL, NULL, NULL);
    cl_document_interpret(&doc, state, entry->head.clock.time_ms, entry->head.seq, &given, state);
    const bool unsure = c->document_unsure[doc.which];
    c->document_unsure[doc.which] = false;
    if (unsure && stated <= CL_CHANGE_CHANGED)
        return CL_OK;
    if (stated != given.change)
        cl_finding_words(f, CL_FINDING_MEANING, "change", cl_change_names[stated],
                         cl_change_names[given.change]);
    entry->document.change = given.change;
    return CL_OK;
}

/* ---- the other kinds ------------------------------------------------------------------------- */

/* What an owner can acknowledge: something about the log or its key, and not about a message. The
 * numbers of errors never change, so what stands between two of them does not either.
 * tests/vectors/acknowledged.txt has them by name, for this verifier and the two others. */
static bool can_be_found(enum cl_err found)
{
    return (found >= CL_KEY_MISSING && found <= CL_HEAD_MISSING) ||
           (found >= CL_LOG_MISSING && found <= CL_NOT_FOUND) || found == CL_KEY_RESTORED;
}

static bool is_nothing(const uint8_t hash[static CL_HASH])
{
    static const uint8_t none[CL_HASH];
    return memcmp(hash, none, CL_HASH) == 0;
}

/* A log that was begun in the place of another says so in entry 1. Of one that could not be opened
 * it knows neither name nor size. */
static const char *beginning_lie(const struct cl_discontinuity *d, uint64_t seq)
{
    if (d->has_previous && (seq != 1 || is_nothing(d->previous)))
        return "previous";
    if (seq == 1 && d->log_size == 0)
        return is_nothing(d->log_root) ? NULL : "log_root";
    return d->has_previous || d->log_size == seq ? NULL : "log_size";
}

/* Entries below the size, each once; not the genesis, without which nobody goes on, and none of a
 * log in whose place another was begun. */
static bool is_damage(const struct cl_discontinuity *d)
{
    if (d->damaged_count && (d->has_previous || d->damaged[0].first == 0))
        return false;
    for (unsigned i = 0; i < d->damaged_count; i++)
        if (d->damaged[i].last >= d->log_size ||
            (i && d->damaged[i].first <= d->damaged[i - 1].last))
            return false;
    return true;
}

static const char *discontinuity_lie(const struct cl_entry *entry)
{
    const struct cl_discontinuity *d = &entry->discontinuity;
    const char *lie = beginning_lie(d, entry->head.seq);
    if (!can_be_found(d->found))
        return "found";
    if (lie)
        return lie;
    if (d->found == CL_LOG_ROLLED_BACK && d->head_size <= d->log_size)
        return "head_size";
    if (d->head_size == 0 && !is_nothing(d->head_root))
        return "head_root";
    return is_damage(d) ? NULL : "damaged";
}

/* An authority's answer is recorded once: a second time would bring another moment after it. */
static enum cl_err check_token(struct cl_consistency *c, struct finding f,
                               const struct cl_entry *entry)
{
    const struct cl_attachments *list = cl_entry_attachments(entry);
    bool again = false;
    if (entry->token.size > entry->head.seq)
        cl_finding_words(f, CL_FINDING_TOKEN, "size", NULL, NULL);
    for (size_t i = 0; i < list->count && !again; i++) {
        if (strcmp(list->item[i].name, cl_token_part_names[CL_TOKEN_REPLY]) != 0)
            continue;
        enum cl_err err = cl_seen_take(&c->replies, list->item[i].sha256, CL_HASH, &again);
        if (err)
            return err;
    }
    if (again)
        cl_finding_words(f, CL_FINDING_TOKEN, "attachments", NULL, NULL);
    return CL_OK;
}

static enum cl_err check_body(struct cl_consistency *c, struct finding f, struct cl_entry *entry)
{
    const char *member = NULL;
    switch (entry->head.kind) {
    case CL_KIND_GENESIS:
        if (entry->head.seq > 0)
            cl_finding_words(f, CL_FINDING_GENESIS, NULL, NULL, NULL);
        break;
    case CL_KIND_OBSERVATION:
        return cl_consistency_observation(c, f, entry);
    case CL_KIND_DOCUMENT:
        return check_document(c, f, entry);
    case CL_KIND_TIMESTAMP:
        return check_token(c, f, entry);
    case CL_KIND_DISCONTINUITY:
        member = discontinuity_lie(entry);
        if (member)
            cl_finding_words(f, CL_FINDING_DISCONTINUITY, member, NULL, NULL);
        break;
    case CL_KIND_EXHIBIT:
        member = cl_exhibit_lie(&entry->exhibit);
        if (member)
            cl_finding_words(f, CL_FINDING_EXHIBIT, member, NULL, NULL);
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
        cl_finding_words(f, CL_FINDING_ATTACHMENTS, NULL, NULL, NULL);
    err = check_body(c, f, entry);
    c->last = *now;
    c->has_last = true;
    return err;
}
