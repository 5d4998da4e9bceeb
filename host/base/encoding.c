#include "base/encoding.h"

#include <string.h>

/* ---- base64 ------------------------------------------------------------------------------ */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum cl_err cl_base64_encode(const void *bytes, size_t n, struct cl_buf *to)
{
    const uint8_t *in = bytes;
    if (n == 0)
        return CL_OK;
    if (n > SIZE_MAX / 2)
        return CL_TOO_LONG;
    uint8_t *out;
    enum cl_err err = cl_buf_room(to, CL_BASE64_LEN(n), &out);
    if (err)
        return err;
    for (size_t i = 0; i < n; i += 3, out += 4) {
        size_t left = n - i;
        uint32_t bits = (uint32_t)in[i] << 16;
        bits |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        bits |= left > 2 ? in[i + 2] : 0;
        out[0] = (uint8_t)base64_digits[bits >> 18];
        out[1] = (uint8_t)base64_digits[bits >> 12 & 63];
        out[2] = left > 1 ? (uint8_t)base64_digits[bits >> 6 & 63] : '=';
        out[3] = left > 2 ? (uint8_t)base64_digits[bits & 63] : '=';
    }
    return CL_OK;
}

/* By a digit's number in ASCII; -1: none. */
static const int8_t base64_values[128] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62,
    -1, -1, -1, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1, -1, 0,
    1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    23, 24, 25, -1, -1, -1, -1, -1, -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
    39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1};

static int base64_value(char c)
{
    return (uint8_t)c < sizeof base64_values ? base64_values[(uint8_t)c] : -1;
}

/* Four digits to up to three bytes; 0 when they are not a canonical group. Padding only in the last
 * one. */
static size_t decode_group(const char *text, bool last, uint8_t ret_bytes[static 3])
{
    size_t digits = 4;
    while (last && digits > 2 && text[digits - 1] == '=')
        digits--;
    const int a = base64_value(text[0]), b = base64_value(text[1]);
    const int c = digits > 2 ? base64_value(text[2]) : 0;
    const int d = digits > 3 ? base64_value(text[3]) : 0;
    if ((a | b | c | d) < 0)
        return 0;
    const uint32_t bits = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | (uint32_t)d;
    size_t n = digits - 1;
    if (bits & (0xFFFFFFu >> (8 * n))) /* bits that no byte holds must be zero */
        return 0;
    for (size_t i = 0; i < 3; i++)
        ret_bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
    return n;
}

enum cl_err cl_base64_decode(const char *text, size_t n, struct cl_buf *to)
{
    if (n % 4 != 0)
        return CL_BAD_VALUE;
    const size_t before = to->len;
    enum cl_err err = CL_OK;
    uint8_t group[3];
    for (size_t i = 0; i < n && !err; i += 4) {
        size_t got = decode_group(text + i, i + 4 == n, group);
        err = got ? cl_buf_put(to, group, got) : CL_BAD_VALUE;
    }
    cl_wipe(group, sizeof group);
    if (err && to->data) {
        cl_wipe(to->data + before, to->len - before);
        to->len = before;
    }
    return err;
}

enum cl_err cl_base64_exact(const char *text, size_t n, uint8_t *ret_bytes, size_t size)
{
    bool good = n == CL_BASE64_LEN(size);
    size_t at = 0;
    for (; good && size - at >= 3; text += 4, at += 3)
        good = decode_group(text, false, ret_bytes + at) == 3;
    if (good && at < size) {
        uint8_t group[3];
        good = decode_group(text, true, group) == size - at;
        memcpy(ret_bytes + at, group, size - at);
        cl_wipe(group, sizeof group);
    }
    if (!good)
        cl_wipe(ret_bytes, size);
    return good ? CL_OK : CL_BAD_VALUE;
}

/* ---- hexadecimal ------------------------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

void cl_hex_encode(const void *bytes, size_t n, char *ret_text)
{
    const uint8_t *in = bytes;
    for (size_t i = 0; i < n; i++) {
        *ret_text++ = hex_digits[in[i] >> 4];
        *ret_text++ = hex_digits[in[i] & 15];
    }
    *ret_text = '\0';
}

static unsigned hex_value(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

enum cl_err cl_hex_decode(const char *text, uint8_t *ret_bytes, size_t n)
{
    if (n > SIZE_MAX / 2 || strspn(text, hex_digits) != 2 * n || text[2 * n] != '\0')
        return CL_BAD_VALUE;
    for (size_t i = 0; i < n; i++)
        ret_bytes[i] = (uint8_t)(hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]));
    return CL_OK;
}
