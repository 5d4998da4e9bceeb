#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct cl_span span(const char *text)
{
    return (struct cl_span){(const uint8_t *)text, strlen(text)};
}

static void lines(void **state)
{
    struct cl_span rest = span("one\n\nthree"), line;
    (void)state;
    assert_true(cl_take_line(&rest, &line));
    assert_true(cl_span_is(line, "one"));
    assert_true(cl_take_line(&rest, &line));
    assert_true(cl_span_is(line, ""));
    assert_false(cl_take_line(&rest, &line)); /* no newline is left */
    assert_true(cl_span_is(rest, "three"));
    rest = (struct cl_span){NULL, 0};
    assert_false(cl_take_line(&rest, &line));
}

static void prefixes(void **state)
{
    struct cl_span text = span("Label: value");
    (void)state;
    assert_false(cl_take_prefix(&text, "label: "));
    assert_true(cl_span_is(text, "Label: value"));
    assert_true(cl_take_prefix(&text, "Label: "));
    assert_true(cl_span_is(text, "value"));
    assert_false(cl_take_prefix(&text, "values"));
    assert_false(cl_span_is(text, "valu"));
    assert_false(cl_span_is(text, "values"));
}

static void decimals(void **state)
{
    static const struct {
        const char *text;
        uint64_t number;
    } good[] = {{"0", 0}, {"7", 7}, {"10", 10}, {"9223372036854775807", INT64_MAX}};
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1a",
                                      "0x1",
                                      "1.0",
                                      "1e1",
                                      "9223372036854775808",
                                      "18446744073709551616",
                                      "99999999999999999999999"};
    uint64_t number = 42;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(cl_span_decimal(span(good[i].text), &number), CL_OK);
        assert_true(number == good[i].number);
    }
    number = 42;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(cl_span_decimal(span(bad[i]), &number), CL_MALFORMED);
    assert_true(number == 42);
}

static void bytes_as_text(void **state)
{
    uint8_t bytes[4] = {9, 9, 9, 9};
    (void)state;
    assert_int_equal(cl_span_hex(span("007f80ff"), bytes, 4), CL_OK);
    assert_memory_equal(bytes, "\x00\x7f\x80\xff", 4);
    for (const char *const *bad =
             (const char *const[]){"007f80f", "007f80ff0", "007F80FF", "007f80fg", "", NULL};
         *bad; bad++)
        assert_int_equal(cl_span_hex(span(*bad), bytes, 4), CL_MALFORMED);
    assert_int_equal(cl_span_base64(span("AH+A/w=="), bytes, 4), CL_OK);
    assert_memory_equal(bytes, "\x00\x7f\x80\xff", 4);
    for (const char *const *bad = (const char *const[]){"AH+A/w=", "AH+A/w", "AH+A/x==", "AH-A_w==",
                                                        "AH+A/w==\n", "", NULL};
         *bad; bad++)
        assert_int_equal(cl_span_base64(span(*bad), bytes, 4), CL_MALFORMED);
}

static void clean(void **state)
{
    (void)state;
    assert_true(cl_text_clean(span("two\nlines, caf\xc3\xa9 \xf0\x9f\x94\x92")));
    for (const char *const *bad = (const char *const[]){"a\tb", "a\rb", "\x1b[2J", "a\x7f",
                                                        "caf\xe9", "\xc3", "\xed\xa0\x80", NULL};
         *bad; bad++)
        assert_false(cl_text_clean(span(*bad)));
    assert_false(cl_text_clean((struct cl_span){(const uint8_t *)"a\0b", 3}));
}

static void spaces(void **state)
{
    (void)state;
    assert_false(cl_text_has_space(span("consentlog/0123\xe2\x80\x8c")));
    for (const char *const *bad = (const char *const[]){"a b", "a\nb", "a\xc2\xa0",
                                                        "\xe2\x80\x83"
                                                        "a",
                                                        "a\xe3\x80\x80", NULL};
         *bad; bad++)
        assert_true(cl_text_has_space(span(*bad)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),         cmocka_unit_test(prefixes), cmocka_unit_test(decimals),
        cmocka_unit_test(bytes_as_text), cmocka_unit_test(clean),    cmocka_unit_test(spaces),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
