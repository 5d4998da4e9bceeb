/* Which media type a file is of, by its bytes, whatever its name says: docs/evidence-format.md,
 * section 8. The bytes come in pieces, and none is interpreted further than that. */
#ifndef CL_CONTENT_H
#define CL_CONTENT_H

#include "base/buf.h"
#include "entry/mail.h"

enum cl_content_type {
    CL_CONTENT_PNG,
    CL_CONTENT_JPEG,
    CL_CONTENT_WEBP,
    CL_CONTENT_PDF,
    CL_CONTENT_MAIL,
    CL_CONTENT_TEXT,
    CL_CONTENT_OTHER,
    CL_CONTENT_TYPES
};
extern const char *const cl_content_names[];   /* media types, NULL-terminated */
extern const char *const cl_content_endings[]; /* "png", …, NULL-terminated */

/* Of that media type; CL_CONTENT_TYPES: none of them. */
enum cl_content_type cl_content_named(const char *media_type);

struct cl_content {
    struct cl_buf head; /* the first bytes, up to CL_MAIL_HEAD_MAX */
    bool text;          /* all of it so far could be */
    uint8_t rest[4];    /* of a character that goes on in the next piece */
    size_t rest_len;
};

struct cl_content cl_content(void); /* free with cl_content_free */
CL_MUST_USE enum cl_err cl_content_put(struct cl_content *content, const void *bytes, size_t n);
/* After the last piece. ret_mail: set of a mail. */
CL_MUST_USE enum cl_content_type cl_content_end(const struct cl_content *content,
                                                struct cl_mail *ret_mail);
void cl_content_free(struct cl_content *content); /* for cl_cleanup */

#endif
