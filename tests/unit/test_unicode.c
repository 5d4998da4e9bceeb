#include "base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Written by the definition (RFC 3629, section 3), to be decoded again. */
static size_t encode(uint32_t point, uint8_t to[static 4])
{
    static const struct {
        uint32_t below;
        uint8_t lead;
    } forms[] = {{0x80, 0}, {0x800, 0xc0}, {0x10000, 0xe0}, {0x110000, 0xf0}};
    size_t more = 0;
    while (point >= forms[more].below)
        more++;
    for (size_t i = more; i > 0; i--, point >>= 6)
        to[i] = (uint8_t)(0x80 | (point & 0x3f));
    to[0] = (uint8_t)(forms[more].lead | point);
    return more + 1;
}

static void every_point(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10ffff; point++) {
        uint8_t bytes[4];
        uint32_t got = 0;
        const size_t n = encode(point, bytes);
        const bool surrogate = point >= 0xd800 && point <= 0xdfff;
        assert_int_equal(cl_utf8_decode(bytes, n, &got), surrogate ? 0 : n);
        assert_int_equal(cl_utf8_decode(bytes, n - 1, &got), 0);
        assert_int_equal(got, surrogate ? 0 : point);
    }
}

static void broken(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xc3(",
                                      "\xe2\x82(",
                                      "\xed\xa0\x80"};
    uint32_t point;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(cl_utf8_decode((const uint8_t *)bad[i], strlen(bad[i]), &point), 0);
    assert_int_equal(cl_utf8_decode(NULL, 0, &point), 0);
}

static void cut(void **state)
{
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x92z"; /* a é € 🔒 z */
    static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    (void)state;
    for (size_t max = 0; max < sizeof whole / sizeof *whole; max++)
        assert_int_equal(cl_utf8_cut(text, strlen(text), max), whole[max]);
}

/* Whatever room there was, what snprintf left of a text is whole characters. */
static void trimmed(void **state)
{
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x92z\xf0\x9f\x94\x92";
    (void)state;
    for (size_t room = 1; room <= sizeof text; room++) {
        char cut_off[sizeof text];
        memcpy(cut_off, text, room - 1);
        cut_off[room - 1] = '\0';
        cl_utf8_trim(cut_off);
        assert_int_equal(strlen(cut_off), cl_utf8_cut(text, strlen(text), room - 1));
        assert_memory_equal(cut_off, text, strlen(cut_off));
    }
}

static void hidden(void **state)
{
    static const uint32_t yes[] = {0,      0x1b,   0x7f,   0x85,    0xad,    0x34f,
                                   0x61c,  0x115f, 0x1160, 0x180e,  0x200b,  0x200e,
                                   0x202e, 0x2066, 0x2800, 0x3164,  0xfdd0,  0xfeff,
                                   0xffa0, 0xfffb, 0xffff, 0x1fffe, 0xe0041, 0x10ffff};
    static const uint32_t no[] = {' ',    'a',    0xe9,   0x640,  0x200c,
                                  0x200d, 0x20ac, 0xfe0f, 0xfffd, 0x1f512};
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(cl_unicode_is_hidden(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(cl_unicode_is_hidden(no[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_point), cmocka_unit_test(broken), cmocka_unit_test(cut),
        cmocka_unit_test(trimmed),     cmocka_unit_test(hidden),
    };
    return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
