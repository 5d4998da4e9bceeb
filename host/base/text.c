#include "base/text.h"

#include "base/encoding.h"
#include "base/unicode.h"

#include <string.h>

bool cl_take_line(struct cl_span *rest, struct cl_span *ret_line)
{
    const uint8_t *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
    if (!end)
        return false;
    *ret_line = (struct cl_span){rest->data, (size_t)(end - rest->data)};
    rest->len -= ret_line->len + 1;
    rest->data = end + 1;
    return true;
}

bool cl_take_prefix(struct cl_span *span, const char *prefix)
{
    size_t n = strlen(prefix);
    if (span->len < n || memcmp(span->data, prefix, n) != 0)
        return false;
    span->data += n;
    span->len -= n;
    return true;
}

bool cl_span_is(struct cl_span span, const char *str)
{
    return span.len == strlen(str) && (span.len == 0 || memcmp(span.data, str, span.len) == 0);
}

enum cl_err cl_span_decimal(struct cl_span span, uint64_t *ret_number)
{
    if (span.len == 0 || (span.len > 1 && span.data[0] == '0'))
        return CL_MALFORMED;
    uint64_t number = 0;
    for (size_t i = 0; i < span.len; i++) {
        if (span.data[i] < '0' || span.data[i] > '9')
            return CL_MALFORMED;
        unsigned digit = span.data[i] - (unsigned)'0';
        if (number > ((uint64_t)INT64_MAX - digit) / 10)
            return CL_MALFORMED;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return CL_OK;
}

enum cl_err cl_span_base64(struct cl_span span, uint8_t *ret_bytes, size_t n)
{
    return cl_base64_exact((const char *)span.data, span.len, ret_bytes, n) ? CL_MALFORMED : CL_OK;
}

enum cl_err cl_span_hex(struct cl_span span, uint8_t *ret_bytes, size_t n)
{
    char digits[2 * CL_HASH + 1] = "";
    if (n > CL_HASH || span.len != 2 * n)
        return CL_MALFORMED;
    memcpy(digits, span.data, 2 * n);
    return cl_hex_decode(digits, ret_bytes, n) ? CL_MALFORMED : CL_OK;
}

bool cl_text_clean(struct cl_span span)
{
    for (size_t i = 0; i < span.len;) {
        uint32_t point = 0;
        size_t n = cl_utf8_decode(span.data + i, span.len - i, &point);
        if (n == 0 || (point < 0x20 && point != '\n') || point == 0x7f)
            return false;
        i += n;
    }
    return true;
}

bool cl_text_visible(struct cl_span span)
{
    for (size_t i = 0; i < span.len;) {
        uint32_t point = 0;
        const size_t n = cl_utf8_decode(span.data + i, span.len - i, &point);
        if (n == 0 || cl_unicode_is_hidden(point))
            return false;
        i += n;
    }
    return true;
}

static bool is_space(uint32_t point)
{
    return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

bool cl_text_has_space(struct cl_span span)
{
    for (size_t i = 0; i < span.len;) {
        uint32_t point = 0;
        size_t n = cl_utf8_decode(span.data + i, span.len - i, &point);
        if (n == 0 || is_space(point))
            return true;
        i += n;
    }
    return false;
}
