/* document and attachment: what is kept beside the entries, in and out. */
#include "base/encoding.h"
#include "browser/request.h"

#include "base/limits.h"
#include "log/log.h"

enum cl_err op_document(struct request *r)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    struct cl_json_writer *w = &r->result;
    struct cl_reader member = cl_read_object(&r->params, "document");
    struct cl_document doc;
    struct cl_kept kept;
    enum cl_err err = cl_document_read(&member, &doc);

    if (!err)
        err = cl_read_end(&r->params);
    if (!err)
        err = cl_log_open(CL_LOG_APPEND, &log);
    if (!err)
        err = cl_log_keep_document(log, &doc, &kept);
    if (err)
        return err;
    cl_json_bool(w, "written", kept.written);
    cl_json_int(w, "seq", (int64_t)kept.seq);
    cl_json_str(w, "change", cl_change_names[kept.change]);
    cl_json_hex(w, "sha256", kept.sha256, CL_HASH);
    if (kept.previous == UINT64_MAX)
        cl_json_str(w, "previous", NULL);
    else
        cl_json_int(w, "previous", (int64_t)kept.previous);
    r->peer->log = log;
    log = NULL;
    return CL_OK;
}

/* What fits into one answer of the bytes from `offset` on, of which these are `begin` and the
 * following ones. */
static void write_part(struct cl_json_writer *w, const struct cl_buf *bytes, uint64_t begin,
                       uint64_t offset, uint64_t size)
{
    size_t at = (size_t)(offset - begin);
    size_t left = bytes->len - at;
    size_t n = left < CL_PART_MAX ? left : CL_PART_MAX;

    cl_json_int(w, "size", (int64_t)size);
    cl_json_int(w, "offset", (int64_t)offset);
    cl_json_base64(w, "base64", n > 0 ? bytes->data + at : NULL, n);
    if (offset + n < size)
        cl_json_int(w, "next", (int64_t)(offset + n));
    else
        cl_json_str(w, "next", NULL);
}

enum cl_err op_attachment(struct request *r)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    const char *hex = cl_read_str(&r->params, "sha256", 2 * CL_HASH);
    uint64_t offset = (uint64_t)cl_read_int(&r->params, "offset", 0, CL_EXHIBIT_MAX);
    uint64_t size = 0;
    uint64_t part = 0;
    char type[CL_MEDIA_TYPE_MAX + 1];
    uint8_t sha256[CL_HASH];
    enum cl_err err;

    if (!r->params.fault->err && cl_hex_decode(hex, sha256, CL_HASH))
        cl_read_fail(&r->params, "sha256", CL_BAD_VALUE);
    err = cl_read_end(&r->params);
    if (!err)
        err = cl_log_open(CL_LOG_READ, &log);
    if (!err)
        err = cl_log_attachment_size(log, sha256, type, &size);
    if (!err && offset > size) {
        cl_read_fail(&r->params, "offset", CL_BAD_VALUE);
        err = CL_BAD_VALUE;
    }
    part = offset > 0 && offset == size ? (offset - 1) / CL_ATTACHMENT_MAX
                                        : offset / CL_ATTACHMENT_MAX;
    if (!err && size > 0)
        err = cl_log_attachment_part(log, sha256, size, part, &bytes);
    if (err == CL_ABSENT)
        err = CL_NOT_FOUND;
    if (err)
        return err;
    cl_json_str(&r->result, "media_type", type);
    write_part(&r->result, &bytes, part * CL_ATTACHMENT_MAX, offset, size);
    return CL_OK;
}
