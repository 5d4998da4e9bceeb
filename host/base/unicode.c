#include "base/unicode.h"

#include <string.h>

size_t cl_utf8_decode(const uint8_t *bytes, size_t n, uint32_t *ret_point)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (n == 0 || (bytes[0] >= 0x80 && bytes[0] < 0xc2) || bytes[0] > 0xf4)
        return 0;
    const size_t more = bytes[0] < 0x80 ? 0 : bytes[0] < 0xe0 ? 1 : bytes[0] < 0xf0 ? 2 : 3;
    if (n <= more)
        return 0;
    uint32_t point = more == 0 ? bytes[0] : bytes[0] & (0x3fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (bytes[i] & 0x3fu);
    }
    if (point < least[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    *ret_point = point;
    return more + 1;
}

size_t cl_utf8_cut(const char *text, size_t n, size_t max)
{
    if (n <= max)
        return n;
    while (max > 0 && ((uint8_t)text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

void cl_utf8_trim(char *text)
{
    const size_t n = strlen(text);
    size_t begin = n;
    uint32_t point;
    while (begin > 0 && n - begin < 3 && ((uint8_t)text[begin - 1] & 0xc0) == 0x80)
        begin--;
    if (begin > 0 && (uint8_t)text[begin - 1] >= 0xc0)
        begin--;
    if (begin < n && cl_utf8_decode((const uint8_t *)text + begin, n - begin, &point) == 0)
        text[begin] = '\0';
}

bool cl_unicode_is_hidden(uint32_t point)
{
    if (point >= 0x20 && point < 0x7f)
        return false;
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x0000, 0x001f},   {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x034f, 0x034f},
        {0x061c, 0x061c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200b},   {0x200e, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
        {0x2800, 0x2800},   {0x3164, 0x3164}, {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},
        {0xffa0, 0xffa0},   {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
        {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (point >= hidden[i].first && point <= hidden[i].last)
            return true;
    return (point & 0xfffe) == 0xfffe;
}
