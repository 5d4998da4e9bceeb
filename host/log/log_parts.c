/* What is larger than one attachment is kept in parts, each sealed by itself as the one that it is,
 * under a tag of its own. That they make the whole is seen by its SHA-256, which the entry states.
 */
#include "log/log_internal.h"

#include "base/limits.h"

#include <string.h>

_Static_assert(CL_EXHIBIT_MAX <= (unsigned)CL_EXHIBIT_PARTS * CL_ATTACHMENT_MAX, "enough parts");

static bool is_single(uint64_t size)
{
    return size <= CL_ATTACHMENT_MAX;
}

static uint32_t part_count(uint64_t size)
{
    return (uint32_t)((size + CL_ATTACHMENT_MAX - 1) / CL_ATTACHMENT_MAX);
}

static size_t part_length(uint64_t size, uint64_t part)
{
    const uint64_t left = size - part * CL_ATTACHMENT_MAX;
    return left < CL_ATTACHMENT_MAX ? (size_t)left : CL_ATTACHMENT_MAX;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* One that is kept already stays: the bytes are the same, or somebody changed them. */
static enum cl_err attach_part(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                               uint32_t part, struct cl_span bytes)
{
    cl_cleanup(cl_buf_free) struct cl_buf kept = cl_buf(CL_ATTACHMENT_MAX);
    uint8_t tag[CL_HASH];
    uint64_t seq = 0;
    enum cl_err err = cl_log_part_tag(log, sha256, part, tag);
    if (!err)
        err = cl_log_open_tag(log, tag, (int)part, &seq, &kept);
    if (err == CL_ABSENT)
        return cl_log_put_tag(log, tag, (int)part, bytes);
    if (!err && (kept.len != bytes.len || memcmp(kept.data, bytes.data, bytes.len) != 0))
        err = CL_LOG_CHANGED;
    return err;
}

enum cl_err cl_log_attach_parts(struct cl_log *log, const struct cl_attachment *item,
                                struct cl_span bytes)
{
    enum cl_err err = CL_OK;
    if (is_single(bytes.len))
        return cl_log_attach(log, item, bytes);
    for (uint32_t part = 0; !err && part < part_count(bytes.len); part++) {
        const struct cl_span one = {bytes.data + (size_t)part * CL_ATTACHMENT_MAX,
                                    part_length(bytes.len, part)};
        err = attach_part(log, item->sha256, part, one);
    }
    return err;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum cl_err cl_log_attachment_part(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                                   uint64_t size, uint64_t part, struct cl_buf *to)
{
    uint8_t tag[CL_HASH];
    uint64_t seq = 0;
    const size_t before = to->len;
    enum cl_err err = CL_OK;
    if (size == 0 || size > CL_EXHIBIT_MAX || part >= part_count(size))
        return CL_ABSENT;
    if (is_single(size)) {
        err = cl_log_open_attachment(log, sha256, &seq, to);
    } else {
        err = cl_log_part_tag(log, sha256, (uint32_t)part, tag);
        if (!err)
            err = cl_log_open_tag(log, tag, (int)part, &seq, to);
    }
    if (!err && to->len - before != part_length(size, part))
        err = CL_LOG_CHANGED;
    return err;
}

enum cl_err cl_log_check_parts(struct cl_log *log, const struct cl_attachment *item)
{
    cl_cleanup(cl_hasher_free) struct cl_hasher *hasher = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    uint8_t sha256[CL_HASH];
    enum cl_err err = cl_hasher_new(&hasher);
    for (uint64_t part = 0; !err && part < part_count(item->size); part++) {
        cl_buf_clear(&bytes);
        err = cl_log_attachment_part(log, item->sha256, item->size, part, &bytes);
        if (!err)
            err = cl_hasher_put(hasher, bytes.data, bytes.len);
    }
    if (!err)
        err = cl_hasher_end(hasher, sha256);
    if (!err && memcmp(sha256, item->sha256, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    return err;
}
