#include "log/log_internal.h"

#include "base/big_endian.h"
#include "base/limits.h"

#include <string.h>

#define TAG_LABEL  "consentlog/v1 attachment"
#define SEALED_MAX CL_SEALED_MAX(CL_ATTACHMENT_MAX)

static enum cl_err tag_of(const struct cl_log *log, const uint8_t *name, size_t n,
                          uint8_t ret_tag[static CL_HASH])
{
    uint8_t key[CL_HASH];
    enum cl_err err =
        cl_hmac(log->key->data_key, CL_AEAD_KEY, TAG_LABEL, sizeof TAG_LABEL - 1, key);
    if (!err)
        err = cl_hmac(key, sizeof key, name, n, ret_tag);
    cl_wipe(key, sizeof key);
    return err;
}

enum cl_err cl_log_tag(const struct cl_log *log, const uint8_t sha256[static CL_HASH],
                       uint8_t ret_tag[static CL_HASH])
{
    return tag_of(log, sha256, CL_HASH, ret_tag);
}

enum cl_err cl_log_part_tag(const struct cl_log *log, const uint8_t sha256[static CL_HASH],
                            uint32_t part, uint8_t ret_tag[static CL_HASH])
{
    uint8_t name[CL_HASH + 4];
    memcpy(name, sha256, CL_HASH);
    cl_put_be32(name + CL_HASH, part);
    return tag_of(log, name, sizeof name, ret_tag);
}

/* A part is sealed as the one that it is, so that two cannot change places. */
static uint64_t number_of(uint64_t seq, int part)
{
    return part == CL_WHOLE ? seq : seq * CL_EXHIBIT_PARTS + (unsigned)part;
}

static enum cl_seal_type type_of(int part)
{
    return part == CL_WHOLE ? CL_SEAL_ATTACHMENT : CL_SEAL_PART;
}

enum cl_err cl_log_open_tag(struct cl_log *log, const uint8_t tag[static CL_HASH], int part,
                            uint64_t *ret_seq, struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(SEALED_MAX);
    enum cl_err err = cl_store_attachment(log->store, tag, ret_seq, &sealed);
    if (!err)
        err = cl_unseal(&log->sealer, type_of(part), number_of(*ret_seq, part), sealed.data,
                        sealed.len, to);
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
        err = cl_log_open_tag(log, tag, CL_WHOLE, &seq, to);
    if (!err)
        err = cl_sha256(to->data + before, to->len - before, found);
    if (!err && memcmp(found, sha256, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    if (!err)
        *ret_seq = seq;
    return err;
}

enum cl_err cl_log_put_tag(struct cl_log *log, const uint8_t tag[static CL_HASH], int part,
                           struct cl_span bytes)
{
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(SEALED_MAX);
    enum cl_err err = cl_seal(&log->sealer, type_of(part), number_of(log->size, part), NULL,
                              bytes.data, bytes.len, &sealed);
    return err ? err : cl_store_put_attachment(log->store, tag, log->size, &sealed);
}

enum cl_err cl_log_attach(struct cl_log *log, const struct cl_attachment *item,
                          struct cl_span bytes)
{
    uint8_t tag[CL_HASH];
    uint64_t seq = 0;
    cl_cleanup(cl_buf_free) struct cl_buf kept = cl_buf(CL_ATTACHMENT_MAX);
    enum cl_err err = cl_log_open_attachment(log, item->sha256, &seq, &kept);
    if (err != CL_ABSENT)
        return err;
    err = cl_log_tag(log, item->sha256, tag);
    return err ? err : cl_log_put_tag(log, tag, CL_WHOLE, bytes);
}

/* What the entry lists, if it can be read; the strings live as long as the entry. */
static enum cl_err read_list(struct cl_log *log, uint64_t seq, struct cl_entry *ret_entry)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = cl_log_unseal(log, seq, &bytes);
    if (!err)
        err = cl_entry_parse(bytes.data, bytes.len, ret_entry);
    return cl_log_is_lost(err) ? CL_LOG_CHANGED : err;
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

/* As what does the entry list what lies under that tag: as something whole, or as which part of it?
 * CL_LOG_CHANGED: as nothing. */
static enum cl_err find_part(struct cl_log *log, const struct cl_attachments *list,
                             const uint8_t tag[static CL_HASH], int *ret_part)
{
    uint8_t expected[CL_HASH];
    for (size_t i = 0; i < list->count; i++) {
        const struct cl_attachment *item = &list->item[i];
        const int parts = item->size > CL_ATTACHMENT_MAX ? CL_EXHIBIT_PARTS : 0;
        for (int part = CL_WHOLE; part < parts; part++) {
            enum cl_err err = part == CL_WHOLE
                                  ? cl_log_tag(log, item->sha256, expected)
                                  : cl_log_part_tag(log, item->sha256, (uint32_t)part, expected);
            if (err)
                return err;
            *ret_part = part;
            if (memcmp(expected, tag, CL_HASH) == 0)
                return CL_OK;
        }
    }
    return CL_LOG_CHANGED;
}

/* Does it open as that part, or as a whole of which the tag is? */
static enum cl_err check_opens(struct cl_log *log, const uint8_t tag[static CL_HASH], int part)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    uint8_t sha256[CL_HASH];
    uint8_t expected[CL_HASH];
    uint64_t seq = 0;
    enum cl_err err = cl_log_open_tag(log, tag, part, &seq, &bytes);
    if (err || part != CL_WHOLE)
        return err;
    err = cl_sha256(bytes.data, bytes.len, sha256);
    if (!err)
        err = cl_log_tag(log, sha256, expected);
    return !err && memcmp(expected, tag, CL_HASH) != 0 ? CL_LOG_CHANGED : err;
}

enum cl_err cl_log_check_attachment(struct cl_log *log, const struct cl_buf *tag, uint64_t seq)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    int part = CL_WHOLE;
    if (tag->len != CL_HASH || seq >= log->size)
        return CL_LOG_CHANGED;
    enum cl_err err = read_list(log, seq, &entry);
    if (!err) {
        err = find_part(log, cl_entry_attachments(&entry), tag->data, &part);
        return err ? err : check_opens(log, tag->data, part);
    }
    if (err != CL_LOG_CHANGED && err != CL_LOG_VERSION)
        return err;
    /* What the entry listed cannot be said: it may be any part of it. */
    err = check_opens(log, tag->data, part);
    while (err == CL_LOG_CHANGED && ++part < CL_EXHIBIT_PARTS)
        err = check_opens(log, tag->data, part);
    return err;
}

enum cl_err cl_log_attachment_size(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                                   char ret_type[static CL_MEDIA_TYPE_MAX + 1], uint64_t *ret_size)
{
    uint8_t tag[CL_HASH];
    uint64_t seq = 0;
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_log_tag(log, sha256, tag);
    if (!err)
        err = cl_store_attachment_seq(log->store, tag, &seq);
    if (err == CL_ABSENT)
        err = cl_log_part_tag(log, sha256, 0, tag) ? CL_CRYPTO
                                                   : cl_store_attachment_seq(log->store, tag, &seq);
    if (!err)
        err = read_list(log, seq, &entry);
    if (err)
        return err;
    const struct cl_attachment *item = listed(&entry, sha256);
    if (!item)
        return CL_LOG_CHANGED;
    memcpy(ret_type, item->media_type, strlen(item->media_type) + 1);
    *ret_size = item->size;
    return CL_OK;
}

enum cl_err cl_log_attachment(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                              char ret_type[static CL_MEDIA_TYPE_MAX + 1], struct cl_buf *to)
{
    uint64_t seq = 0;
    uint64_t size = 0;
    enum cl_err err = cl_log_open_attachment(log, sha256, &seq, to);
    return err ? err : cl_log_attachment_size(log, sha256, ret_type, &size);
}
