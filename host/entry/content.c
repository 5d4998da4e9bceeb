#include "entry/content.h"

#include "base/unicode.h"
#include "entry/attachment.h"

#include <string.h>

const char *const cl_content_names[] = {"image/png",
                                        "image/jpeg",
                                        "image/webp",
                                        "application/pdf",
                                        "message/rfc822",
                                        CL_MEDIA_TEXT,
                                        "application/octet-stream",
                                        NULL};
const char *const cl_content_endings[] = {"png", "jpg", "webp", "pdf", "eml", "txt", "bin", NULL};
_Static_assert(sizeof cl_content_names / sizeof *cl_content_names == CL_CONTENT_TYPES + 1 &&
                   sizeof cl_content_endings / sizeof *cl_content_endings == CL_CONTENT_TYPES + 1,
               "a name and an ending for each");

enum cl_content_type cl_content_named(const char *media_type)
{
    int i = 0;
    while (cl_content_names[i] && strcmp(cl_content_names[i], media_type) != 0)
        i++;
    return (enum cl_content_type)i;
}

struct cl_content cl_content(void)
{
    return (struct cl_content){.head = cl_buf(CL_MAIL_HEAD_MAX), .text = true};
}

void cl_content_free(struct cl_content *content)
{
    cl_buf_free(&content->head);
}

/* ---- text ------------------------------------------------------------------------------------ */

static bool is_text(uint32_t point)
{
    return point == '\t' || point == '\n' || point == '\r' || (point >= 0x20 && point < 0x7f) ||
           point >= 0xa0;
}

/* A byte of a character of several. Broken ones are known at the fourth byte at the latest. */
static void take_byte(struct cl_content *c, uint8_t byte)
{
    uint32_t point = 0;
    c->rest[c->rest_len++] = byte;
    const size_t n = cl_utf8_decode(c->rest, c->rest_len, &point);
    if (n > 0)
        c->text = is_text(point);
    else if (c->rest_len == sizeof c->rest)
        c->text = false;
    if (n > 0)
        c->rest_len = 0;
}

static void take_text(struct cl_content *c, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n && c->text; i++) {
        if (c->rest_len == 0 && bytes[i] < 0x80)
            c->text = is_text(bytes[i]);
        else
            take_byte(c, bytes[i]);
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

enum cl_err cl_content_put(struct cl_content *content, const void *bytes, size_t n)
{
    const size_t room = content->head.max - content->head.len;
    enum cl_err err = cl_buf_put(&content->head, bytes, n < room ? n : room);
    if (!err)
        take_text(content, bytes, n);
    return err;
}

static bool begins(const struct cl_buf *head, size_t at, const char *with, size_t n)
{
    return head->len >= at + n && memcmp(head->data + at, with, n) == 0;
}

enum cl_content_type cl_content_end(const struct cl_content *content, struct cl_mail *ret_mail)
{
    const struct cl_buf *head = &content->head;
    if (begins(head, 0, "\x89PNG\r\n\x1a\n", 8))
        return CL_CONTENT_PNG;
    if (begins(head, 0, "\xff\xd8\xff", 3))
        return CL_CONTENT_JPEG;
    if (begins(head, 0, "RIFF", 4) && begins(head, 8, "WEBP", 4))
        return CL_CONTENT_WEBP;
    if (begins(head, 0, "%PDF-", 5))
        return CL_CONTENT_PDF;
    if (cl_mail_read((struct cl_span){head->data, head->len}, ret_mail))
        return CL_CONTENT_MAIL;
    return content->text && content->rest_len == 0 ? CL_CONTENT_TEXT : CL_CONTENT_OTHER;
}
