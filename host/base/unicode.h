/* UTF-8 (RFC 3629) and what a character does to those beside it. */
#ifndef CL_UNICODE_H
#define CL_UNICODE_H

#include "base/common.h"

#include <stdbool.h>

/* The code point that the bytes begin with, and how many of them are its. 0: they begin with none:
 * broken, overlong, a surrogate, beyond U+10FFFF, or there are no bytes. */
CL_MUST_USE size_t cl_utf8_decode(const uint8_t *bytes, size_t n, uint32_t *ret_point);

/* Of valid UTF-8 of n bytes, how many fit into max without one character being cut. */
CL_MUST_USE size_t cl_utf8_cut(const char *text, size_t n, size_t max);

/* Drop what is left at the end of a character of which a buffer had no room for the rest. */
void cl_utf8_trim(char *text);

/* Is it one that nobody sees, or that moves, reorders or hides others: controls, bidirectional
 * marks, fillers and blanks that are letters by name, tags, noncharacters? Whoever shows a text of
 * somebody else's shows these as their number. The joiners U+200C and U+200D are not: Persian,
 * Hindi and emoji need them. (Unicode 15: Bidi_Control, Default_Ignorable_Code_Point, Cc, Zl, Zp.)
 */
CL_MUST_USE bool cl_unicode_is_hidden(uint32_t point);

#endif
