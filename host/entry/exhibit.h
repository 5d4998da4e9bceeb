/* A file of the member's own: a mail, a picture of a telephone, a confirmation. Name and note are
 * the member's word, and what a mail says of itself is the file's; none of it is what consentlog
 * saw. */
#ifndef CL_EXHIBIT_H
#define CL_EXHIBIT_H

#include "entry/attachment.h"
#include "entry/client.h"
#include "entry/content.h"

/* Strings are borrowed. Lengths in bytes of UTF-8. */
struct cl_exhibit {
    const char *file; /* its name without a folder, ≤ CL_EXHIBIT_FILE_MAX */
    const char *note; /* ≤ CL_EXHIBIT_NOTE_MAX, or NULL */
    bool has_mail;
    struct {
        const char *from, *date, *subject; /* or NULL */
        bool linkedin_signature;
    } mail;
    bool has_client; /* false: the command line kept it */
    struct cl_client client;
    struct cl_attachments attachments; /* exactly one: the file */
};

/* May it be the name of one? 1 … CL_EXHIBIT_FILE_MAX bytes of visible UTF-8 without a slash of
 * either kind. And a note? */
CL_MUST_USE bool cl_exhibit_is_file(const char *text);
CL_MUST_USE bool cl_exhibit_is_note(const char *text);

/* Describe the bytes: type, size, hash, and what a mail says of itself; mail must outlive the
 * exhibit. CL_TOO_LONG above CL_EXHIBIT_MAX, CL_BAD_VALUE of no bytes. */
CL_MUST_USE enum cl_err cl_exhibit_describe(struct cl_span bytes, struct cl_mail *mail,
                                            struct cl_exhibit *exhibit);

/* The member that denies another, or is not as it would have been written; or NULL. */
const char *cl_exhibit_lie(const struct cl_exhibit *exhibit);

/* The body of its entry, and back. Reading ends with cl_read_end. */
void cl_exhibit_write(struct cl_json_writer *w, const struct cl_exhibit *exhibit);
CL_MUST_USE enum cl_err cl_exhibit_read_body(struct cl_reader *r, struct cl_exhibit *ret);

#endif
