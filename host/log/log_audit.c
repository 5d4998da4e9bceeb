#include "log/log_internal.h"

#include "base/limits.h"
#include "log/lock.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_EVERY 1024
#define WHOLE_LOG      UINT64_MAX
#define SUFFIX_MAX                                                                                 \
    65536 /* entries beyond the head that are looked for in a file that cannot be counted */

/* What a discontinuity entry, standing at `at`, says about entries before it. */
struct ack {
    uint64_t at, first, last;
};

struct audit {
    struct cl_log *log;
    int lock; /* held while what is counted must not grow; -1 otherwise */
    cl_on_finding *on_finding;
    cl_on_progress *on_progress;
    void *context;
    struct cl_audit out;
    struct cl_buf acks; /* array of struct ack */
    struct cl_tiles tiles;
    struct cl_merkle_stack whole;                  /* the tree of the entries themselves */
    struct cl_merkle_stack levels[CL_TILE_LEVELS]; /* the tile that is being filled, a level */
    uint64_t filled[CL_TILE_LEVELS];               /* hashes of each level so far */
    struct cl_hash leaves[CL_TILE_WIDTH];          /* the stored tile that holds the current leaf */
    bool has_leaves;
    struct cl_clock before; /* of the entry before */
    bool has_before;
    uint64_t vouched; /* so many entries are those that the keyring knows, or told already */
    bool told,
        other_history; /* of the entry before: says what was before it; and it was not this */
};

static void audit_free(struct audit *audit)
{
    cl_buf_free(&audit->acks);
    cl_lock_release(&audit->lock);
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_acknowledged(const struct audit *audit, uint64_t seq)
{
    for (size_t at = 0; at < audit->acks.len; at += sizeof(struct ack)) {
        struct ack ack;
        memcpy(&ack, audit->acks.data + at, sizeof ack);
        if (seq < ack.at && seq >= ack.first && seq <= ack.last)
            return true;
    }
    return false;
}

static void tell(struct audit *audit, const struct cl_finding *finding)
{
    if (!finding->fault)
        audit->out.verdict.remarks++;
    else if (finding->acknowledged)
        audit->out.verdict.acknowledged++;
    else
        audit->out.verdict.faults++;
    if (finding->fault && !finding->acknowledged && audit->out.first == CL_OK)
        audit->out.first = finding->err;
    if (audit->on_finding)
        audit->on_finding(audit->context, finding);
}

static void fault(struct audit *audit, enum cl_err err, uint64_t seq, const char *what)
{
    struct cl_finding finding = {.err = err, .seq = seq, .fault = true, .what = what};
    finding.acknowledged = seq != WHOLE_LOG && is_acknowledged(audit, seq);
    tell(audit, &finding);
}

static void remark(struct audit *audit, uint64_t seq, const char *what)
{
    struct cl_finding finding = {.err = CL_OK, .seq = seq, .what = what};
    tell(audit, &finding);
}

static void damaged(struct audit *audit, uint64_t seq)
{
    struct cl_audit *out = &audit->out;
    unsigned n = out->damaged_count;
    if (n > 0 && (out->damaged[n - 1].last + 1 == seq || n == CL_DAMAGED_MAX)) {
        out->damaged[n - 1].last = seq;
        return;
    }
    out->damaged[n].first = out->damaged[n].last = seq;
    out->damaged_count = n + 1;
}

/* ---- what was acknowledged ------------------------------------------------------------------- */

static enum cl_err read_acks(struct audit *audit, uint64_t at)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_log_unseal(audit->log, at, &bytes);
    if (!err)
        err = cl_entry_parse(bytes.data, bytes.len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    if (err || entry.head.kind != CL_KIND_DISCONTINUITY)
        return CL_OK; /* the walk will say what is wrong with it */
    const struct cl_discontinuity *d = &entry.discontinuity;
    for (unsigned i = 0; i < d->damaged_count; i++) {
        struct ack ack = {.at = at, .first = d->damaged[i].first, .last = d->damaged[i].last};
        err = cl_buf_put(&audit->acks, &ack, sizeof ack);
        if (err)
            return err;
    }
    return CL_OK;
}

static enum cl_err find_acks(struct audit *audit)
{
    enum cl_err err = cl_log_need_summary(audit->log, false);
    if (err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED) {
        fault(audit, err, WHOLE_LOG, "the summary is not of this log");
        err = cl_log_need_summary(audit->log, true);
    }
    if (err)
        return err;
    for (size_t i = 0; !err && i < audit->log->summary->gap_count; i++)
        err = read_acks(audit, audit->log->summary->gaps[i]);
    return err;
}

/* ---- the tree -------------------------------------------------------------------------------- */

/* Not what should be there: a finding. Any other error says nothing of the log. */
static bool is_wrong(enum cl_err err)
{
    return err == CL_ABSENT || err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED;
}

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
    else if (!err || is_wrong(err))
        err = audit->tiles.get(audit->tiles.context, 0, index, at, 1, ret_leaf);
    *ret_has = err == CL_OK;
    return is_wrong(err) ? CL_OK : err;
}

/* One more hash of a level above the leaves: the stored tile must hold it too. */
static enum cl_err check_node(struct audit *audit, unsigned level, const struct cl_hash *hash)
{
    struct cl_hash stored;
    uint64_t at = audit->filled[level];
    enum cl_err err = audit->tiles.get(audit->tiles.context, level, at / CL_TILE_WIDTH,
                                       (unsigned)(at % CL_TILE_WIDTH), 1, &stored);
    if (err && !is_wrong(err))
        return err;
    if (!err && memcmp(&stored, hash, sizeof stored) == 0)
        return CL_OK;
    audit->out.rebuild = true;
    fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "a tile of the tree is not made of those below it");
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
        remark(audit, seq, "the clock went back since the entry before");
    else if (audit->has_before && same_boot && clock->uptime_ms < before->uptime_ms)
        remark(audit, seq, "the machine's uptime went back since the entry before");
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
        fault(audit, CL_LOG_CHANGED, seq,
              err == CL_ABSENT ? "an attachment of it is missing"
                               : "an attachment of it does not open");
        damaged(audit, seq);
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
        remark(audit, seq, "written by a newer consentlog; only seal and tree were checked");
        return CL_OK;
    }
    if (err || entry.head.seq != seq || (entry.head.kind == CL_KIND_GENESIS) != (seq == 0)) {
        fault(audit, err ? err : CL_LOG_CHANGED, seq, "is not an entry of this place");
        damaged(audit, seq);
        return CL_OK;
    }
    check_clock(audit, seq, &entry.head.clock);
    return check_attachments(audit, seq, cl_entry_attachments(&entry));
}

/* An entry that cannot be read keeps its place in the tree by the hash that is stored for it. */
static enum cl_err lost_entry(struct audit *audit, uint64_t seq, enum cl_err err, bool has_stored,
                              const struct cl_hash *stored)
{
    static const struct cl_hash nothing;
    fault(audit, CL_LOG_CHANGED, seq, err == CL_ABSENT ? "is missing" : "its seal does not open");
    damaged(audit, seq);
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

static void of_another_branch(struct audit *audit, uint64_t seq)
{
    fault(audit, CL_LOG_CHANGED, seq,
          "was not written after the entries before it: it may be of another branch");
    damaged(audit, seq);
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
        of_another_branch(audit, seq);
    audit->other_history = other;
    audit->told |= before->told;
    return CL_OK;
}

static enum cl_err check_entry(struct audit *audit, uint64_t seq)
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
    if (is_wrong(err))
        return lost_entry(audit, seq, err, has_stored, &stored);
    if (!err)
        err = cl_merkle_leaf(bytes.data, bytes.len, &leaf);
    if (err)
        return err;
    if (!has_stored || memcmp(&leaf, &stored, sizeof leaf) != 0) {
        fault(audit, CL_LOG_CHANGED, seq, "differs from its hash in the tree");
        audit->out.rebuild = true;
    }
    err = check_words(audit, seq, &bytes);
    if (!err)
        err = check_before(audit, seq, &before);
    return err ? err : push(audit, &leaf);
}

/* ---- the log as a whole ---------------------------------------------------------------------- */

static enum cl_err check_head(struct audit *audit, uint64_t seq)
{
    struct cl_hash root;
    if (seq != audit->log->head.size || seq == 0)
        return CL_OK;
    enum cl_err err = cl_merkle_stack_root(&audit->whole, &root);
    if (!err && memcmp(&root, &audit->log->head.root, sizeof root) != 0)
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
              "the entries are not those that the keyring remembers");
    return err;
}

/* Whole tiles of each level, and what a level leaves over, hold these many hashes in these many
 * rows. */
static void expected_tiles(uint64_t size, uint64_t *ret_rows, uint64_t *ret_bytes)
{
    *ret_rows = *ret_bytes = 0;
    for (uint64_t width = size; width > 0; width /= CL_TILE_WIDTH) {
        *ret_rows += (width + CL_TILE_WIDTH - 1) / CL_TILE_WIDTH;
        *ret_bytes += width * CL_HASH;
    }
}

/* A row may claim any number. There cannot be more entries than rows and leaf hashes together, so
 * what lies beyond is told once and not walked through. */
static void bound_size(struct audit *audit, uint64_t most)
{
    if (audit->log->size <= most)
        return;
    fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "there are rows far beyond its end");
    audit->log->size = most;
    audit->out.tail = most;
}

static void check_counts(struct audit *audit, const struct cl_census *census)
{
    uint64_t tiles = 0;
    uint64_t bytes = 0;
    bound_size(audit, census->entries + census->tile_bytes / CL_HASH);
    expected_tiles(audit->log->size, &tiles, &bytes);
    if (census->tiles != tiles || census->tile_bytes != bytes) {
        audit->out.rebuild = true;
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
              "the tree has more or fewer tiles than the entries need");
    }
    if (census->entries > audit->log->size)
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "there are rows that are not entries");
    if (census->metas != 2)
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "the log's own data has rows that are not ours");
}

static enum cl_err check_census(struct audit *audit)
{
    struct cl_census census;
    enum cl_err err = cl_store_census(audit->log->store, &census);
    if (!err)
        check_counts(audit, &census);
    if (err != CL_LOG_DAMAGED)
        return err;
    audit->out.structure_wrong = true; /* told already by the look at the structure */
    bound_size(audit, audit->log->head.size + SUFFIX_MAX);
    return CL_OK;
}

/* Others may have appended since the log was opened. Rows, tiles and summary are looked at as they
 * belong together; entries never change, so that the walk through them needs no lock. */
static enum cl_err hold_still(struct audit *audit)
{
    struct cl_log *log = audit->log;
    if (log->lock >= 0)
        return CL_OK;
    enum cl_err err = cl_lock_take((const char *)log->path.data, false, &audit->lock);
    if (!err)
        err = cl_store_size(log->store, &log->size);
    cl_summary_free(&log->summary);
    return err;
}

static enum cl_err check_file(struct audit *audit)
{
    enum cl_err err = cl_store_check(audit->log->store);
    if (err == CL_LOG_DAMAGED || err == CL_ABSENT) {
        audit->out.structure_wrong = true;
        fault(audit, CL_LOG_DAMAGED, WHOLE_LOG, "the database's own structure is damaged");
    } else if (err) {
        return err;
    }
    err = hold_still(audit);
    if (err)
        return err;
    if (cl_store_sound(audit->log->store) != CL_OK)
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
              "its protections were taken out, or something was put in");
    if (audit->log->meta_wrong)
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "it names another key than its own");
    if (audit->log->alarm == CL_HEAD_MISSING || audit->log->alarm == CL_KEY_RESTORED)
        fault(audit, audit->log->alarm, WHOLE_LOG, "the keyring does not know how long it was");
    if (audit->log->size < audit->log->head.size)
        fault(audit, CL_LOG_ROLLED_BACK, WHOLE_LOG, "entries are missing at its end");
    return check_census(audit);
}

/* Of an entry that was appended since the walk began? */
static bool is_newer(const struct audit *audit, uint64_t seq)
{
    uint64_t now = 0;
    return seq >= audit->log->size && audit->log->lock < 0 &&
           cl_store_size(audit->log->store, &now) == CL_OK && seq < now;
}

/* The other way round: nothing is kept that no entry lists. */
static enum cl_err check_unlisted(struct audit *audit)
{
    cl_cleanup(cl_buf_free) struct cl_buf tag = cl_buf(CL_HASH + 1);
    uint64_t from = 0;
    bool first = true;
    enum cl_err err = CL_OK;
    while (!err) {
        err = cl_store_next_attachment(audit->log->store, first, &tag, &from);
        first = false;
        if (err == CL_ABSENT)
            return CL_OK;
        if (!err && !is_newer(audit, from))
            err = cl_log_check_attachment(audit->log, &tag, from);
        if (err != CL_LOG_CHANGED && err != CL_LOG_DAMAGED)
            continue;
        /* A tag that is none cannot be gone past; damaged pages have been told already. */
        audit->out.structure_wrong |= err == CL_LOG_DAMAGED;
        fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
              "there are attachments that no entry lists or that do not open");
        return CL_OK;
    }
    return err;
}

/* Entries beyond the head: were they written after those before them? */
static enum cl_err check_suffix(struct audit *audit)
{
    struct cl_log *log = audit->log;
    if (log->size <= log->head.size || log->head.size == 0 || log->head.alarm == CL_KEY_RESTORED)
        return CL_OK;
    enum cl_err err = cl_log_check_suffix_summary(log);
    if (!is_wrong(err))
        return err;
    for (uint64_t seq = log->head.size; seq < log->size; seq++)
        of_another_branch(audit, seq);
    audit->vouched = log->size;
    return CL_OK;
}

/* The keyring's head covers each entry that it knows, if the tree is the one it remembers. */
static enum cl_err find_vouched(struct audit *audit)
{
    struct cl_hash root;
    const struct cl_head *head = &audit->log->head;
    if (head->size == 0 || head->size > audit->log->size)
        return CL_OK;
    enum cl_err err = cl_merkle_root(&audit->tiles, head->size, &root);
    if (!err && memcmp(&root, &head->root, sizeof root) == 0)
        audit->vouched = head->size;
    return is_wrong(err) ? CL_OK : err;
}

static enum cl_err walk(struct audit *audit)
{
    enum cl_err err = check_file(audit);
    if (!err)
        err = find_vouched(audit);
    if (!err)
        err = check_suffix(audit);
    if (!err)
        err = find_acks(audit);
    cl_lock_release(&audit->lock);
    for (uint64_t seq = 0; !err && seq < audit->log->size; seq++) {
        err = check_head(audit, seq);
        if (!err)
            err = check_entry(audit, seq);
        if (audit->on_progress && seq % PROGRESS_EVERY == 0)
            audit->on_progress(audit->context, seq, audit->log->size);
    }
    if (!err)
        err = check_head(audit, audit->log->size);
    if (!err)
        err = check_unlisted(audit);
    if (!err && audit->on_progress)
        audit->on_progress(audit->context, audit->log->size, audit->log->size);
    audit->out.verdict.entries = audit->log->size;
    return err;
}

enum cl_err cl_log_audit(struct cl_log *log, cl_on_finding *on_finding, cl_on_progress *on_progress,
                         void *context, struct cl_audit *ret_audit)
{
    cl_cleanup(audit_free) struct audit audit = {
        .log = log,
        .lock = -1,
        .on_finding = on_finding,
        .on_progress = on_progress,
        .context = context,
        .acks = cl_buf(CL_GAPS_MAX * CL_DAMAGED_MAX * sizeof(struct ack)),
        .tiles = cl_store_tiles(log->store),
        .out.tail = WHOLE_LOG,
    };
    enum cl_err err = walk(&audit);
    if (err)
        return err;
    *ret_audit = audit.out;
    return CL_OK;
}

enum cl_err cl_log_verify(struct cl_log *log, cl_on_finding *on_finding,
                          cl_on_progress *on_progress, void *context,
                          struct cl_verdict *ret_verdict)
{
    struct cl_audit audit;
    enum cl_err err = cl_log_audit(log, on_finding, on_progress, context, &audit);
    if (err)
        return err;
    if (audit.first != CL_OK && audit.first != CL_HEAD_MISSING && audit.first != CL_KEY_RESTORED)
        cl_log_raise(log, audit.first);
    *ret_verdict = audit.verdict;
    return CL_OK;
}
