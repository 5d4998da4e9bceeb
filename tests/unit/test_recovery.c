/* The recovery code: there and back, against the code that docs/evidence-format.md gives for a
 * known key, and every slip of a pen. */
#include "keyring/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

typedef char code[CL_CODE_LINES][CL_CODE_LINE];

static void make(struct cl_key **ret_key, code ret_lines)
{
    assert_int_equal(cl_key_new(ret_key), CL_OK);
    assert_int_equal(cl_recovery_write(*ret_key, ret_lines), CL_OK);
}

static void every_key_comes_back(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        cl_cleanup(cl_key_free) struct cl_key *key = NULL;
        cl_cleanup(cl_key_free) struct cl_key *back = NULL;
        code lines, taken;
        make(&key, lines);
        for (unsigned n = 0; n < CL_CODE_LINES; n++) {
            assert_int_equal(strlen(lines[n]), CL_CODE_LINE - 1);
            assert_int_equal(cl_recovery_line(lines[n], n, taken[n]), CL_OK);
            assert_string_equal(taken[n], lines[n]);
        }
        assert_int_equal(cl_recovery_read(taken, &back), CL_OK);
        assert_memory_equal(back->data_key, key->data_key, CL_AEAD_KEY);
        assert_memory_equal(back->seed, key->seed, CL_SEED);
        assert_string_equal(back->id, key->id);
    }
}

/* Made from the description by vectors/make_recovery.py. */
static void the_code_is_that_of_the_document(void **state)
{
    (void)state;
    static const char *const golden[] = {
#include "recovery.inc"
    };
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    code lines;
    assert_int_equal(cl_key_new(&key), CL_OK);
    for (unsigned i = 0; i < 32; i++) {
        key->data_key[i] = (uint8_t)i;
        key->seed[i] = (uint8_t)(255 - i);
    }
    assert_int_equal(cl_recovery_write(key, lines), CL_OK);
    for (unsigned n = 0; n < CL_CODE_LINES; n++)
        assert_string_equal(lines[n], golden[n]);
}

static void hands_write_in_many_ways(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"%s", true},   {"1: %s", true}, {"  %s \t\r\n", true}, {"1 :%s", true},
        {"%s0", false}, {"0%s", false},  {"%s-", true},         {"%s!", false},
        {"U%s", false}, {"", false},     {":", false},
    };
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    code lines;
    char taken[CL_CODE_LINE] = "untouched";
    make(&key, lines);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        const char *at = strstr(rows[i].text, "%s");
        int before = at != NULL ? (int)(at - rows[i].text) : 0;
        snprintf(text, sizeof text, "%.*s%s%s", before, rows[i].text, at != NULL ? lines[0] : "",
                 at != NULL ? at + 2 : rows[i].text);
        memset(taken, 'x', sizeof taken - 1);
        if ((cl_recovery_line(text, 0, taken) == CL_OK) != rows[i].good)
            fail_msg("\"%s\"", rows[i].text);
        if (rows[i].good)
            assert_string_equal(taken, lines[0]);
        else
            assert_int_equal(taken[0], 'x'); /* written only on success */
    }
}

/* Lower case, without hyphens, with the letters that people write for digits. */
static void look_alikes_are_taken(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        cl_cleanup(cl_key_free) struct cl_key *key = NULL;
        code lines;
        char text[CL_CODE_LINE];
        char taken[CL_CODE_LINE];
        size_t n = 0;
        make(&key, lines);
        for (const char *p = lines[2]; *p != '\0'; p++)
            if (*p != '-')
                text[n++] = (char)(*p == '0'   ? 'o'
                                   : *p == '1' ? "ILil"[i % 4]
                                               : tolower((unsigned char)*p));
        text[n] = '\0';
        assert_int_equal(cl_recovery_line(text, 2, taken), CL_OK);
        assert_string_equal(taken, lines[2]);
    }
}

static void every_wrong_digit_is_found(void **state)
{
    (void)state;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    code lines;
    char taken[CL_CODE_LINE];
    make(&key, lines);
    for (unsigned n = 0; n < CL_CODE_LINES; n++)
        for (size_t i = 0; lines[n][i] != '\0'; i++) {
            char kept = lines[n][i];
            for (const char *d = digits; kept != '-' && *d != '\0'; d++) {
                lines[n][i] = *d;
                assert_int_equal(cl_recovery_line(lines[n], n, taken),
                                 *d == kept ? CL_OK : CL_MALFORMED);
            }
            lines[n][i] = kept;
        }
}

static void every_swap_is_found(void **state)
{
    (void)state;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    code lines;
    char taken[CL_CODE_LINE];
    make(&key, lines);
    for (size_t i = 0; i < CL_CODE_LINE - 1; i++)
        for (size_t j = i + 1; j < CL_CODE_LINE - 1; j++) {
            char text[CL_CODE_LINE];
            memcpy(text, lines[3], sizeof text);
            if (text[i] == '-' || text[j] == '-' || text[i] == text[j])
                continue;
            text[i] = lines[3][j];
            text[j] = lines[3][i];
            assert_int_equal(cl_recovery_line(text, 3, taken), CL_MALFORMED);
        }
    for (unsigned n = 0; n < CL_CODE_LINES; n++)
        for (unsigned m = 0; m < CL_CODE_LINES; m++)
            assert_int_equal(cl_recovery_line(lines[n], m, taken), n == m ? CL_OK : CL_MALFORMED);
}

static void lines_of_two_codes_make_none(void **state)
{
    (void)state;
    cl_cleanup(cl_key_free) struct cl_key *one = NULL;
    cl_cleanup(cl_key_free) struct cl_key *two = NULL;
    cl_cleanup(cl_key_free) struct cl_key *back = NULL;
    code lines, others;
    make(&one, lines);
    make(&two, others);
    for (unsigned n = 0; n < CL_CODE_LINES; n++) {
        code mixed;
        memcpy(mixed, lines, sizeof mixed);
        memcpy(mixed[n], others[n], CL_CODE_LINE);
        assert_int_equal(cl_recovery_read(mixed, &back), CL_MALFORMED);
        assert_null(back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_comes_back),
        cmocka_unit_test(the_code_is_that_of_the_document),
        cmocka_unit_test(hands_write_in_many_ways),
        cmocka_unit_test(look_alikes_are_taken),
        cmocka_unit_test(every_wrong_digit_is_found),
        cmocka_unit_test(every_swap_is_found),
        cmocka_unit_test(lines_of_two_codes_make_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
