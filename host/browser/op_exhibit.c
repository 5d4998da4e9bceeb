/* keep: a file of the member's own, in parts. Nothing of it is written before the last is there. */
#include "base/encoding.h"
#include "browser/request.h"

#include "base/limits.h"
#include "log/log.h"

#include <stdlib.h>
#include <string.h>

#define PART_TEXT CL_BASE64_LEN(CL_ATTACHMENT_MAX)

/* What has come so far. */
struct cl_upload {
    char file[CL_EXHIBIT_FILE_MAX + 1];
    char note[CL_EXHIBIT_NOTE_MAX + 1]; /* "" none */
    uint64_t size;                      /* of the whole */
    struct cl_buf bytes;
};

/* One part. Strings are borrowed from the request. */
struct part {
    const char *file, *note;
    uint64_t size, offset;
    struct cl_buf bytes;
    struct cl_client client;
};

static void part_free(struct part *part)
{
    cl_buf_free(&part->bytes);
}

void cl_upload_free(struct cl_upload **upload)
{
    if (*upload)
        cl_buf_free(&(*upload)->bytes);
    free(*upload);
    *upload = NULL;
}

static enum cl_err read_part(struct cl_reader *r, struct part *part)
{
    const char *text;

    part->bytes = cl_buf(CL_ATTACHMENT_MAX + 2);
    part->file = cl_read_str(r, "file", CL_EXHIBIT_FILE_MAX);
    part->note = cl_read_str_or_null(r, "note", CL_EXHIBIT_NOTE_MAX);
    part->size = (uint64_t)cl_read_int(r, "size", 1, CL_EXHIBIT_MAX);
    part->offset = (uint64_t)cl_read_int(r, "offset", 0, CL_EXHIBIT_MAX);
    text = cl_read_text(r, "base64", PART_TEXT);
    if (!r->fault->err && cl_base64_decode(text, strlen(text), &part->bytes))
        cl_read_fail(r, "base64", CL_BAD_VALUE);
    cl_client_read(r, &part->client);
    if (!r->fault->err && !cl_exhibit_is_file(part->file))
        cl_read_fail(r, "file", CL_BAD_VALUE);
    if (!r->fault->err && part->note && !cl_exhibit_is_note(part->note))
        cl_read_fail(r, "note", CL_BAD_VALUE);
    return cl_read_end(r);
}

static enum cl_err begin(struct cl_peer *peer, const struct part *part)
{
    struct cl_upload *upload = calloc(1, sizeof *upload);

    cl_upload_free(&peer->upload);
    if (!upload)
        return CL_NO_MEMORY;
    memcpy(upload->file, part->file, strlen(part->file) + 1);
    if (part->note)
        memcpy(upload->note, part->note, strlen(part->note) + 1);
    upload->size = part->size;
    upload->bytes = cl_buf((size_t)part->size);
    peer->upload = upload;
    return CL_OK;
}

/* The next part of the same file? The member that says otherwise is named. */
static enum cl_err check(struct cl_reader *r, const struct cl_upload *upload,
                         const struct part *part)
{
    const char *other = NULL;

    if (!upload || part->offset != upload->bytes.len)
        cl_read_fail(r, "offset", CL_BAD_VALUE);
    else if (part->bytes.len > upload->size - upload->bytes.len)
        cl_read_fail(r, "base64", CL_TOO_LONG);
    else if (part->size != upload->size)
        other = "size";
    else if (strcmp(part->file, upload->file) != 0)
        other = "file";
    else if (strcmp(part->note ? part->note : "", upload->note) != 0)
        other = "note";
    if (other)
        cl_read_fail(r, other, CL_CONTRADICTION);
    return r->fault->err;
}

static enum cl_err write_whole(struct request *r, const struct part *part)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    const struct cl_upload *upload = r->peer->upload;
    const struct cl_span bytes = {upload->bytes.data, upload->bytes.len};
    struct cl_exhibit exhibit = {.file = part->file, .note = part->note, .has_client = true};
    const struct cl_attachment *file = &exhibit.attachments.item[0];
    struct cl_mail mail;
    uint64_t seq = 0;
    enum cl_err err;

    exhibit.client = part->client;
    err = cl_exhibit_describe(bytes, &mail, &exhibit);
    if (!err)
        err = cl_log_open(CL_LOG_APPEND, &log);
    if (!err)
        err = cl_log_keep_exhibit(log, &exhibit, bytes, &seq);
    if (err)
        return err;
    cl_json_bool(&r->result, "written", true);
    cl_json_int(&r->result, "seq", (int64_t)seq);
    cl_json_hex(&r->result, "sha256", file->sha256, CL_HASH);
    cl_json_str(&r->result, "media_type", file->media_type);
    r->peer->log = log;
    log = NULL;
    return CL_OK;
}

static enum cl_err take_part(struct request *r, struct part *part)
{
    struct cl_upload *upload;
    enum cl_err err = read_part(&r->params, part);

    if (!err && part->offset == 0)
        err = begin(r->peer, part);
    upload = r->peer->upload;
    if (!err)
        err = check(&r->params, upload, part);
    if (!err)
        err = cl_buf_put(&upload->bytes, part->bytes.data, part->bytes.len);
    if (err || upload->bytes.len == upload->size)
        return err ? err : write_whole(r, part);
    cl_json_bool(&r->result, "written", false);
    cl_json_int(&r->result, "received", (int64_t)upload->bytes.len);
    return CL_OK;
}

enum cl_err op_keep(struct request *r)
{
    cl_cleanup(part_free) struct part part = {0};
    enum cl_err err = take_part(r, &part);
    const struct cl_upload *upload = r->peer->upload;

    if (err || upload->bytes.len == upload->size)
        cl_upload_free(&r->peer->upload);
    return err;
}
