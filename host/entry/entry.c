#include "entry/entry.h"

#include "base/encoding.h"
#include "base/limits.h"

#include <string.h>

#define FORMAT    1
#define SALT_TEXT 24 /* base64 of 16 bytes */

const char *const cl_kind_names[] = {"genesis",       "observation", "document", "timestamp",
                                     "discontinuity", "exhibit",     NULL};
const char *const cl_token_part_names[] = {[CL_TOKEN_CHECKPOINT] = "checkpoint",
                                           [CL_TOKEN_QUERY] = "query",
                                           [CL_TOKEN_REPLY] = "reply",
                                           [CL_TOKEN_CHAIN] = "chain",
                                           NULL};

/* ---- writing --------------------------------------------------------------------------------- */

void cl_entry_begin(struct cl_json_writer *w, const struct cl_entry_head *head)
{
    cl_json_object(w, NULL);
    cl_json_int(w, "v", FORMAT);
    cl_json_int(w, "seq", (int64_t)head->seq);
    cl_json_str(w, "kind", cl_kind_names[head->kind]);
    cl_json_time(w, "time", head->clock.time_ms);
    cl_json_object(w, "clock");
    cl_json_tri(w, "synchronized", head->clock.synchronized);
    cl_json_str(w, "boot_id", head->clock.boot_id[0] != '\0' ? head->clock.boot_id : NULL);
    cl_json_int(w, "uptime_ms", head->clock.uptime_ms);
    cl_json_object_end(w);
    cl_json_base64(w, "salt", head->salt, CL_SALT);
}

enum cl_err cl_entry_end(struct cl_json_writer *w)
{
    cl_json_object_end(w);
    enum cl_err err = cl_json_end(w);
    if (err == CL_TOO_LONG || (!err && w->to->len > CL_ENTRY_MAX))
        return CL_LOG_FULL;
    return err;
}

void cl_genesis_write(struct cl_json_writer *w, const struct cl_genesis *genesis)
{
    cl_json_str(w, "host", genesis->host);
    cl_json_hex(w, "public_key", genesis->public_key, CL_PUBLIC);
    cl_json_str(w, "provider", genesis->provider);
}

void cl_discontinuity_write(struct cl_json_writer *w, const struct cl_discontinuity *d)
{
    cl_json_str(w, "found", cl_err_code(d->found));
    cl_json_int(w, "head_size", (int64_t)d->head_size);
    cl_json_hex(w, "head_root", d->head_root, CL_HASH);
    cl_json_int(w, "log_size", (int64_t)d->log_size);
    cl_json_hex(w, "log_root", d->log_root, CL_HASH);
    if (d->has_previous)
        cl_json_hex(w, "previous", d->previous, CL_HASH);
    else
        cl_json_str(w, "previous", NULL);
    cl_json_array(w, "damaged");
    for (unsigned i = 0; i < d->damaged_count; i++) {
        cl_json_object(w, NULL);
        cl_json_int(w, "first", (int64_t)d->damaged[i].first);
        cl_json_int(w, "last", (int64_t)d->damaged[i].last);
        cl_json_object_end(w);
    }
    cl_json_array_end(w);
}

void cl_token_write(struct cl_json_writer *w, const struct cl_token *token)
{
    cl_json_int(w, "size", (int64_t)token->size);
    cl_json_hex(w, "root", token->root, CL_HASH);
    cl_json_str(w, "tsa", token->tsa);
    cl_json_time(w, "gen_time", token->gen_time);
    cl_json_str(w, "authority", token->authority);
    cl_attachments_write(w, &token->attachments);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void copy(char *to, const char *from)
{
    memcpy(to, from, strlen(from) + 1); /* the reader has held it against the room there is */
}

static void read_hex(struct cl_reader *r, const char *name, uint8_t *ret_bytes, size_t n)
{
    const char *text = cl_read_str(r, name, 2 * n);
    if (!r->fault->err && cl_hex_decode(text, ret_bytes, n) != CL_OK)
        cl_read_fail(r, name, CL_BAD_VALUE);
}

static void read_salt(struct cl_reader *r, uint8_t ret_salt[static CL_SALT])
{
    const char *text = cl_read_str(r, "salt", SALT_TEXT);
    if (!r->fault->err && cl_base64_exact(text, strlen(text), ret_salt, CL_SALT) != CL_OK)
        cl_read_fail(r, "salt", CL_BAD_VALUE);
}

static void read_clock(struct cl_reader *parent, struct cl_clock *clock)
{
    struct cl_reader r = cl_read_object(parent, "clock");
    clock->synchronized = cl_read_tri(&r, "synchronized");
    const char *boot_id = cl_read_str_or_null(&r, "boot_id", sizeof clock->boot_id - 1);
    clock->uptime_ms = cl_read_int(&r, "uptime_ms", 0, CL_INT_MAX);
    if (boot_id)
        copy(clock->boot_id, boot_id);
    cl_read_close(&r);
}

static void read_head(struct cl_reader *r, struct cl_entry_head *head)
{
    head->seq = (uint64_t)cl_read_int(r, "seq", 0, CL_INT_MAX);
    head->kind = (enum cl_kind)cl_read_enum(r, "kind", cl_kind_names);
    head->clock.time_ms = cl_read_time(r, "time");
    read_clock(r, &head->clock);
    read_salt(r, head->salt);
}

static void read_genesis(struct cl_reader *r, struct cl_genesis *genesis)
{
    *genesis = (struct cl_genesis){0};
    copy(genesis->host, cl_read_str(r, "host", sizeof genesis->host - 1));
    read_hex(r, "public_key", genesis->public_key, CL_PUBLIC);
    copy(genesis->provider, cl_read_str(r, "provider", sizeof genesis->provider - 1));
}

static void read_damaged(struct cl_reader *parent, struct cl_discontinuity *d)
{
    size_t count = 0;
    const struct cl_json *array = cl_read_array(parent, "damaged", CL_DAMAGED_MAX, &count);
    for (size_t i = 0; i < count; i++) {
        struct cl_reader r = cl_read_item(parent, array, "damaged", i);
        d->damaged[i].first = (uint64_t)cl_read_int(&r, "first", 0, CL_INT_MAX);
        d->damaged[i].last =
            (uint64_t)cl_read_int(&r, "last", (int64_t)d->damaged[i].first, CL_INT_MAX);
        cl_read_close(&r);
    }
    d->damaged_count = (unsigned)count;
}

static void read_found(struct cl_reader *r, struct cl_discontinuity *d)
{
    d->found = (enum cl_err)cl_read_enum(r, "found", cl_err_codes);
}

static void read_discontinuity(struct cl_reader *r, struct cl_discontinuity *d)
{
    *d = (struct cl_discontinuity){0};
    read_found(r, d);
    d->head_size = (uint64_t)cl_read_int(r, "head_size", 0, CL_INT_MAX);
    read_hex(r, "head_root", d->head_root, CL_HASH);
    d->log_size = (uint64_t)cl_read_int(r, "log_size", 0, CL_INT_MAX);
    read_hex(r, "log_root", d->log_root, CL_HASH);
    const char *previous = cl_read_str_or_null(r, "previous", 2 * CL_HASH);
    d->has_previous = previous;
    if (previous && cl_hex_decode(previous, d->previous, CL_HASH) != CL_OK)
        cl_read_fail(r, "previous", CL_BAD_VALUE);
    read_damaged(r, d);
}

static void read_token(struct cl_reader *r, struct cl_token *token)
{
    *token = (struct cl_token){0};
    token->size = (uint64_t)cl_read_int(r, "size", 1, CL_INT_MAX);
    read_hex(r, "root", token->root, CL_HASH);
    token->tsa = cl_read_str(r, "tsa", CL_TSA_NAME_MAX);
    token->gen_time = cl_read_time(r, "gen_time");
    token->authority = cl_read_str(r, "authority", CL_AUTHORITY_MAX);
    cl_attachments_read(r, CL_ATTACHMENT_MAX, &token->attachments);
}

/* Each begins with its part of the union zeroed: all of it is more than most need. */
static enum cl_err read_body(struct cl_reader *r, struct cl_entry *entry)
{
    switch (entry->head.kind) {
    case CL_KIND_GENESIS:
        read_genesis(r, &entry->genesis);
        break;
    case CL_KIND_OBSERVATION:
        return cl_observation_read_body(r, &entry->observation.seen, &entry->observation.meaning,
                                        &entry->observation.pseudonym);
    case CL_KIND_DISCONTINUITY:
        read_discontinuity(r, &entry->discontinuity);
        break;
    case CL_KIND_DOCUMENT:
        return cl_document_read_body(r, &entry->document.seen, &entry->document.change);
    case CL_KIND_TIMESTAMP:
        read_token(r, &entry->token);
        break;
    case CL_KIND_EXHIBIT:
        return cl_exhibit_read_body(r, &entry->exhibit);
    }
    return cl_read_end(r);
}

/* Another version may have anything else in it, so it is told before the rest is read. */
static enum cl_err read_entry(struct cl_reader *r, struct cl_entry *entry)
{
    int64_t version = cl_read_int(r, "v", 1, CL_INT_MAX);
    if (!r->fault->err && version != FORMAT)
        return CL_LOG_VERSION;
    read_head(r, &entry->head);
    if (r->fault->err)
        return r->fault->err;
    return read_body(r, entry);
}

enum cl_err cl_entry_read(const struct cl_json *tree, struct cl_entry *ret, struct cl_fault *fault)
{
    struct cl_reader r = cl_reader(tree, "", fault);
    ret->tree = NULL;
    ret->head = (struct cl_entry_head){0};
    enum cl_err err = read_entry(&r, ret);
    if (err && !fault->err) /* another version */
        fault->err = err;
    if (err)
        return err == CL_LOG_VERSION ? err : CL_MALFORMED;
    return CL_OK;
}

enum cl_err cl_entry_parse(const uint8_t *bytes, size_t len, struct cl_entry *ret)
{
    struct cl_fault fault;
    return cl_entry_parse_told(bytes, len, ret, &fault);
}

enum cl_err cl_entry_parse_told(const uint8_t *bytes, size_t len, struct cl_entry *ret,
                                struct cl_fault *ret_fault)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    *ret_fault = (struct cl_fault){.err = CL_BAD_JSON};
    if (len > CL_ENTRY_MAX)
        return CL_MALFORMED;
    enum cl_err err = cl_json_parse(bytes, len, &tree);
    if (err)
        return err == CL_NO_MEMORY ? err : CL_MALFORMED;
    *ret_fault = (struct cl_fault){0};
    err = cl_entry_read(tree, ret, ret_fault);
    if (err)
        return err;
    ret->tree = tree;
    tree = NULL;
    return CL_OK;
}

const struct cl_attachments *cl_entry_attachments(const struct cl_entry *entry)
{
    static const struct cl_attachments none;
    switch (entry->head.kind) {
    case CL_KIND_OBSERVATION:
        return &entry->observation.seen.attachments;
    case CL_KIND_DOCUMENT:
        return &entry->document.seen.attachments;
    case CL_KIND_TIMESTAMP:
        return &entry->token.attachments;
    case CL_KIND_EXHIBIT:
        return &entry->exhibit.attachments;
    case CL_KIND_GENESIS:
    case CL_KIND_DISCONTINUITY:
        break;
    }
    return &none;
}

void cl_entry_free(struct cl_entry *entry)
{
    cl_json_free(&entry->tree);
}
