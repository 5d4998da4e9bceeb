#include "log/lock.h"
#include "log/log_audit_internal.h"

#include <string.h>

#define PROGRESS_EVERY 1024
#define SUFFIX_MAX                                                                                 \
    65536 /* entries beyond the head that are looked for in a file that cannot be counted */

static void audit_free(struct audit *audit)
{
    cl_buf_free(&audit->acks);
    cl_lock_release(&audit->lock);
}

/* ---- the log as a whole ---------------------------------------------------------------------- */

static enum cl_err check_head(struct audit *audit, uint64_t seq)
{
    struct cl_hash root;
    if (seq != audit->log->head.size || seq == 0)
        return CL_OK;
    enum cl_err err = cl_merkle_stack_root(&audit->whole, &root);
    if (!err && memcmp(&root, &audit->log->head.root, sizeof root) != 0)
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
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
    audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "there are rows far beyond its end");
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
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
                    "the tree has more or fewer tiles than the entries need");
    }
    if (census->entries > audit->log->size)
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "there are rows that are not entries");
    if (census->metas != 2)
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
                    "the log's own data has rows that are not ours");
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
        audit_fault(audit, CL_LOG_DAMAGED, WHOLE_LOG, "the database's own structure is damaged");
    } else if (err) {
        return err;
    }
    err = hold_still(audit);
    if (err)
        return err;
    if (cl_store_sound(audit->log->store) != CL_OK)
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
                    "its protections were taken out, or something was put in");
    if (audit->log->meta_wrong)
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG, "it names another key than its own");
    if (audit->log->alarm == CL_HEAD_MISSING || audit->log->alarm == CL_KEY_RESTORED)
        audit_fault(audit, audit->log->alarm, WHOLE_LOG,
                    "the keyring does not know how long it was");
    if (audit->log->size < audit->log->head.size)
        audit_fault(audit, CL_LOG_ROLLED_BACK, WHOLE_LOG, "entries are missing at its end");
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
        audit_fault(audit, CL_LOG_CHANGED, WHOLE_LOG,
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
    if (!cl_log_is_lost(err))
        return err;
    for (uint64_t seq = log->head.size; seq < log->size; seq++)
        audit_of_another_branch(audit, seq);
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
    return cl_log_is_lost(err) ? CL_OK : err;
}

static enum cl_err walk(struct audit *audit)
{
    enum cl_err err = check_file(audit);
    if (!err)
        err = find_vouched(audit);
    if (!err)
        err = check_suffix(audit);
    if (!err)
        err = audit_find_acks(audit);
    cl_lock_release(&audit->lock);
    for (uint64_t seq = 0; !err && seq < audit->log->size; seq++) {
        err = check_head(audit, seq);
        if (!err)
            err = audit_check_entry(audit, seq);
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
