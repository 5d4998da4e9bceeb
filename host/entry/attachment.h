/* What is kept beside an entry: a picture, a document's text, a token. The entry lists each by
 * name, media type, size and SHA-256, so that the tree covers it; the bytes are sealed apart and
 * stored once, however many entries list them. */
#ifndef CL_ATTACHMENT_H
#define CL_ATTACHMENT_H

#include "base/limits.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "json/reader.h"
#include "json/writer.h"

#define CL_ATTACHMENT_NAME_MAX 32
#define CL_MEDIA_TYPE_MAX      64
#define CL_MEDIA_PICTURE       "image/png"
#define CL_MEDIA_TEXT          "text/plain; charset=utf-8"
/* By what name an entry lists what it has one of; a timestamp has four: entry/entry.h. */
#define CL_NAME_PICTURE "picture"
#define CL_NAME_TEXT    "text"
#define CL_NAME_FILE    "file"

struct cl_attachment {
    const char *name;       /* borrowed; "picture", "text", "reply", … */
    const char *media_type; /* borrowed */
    uint64_t size;
    uint8_t sha256[CL_HASH];
};

struct cl_attachments {
    size_t count;
    struct cl_attachment item[CL_ATTACHMENTS_MAX];
};

/* Describe these bytes; name and media type must outlive the list. CL_TOO_LONG above
 * CL_ATTACHMENT_MAX bytes or CL_ATTACHMENTS_MAX items. */
CL_MUST_USE enum cl_err cl_attachments_add(struct cl_attachments *to, const char *name,
                                           const char *media_type, struct cl_span bytes);

/* The member `attachments` of an entry, each of at most `size_max` bytes. Strings read are borrowed
 * from the tree; faults show themselves at the reader's end. */
void cl_attachments_write(struct cl_json_writer *w, const struct cl_attachments *list);
void cl_attachments_read(struct cl_reader *r, uint32_t size_max, struct cl_attachments *ret);

/* Is it a PNG file that says of itself what such a file can be: signature and first chunk (PNG
 * specification, sections 5.2 and 11.2.2), at most CL_PICTURE_SIDE_MAX pixels a side? What follows
 * is not looked at. */
CL_MUST_USE bool cl_is_png(struct cl_span bytes);

#endif
