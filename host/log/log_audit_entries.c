#include "log/log_audit_internal.h"

#include <string.h>

/* ---- the tree -------------------------------------------------------------------------------- */

/* The stored leaf hash of an entry, if there is one; whole tiles are read at once. */
static enum cl_err stored_leaf(struct audit *audit, uint64_t seq, bool *ret_has,
                               struct cl_hash *ret_leaf)
{
    unsigned at = (unsigned)(seq % CL_TILE_WIDTH);
    uint64_t index = seq / CL_TILE_WIDTH;
    enum cl_err err = CL_OK;
    if (at == 0) {
        uint64_t left = audit->log->size - seq;
        unsigned count = left < CL_TILE_WIDTH ? (unsigned)left : CL_TILE_WIDTH;
        err = audit->tiles.get(audit->tiles.context, 0, index, 0, count, audit->leaves);
        audit->has_leaves = err == CL_OK;
    }
    if (audit->has_leaves)
        *ret_leaf = audit->leaves[at];
    else if (!err || cl_log_is_lost(err))
        err = audit->tiles.get(audit->tiles.context, 0, index, at, 1, ret_leaf);
    *ret_has = err == CL_OK;
    return cl_log_is_lost(err) ? CL_OK : err;
}

/* One more hash of a level above the leaves: the stored tile must hold it too. */
static enum cl_err check_node(struct audit *audit, unsigned level, const struct cl_hash *hash)
{
    struct cl_hash stored;
    uint64_t at = audit->filled[level];
    enum cl_err err = audit->tiles.get(audit->tiles.context, level, at / CL_TILE_WIDTH,
                                       (unsigned)(at % CL_TILE_WIDTH), 1, &stored);
    if (err && !cl_log_is_lost(err))
        return err;
    if (!err && memcmp(&stored, hash, sizeof stored) == 0)
        return CL_OK;
    audit->out.rebuild = true;
    audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
                "a tile of the tree is not made of those below it");
    return CL_OK;
}

static enum cl_err push(struct audit *audit, const struct cl_hash *leaf)
{
    struct cl_hash hash = *leaf;
    enum cl_err err = cl_merkle_push(&audit->whole, leaf);
    for (unsigned level = 0; !err && level < CL_TILE_LEVELS; level++) {
        struct cl_merkle_stack *tile = &audit->levels[level];
        if (level > 0)
            err = check_node(audit, level, &hash);
        if (err)
            return err;
        audit->filled[level]++;
        err = cl_merkle_push(tile, &hash);
        if (err || tile->size < CL_TILE_WIDTH)
            return err;
        err = cl_merkle_stack_root(tile, &hash);
        *tile = (struct cl_merkle_stack){0};
    }
    return err;
}

/* ---- entries --------------------------------------------------------------------------------- */

static void check_clock(struct audit *audit, uint64_t seq, const struct cl_clock *clock)
{
    const struct cl_clock *before = &audit->before;
    bool same_boot = clock->boot_id[0] != '\0' && strcmp(clock->boot_id, before->boot_id) == 0;
    if (audit->has_before && clock->time_ms < before->time_ms)
        audit_remark(audit, seq, "the clock went back since the entry before");
    else if (audit->has_before && same_boot && clock->uptime_ms < before->uptime_ms)
        audit_remark(audit, seq, "the machine's uptime went back since the entry before");
    audit->before = *clock;
    audit->has_before = true;
}

/* Each that the entry lists must be there, open, and have its SHA-256 and size. Read again for each
 * entry that lists it: what was found before would have to be remembered. */
static enum cl_err check_attachments(struct audit *audit, uint64_t seq,
                                     const struct cl_attachments *list)
{
    for (size_t i = 0; i < list->count; i++) {
        enum cl_err err = cl_log_check_parts(audit->log, &list->item[i]);
        if (!err)
            continue;
        if (err != CL_ABSENT && err != CL_LOG_CHANGED)
            return err;
        audit_fault(audit, CL_LOG_CHANGED, seq,
                    err == CL_ABSENT ? "an attachment of it is missing"
                                     : "an attachment of it does not open");
        audit_damaged(audit, seq);
    }
    return CL_OK;
}

static enum cl_err check_words(struct audit *audit, uint64_t seq, const struct cl_buf *bytes)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_entry_parse(bytes->data, bytes->len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    if (err == CL_LOG_VERSION) {
        audit_remark(audit, seq, "written by a newer consentlog; only seal and tree were checked");
        return CL_OK;
    }
    if (err || entry.head.seq != seq || (entry.head.kind == CL_KIND_GENESIS) != (seq == 0)) {
        audit_fault(audit, err ? CL_LOG_DAMAGED : CL_LOG_CHANGED, seq,
                    "is not an entry of this place");
        audit_damaged(audit, seq);
        return CL_OK;
    }
    audit->out.verdict.breaks += entry.head.kind == CL_KIND_DISCONTINUITY;
    check_clock(audit, seq, &entry.head.clock);
    return check_attachments(audit, seq, cl_entry_attachments(&entry));
}

/* An entry that cannot be read keeps its place in the tree by the hash that is stored for it. */
static enum cl_err lost_entry(struct audit *audit, uint64_t seq, enum cl_err err, bool has_stored,
                              const struct cl_hash *stored)
{
    static const struct cl_hash nothing;
    audit_fault(audit, CL_LOG_CHANGED, seq,
                err == CL_ABSENT ? "is missing" : "its seal does not open");
    audit_damaged(audit, seq);
    if (has_stored)
        return push(audit, stored);
    if (audit->out.tail == WHOLE_LOG)
        audit->out.tail = seq;
    return push(audit, &nothing);
}

/* A place that is known after one that is lost: what was lost is not at the end. */
static void end_tail(struct audit *audit, uint64_t seq)
{
    audit->out.leaf_lost |= audit->out.tail < seq;
    audit->out.tail = WHOLE_LOG;
}

void audit_of_another_branch(struct audit *audit, uint64_t seq)
{
    audit_fault(audit, CL_LOG_CHANGED, seq,
                "was not written after the entries before it: it may be of another branch");
    audit_damaged(audit, seq);
}

/* Was it sealed after the entries that are before it now? Of several in a row that were not, the
 * first is where the other branch begins. One of the old form says nothing, and has no place behind
 * one that does. */
static enum cl_err check_before(struct audit *audit, uint64_t seq, const struct cl_before *before)
{
    struct cl_hash root;
    bool other = audit->told;
    if (seq < audit->vouched)
        return CL_OK;
    if (before->told) {
        enum cl_err err = cl_merkle_stack_root(&audit->whole, &root);
        if (err)
            return err;
        other = memcmp(&before->root, &root, sizeof root) != 0;
    }
    if (other && !audit->other_history)
        audit_of_another_branch(audit, seq);
    audit->other_history = other;
    audit->told |= before->told;
    return CL_OK;
}

enum cl_err audit_check_entry(struct audit *audit, uint64_t seq)
{
    struct cl_before before;
    struct cl_hash leaf;
    struct cl_hash stored;
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    bool has_stored = false;
    enum cl_err err = stored_leaf(audit, seq, &has_stored, &stored);
    if (err)
        return err;
    err = cl_log_unseal_told(audit->log, seq, &bytes, &before);
    if (!err || has_stored)
        end_tail(audit, seq);
    if (cl_log_is_lost(err))
        return lost_entry(audit, seq, err, has_stored, &stored);
    if (!err)
        err = cl_merkle_leaf(bytes.data, bytes.len, &leaf);
    if (err)
        return err;
    if (!has_stored || memcmp(&leaf, &stored, sizeof leaf) != 0) {
        audit_fault(audit, CL_LOG_CHANGED, seq, "differs from its hash in the tree");
        audit->out.rebuild = true;
    }
    err = check_words(audit, seq, &bytes);
    if (!err)
        err = check_before(audit, seq, &before);
    return err ? err : push(audit, &leaf);
}
