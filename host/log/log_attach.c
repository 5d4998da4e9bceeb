#include "log/log_internal.h"

#include "base/limits.h"

#include <string.h>

#define TAG_LABEL  "consentlog/v1 attachment"
#define SEALED_MAX CL_SEALED_MAX(CL_ATTACHMENT_MAX)

enum cl_err cl_log_tag(const struct cl_log *log, const uint8_t sha256[static CL_HASH],
                       uint8_t ret_tag[static CL_HASH])
{
    uint8_t key[CL_HASH];
    enum cl_err err =
        cl_hmac(log->key->data_key, CL_AEAD_KEY, TAG_LABEL, sizeof TAG_LABEL - 1, key);
    if (!err)
        err = cl_hmac(key, sizeof key, sha256, CL_HASH, ret_tag);
    cl_wipe(key, sizeof key);
    return err;
}

/* The bytes under a tag, whatever they are. */
static enum cl_err open_tag(struct cl_log *log, const uint8_t tag[static CL_HASH],
                            uint64_t *ret_seq, struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(SEALED_MAX);
    enum cl_err err = cl_store_attachment(log->store, tag, ret_seq, &sealed);
    if (!err)
        err = cl_unseal(&log->sealer, CL_SEAL_ATTACHMENT, *ret_seq, sealed.data, sealed.len, to);
    return err == CL_TOO_LONG || err == CL_LOG_DAMAGED ? CL_LOG_CHANGED : err;
}

enum cl_err cl_log_open_attachment(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                                   uint64_t *ret_seq, struct cl_buf *to)
{
    uint8_t tag[CL_HASH];
    uint8_t found[CL_HASH];
    uint64_t seq = 0;
    size_t before = to->len;
    enum cl_err err = cl_log_tag(log, sha256, tag);
    if (!err)
        err = open_tag(log, tag, &seq, to);
    if (!err)
        err = cl_sha256(to->data + before, to->len - before, found);
    if (!err && memcmp(found, sha256, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    if (!err)
        *ret_seq = seq;
    return err;
}

enum cl_err cl_log_attach(struct cl_log *log, const struct cl_attachment *item,
                          struct cl_span bytes)
{
    uint8_t tag[CL_HASH];
    uint64_t seq = 0;
    cl_cleanup(cl_buf_free) struct cl_buf kept = cl_buf(CL_ATTACHMENT_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(SEALED_MAX);
    enum cl_err err = cl_log_open_attachment(log, item->sha256, &seq, &kept);
    if (err != CL_ABSENT)
        return err;
    err = cl_log_tag(log, item->sha256, tag);
    if (!err)
        err = cl_seal(&log->sealer, CL_SEAL_ATTACHMENT, log->size, NULL, bytes.data, bytes.len,
                      &sealed);
    return err ? err : cl_store_put_attachment(log->store, tag, log->size, &sealed);
}

/* What the entry lists, if it can be read; the strings live as long as the entry. */
static enum cl_err read_list(struct cl_log *log, uint64_t seq, struct cl_entry *ret_entry)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = cl_log_unseal(log, seq, &bytes);
    if (!err)
        err = cl_entry_parse(bytes.data, bytes.len, ret_entry);
    return err == CL_ABSENT || err == CL_LOG_DAMAGED ? CL_LOG_CHANGED : err;
}

static const struct cl_attachment *listed(const struct cl_entry *entry,
                                          const uint8_t sha256[static CL_HASH])
{
    const struct cl_attachments *list = cl_entry_attachments(entry);
    for (size_t i = 0; i < list->count; i++)
        if (memcmp(list->item[i].sha256, sha256, CL_HASH) == 0)
            return &list->item[i];
    return NULL;
}

enum cl_err cl_log_check_attachment(struct cl_log *log, const struct cl_buf *tag, uint64_t seq)
{
    uint8_t sha256[CL_HASH];
    uint8_t expected[CL_HASH];
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    if (tag->len != CL_HASH || seq >= log->size)
        return CL_LOG_CHANGED;
    enum cl_err err = open_tag(log, tag->data, &seq, &bytes);
    if (!err)
        err = cl_sha256(bytes.data, bytes.len, sha256);
    if (!err)
        err = cl_log_tag(log, sha256, expected);
    if (!err && memcmp(expected, tag->data, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    if (err)
        return err;
    err = read_list(log, seq, &entry);
    if (err == CL_LOG_CHANGED || err == CL_LOG_VERSION)
        return CL_OK;
    if (err)
        return err;
    return listed(&entry, sha256) != NULL ? CL_OK : CL_LOG_CHANGED;
}

enum cl_err cl_log_attachment(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                              char ret_type[static CL_MEDIA_TYPE_MAX + 1], struct cl_buf *to)
{
    uint64_t seq = 0;
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_log_open_attachment(log, sha256, &seq, to);
    if (!err)
        err = read_list(log, seq, &entry);
    if (err)
        return err;
    const struct cl_attachment *item = listed(&entry, sha256);
    if (!item)
        return CL_LOG_CHANGED;
    memcpy(ret_type, item->media_type, strlen(item->media_type) + 1);
    return CL_OK;
}
