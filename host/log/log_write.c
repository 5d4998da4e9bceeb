#include "base/encoding.h"
#include "log/log_internal.h"

#include "base/limits.h"
#include "log/lock.h"

#include <string.h>

/* An entry, its attachments and a summary are sealed, and summaries also where nothing was
 * recorded; so a sixteenth of the key's seals is a bound with room. */
#define ENTRIES_MAX (CL_SEALS_MAX / 16)

enum cl_err cl_log_begin(struct cl_log *log)
{
    log->before.size = log->size;
    log->before.root = log->root;
    log->added = (struct cl_merkle_stack){0};
    return cl_store_begin(log->store);
}

/* What was added is forgotten; the summary is read again when it is next needed. The file is not
 * asked for its size: where the disk fails it may tell more than was committed, and the keyring's
 * head must never be ahead. */
void cl_log_abort(struct cl_log *log)
{
    cl_store_rollback(log->store);
    cl_summary_free(&log->summary);
    log->size = log->before.size;
    log->root = log->before.root;
}

/* The root of all entries so far. Before the first one is added it is known: of the tree as it is
 * now, which a repair may have made anew. After the first one the tiles are read once. */
static enum cl_err root_now(struct cl_log *log, const struct cl_tiles *tiles,
                            struct cl_hash *ret_root)
{
    enum cl_err err = CL_OK;
    if (log->size != 0 && log->size == log->before.size) {
        *ret_root = log->root;
        return CL_OK;
    }
    if (log->added.size != log->size)
        err = cl_merkle_stack_tiles(tiles, log->size, &log->added);
    return err ? err : cl_merkle_stack_root(&log->added, ret_root);
}

/* Seal an entry's exact bytes and put them, and their leaf, at the end. */
static enum cl_err append(struct cl_log *log, const struct cl_buf *entry)
{
    struct cl_hash leaf;
    struct cl_hash root;
    struct cl_tiles tiles = cl_store_tiles(log->store);
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(CL_SEALED_MAX(CL_ENTRY_MAX));
    enum cl_err err = root_now(log, &tiles, &root);
    if (!err)
        err = cl_seal(&log->sealer, CL_SEAL_ENTRY, log->size, &root, entry->data, entry->len,
                      &sealed);
    if (!err)
        err = cl_merkle_leaf(entry->data, entry->len, &leaf);
    if (!err)
        err = cl_store_put_entry(log->store, log->size, &sealed);
    if (!err)
        err = cl_merkle_append(&tiles, log->size, &leaf);
    if (!err && log->added.size == log->size)
        err = cl_merkle_push(&log->added, &leaf);
    if (!err)
        log->size++;
    return err;
}

static enum cl_err write_entry(const struct cl_log *log, enum cl_kind kind,
                               const struct cl_clock *clock, cl_log_body *write, const void *body,
                               struct cl_buf *to)
{
    struct cl_entry_head head = {.seq = log->size, .kind = kind, .clock = *clock};
    if (log->size >= ENTRIES_MAX)
        return CL_LOG_FULL;
    enum cl_err err = cl_random(head.salt, sizeof head.salt);
    if (err)
        return err;
    struct cl_json_writer w = cl_json_writer(to);
    cl_entry_begin(&w, &head);
    write(&w, body);
    return cl_entry_end(&w);
}

enum cl_err cl_log_add(struct cl_log *log, enum cl_kind kind, const struct cl_clock *clock,
                       cl_log_body *write, const void *body)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = write_entry(log, kind, clock, write, body, &entry);
    return err ? err : append(log, &entry);
}

static void write_genesis(struct cl_json_writer *w, const void *body)
{
    cl_genesis_write(w, body);
}

/* The log's id is the hash of its first entry, so that entry is written before anything is sealed.
 */
static enum cl_err add_genesis(struct cl_log *log, const struct cl_clock *clock)
{
    struct cl_genesis genesis = {.host = CL_VERSION, .provider = "unknown"};
    const char *provider = cl_keyring_provider(log->keyring);
    memcpy(genesis.public_key, log->key->public_key, CL_PUBLIC);
    if (provider[0] != '\0' && strlen(provider) < sizeof genesis.provider)
        memcpy(genesis.provider, provider, strlen(provider) + 1);

    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = write_entry(log, CL_KIND_GENESIS, clock, write_genesis, &genesis, &entry);
    if (!err)
        err = cl_sha256(entry.data, entry.len, log->sealer.log_id);
    if (!err)
        err = cl_store_set_meta(log->store, "key_id", log->key->id, strlen(log->key->id));
    if (!err)
        err = cl_store_set_meta(log->store, "log_id", log->sealer.log_id, CL_HASH);
    return err ? err : append(log, &entry);
}

static enum cl_err put_summary(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_SUMMARY_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(2 * (size_t)CL_SUMMARY_MAX);
    log->summary->size = log->size;
    log->summary->root = log->root;
    enum cl_err err = cl_summary_write(log->summary, &text);
    if (!err)
        err = cl_seal(&log->sealer, CL_SEAL_SUMMARY, log->size, NULL, text.data, text.len, &sealed);
    return err ? err : cl_store_put_summary(log->store, log->size, &sealed);
}

enum cl_err cl_log_commit(struct cl_log *log)
{
    struct cl_tiles tiles = cl_store_tiles(log->store);
    enum cl_err err = cl_merkle_root(&tiles, log->size, &log->root);
    if (!err)
        err = put_summary(log);
    if (!err)
        err = cl_store_commit(log->store);
    if (err)
        return err;
    log->behind =
        memcmp(&log->root, &log->head.root, sizeof log->root) != 0 || log->head.alarm != CL_OK;
    return CL_OK;
}

enum cl_err cl_log_end(struct cl_log *log, enum cl_err err, bool wrote)
{
    if (!err && wrote)
        err = cl_log_commit(log);
    if (err || !wrote)
        cl_log_abort(log);
    if (err == CL_LOG_CHANGED)
        cl_log_raise(log, err);
    return err;
}

static void write_discontinuity(struct cl_json_writer *w, const void *body)
{
    cl_discontinuity_write(w, body);
}

enum cl_err cl_log_add_discontinuity(struct cl_log *log, const struct cl_clock *clock,
                                     const struct cl_discontinuity *why)
{
    enum cl_err err = cl_log_add(log, CL_KIND_DISCONTINUITY, clock, write_discontinuity, why);
    if (!err)
        cl_summary_add_gap(log->summary, log->size - 1);
    return err;
}

enum cl_err cl_log_make(struct cl_log *log, const struct cl_clock *clock,
                        const struct cl_discontinuity *why)
{
    enum cl_err err = CL_OK;
    if (!log->store)
        err = cl_store_open((const char *)log->path.data, true, true, &log->store);
    if (!err)
        err = cl_summary_new(&log->summary);
    if (!err)
        err = cl_log_begin(log);
    if (err)
        return err;
    log->sealer.key = log->key->data_key;
    err = add_genesis(log, clock);
    if (!err && why)
        err = cl_log_add_discontinuity(log, clock, why);
    if (!err)
        err = cl_log_commit(log);
    if (err)
        cl_log_abort(log);
    else
        cl_lock_remember((const char *)log->path.data, log->lock, log->key->id);
    return err;
}

/* ---- observations ---------------------------------------------------------------------------- */

struct body {
    const struct cl_observation *seen;
    const struct cl_meaning *meaning;
    const char *pseudonym;
};

static void write_observation(struct cl_json_writer *w, const void *body)
{
    const struct body *b = body;
    cl_observation_write(w, b->seen, b->meaning, b->pseudonym);
}

/* A history of its own for whom neither the page nor the member names. */
static enum cl_err name_account(const struct cl_log *log, const struct cl_observation *seen,
                                char ret_pseudonym[static CL_PSEUDONYM])
{
    memset(ret_pseudonym, 0, CL_PSEUDONYM);
    if (seen->account.said)
        memcpy(ret_pseudonym, seen->account.said, 32);
    return !seen->account.id ? CL_OK : cl_log_pseudonym(log, seen->account.id, ret_pseudonym);
}

static enum cl_err keep_picture(struct cl_log *log, const struct cl_observation *seen)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX + 2);
    if (!seen->picture)
        return CL_OK;
    enum cl_err err = cl_base64_decode(seen->picture, strlen(seen->picture), &bytes);
    struct cl_span picture = {bytes.data, bytes.len};
    return err ? err : cl_log_attach(log, &seen->attachments.item[0], picture);
}

static enum cl_err add_observation(struct cl_log *log, const struct cl_clock *clock,
                                   const struct cl_observation *seen, struct cl_recorded *recorded,
                                   struct cl_account *after)
{
    const char *pseudonym = recorded->pseudonym[0] != '\0' ? recorded->pseudonym : NULL;
    struct body body = {.seen = seen, .meaning = &recorded->meaning, .pseudonym = pseudonym};
    memcpy(after->pseudonym, recorded->pseudonym, sizeof after->pseudonym);
    recorded->seq = log->size;
    recorded->written = true;
    enum cl_err err = keep_picture(log, seen);
    if (!err)
        err = cl_log_add(log, CL_KIND_OBSERVATION, clock, write_observation, &body);
    if (!err && pseudonym && !cl_summary_account(log->summary, pseudonym))
        cl_summary_add_flow(log->summary, CL_FLOW_ACCOUNTS, clock->time_ms);
    return err ? err : cl_summary_put_account(log->summary, after);
}

/* More new accounts than a person has come of what a page made up, and one entry says so in their
 * place: nobody's, and without what was seen. */
static struct cl_observation too_many(const struct cl_observation *seen)
{
    struct cl_observation said = *seen;
    said.state = CL_STATE_UNKNOWN;
    said.reason = 0;
    while (strcmp(cl_reason_names[said.reason], "too-many") != 0)
        said.reason++;
    said.pending = said.asked = said.has_control = false;
    said.trusted = CL_NULL;
    said.candidates = 0;
    said.account.id = said.account.said = NULL;
    said.account.premium = CL_NULL;
    said.page.corroboration = -1;
    said.picture = NULL;
    said.attachments.count = 0;
    return said;
}

static bool is_too_many(const struct cl_log *log, const struct cl_clock *clock,
                        const struct cl_recorded *recorded)
{
    return recorded->pseudonym[0] != '\0' &&
           !cl_summary_account(log->summary, recorded->pseudonym) &&
           cl_summary_is_full(log->summary, CL_FLOW_ACCOUNTS, clock->time_ms);
}

/* A reading that is known already is answered as it was, and *fresh stays; so a request that was
 * committed but whose answer was lost can be sent again as it is, whatever came in between. */
static enum cl_err record_one(struct cl_log *log, const struct cl_clock *clock,
                              const struct cl_observation *seen, struct cl_recorded *recorded,
                              bool *fresh)
{
    struct cl_account after;
    enum cl_err err = name_account(log, seen, recorded->pseudonym);
    if (err)
        return err;
    const struct cl_recent *recent = cl_summary_recent(log->summary, seen->reading);
    if (recent) {
        if (!cl_summary_account(log->summary, recorded->pseudonym)) /* it was one too many */
            memset(recorded->pseudonym, 0, sizeof recorded->pseudonym);
        recorded->seq = recent->seq;
        recorded->meaning = recent->meaning;
        return CL_OK;
    }
    *fresh = true;
    struct cl_observation many;
    if (is_too_many(log, clock, recorded)) {
        many = too_many(seen);
        seen = &many;
        memset(recorded->pseudonym, 0, sizeof recorded->pseudonym);
    }
    const struct cl_account *before = cl_summary_account(log->summary, recorded->pseudonym);
    err = cl_observation_interpret(seen, before, clock->time_ms, log->size, &recorded->meaning,
                                   &after);
    if (err)
        return err;
    if (recorded->meaning.repeat)
        recorded->seq = before->last_seq;
    else
        err = add_observation(log, clock, seen, recorded, &after);
    if (err)
        return err;
    return cl_summary_add_recent(log->summary, seen->reading, recorded->seq, &recorded->meaning);
}

enum cl_err cl_log_ready(struct cl_log *log, struct cl_clock *ret_clock)
{
    if (log->alarm)
        return log->alarm;
    enum cl_err err = cl_clock_now(ret_clock);
    if (!err)
        err = cl_log_need_summary(log, false);
    if (err == CL_LOG_CHANGED)
        cl_log_raise(log, err);
    return err ? err : cl_log_begin(log);
}

enum cl_err cl_log_record(struct cl_log *log, const struct cl_observation *observations,
                          size_t count, struct cl_recorded *ret)
{
    struct cl_recorded recorded[CL_BATCH_MAX] = {0};
    struct cl_clock clock;
    bool fresh = false;
    enum cl_err err = count > CL_BATCH_MAX ? CL_TOO_LONG : cl_log_ready(log, &clock);
    if (err)
        return err;
    for (size_t i = 0; !err && i < count; i++)
        err = record_one(log, &clock, &observations[i], &recorded[i], &fresh);
    err = cl_log_end(log, err, fresh);
    if (err)
        return err;
    memcpy(ret, recorded, count * sizeof recorded[0]);
    return CL_OK;
}
