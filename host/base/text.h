/* Reading lines of hostile text: spans that know their length, one spelling for each number. */
#ifndef CL_TEXT_H
#define CL_TEXT_H

#include "base/common.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Move the next line, without its newline, from the front of *rest to *ret_line. False if no
 * newline is left. */
CL_MUST_USE bool cl_take_line(struct cl_span *rest, struct cl_span *ret_line);
/* Drop `prefix` from the front of *span, or leave it and say false. */
CL_MUST_USE bool cl_take_prefix(struct cl_span *span, const char *prefix);
CL_MUST_USE bool cl_span_is(struct cl_span span, const char *str);

/* Decimal without sign, without leading zeros, at most 2^63 − 1. CL_MALFORMED. */
CL_MUST_USE enum cl_err cl_span_decimal(struct cl_span span, uint64_t *ret_number);
/* Canonical base64 of exactly n bytes. CL_MALFORMED, and they are wiped. */
CL_MUST_USE enum cl_err cl_span_base64(struct cl_span span, uint8_t *ret_bytes, size_t n);

/* Exactly 2 × n lower-case digits, n ≤ 32. CL_MALFORMED. */
CL_MUST_USE enum cl_err cl_span_hex(struct cl_span span, uint8_t *ret_bytes, size_t n);

/* Valid UTF-8 (RFC 3629) without control characters other than newline? */
CL_MUST_USE bool cl_text_clean(struct cl_span span);
/* Valid UTF-8, in one line, without a character that hides or moves others (unicode.h)? */
CL_MUST_USE bool cl_text_visible(struct cl_span span);
/* Is there a Unicode space (White_Space) in this valid UTF-8? */
CL_MUST_USE bool cl_text_has_space(struct cl_span span);

#endif
