#include "log/log_internal.h"

#include "base/limits.h"

#include <string.h>

/* ---- documents ------------------------------------------------------------------------------- */

struct document_body {
    const struct cl_document *doc;
    enum cl_change change;
};

static void write_document(struct cl_json_writer *w, const void *body)
{
    const struct document_body *b = body;
    cl_document_write(w, b->doc, b->change);
}

static enum cl_err add_document(struct cl_log *log, const struct cl_clock *clock,
                                const struct cl_document *doc,
                                const struct cl_document_state *after, struct cl_kept *kept)
{
    struct document_body body = {.doc = doc, .change = kept->change};
    kept->seq = log->size;
    kept->written = true;
    enum cl_err err = cl_log_attach(log, &doc->attachments.item[0], doc->text);
    if (!err)
        err = cl_log_add(log, CL_KIND_DOCUMENT, clock, write_document, &body);
    if (err)
        return err;
    log->summary->documents[doc->which] = *after;
    cl_summary_add_flow(log->summary, CL_FLOW_DOCUMENTS, clock->time_ms);
    return CL_OK;
}

/* What an earlier answer to the same reading said. */
static void repeat_answer(const struct cl_recent *recent, const struct cl_document_state *state,
                          struct cl_kept *kept)
{
    kept->seq = recent->seq;
    kept->change = recent->meaning.change;
    if (kept->change == CL_CHANGE_CHANGED && memcmp(state->sha256, kept->sha256, CL_HASH) == 0)
        kept->previous = state->previous;
}

static enum cl_err keep_document(struct cl_log *log, const struct cl_clock *clock,
                                 const struct cl_document *doc, struct cl_kept *kept, bool *fresh)
{
    struct cl_meaning meaning;
    struct cl_document_state after;
    const struct cl_document_state *before = &log->summary->documents[doc->which];
    const struct cl_recent *recent = cl_summary_recent(log->summary, doc->reading);
    *fresh = !recent;
    if (recent) {
        repeat_answer(recent, before, kept);
        return CL_OK;
    }
    cl_document_interpret(doc, before, clock->time_ms, log->size, &meaning, &after);
    kept->change = meaning.change;
    if (kept->change == CL_CHANGE_CHANGED)
        kept->previous = after.previous;
    kept->seq = before->seq;
    if (!meaning.repeat && cl_summary_is_full(log->summary, CL_FLOW_DOCUMENTS, clock->time_ms))
        return CL_TOO_OFTEN;
    enum cl_err err = meaning.repeat ? CL_OK : add_document(log, clock, doc, &after, kept);
    return err ? err : cl_summary_add_recent(log->summary, doc->reading, kept->seq, &meaning);
}

enum cl_err cl_log_keep_document(struct cl_log *log, const struct cl_document *doc,
                                 struct cl_kept *ret)
{
    struct cl_clock clock;
    struct cl_kept kept = {.previous = UINT64_MAX};
    bool fresh = false;
    memcpy(kept.sha256, doc->attachments.item[0].sha256, CL_HASH);
    enum cl_err err = cl_log_ready(log, &clock);
    if (err)
        return err;
    err = keep_document(log, &clock, doc, &kept, &fresh);
    err = cl_log_end(log, err, fresh);
    if (!err)
        *ret = kept;
    return err;
}

/* ---- independent times ----------------------------------------------------------------------- */

static void write_token(struct cl_json_writer *w, const void *body)
{
    cl_token_write(w, body);
}

static enum cl_err check_root(struct cl_log *log, const struct cl_token *token)
{
    struct cl_hash root;
    struct cl_tiles tiles = cl_store_tiles(log->store);
    if (token->size == 0 || token->size > log->size)
        return CL_TSA_OTHER;
    enum cl_err err = cl_merkle_root(&tiles, token->size, &root);
    if (!err && memcmp(root.bytes, token->root, CL_HASH) != 0)
        err = CL_TSA_OTHER;
    return err;
}

static enum cl_err check_new(struct cl_log *log, const uint8_t sha256[static CL_HASH])
{
    uint8_t tag[CL_HASH];
    uint64_t seq = 0;
    enum cl_err err = cl_log_tag(log, sha256, tag);
    if (!err)
        err = cl_store_attachment_seq(log->store, tag, &seq);
    if (err == CL_ABSENT)
        return CL_OK;
    return err ? err : CL_TSA_REPLAYED;
}

static const char *const part_types[CL_TOKEN_PARTS] = {
    [CL_TOKEN_CHECKPOINT] = "text/plain",
    [CL_TOKEN_QUERY] = "application/timestamp-query",
    [CL_TOKEN_REPLY] = "application/timestamp-reply",
    [CL_TOKEN_CHAIN] = "application/x-pem-file",
};

static enum cl_err add_token(struct cl_log *log, const struct cl_clock *clock,
                             struct cl_token *token, const struct cl_token_files *files)
{
    const struct cl_span parts[CL_TOKEN_PARTS] = {[CL_TOKEN_CHECKPOINT] = files->checkpoint,
                                                  [CL_TOKEN_QUERY] = files->query,
                                                  [CL_TOKEN_REPLY] = files->reply,
                                                  [CL_TOKEN_CHAIN] = files->chain};
    enum cl_err err = CL_OK;
    for (size_t i = 0; !err && i < CL_TOKEN_PARTS; i++)
        err = cl_attachments_add(&token->attachments, cl_token_part_names[i], part_types[i],
                                 parts[i]);
    if (!err)
        err = check_new(log, token->attachments.item[CL_TOKEN_REPLY].sha256);
    for (size_t i = 0; !err && i < CL_TOKEN_PARTS; i++)
        err = cl_log_attach(log, &token->attachments.item[i], parts[i]);
    if (!err)
        err = cl_log_add(log, CL_KIND_TIMESTAMP, clock, write_token, token);
    if (err)
        return err;
    cl_summary_add_token(log->summary, log->size - 1, token);
    cl_summary_add_flow(log->summary, CL_FLOW_STAMPS, clock->time_ms);
    return CL_OK;
}

enum cl_err cl_log_keep_token(struct cl_log *log, const struct cl_token *token,
                              const struct cl_token_files *files, uint64_t *ret_seq)
{
    struct cl_clock clock;
    struct cl_token kept = *token;
    kept.attachments.count = 0;
    enum cl_err err = cl_log_ready(log, &clock);
    if (err)
        return err;
    err = cl_summary_is_full(log->summary, CL_FLOW_STAMPS, clock.time_ms) ? CL_TOO_OFTEN
                                                                          : check_root(log, token);
    if (!err)
        err = add_token(log, &clock, &kept, files);
    err = cl_log_end(log, err, true);
    if (!err)
        *ret_seq = log->size - 1;
    return err;
}

/* ---- authorities ----------------------------------------------------------------------------- */

/* An entry that was acknowledged as damaged or is of another version names no authority; one that
 * cannot be read now would be one forgotten. */
static enum cl_err note_authority(struct cl_log *log, struct cl_log_reader *reader, uint64_t seq,
                                  struct cl_buf *bytes)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    cl_buf_clear(bytes);
    enum cl_err err = cl_log_reader_entry(reader, seq, bytes, NULL);
    if (!err)
        err = cl_entry_parse(bytes->data, bytes->len, &entry);
    if (!err && entry.head.kind == CL_KIND_TIMESTAMP)
        cl_summary_add_token(log->summary, seq, &entry.token);
    return cl_log_is_lost(err) || err == CL_LOG_VERSION ? CL_OK : err;
}

/* Of a summary that does not tell them: from the entries. */
static enum cl_err find_authorities(struct cl_log *log)
{
    cl_cleanup(cl_log_reader_free) struct cl_log_reader *reader = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    struct cl_token_state tokens = log->summary->tokens;
    enum cl_err err = cl_log_reader_new(log, &reader);
    log->summary->authorities_known = true;
    for (uint64_t seq = 0; !err && seq < log->size; seq++)
        err = note_authority(log, reader, seq, &bytes);
    log->summary->authorities_known = !err;
    log->summary->tokens = tokens;
    return err;
}

enum cl_err cl_log_authorities(struct cl_log *log, const struct cl_authority **ret_authorities,
                               size_t *ret_count)
{
    enum cl_err err = cl_log_need_summary(log, false);
    if (!err && !log->summary->authorities_known)
        err = find_authorities(log);
    if (err)
        return err;
    *ret_authorities = log->summary->authorities;
    *ret_count = log->summary->authority_count;
    return CL_OK;
}

enum cl_err cl_log_put_authority(struct cl_log *log, const struct cl_authority *authority)
{
    struct cl_clock clock;
    const struct cl_authority kept = *authority;
    enum cl_err err = cl_log_ready(log, &clock);
    if (err)
        return err;
    cl_summary_put_authority(log->summary, &kept);
    return cl_log_end(log, CL_OK, true);
}
