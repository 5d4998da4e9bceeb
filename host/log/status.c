#include "log/status.h"

#include "log/paths.h"

void cl_status_look(struct cl_status *ret_status)
{
    struct cl_status status = {.tokens = {.last_size = -1, .last_time = -1}};
    const struct cl_token_state *tokens = NULL;
    enum cl_err err = cl_log_open(CL_LOG_READ, &status.log);
    if (!err)
        err = cl_log_accounts(status.log, &status.accounts, &status.account_count);
    if (!err)
        err = cl_log_documents(status.log, &status.documents, &tokens);
    if (err)
        cl_log_close(&status.log);
    else
        status.tokens = *tokens;
    status.account_count = err ? 0 : status.account_count;
    status.log_err = err;
    status.keyring = cl_keyring_is_err(err) ? err : CL_OK;
    *ret_status = status;
}

void cl_status_free(struct cl_status *status)
{
    cl_log_close(&status->log);
}

/* ---- writing --------------------------------------------------------------------------------- */

static const char *name_or_null(const char *const *names, int index)
{
    return index < 0 ? NULL : names[index];
}

static void hash_or_null(struct cl_json_writer *w, const char *name, const void *bytes)
{
    if (bytes)
        cl_json_hex(w, name, bytes, CL_HASH);
    else
        cl_json_str(w, name, NULL);
}

static void int_or_null(struct cl_json_writer *w, const char *name, int64_t value)
{
    if (value >= 0)
        cl_json_int(w, name, value);
    else
        cl_json_str(w, name, NULL);
}

static void write_pending(struct cl_json_writer *w, const struct cl_account *account)
{
    if (!account->pending) {
        cl_json_str(w, "pending", NULL);
        return;
    }
    cl_json_object(w, "pending");
    cl_json_str(w, "state", cl_state_names[account->pending_state]);
    cl_json_time(w, "at", account->pending_at);
    cl_json_bool(w, "trusted", account->pending_trusted);
    cl_json_object_end(w);
}

static void write_account(struct cl_json_writer *w, const struct cl_account *account)
{
    cl_json_object(w, NULL);
    cl_json_str(w, "pseudonym", *account->pseudonym ? account->pseudonym : NULL);
    cl_json_tri(w, "premium", account->premium);
    cl_json_str(w, "state", account->settled ? cl_state_names[account->state] : NULL);
    cl_json_time(w, "since", account->settled ? account->since : -1);
    cl_json_time(w, "last_seen", account->last_seen);
    cl_json_str(w, "last_state", name_or_null(cl_state_names, account->last_state));
    cl_json_str(w, "last_reason", name_or_null(cl_reason_names, account->last_reason));
    cl_json_int(w, "last_seq", (int64_t)account->last_seq);
    write_pending(w, account);
    cl_json_object_end(w);
}

static void write_document(struct cl_json_writer *w, const char *name,
                           const struct cl_document_state *state)
{
    cl_json_object(w, NULL);
    cl_json_str(w, "document", name);
    cl_json_int(w, "seq", (int64_t)state->seq);
    cl_json_hex(w, "sha256", state->sha256, CL_HASH);
    cl_json_str(w, "effective", *state->effective ? state->effective : NULL);
    cl_json_time(w, "seen", state->seen);
    cl_json_time(w, "changed", state->changed);
    cl_json_object_end(w);
}

static void write_log(struct cl_json_writer *w, const struct cl_log *log)
{
    hash_or_null(w, "log_id", log ? cl_log_id(log) : NULL);
    cl_json_str(w, "key_id", log ? cl_log_key(log)->id : NULL);
    cl_json_int(w, "size", log ? (int64_t)cl_log_size(log) : 0);
    hash_or_null(w, "root", log ? cl_log_root(log)->bytes : NULL);
    cl_json_str(w, "provider", log ? cl_log_provider(log) : NULL);
}

static void write_message(struct cl_json_writer *w, enum cl_err err)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(8192);
    const bool told = err && cl_paths_sentence(err, &text) == CL_OK;
    cl_json_str(w, "message", told ? (const char *)text.data : "");
}

void cl_status_write(struct cl_json_writer *w, const struct cl_status *status)
{
    cl_json_str(w, "keyring", cl_err_code(status->keyring));
    cl_json_str(w, "log", cl_err_code(status->log_err));
    write_message(w, status->log_err);
    write_log(w, status->log);
    cl_json_array(w, "accounts");
    for (size_t i = 0; i < status->account_count; i++)
        write_account(w, &status->accounts[i]);
    cl_json_array_end(w);
    cl_json_array(w, "documents");
    for (size_t i = 0; status->documents && i < CL_DOCUMENTS; i++)
        if (status->documents[i].known)
            write_document(w, cl_document_names[i], &status->documents[i]);
    cl_json_array_end(w);
    cl_json_object(w, "timestamps");
    cl_json_int(w, "count", (int64_t)status->tokens.count);
    int_or_null(w, "last_size", status->tokens.last_size);
    cl_json_time(w, "last_time", status->tokens.last_time);
    cl_json_object_end(w);
}

void cl_finding_write(struct cl_json_writer *w, const struct cl_finding *finding)
{
    cl_json_object(w, NULL);
    if (finding->seq == UINT64_MAX)
        cl_json_str(w, "seq", NULL);
    else
        cl_json_int(w, "seq", (int64_t)finding->seq);
    cl_json_str(w, "code", cl_err_code(finding->err));
    cl_json_bool(w, "fault", finding->fault);
    cl_json_bool(w, "acknowledged", finding->acknowledged);
    cl_json_str(w, "what", finding->what);
    cl_json_object_end(w);
}

void cl_verdict_write(struct cl_json_writer *w, const struct cl_verdict *verdict)
{
    cl_json_int(w, "entries", (int64_t)verdict->entries);
    cl_json_int(w, "faults", (int64_t)verdict->faults);
    cl_json_int(w, "acknowledged", (int64_t)verdict->acknowledged);
    cl_json_int(w, "remarks", (int64_t)verdict->remarks);
}
