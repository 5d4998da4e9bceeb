/* What an observation means after the looks of that account before it. */
#include "entry/observation.h"

#include "crypto/crypto.h"

#include <string.h>

/* What is hashed of a look's words: what the reader lets through of them, and their lengths. */
struct words {
    uint8_t bytes[35 + 128 + 1024 + 3 * 2];
    size_t len;
    enum cl_err err;
};

/* Length first, so that no two different triples are hashed as the same bytes; null is not the
 * empty text. */
static void put_text(struct words *to, const char *text)
{
    const size_t n = text ? strlen(text) : 0;
    if (to->err || n > sizeof to->bytes - 2 - to->len) {
        to->err = CL_TOO_LONG;
        return;
    }
    to->bytes[to->len++] = text ? (uint8_t)(n >> 8) : 0xff;
    to->bytes[to->len++] = text ? (uint8_t)n : 0xff;
    if (n)
        memcpy(to->bytes + to->len, text, n);
    to->len += n;
}

/* Those that were hashed last: most looks have the words of the one before. */
static _Thread_local struct {
    uint8_t bytes[sizeof(struct words)];
    size_t len; /* 0: none yet; of any words there are six bytes at the least */
    uint8_t wording[8];
} latest;

static enum cl_err hash_words(const struct words *words)
{
    uint8_t hash[CL_HASH];
    latest.len = 0;
    enum cl_err err = cl_sha256(words->bytes, words->len, hash);
    if (err)
        return err;
    memcpy(latest.bytes, words->bytes, words->len);
    memcpy(latest.wording, hash, sizeof latest.wording);
    latest.len = words->len;
    return CL_OK;
}

static enum cl_err wording_of(const struct cl_observation *obs, uint8_t ret_wording[static 8])
{
    CL_UNCLEARED struct words words;
    words.len = 0;
    words.err = CL_OK;
    put_text(&words, obs->page.language);
    put_text(&words, obs->control.key);
    put_text(&words, obs->control.label);
    enum cl_err err = words.err;
    if (!err && (words.len != latest.len || memcmp(words.bytes, latest.bytes, words.len) != 0))
        err = hash_words(&words);
    if (err)
        return err;
    memcpy(ret_wording, latest.wording, 8);
    return CL_OK;
}

static bool is_zero(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Does the reading belong to a flip that no later document has confirmed or refuted yet? */
static bool still_waits(const struct cl_observation *obs, const struct cl_account *before)
{
    return before->pending && obs->page.loaded_at <= before->pending_at;
}

/* Does an old tab still show what a newer document has shown to be past? Only while the browser's
 * clock did not go back: then the two cannot be compared, and the look counts. */
static bool is_stale(const struct cl_observation *obs, const struct cl_account *before)
{
    return before->settled && !obs->pending && obs->state != CL_STATE_UNKNOWN &&
           obs->state != before->state && obs->page.loaded_at < before->loaded_at &&
           obs->observed_at >= before->settled_at;
}

static enum cl_phase phase_of(const struct cl_observation *obs, const struct cl_account *before)
{
    if (obs->pending)
        return CL_PHASE_PENDING;
    if (obs->state == CL_STATE_UNKNOWN || !before->pending || obs->state != before->pending_state)
        return CL_PHASE_SEEN;
    return still_waits(obs, before) ? CL_PHASE_PENDING : CL_PHASE_CONFIRMED;
}

static enum cl_change change_of(const struct cl_observation *obs, const struct cl_account *before,
                                bool first, const uint8_t wording[static 8])
{
    if (obs->state == CL_STATE_UNKNOWN)
        return first ? CL_CHANGE_FIRST : CL_CHANGE_UNCHANGED;
    if (!before->settled)
        return CL_CHANGE_FIRST;
    if (is_stale(obs, before))
        return CL_CHANGE_STALE;
    if (obs->state != before->state)
        return CL_CHANGE_CHANGED;
    if (obs->has_control && !is_zero(before->wording, 8) &&
        memcmp(wording, before->wording, 8) != 0)
        return CL_CHANGE_REWORDED;
    return CL_CHANGE_UNCHANGED;
}

static enum cl_cause cause_of(const struct cl_observation *obs, const struct cl_account *before,
                              enum cl_phase phase, enum cl_change change)
{
    bool flipped = before->pending && before->pending_state == obs->state;
    bool trusted = flipped && before->pending_trusted;
    if (obs->pending)
        trusted = trusted || obs->trusted == CL_TRUE;
    else if (phase == CL_PHASE_SEEN)
        trusted = false;
    if (phase != CL_PHASE_PENDING && change != CL_CHANGE_CHANGED)
        return CL_CAUSE_NULL;
    return trusted ? CL_CAUSE_USER : CL_CAUSE_UNEXPLAINED;
}

int64_t cl_observation_looked(const struct cl_observation *obs, int64_t written_ms, int64_t last_ms)
{
    int64_t at = obs->observed_at;
    if (at >= written_ms - CL_PROMPT_MS || at < written_ms - CL_WAITED_MAX_MS)
        return written_ms;
    return at < last_ms && last_ms <= written_ms ? last_ms : at;
}

/* The account once the observation is taken in. */
static void take(const struct cl_observation *obs, const struct cl_account *before,
                 const struct cl_meaning *meaning, int64_t now_ms, struct cl_account *after)
{
    if (obs->account.premium != CL_NULL)
        after->premium = obs->account.premium;
    after->last_seen = cl_observation_looked(obs, now_ms, before->last_seen);
    after->last_state = (int)obs->state;
    after->last_reason = obs->reason;
    if (obs->state == CL_STATE_UNKNOWN)
        return;
    if (obs->pending) {
        after->pending = true;
        after->pending_state = obs->state;
        after->pending_at = obs->observed_at;
        after->pending_trusted = meaning->cause == CL_CAUSE_USER;
    }
    if (meaning->phase == CL_PHASE_PENDING || meaning->change == CL_CHANGE_STALE)
        return;
    if (!still_waits(obs, before))
        after->pending = false;
    after->settled = true;
    after->state = obs->state;
    after->loaded_at = obs->page.loaded_at;
    after->settled_at = obs->observed_at;
    if (meaning->change == CL_CHANGE_FIRST || meaning->change == CL_CHANGE_CHANGED)
        after->since = after->last_seen;
}

static bool same_waiting(const struct cl_account *a, const struct cl_account *b)
{
    if (a->pending != b->pending)
        return false;
    return !a->pending ||
           (a->pending_state == b->pending_state && a->pending_trusted == b->pending_trusted);
}

static bool says_nothing_new(const struct cl_account *before, const struct cl_account *after)
{
    int64_t passed = after->last_seen - before->last_seen;
    return passed >= 0 && passed < CL_REPEAT_MS && before->last_state == after->last_state &&
           before->last_reason == after->last_reason && before->premium == after->premium &&
           memcmp(before->wording, after->wording, sizeof before->wording) == 0 &&
           same_waiting(before, after);
}

enum cl_err cl_observation_interpret(const struct cl_observation *obs,
                                     const struct cl_account *before, int64_t now_ms, uint64_t seq,
                                     struct cl_meaning *ret_meaning, struct cl_account *ret_after)
{
    static const struct cl_account nobody = {
        .premium = CL_NULL, .last_state = -1, .last_reason = -1};
    bool first = !before;
    if (first)
        before = &nobody;
    struct cl_account after = *before;
    bool worded = obs->has_control && obs->state != CL_STATE_UNKNOWN;
    enum cl_err err = worded ? wording_of(obs, after.wording) : CL_OK;
    if (err)
        return err;

    struct cl_meaning meaning = {.phase = phase_of(obs, before)};
    meaning.change = change_of(obs, before, first, after.wording);
    meaning.cause = cause_of(obs, before, meaning.phase, meaning.change);
    if (meaning.change == CL_CHANGE_STALE)
        memcpy(after.wording, before->wording, sizeof after.wording);
    take(obs, before, &meaning, now_ms, &after);
    after.last_seq = seq;
    meaning.repeat = !first && !obs->asked && !obs->picture && says_nothing_new(before, &after);
    *ret_after = meaning.repeat ? *before : after;
    *ret_meaning = meaning;
    return CL_OK;
}
