/* Bytes as text: base64 and hexadecimal, one spelling each. */
#ifndef CL_ENCODING_H
#define CL_ENCODING_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Characters for n bytes in base64. */
#define CL_BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* RFC 4648 base64 with padding, one line. Decoding takes the canonical spelling and no other. */
CL_MUST_USE enum cl_err cl_base64_encode(const void *bytes, size_t n, struct cl_buf *to);
CL_MUST_USE enum cl_err cl_base64_decode(const char *text, size_t n, struct cl_buf *to);
/* Of exactly `size` bytes; else CL_BAD_VALUE, and they are wiped. */
CL_MUST_USE enum cl_err cl_base64_exact(const char *text, size_t n, uint8_t *ret_bytes,
                                        size_t size);

/* Lower-case hexadecimal; ret_text takes 2 × n + 1 chars. Decoding wants exactly 2 × n of them. */
void cl_hex_encode(const void *bytes, size_t n, char *ret_text);
CL_MUST_USE enum cl_err cl_hex_decode(const char *text, uint8_t *ret_bytes, size_t n);

#endif
