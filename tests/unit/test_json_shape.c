#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "json/shape.h"

#include <string.h>

static struct cl_json_shape shape;

static bool fits_like(const char *pattern, const char *text, struct cl_json_scalars *ret)
{
    assert_int_equal(cl_json_shape_take(&shape, (const uint8_t *)pattern, strlen(pattern)), CL_OK);
    return cl_json_shape_fits(&shape, (const uint8_t *)text, strlen(text), ret);
}

static void texts_that_fit(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
    } table[] = {
        {"{}", "{}"},
        {"[[],{}]", "[[],{}]"},
        {"{\"a\":1}", "{\"a\":1}"},
        {"{\"a\":1}", "{\"a\":12}"},
        {"{\"a\":12}", "{\"a\":1}"},
        {"{\"a\":12}", "{\"a\":-9007199254740991}"},
        {"{\"a\":\"x\"}", "{\"a\":\"xy\"}"},
        {"{\"a\":\"xy\"}", "{\"a\":\"x\"}"},
        {"{\"a\":\"x\"}", "{\"a\":\"\"}"},
        {"{\"a\":\"x\"}", "{\"a\":null}"},
        {"{\"a\":null}", "{\"a\":\"\\u00e4\xc3\xa4\\\"\"}"},
        {"{\"a\":true,\"b\":false}", "{\"a\":false,\"b\":7}"},
        {"[1,2,3]", "[\"1\",null,33]"},
        {"[1,[2],3]", "[true,[12],\"],[\"]"},
        {"{\"a\":\"x\\\\\",\"b\":1}", "{\"a\":\"x\\\",\\\"b\\\":\",\"b\":1}"},
        {"{\"a\" : 1}", "{\"a\" : 2}"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct cl_json_scalars scalars, expected;
        const char *text = table[i].text;
        if (!fits_like(table[i].pattern, text, &scalars))
            fail_msg("%s like %s", text, table[i].pattern);
        assert_int_equal(cl_json_gate_scalars((const uint8_t *)text, strlen(text), &expected),
                         CL_OK);
        assert_int_equal(scalars.count, expected.count);
        assert_memory_equal(scalars.scalar, expected.scalar,
                            expected.count * sizeof *expected.scalar);
    }
}

static void texts_that_do_not(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
    } table[] = {
        {"{\"a\":1}", ""},
        {"{\"a\":1}", "{\"a\":1"},
        {"{\"a\":1}", "{\"a\":1}}"},
        {"{\"a\":1}", "{\"a\":1} "},
        {"{\"a\":1}", "{\"a\": 1}"},
        {"{\"a\":1}", "{\"b\":1}"},
        {"{\"a\":1,\"b\":1}", "{\"a\":1,\"a\":1}"},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}"},
        {"{\"a\":1}", "{\"a\":[]}"},
        {"{\"a\":{}}", "{\"a\":1}"},
        {"{\"a\":1}", "{\"a\":}"},
        {"{\"a\":1}", "{\"a\":01}"},
        {"{\"a\":0}", "{\"a\":-0}"},
        {"{\"a\":0}", "{\"a\":00}"},
        {"{\"a\":1}", "{\"a\":1.0}"},
        {"{\"a\":1}", "{\"a\":1e3}"},
        {"{\"a\":1}", "{\"a\":9007199254740992}"},
        {"{\"a\":true}", "{\"a\":truE}"},
        {"{\"a\":true}", "{\"a\":truetrue}"},
        {"{\"a\":\"x\"}", "{\"a\":\"x}"},
        {"{\"a\":\"x\"}", "{\"a\":\"x\n\"}"},
        {"{\"a\":\"x\"}", "{\"a\":\"\xff\"}"},
        {"{\"a\":\"x\"}", "{\"a\":\"\\u0000\"}"},
        {"{\"a\":\"x\"}", "{\"a\":\"\\\"}"},
        {"{\"a\":\"x\"}", "{\"a\":\"x\",\"b\":\"y\"}"},
        {"[1,2]", "[1,2,3]"},
        {"[1,2,3]", "[1,2]"},
        {"[1,2]", "[12]"},
        {"1", "1"}, /* nothing around it */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct cl_json_scalars scalars;
        if (fits_like(table[i].pattern, table[i].text, &scalars))
            fail_msg("%s like %s", table[i].text, table[i].pattern);
    }
}

/* What fits passes the gate, and has these scalars. */
static bool judge(const uint8_t *text, size_t len)
{
    struct cl_json_scalars scalars, expected;
    if (!cl_json_shape_fits(&shape, text, len, &scalars))
        return false;
    assert_int_equal(cl_json_gate_scalars(text, len, &expected), CL_OK);
    assert_int_equal(scalars.count, expected.count);
    assert_memory_equal(scalars.scalar, expected.scalar, expected.count * sizeof *expected.scalar);
    return true;
}

/* Every byte of a text made every other, taken out, and doubled by another. */
static void what_fits_passes(void **state)
{
    (void)state;
    static const char pattern[] =
        "{\"v\":1,\"seq\":10,\"time\":\"2026-11-21T21:26:20.797Z\",\"clock\":"
        "{\"synchronized\":false,\"boot_id\":null},\"list\":[0,-7,\"\\u20ac"
        "\xe2\x82\xac\",[true]],\"attachments\":[]}";
    const size_t len = sizeof pattern - 1;
    struct cl_json_scalars scalars;
    unsigned fitted = 0, passed = 0;
    assert_true(fits_like(pattern, pattern, &scalars));
    for (size_t at = 0; at < len; at++) {
        for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
            uint8_t text[sizeof pattern + 1];
            memcpy(text, pattern, len);
            text[at] = (uint8_t)byte;
            fitted += judge(text, len);
            passed += cl_json_gate(text, len) == CL_OK;
            memcpy(text + at + 1, pattern + at, len - at);
            fitted += judge(text, len + 1);
            passed += cl_json_gate(text, len + 1) == CL_OK;
        }
        uint8_t shorter[sizeof pattern];
        memcpy(shorter, pattern, at);
        memcpy(shorter + at, pattern + at + 1, len - at - 1);
        fitted += judge(shorter, len - 1);
        (void)judge((const uint8_t *)pattern, at);
    }
    assert_in_range(fitted, 5000, passed); /* those in names pass as well */
    assert_int_not_equal(fitted, passed);
}

static void what_is_not_taken(void **state)
{
    (void)state;
    char text[CL_JSON_SHAPE_MAX + 2];
    struct cl_json_scalars scalars;
    const struct cl_json_shape none = {0};
    assert_false(cl_json_shape_fits(&none, (const uint8_t *)"", 0, &scalars));
    assert_false(cl_json_shape_fits(&none, (const uint8_t *)"{}", 2, &scalars));

    assert_true(fits_like("[0]", "[1]", &scalars));
    assert_int_equal(cl_json_shape_take(&shape, (const uint8_t *)"[1}", 3), CL_BAD_JSON);
    assert_int_equal(cl_json_shape_take(&shape, (const uint8_t *)"", 0), CL_BAD_JSON);
    memset(text, '"', sizeof text);
    memset(text + 1, 'x', CL_JSON_SHAPE_MAX - 2);
    assert_int_equal(cl_json_shape_take(&shape, (const uint8_t *)text, CL_JSON_SHAPE_MAX), CL_OK);
    assert_true(fits_like("[0]", "[1]", &scalars));
    text[CL_JSON_SHAPE_MAX - 1] = 'x';
    assert_int_equal(cl_json_shape_take(&shape, (const uint8_t *)text, CL_JSON_SHAPE_MAX + 1),
                     CL_TOO_LONG);
    for (size_t count = CL_JSON_SCALARS_MAX; count <= CL_JSON_SCALARS_MAX + 1; count++) {
        for (size_t i = 0; i < count; i++)
            memcpy(text + 2 * i, i ? ",0" : "[0", 2);
        memcpy(text + 2 * count, "]", 1);
        assert_int_equal(cl_json_shape_take(&shape, (const uint8_t *)text, 2 * count + 1),
                         count > CL_JSON_SCALARS_MAX ? CL_TOO_LONG : CL_OK);
    }
    assert_true(cl_json_shape_fits(&shape, (const uint8_t *)text, 2 * CL_JSON_SCALARS_MAX,
                                   &scalars) == false);
    memcpy(text + 2 * CL_JSON_SCALARS_MAX, "]", 1); /* the last that was taken */
    assert_true(
        cl_json_shape_fits(&shape, (const uint8_t *)text, 2 * CL_JSON_SCALARS_MAX + 1, &scalars));
    assert_int_equal(scalars.count, CL_JSON_SCALARS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_fit),
        cmocka_unit_test(texts_that_do_not),
        cmocka_unit_test(what_fits_passes),
        cmocka_unit_test(what_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
