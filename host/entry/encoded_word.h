/* Encoded words (RFC 2047): how the header of a mail spells what is not ASCII. */
#ifndef CL_ENCODED_WORD_H
#define CL_ENCODED_WORD_H

#include "base/limits.h"

/* A byte of ISO-8859-1 becomes two of UTF-8 and took at least one. */
#define CL_ENCODED_WORD_SHOWN (2 * CL_MAIL_TEXT_MAX)

/* A value of at most CL_MAIL_TEXT_MAX bytes as people read it: its encoded words decoded, the
 * blanks between two of them left out (section 6.2). The value as it stands where a word is broken
 * or of another charset than UTF-8, US-ASCII and ISO-8859-1, and where the outcome is empty, not
 * UTF-8, or has a character that hides or moves others. */
void cl_encoded_words_show(const char *value, char ret_text[static CL_ENCODED_WORD_SHOWN + 1]);

#endif
