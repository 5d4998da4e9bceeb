/* A log's key as a code for paper, and back: docs/recovery.md.
 *
 * Six lines of four groups of five digits in Crockford's base 32. Nineteen digits of a line carry
 * the code, the twentieth checks the line and its number, so that a slip is found and its line
 * named. Carried: u8 version 1 ‖ data key[32] ‖ Ed25519 seed[32] ‖ the first 6 bytes of SHA-256 of
 * what precedes, 71 bytes and two bits 0. */
#ifndef CL_RECOVERY_H
#define CL_RECOVERY_H

#include "keyring/key.h"

#define CL_CODE_LINES 6
#define CL_CODE_LINE  24 /* "7K3QD-…": 20 digits, 3 hyphens, NUL */

/* The lines, each NUL-terminated. The caller wipes them. */
CL_MUST_USE enum cl_err cl_recovery_write(const struct cl_key *key,
                                          char ret_lines[static CL_CODE_LINES][CL_CODE_LINE]);

/* Take in line `number` (from 0) as a person writes it: either case, O for 0 and I or L for 1,
 * blanks and hyphens anywhere, "3:" in front. The digits go to ret_line as cl_recovery_write spells
 * them. CL_MALFORMED: not twenty digits, or the line's check does not fit. */
CL_MUST_USE enum cl_err cl_recovery_line(const char *text, unsigned number,
                                         char ret_line[static CL_CODE_LINE]);

/* The key of six lines that cl_recovery_line gave. CL_MALFORMED: each line is good, but not as one
 * code. */
CL_MUST_USE enum cl_err cl_recovery_read(char lines[static CL_CODE_LINES][CL_CODE_LINE],
                                         struct cl_key **ret_key);

#endif
