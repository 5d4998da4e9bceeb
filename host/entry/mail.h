/* What a mail says of itself in its header block (RFC 5322, section 2.2). Anybody can write such
 * lines: nothing of it is verified. */
#ifndef CL_MAIL_H
#define CL_MAIL_H

#include "base/limits.h"
#include "base/text.h"
#include "crypto/crypto.h"

/* The values as they stand, unfolded and trimmed; "" where there is none, or none that could be
 * shown: too long, not UTF-8, or with a character that hides or moves others. */
struct cl_mail {
    char from[CL_MAIL_TEXT_MAX + 1];
    char date[CL_MAIL_DATE_MAX + 1];
    char subject[CL_MAIL_TEXT_MAX + 1];
    bool linkedin_signature; /* a DKIM-Signature (RFC 6376) of linkedin.com or below it is there */
};

/* Do these bytes, the first CL_MAIL_HEAD_MAX of a file, begin with a header block that has a From
 * and a Date? Only then is *ret_mail set. */
CL_MUST_USE bool cl_mail_read(struct cl_span head, struct cl_mail *ret_mail);

/* A hash of all that it says, to compare by. Texts may be NULL, which is "". */
CL_MUST_USE enum cl_err cl_mail_hash(const char *from, const char *date, const char *subject,
                                     bool linkedin_signature, uint8_t ret_hash[static CL_HASH]);

#endif
