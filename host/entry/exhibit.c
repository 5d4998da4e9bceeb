#include "entry/exhibit.h"

#include <string.h>

static bool is_visible(const char *text)
{
    return cl_text_visible((struct cl_span){(const uint8_t *)text, strlen(text)});
}

static bool fits(const char *text, size_t max)
{
    const size_t n = strlen(text);
    return n > 0 && n <= max && is_visible(text);
}

bool cl_exhibit_is_file(const char *text)
{
    return fits(text, CL_EXHIBIT_FILE_MAX) && !strpbrk(text, "/\\");
}

bool cl_exhibit_is_note(const char *text)
{
    return fits(text, CL_EXHIBIT_NOTE_MAX);
}

/* ---- the bytes ------------------------------------------------------------------------------- */

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

enum cl_err cl_exhibit_describe(struct cl_span bytes, struct cl_mail *mail,
                                struct cl_exhibit *exhibit)
{
    cl_cleanup(cl_content_free) struct cl_content content = cl_content();
    if (bytes.len == 0 || bytes.len > CL_EXHIBIT_MAX)
        return bytes.len ? CL_TOO_LONG : CL_BAD_VALUE;
    struct cl_attachment file = {.name = CL_NAME_FILE, .size = bytes.len};
    enum cl_err err = cl_sha256(bytes.data, bytes.len, file.sha256);
    if (!err)
        err = cl_content_put(&content, bytes.data, bytes.len);
    if (err)
        return err;
    const enum cl_content_type type = cl_content_end(&content, mail);
    file.media_type = cl_content_names[type];
    exhibit->attachments = (struct cl_attachments){.count = 1, .item = {file}};
    exhibit->has_mail = type == CL_CONTENT_MAIL;
    if (exhibit->has_mail) {
        exhibit->mail.from = or_null(mail->from);
        exhibit->mail.date = or_null(mail->date);
        exhibit->mail.subject = or_null(mail->subject);
        exhibit->mail.linkedin_signature = mail->linkedin_signature;
    }
    return CL_OK;
}

/* ---- what it says ---------------------------------------------------------------------------- */

const char *cl_exhibit_lie(const struct cl_exhibit *e)
{
    const struct cl_attachment *file = &e->attachments.item[0];
    const char *const said[] = {e->mail.from, e->mail.date, e->mail.subject};
    if (!is_visible(e->file) || strpbrk(e->file, "/\\"))
        return "file";
    if (e->note && !is_visible(e->note))
        return "note";
    if (e->has_mail != (cl_content_named(file->media_type) == CL_CONTENT_MAIL))
        return "mail";
    for (size_t i = 0; e->has_mail && i < sizeof said / sizeof *said; i++)
        if (said[i] && !is_visible(said[i]))
            return "mail";
    return NULL;
}

/* ---- the entry's body ------------------------------------------------------------------------ */

static void write_mail(struct cl_json_writer *w, const struct cl_exhibit *e)
{
    if (!e->has_mail) {
        cl_json_str(w, "mail", NULL);
        return;
    }
    cl_json_object(w, "mail");
    cl_json_str(w, "from", e->mail.from);
    cl_json_str(w, "date", e->mail.date);
    cl_json_str(w, "subject", e->mail.subject);
    cl_json_bool(w, "linkedin_signature", e->mail.linkedin_signature);
    cl_json_object_end(w);
}

void cl_exhibit_write(struct cl_json_writer *w, const struct cl_exhibit *e)
{
    cl_json_str(w, "file", e->file);
    cl_json_str(w, "note", e->note);
    write_mail(w, e);
    cl_client_write_or_null(w, e->has_client ? &e->client : NULL);
    cl_attachments_write(w, &e->attachments);
}

static void read_mail(struct cl_reader *r, struct cl_exhibit *e)
{
    bool none = false;
    struct cl_reader mail = cl_read_object_or_null(r, "mail", &none);
    e->has_mail = !none;
    if (none)
        return;
    e->mail.from = cl_read_str_or_null(&mail, "from", CL_MAIL_TEXT_MAX);
    e->mail.date = cl_read_str_or_null(&mail, "date", CL_MAIL_DATE_MAX);
    e->mail.subject = cl_read_str_or_null(&mail, "subject", CL_MAIL_TEXT_MAX);
    e->mail.linkedin_signature = cl_read_bool(&mail, "linkedin_signature");
    cl_read_close(&mail);
}

enum cl_err cl_exhibit_read_body(struct cl_reader *r, struct cl_exhibit *ret)
{
    struct cl_exhibit e = {0};
    e.file = cl_read_str(r, "file", CL_EXHIBIT_FILE_MAX);
    e.note = cl_read_str_or_null(r, "note", CL_EXHIBIT_NOTE_MAX);
    read_mail(r, &e);
    e.has_client = cl_client_read_or_null(r, &e.client);
    cl_attachments_read(r, CL_EXHIBIT_MAX, &e.attachments);
    if (!r->fault->err && e.attachments.count != 1)
        cl_read_fail(r, "attachments", CL_BAD_VALUE);
    enum cl_err err = cl_read_end(r);
    if (!err)
        *ret = e;
    return err;
}
