#include "base/big_endian.h"
#include "base/encoding.h"
#include "log/summary_internal.h"

#include <string.h>

#define FORMAT      2
#define FORMAT_1    1  /* knew no authorities */
#define RECENT_SIZE 25 /* id[16] ‖ u64be seq ‖ u8 meaning */
#define RECENT_TEXT CL_BASE64_LEN(CL_RECENT_MAX *RECENT_SIZE)
#define NO_ACCOUNT  "unknown" /* how the history without a member id is spelled */

/* ---- writing --------------------------------------------------------------------------------- */

static void write_account(struct cl_json_writer *w, const struct cl_account *account)
{
    cl_json_object(w, NULL);
    cl_json_str(w, "pseudonym", account->pseudonym[0] != '\0' ? account->pseudonym : NO_ACCOUNT);
    cl_json_tri(w, "premium", account->premium);
    cl_json_str(w, "state", account->settled ? cl_state_names[account->state] : NULL);
    cl_json_int(w, "loaded_at", account->loaded_at);
    cl_json_int(w, "settled_at", account->settled_at);
    cl_json_int(w, "since", account->since);
    cl_json_int(w, "last_seen", account->last_seen);
    cl_json_int(w, "last_seq", (int64_t)account->last_seq);
    cl_json_str(w, "last_state", cl_state_names[account->last_state]);
    cl_json_str(w, "last_reason",
                account->last_reason < 0 ? NULL : cl_reason_names[account->last_reason]);
    cl_json_str(w, "pending", account->pending ? cl_state_names[account->pending_state] : NULL);
    cl_json_int(w, "pending_at", account->pending_at);
    cl_json_bool(w, "pending_trusted", account->pending_trusted);
    cl_json_hex(w, "wording", account->wording, sizeof account->wording);
    cl_json_object_end(w);
}

static void write_document(struct cl_json_writer *w, const char *name,
                           const struct cl_document_state *state)
{
    cl_json_object(w, NULL);
    cl_json_str(w, "document", name);
    cl_json_int(w, "seq", (int64_t)state->seq);
    cl_json_hex(w, "sha256", state->sha256, CL_HASH);
    cl_json_str(w, "effective", state->effective[0] != '\0' ? state->effective : NULL);
    cl_json_int(w, "seen", state->seen);
    cl_json_int(w, "changed", state->changed);
    cl_json_int(w, "previous", state->previous == UINT64_MAX ? -1 : (int64_t)state->previous);
    cl_json_object_end(w);
}

static void write_documents(struct cl_json_writer *w, const struct cl_summary *summary)
{
    cl_json_array(w, "documents");
    for (size_t i = 0; i < CL_DOCUMENTS; i++)
        if (summary->documents[i].known)
            write_document(w, cl_document_names[i], &summary->documents[i]);
    cl_json_array_end(w);
}

static void write_tokens(struct cl_json_writer *w, const struct cl_token_state *tokens)
{
    cl_json_object(w, "timestamps");
    cl_json_int(w, "count", (int64_t)tokens->count);
    cl_json_int(w, "last_size", tokens->last_size);
    cl_json_int(w, "last_time", tokens->last_time);
    cl_json_object_end(w);
}

static void write_authorities(struct cl_json_writer *w, const struct cl_summary *summary)
{
    cl_json_bool(w, "authorities_known", summary->authorities_known);
    cl_json_array(w, "authorities");
    for (size_t i = 0; i < summary->authority_count; i++) {
        const struct cl_authority *a = &summary->authorities[i];
        cl_json_object(w, NULL);
        cl_json_str(w, "url", a->url);
        cl_json_int(w, "seq", a->seq == UINT64_MAX ? -1 : (int64_t)a->seq);
        cl_json_hex(w, "refused", a->refused, sizeof a->refused);
        cl_json_hex(w, "accepted", a->accepted, sizeof a->accepted);
        cl_json_object_end(w);
    }
    cl_json_array_end(w);
}

static void pack_recent(const struct cl_recent *recent, uint8_t to[static RECENT_SIZE])
{
    memcpy(to, recent->id, sizeof recent->id);
    cl_put_be64(to + sizeof recent->id, recent->seq);
    to[24] =
        (uint8_t)((unsigned)recent->meaning.change | (unsigned)(recent->meaning.cause + 1) << 3 |
                  (unsigned)recent->meaning.phase << 5);
}

/* A summary of a version that knew no exhibits does not tell of them, nor does one of a log that
 * has none. */
static bool is_told(const struct cl_summary *summary, size_t flow)
{
    return flow != CL_FLOW_EXHIBITS || summary->flows[flow].count > 0;
}

static void write_flows(struct cl_json_writer *w, const struct cl_summary *summary)
{
    cl_json_object(w, "flows");
    for (size_t i = 0; i < CL_FLOWS; i++) {
        if (!is_told(summary, i))
            continue;
        cl_json_object(w, cl_flow_kinds[i].name);
        cl_json_int(w, "from", summary->flows[i].from);
        cl_json_int(w, "count", summary->flows[i].count);
        cl_json_object_end(w);
    }
    cl_json_object_end(w);
}

enum cl_err cl_summary_write(const struct cl_summary *summary, struct cl_buf *to)
{
    uint8_t recent[CL_RECENT_MAX * RECENT_SIZE];
    for (size_t i = 0; i < summary->recent_count; i++)
        pack_recent(&summary->recent[i], recent + i * RECENT_SIZE);

    struct cl_json_writer w = cl_json_writer(to);
    cl_json_object(&w, NULL);
    cl_json_int(&w, "v", FORMAT);
    cl_json_int(&w, "size", (int64_t)summary->size);
    cl_json_hex(&w, "root", summary->root.bytes, CL_HASH);
    cl_json_array(&w, "accounts");
    for (size_t i = 0; i < summary->account_count; i++)
        write_account(&w, &summary->accounts[i]);
    cl_json_array_end(&w);
    write_documents(&w, summary);
    write_tokens(&w, &summary->tokens);
    write_authorities(&w, summary);
    write_flows(&w, summary);
    if (summary->recent_count > 0)
        cl_json_base64(&w, "recent", recent, summary->recent_count * RECENT_SIZE);
    else
        cl_json_str(&w, "recent", NULL);
    cl_json_array(&w, "gaps");
    for (size_t i = 0; i < summary->gap_count; i++) {
        cl_json_object(&w, NULL);
        cl_json_int(&w, "seq", (int64_t)summary->gaps[i]);
        cl_json_object_end(&w);
    }
    cl_json_array_end(&w);
    cl_json_object_end(&w);
    return cl_json_end(&w);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_hex(struct cl_reader *r, const char *name, uint8_t *ret_bytes, size_t n)
{
    const char *text = cl_read_str(r, name, 2 * n);
    if (!r->fault->err && cl_hex_decode(text, ret_bytes, n) != CL_OK)
        cl_read_fail(r, name, CL_BAD_VALUE);
}

static void read_pseudonym(struct cl_reader *r, struct cl_account *account)
{
    uint8_t bytes[16];
    const char *text = cl_read_str(r, "pseudonym", 32);
    if (r->fault->err || strcmp(text, NO_ACCOUNT) == 0)
        return;
    if (cl_hex_decode(text, bytes, sizeof bytes) != CL_OK)
        cl_read_fail(r, "pseudonym", CL_BAD_VALUE);
    else
        cl_hex_encode(bytes, sizeof bytes, account->pseudonym);
}

static void read_account(struct cl_reader *parent, const struct cl_json *array, size_t i,
                         struct cl_account *account)
{
    struct cl_reader r = cl_read_item(parent, array, "accounts", i);
    read_pseudonym(&r, account);
    account->premium = cl_read_tri(&r, "premium");
    int state = cl_read_enum_or_null(&r, "state", cl_state_names);
    account->settled = state >= 0;
    account->state = state < 0 ? CL_STATE_ON : (enum cl_state)state;
    account->loaded_at = cl_read_int(&r, "loaded_at", 0, CL_INT_MAX);
    account->settled_at = cl_read_int(&r, "settled_at", 0, CL_INT_MAX);
    account->since = cl_read_int(&r, "since", 0, CL_INT_MAX);
    account->last_seen = cl_read_int(&r, "last_seen", 0, CL_INT_MAX);
    account->last_seq = (uint64_t)cl_read_int(&r, "last_seq", 0, CL_INT_MAX);
    account->last_state = cl_read_enum(&r, "last_state", cl_state_names);
    account->last_reason = cl_read_enum_or_null(&r, "last_reason", cl_reason_names);
    int pending = cl_read_enum_or_null(&r, "pending", cl_state_names);
    account->pending = pending >= 0;
    account->pending_state = pending < 0 ? CL_STATE_ON : (enum cl_state)pending;
    account->pending_at = cl_read_int(&r, "pending_at", 0, CL_INT_MAX);
    account->pending_trusted = cl_read_bool(&r, "pending_trusted");
    read_hex(&r, "wording", account->wording, sizeof account->wording);
    cl_read_close(&r);
}

static void read_document(struct cl_reader *parent, const struct cl_json *array, size_t i,
                          struct cl_summary *summary)
{
    struct cl_reader r = cl_read_item(parent, array, "documents", i);
    struct cl_document_state *state =
        &summary->documents[cl_read_enum(&r, "document", cl_document_names)];
    if (state->known)
        cl_read_fail(&r, "document", CL_BAD_VALUE);
    state->known = true;
    state->seq = (uint64_t)cl_read_int(&r, "seq", 0, CL_INT_MAX);
    read_hex(&r, "sha256", state->sha256, CL_HASH);
    const char *effective = cl_read_str_or_null(&r, "effective", CL_DATE_TEXT - 1);
    state->seen = cl_read_int(&r, "seen", 0, CL_INT_MAX);
    state->changed = cl_read_int(&r, "changed", -1, CL_INT_MAX);
    int64_t previous = cl_read_int(&r, "previous", -1, CL_INT_MAX);
    state->previous = previous < 0 ? UINT64_MAX : (uint64_t)previous;
    if (effective)
        memcpy(state->effective, effective, strlen(effective));
    cl_read_close(&r);
}

static void read_documents(struct cl_reader *parent, struct cl_summary *summary)
{
    size_t count = 0;
    const struct cl_json *array = cl_read_array(parent, "documents", CL_DOCUMENTS, &count);
    for (size_t i = 0; array && i < count; i++)
        read_document(parent, array, i, summary);
}

static void read_tokens(struct cl_reader *parent, struct cl_token_state *tokens)
{
    struct cl_reader r = cl_read_object(parent, "timestamps");
    tokens->count = (uint64_t)cl_read_int(&r, "count", 0, CL_INT_MAX);
    tokens->last_size = cl_read_int(&r, "last_size", -1, CL_INT_MAX);
    tokens->last_time = cl_read_int(&r, "last_time", -1, CL_INT_MAX);
    cl_read_close(&r);
}

static void read_authority(struct cl_reader *parent, const struct cl_json *array, size_t i,
                           struct cl_summary *summary)
{
    struct cl_authority authority = {0};
    struct cl_reader r = cl_read_item(parent, array, "authorities", i);
    const char *url = cl_read_str(&r, "url", CL_AUTHORITY_MAX);
    const int64_t seq = cl_read_int(&r, "seq", -1, CL_INT_MAX);
    authority.seq = seq < 0 ? UINT64_MAX : (uint64_t)seq;
    read_hex(&r, "refused", authority.refused, sizeof authority.refused);
    read_hex(&r, "accepted", authority.accepted, sizeof authority.accepted);
    if (cl_summary_authority(summary, url))
        cl_read_fail(&r, "url", CL_BAD_VALUE);
    memcpy(authority.url, url, strlen(url) + 1);
    summary->authorities[summary->authority_count++] = authority;
    cl_read_close(&r);
}

static void read_authorities(struct cl_reader *parent, struct cl_summary *summary)
{
    size_t count = 0;
    summary->authorities_known = cl_read_bool(parent, "authorities_known");
    const struct cl_json *array = cl_read_array(parent, "authorities", CL_AUTHORITIES_MAX, &count);
    for (size_t i = 0; array && i < count; i++)
        read_authority(parent, array, i, summary);
}

static bool unpack_recent(const uint8_t from[static RECENT_SIZE], struct cl_recent *recent)
{
    unsigned change = from[24] & 7u;
    unsigned cause = from[24] >> 3 & 3u;
    unsigned phase = from[24] >> 5;
    memcpy(recent->id, from, sizeof recent->id);
    recent->seq = cl_be64(from + sizeof recent->id);
    recent->meaning.change = (enum cl_change)change;
    recent->meaning.cause = (enum cl_cause)((int)cause - 1);
    recent->meaning.phase = (enum cl_phase)phase;
    return change <= CL_CHANGE_STALE && cause <= 2 && phase <= CL_PHASE_CONFIRMED &&
           recent->seq <= CL_INT_MAX;
}

static void read_recent(struct cl_reader *r, struct cl_summary *summary)
{
    cl_cleanup(cl_buf_free) struct cl_buf packed = cl_buf(CL_RECENT_MAX * RECENT_SIZE + 2);
    const char *text = cl_read_str_or_null(r, "recent", RECENT_TEXT);
    if (!text)
        return;
    if (cl_base64_decode(text, strlen(text), &packed) != CL_OK || packed.len % RECENT_SIZE != 0 ||
        packed.len > (size_t)CL_RECENT_MAX * RECENT_SIZE) {
        cl_read_fail(r, "recent", CL_BAD_VALUE);
        return;
    }
    summary->recent_count = packed.len / RECENT_SIZE;
    for (size_t i = 0; i < summary->recent_count; i++)
        if (!unpack_recent(packed.data + i * RECENT_SIZE, &summary->recent[i]))
            cl_read_fail(r, "recent", CL_BAD_VALUE);
}

static void read_gaps(struct cl_reader *parent, struct cl_summary *summary)
{
    const struct cl_json *array = cl_read_array(parent, "gaps", CL_GAPS_MAX, &summary->gap_count);
    for (size_t i = 0; i < summary->gap_count; i++) {
        struct cl_reader r = cl_read_item(parent, array, "gaps", i);
        summary->gaps[i] = (uint64_t)cl_read_int(&r, "seq", 0, CL_INT_MAX);
        cl_read_close(&r);
    }
}

static void read_flows(struct cl_reader *parent, struct cl_summary *summary)
{
    struct cl_reader all = cl_read_object(parent, "flows");
    for (size_t i = 0; i < CL_FLOWS; i++) {
        if (i == CL_FLOW_EXHIBITS && !cl_read_has(&all, cl_flow_kinds[i].name))
            continue;
        struct cl_reader r = cl_read_object(&all, cl_flow_kinds[i].name);
        summary->flows[i].from = cl_read_int(&r, "from", 0, CL_INT_MAX);
        const int64_t count = cl_read_int(&r, "count", 0, CL_INT_MAX);
        summary->flows[i].count = count < cl_flow_kinds[i].most
                                      ? count
                                      : cl_flow_kinds[i].most; /* of a version with another limit */
        cl_read_close(&r);
    }
    cl_read_close(&all);
}

enum cl_err cl_summary_read(const uint8_t *bytes, size_t len, struct cl_summary *summary)
{
    struct cl_fault fault = {0};
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    enum cl_err err = cl_json_parse(bytes, len, &tree);
    if (err)
        return err == CL_NO_MEMORY ? err : CL_LOG_CHANGED;

    struct cl_reader r = cl_reader(tree, "", &fault);
    const int64_t format = cl_read_int(&r, "v", FORMAT_1, FORMAT);
    summary->size = (uint64_t)cl_read_int(&r, "size", 0, CL_INT_MAX);
    read_hex(&r, "root", summary->root.bytes, CL_HASH);
    const struct cl_json *accounts =
        cl_read_array(&r, "accounts", CL_ACCOUNTS_MAX, &summary->account_count);
    for (size_t i = 0; i < summary->account_count; i++)
        read_account(&r, accounts, i, &summary->accounts[i]);
    read_documents(&r, summary);
    read_tokens(&r, &summary->tokens);
    if (format == FORMAT_1)
        summary->authorities_known = summary->tokens.count == 0;
    else {
        read_authorities(&r, summary);
        read_flows(&r, summary);
    }
    read_recent(&r, summary);
    read_gaps(&r, summary);
    return cl_read_end(&r) ? CL_LOG_CHANGED : CL_OK;
}
