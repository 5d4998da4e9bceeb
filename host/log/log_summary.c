#include "log/log_internal.h"

#include "base/limits.h"

#include <string.h>

/* The stored one, if it is of this tree or of an earlier state of it. */
static enum cl_err load_summary(struct cl_log *log)
{
    uint64_t size = 0;
    struct cl_hash root;
    struct cl_tiles tiles = cl_store_tiles(log->store);
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(CL_SEALED_MAX(CL_SUMMARY_MAX));
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_SUMMARY_MAX);
    enum cl_err err = cl_store_summary(log->store, &size, &sealed);
    if (err)
        return err == CL_ABSENT ? CL_OK : err;
    if (size > log->size)
        return CL_LOG_CHANGED;
    err = cl_unseal(&log->sealer, CL_SEAL_SUMMARY, size, sealed.data, sealed.len, &text);
    if (!err)
        err = cl_summary_read(text.data, text.len, log->summary);
    if (!err)
        err = cl_merkle_root(&tiles, size, &root);
    if (!err &&
        (log->summary->size != size || memcmp(&root, &log->summary->root, sizeof root) != 0))
        err = CL_LOG_CHANGED;
    return err;
}

static enum cl_err take_entry(struct cl_log *log, uint64_t seq)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_log_unseal(log, seq, &bytes);
    if (!err)
        err = cl_entry_parse(bytes.data, bytes.len, &entry);
    if (!err && entry.head.seq != seq)
        err = CL_LOG_CHANGED;
    if (cl_log_is_lost(err))
        return CL_OK;
    return err ? err : cl_summary_take(log->summary, &entry);
}

enum cl_err cl_log_check_suffix_summary(struct cl_log *log)
{
    struct cl_summary *kept = log->summary;
    log->summary = NULL;
    enum cl_err err = cl_summary_new(&log->summary);
    if (!err)
        err = load_summary(log);
    if (!err && log->summary->size != log->size)
        err = CL_LOG_CHANGED;
    if (err || kept)
        cl_summary_free(&log->summary);
    if (kept)
        log->summary = kept;
    return err;
}

enum cl_err cl_log_need_summary(struct cl_log *log, bool distrust)
{
    if (distrust)
        cl_summary_free(&log->summary);
    if (log->summary)
        return CL_OK;
    enum cl_err err = cl_summary_new(&log->summary);
    if (!err && !distrust)
        err = load_summary(log);
    for (uint64_t seq = err ? log->size : log->summary->size; !err && seq < log->size; seq++)
        err = take_entry(log, seq);
    if (err)
        cl_summary_free(&log->summary);
    return err;
}

enum cl_err cl_log_accounts(struct cl_log *log, const struct cl_account **ret_accounts,
                            size_t *ret_count)
{
    enum cl_err err = cl_log_need_summary(log, false);
    if (err)
        return err;
    *ret_accounts = log->summary->accounts;
    *ret_count = log->summary->account_count;
    return CL_OK;
}

enum cl_err cl_log_documents(struct cl_log *log, const struct cl_document_state **ret_states,
                             const struct cl_token_state **ret_tokens)
{
    enum cl_err err = cl_log_need_summary(log, false);
    if (err)
        return err;
    *ret_states = log->summary->documents;
    *ret_tokens = &log->summary->tokens;
    return CL_OK;
}
