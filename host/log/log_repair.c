#include "log/log_internal.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MAX 100 /* files set aside within one second */

/* ---- setting aside --------------------------------------------------------------------------- */

static enum cl_err move(const char *from, const char *to, bool *ret_taken)
{
    *ret_taken = false;
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 || errno == ENOENT)
        return CL_OK;
    *ret_taken = errno == EEXIST;
    return *ret_taken ? CL_OK : CL_IO;
}

/* "log.sqlite" → "log.sqlite.aside-20261121T180000.000Z", with its journal. The journal goes first:
 * left behind, it would be played into the new file. */
static enum cl_err set_aside_as(const char *path, const char *aside, bool *ret_taken)
{
    char journal[4200];
    char journal_aside[4200];
    if (snprintf(journal, sizeof journal, "%s-journal", path) >= (int)sizeof journal ||
        snprintf(journal_aside, sizeof journal_aside, "%s-journal", aside) >=
            (int)sizeof journal_aside)
        return CL_IO;
    enum cl_err err = move(journal, journal_aside, ret_taken);
    return err || *ret_taken ? err : move(path, aside, ret_taken);
}

static enum cl_err set_aside(const char *path, int64_t now_ms, struct cl_buf *to)
{
    char when[CL_TIME_TEXT];
    char aside[4160];
    bool taken = true;
    enum cl_err err = CL_OK;
    if (access(path, F_OK) != 0)
        return cl_buf_put(to, "", 1);
    cl_time_format(now_ms, when);
    for (int i = 0; !err && taken && i < NAMES_MAX; i++) {
        int n = i == 0 ? snprintf(aside, sizeof aside, "%s.aside-%s", path, when)
                       : snprintf(aside, sizeof aside, "%s.aside-%s-%d", path, when, i);
        err = n >= (int)sizeof aside ? CL_IO : set_aside_as(path, aside, &taken);
    }
    if (err || taken)
        return CL_IO;
    return cl_buf_put(to, aside, strlen(aside) + 1);
}

/* ---- beginning anew -------------------------------------------------------------------------- */

/* The alarm stands in the new head before the old file is moved, so that a crash in between does
 * not begin a log that says nothing of the one before. */
static enum cl_err make_alarmed_key(struct cl_log *log, enum cl_err found)
{
    const char *path = (const char *)log->path.data;
    struct cl_head head = {.alarm = found};
    cl_key_free(&log->key);
    enum cl_err err = CL_OK;
    if (!log->keyring)
        err = cl_keyring_open(&log->keyring);
    if (!err)
        err = cl_key_new(&log->key);
    if (!err)
        err = cl_keyring_create(log->keyring, log->key, path, log->named[0] ? log->named : NULL);
    if (!err)
        err = cl_keyring_advance(log->keyring, log->key, path, &head, CL_WAIT_MS);
    return err ? err : cl_keyring_settle(log->keyring, log->key, path);
}

static void forget(struct cl_log *log)
{
    cl_summary_free(&log->summary);
    cl_store_close(&log->store);
    log->size = 0;
    log->head = (struct cl_head){0};
    log->alarm = CL_OK;
    log->sealer.key = log->key->data_key;
}

static bool is_known(const uint8_t id[static CL_HASH])
{
    static const uint8_t unknown[CL_HASH];
    return memcmp(id, unknown, CL_HASH) != 0;
}

static void describe(const struct cl_log *log, enum cl_err found, struct cl_discontinuity *ret)
{
    *ret = (struct cl_discontinuity){
        .found = found, .head_size = log->head.size, .log_size = log->size};
    memcpy(ret->head_root, log->head.root.bytes, CL_HASH);
    memcpy(ret->log_root, log->root.bytes, CL_HASH);
}

static enum cl_err begin_anew(struct cl_log *log, enum cl_err found, uint64_t *ret_seq,
                              struct cl_buf *ret_aside)
{
    struct cl_clock clock;
    struct cl_discontinuity why;
    describe(log, found, &why);
    why.has_previous = is_known(log->sealer.log_id);
    memcpy(why.previous, log->sealer.log_id, CL_HASH);

    enum cl_err err = cl_clock_now(&clock);
    if (!err)
        err = make_alarmed_key(log, found);
    if (err)
        return err;
    forget(log);
    err = set_aside((const char *)log->path.data, clock.time_ms, ret_aside);
    if (err)
        return err;
    cl_keyring_set_aside(log->keyring, log->key->id, (const char *)log->path.data,
                         (const char *)ret_aside->data);
    err = cl_log_make(log, &clock, &why);
    if (err)
        return err;
    cl_log_settle(log, CL_WAIT_MS);
    *ret_seq = 1;
    return CL_OK;
}

/* ---- going on -------------------------------------------------------------------------------- */

/* The leaf hashes as they shall stand: of the entries that can be read, and the stored ones of
 * those that cannot. */
static enum cl_err collect_leaves(struct cl_log *log, struct cl_buf *to)
{
    struct cl_tiles tiles = cl_store_tiles(log->store);
    for (uint64_t seq = 0; seq < log->size; seq++) {
        struct cl_hash leaf;
        cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
        enum cl_err err = cl_log_unseal(log, seq, &entry);
        if (!err)
            err = cl_merkle_leaf(entry.data, entry.len, &leaf);
        else if (cl_log_is_lost(err))
            err = tiles.get(tiles.context, 0, seq / CL_TILE_WIDTH, (unsigned)(seq % CL_TILE_WIDTH),
                            1, &leaf);
        if (!err)
            err = cl_buf_put(to, leaf.bytes, CL_HASH);
        if (err)
            return err;
    }
    return CL_OK;
}

static enum cl_err rebuild_tiles(struct cl_log *log)
{
    struct cl_tiles tiles = cl_store_tiles(log->store);
    cl_cleanup(cl_buf_free) struct cl_buf leaves = cl_buf((size_t)log->size * CL_HASH);
    enum cl_err err = collect_leaves(log, &leaves);
    if (!err)
        err = cl_store_drop_tiles(log->store);
    for (uint64_t seq = 0; !err && seq < log->size; seq++) {
        struct cl_hash leaf;
        memcpy(leaf.bytes, leaves.data + seq * CL_HASH, CL_HASH);
        err = cl_merkle_append(&tiles, seq, &leaf);
    }
    return err;
}

/* Attachments that are nobody's, or that do not open: the first is no part of the log, and the
 * second would be in the way of the same bytes when they come again. */
static enum cl_err repair_attachments(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf tag = cl_buf(CL_HASH + 1);
    uint64_t from = 0;
    bool first = true;
    for (;;) {
        enum cl_err err = cl_store_next_attachment(log->store, first, &tag, &from);
        first = false;
        if (err == CL_ABSENT)
            return CL_OK;
        if (!err)
            err = cl_log_check_attachment(log, &tag, from);
        if (err == CL_LOG_CHANGED)
            err = cl_store_drop_attachment(log->store, &tag);
        if (err)
            return err;
    }
}

static enum cl_err repair_file(struct cl_log *log, const struct cl_audit *audit)
{
    struct cl_tiles tiles = cl_store_tiles(log->store);
    enum cl_err err = cl_store_repair(log->store);
    if (!err && log->meta_wrong)
        err = cl_store_set_meta(log->store, "key_id", log->key->id, strlen(log->key->id));
    if (!err && audit->tail != UINT64_MAX) {
        log->size = audit->tail;
        err = cl_store_trim(log->store, log->size);
    }
    if (!err)
        err = repair_attachments(log);
    if (!err && (audit->rebuild || audit->tail != UINT64_MAX))
        err = rebuild_tiles(log);
    return err ? err : cl_merkle_root(&tiles, log->size, &log->root);
}

/* Of what is left: what did not belong at the end was found, too, and is gone. */
static void put_damaged(const struct cl_audit *audit, struct cl_discontinuity *why)
{
    for (unsigned i = 0; i < audit->damaged_count; i++) {
        const uint64_t first = audit->damaged[i].first, last = audit->damaged[i].last;
        if (first >= why->log_size)
            continue;
        why->damaged[why->damaged_count].first = first;
        why->damaged[why->damaged_count++].last = last < why->log_size ? last : why->log_size - 1;
    }
}

static enum cl_err go_on(struct cl_log *log, enum cl_err found, const struct cl_audit *audit)
{
    struct cl_clock clock;
    struct cl_discontinuity why;
    describe(log, found, &why);
    enum cl_err err = cl_clock_now(&clock);
    if (!err)
        err = repair_file(log, audit);
    if (err)
        return err;
    why.log_size = log->size; /* what was at its end and did not belong there is gone */
    memcpy(why.log_root, log->root.bytes, CL_HASH);
    put_damaged(audit, &why);
    err = cl_log_add_discontinuity(log, &clock, &why);
    return err ? err : cl_log_commit(log);
}

/* Without its first entry a log has no id, and without an entry's hash its tree cannot be made
 * again. */
static bool can_go_on(const struct cl_audit *audit)
{
    bool has_genesis = audit->damaged_count == 0 || audit->damaged[0].first > 0;
    return has_genesis && audit->tail > 0 && !audit->structure_wrong && !audit->leaf_lost;
}

static enum cl_err acknowledge(struct cl_log *log, enum cl_err finding, uint64_t *ret_seq,
                               struct cl_buf *ret_aside)
{
    struct cl_audit audit;
    enum cl_err err = cl_log_audit(log, NULL, NULL, NULL, &audit);
    if (err)
        return err;
    enum cl_err found = finding ? finding : audit.first;
    if (found == CL_OK)
        return CL_ABSENT;
    if (!can_go_on(&audit))
        return begin_anew(log, found, ret_seq, ret_aside);

    err = cl_log_begin(log);
    if (err)
        return err;
    err = go_on(log, found, &audit);
    if (err) {
        cl_log_abort(log);
        return err;
    }
    cl_log_settle(log, CL_WAIT_MS); /* a person waits for it, and no message behind this one */
    if (log->head.size != log->size)
        return CL_KEYRING_FAILED; /* it is written, but the alarm could not be taken out: once more,
                                     please */
    *ret_seq = log->size - 1;
    return cl_buf_put(ret_aside, "", 1);
}

enum cl_err cl_log_acknowledge(uint64_t *ret_seq, struct cl_buf *ret_aside)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err finding = CL_OK;
    enum cl_err err = cl_log_look(true, false, &log, &finding);
    if (!log)
        return err;
    switch ((int)err) {
    case CL_OK:
        return acknowledge(log, finding, ret_seq, ret_aside);
    case CL_LOG_MISSING:
    case CL_LOG_DAMAGED:
    case CL_LOG_CHANGED:
    case CL_LOG_ROLLED_BACK:
    case CL_KEY_MISSING:
    case CL_KEY_DAMAGED:
    case CL_KEY_FOREIGN:
        return begin_anew(log, err, ret_seq, ret_aside);
    default:
        return err;
    }
}
