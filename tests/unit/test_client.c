#include "entry/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ID "00112233445566778899aabbccddeeff"

static void ids(void **state)
{
    (void)state;
    assert_true(cl_is_hex_id(ID));
    for (const char *const *bad =
             (const char *const[]){"", "0", ID "0", "00112233445566778899aabbccddeefF",
                                   "00112233445566778899aabbccddeef ", NULL};
         *bad; bad++)
        assert_false(cl_is_hex_id(*bad));
}

static void addresses(void **state)
{
    static const char *const good[] = {
        "https://www.linkedin.com/",
        "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
        "https://www.linkedin.com/legal/privacy%20policy"};
    static const char *const bad[] = {"",
                                      "http://www.linkedin.com/",
                                      "https://www.linkedin.com",
                                      "https://linkedin.com/",
                                      "https://www.linkedin.com.evil.example/",
                                      "https://www.linkedin.com@evil.example/",
                                      "https://www.linkedin.com:443/",
                                      "HTTPS://www.linkedin.com/",
                                      "https://www.linkedin.com/a?b",
                                      "https://www.linkedin.com/a#b",
                                      "https://www.linkedin.com/a b",
                                      "https://www.linkedin.com/\"",
                                      "https://www.linkedin.com/<",
                                      "https://www.linkedin.com/a\\b",
                                      "https://www.linkedin.com/caf\xc3\xa9",
                                      "https://www.linkedin.com/\x1b"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(cl_is_page_url(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(cl_is_page_url(bad[i]));
}

/* Read {"client":…} as it is kept in an entry. */
static enum cl_err read_kept(const char *json, struct cl_fault *fault, struct cl_client *client,
                             char reading[static CL_READING])
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    assert_int_equal(cl_json_parse((const uint8_t *)json, strlen(json), &tree), CL_OK);
    struct cl_reader r = cl_reader(tree, "", fault);
    cl_client_read_kept(&r, client, reading);
    return cl_read_end(&r);
}

static void both_ways(void **state)
{
    const struct cl_client client = {.browser = 6, .version = "153.0", .extension = "0.1.0"};
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(512);
    struct cl_json_writer w = cl_json_writer(&text);
    struct cl_client back;
    struct cl_fault fault = {0};
    char reading[CL_READING];
    (void)state;
    cl_json_object(&w, NULL);
    cl_client_write_kept(&w, &client, ID);
    cl_json_object_end(&w);
    assert_int_equal(cl_json_end(&w), CL_OK);
    assert_int_equal(cl_buf_put(&text, "", 1), CL_OK);
    assert_string_equal((const char *)text.data,
                        "{\"client\":{\"browser\":\"firefox\",\"version\":\"153.0\",\"extension\":"
                        "\"0.1.0\",\"reading\":\"" ID "\"}}");
    assert_int_equal(read_kept((const char *)text.data, &fault, &back, reading), CL_OK);
    assert_int_equal(back.browser, client.browser);
    assert_string_equal(reading, ID);
}

static void refused(void **state)
{
    static const struct {
        const char *json;
        enum cl_err err;
        const char *field;
    } rows[] = {
        {"{}", CL_MISSING_MEMBER, "client"},
        {"{\"client\":null}", CL_WRONG_TYPE, "client"},
        {"{\"client\":{\"browser\":\"lynx\",\"version\":\"1\",\"extension\":\"1\",\"reading\":\"" ID
         "\"}}",
         CL_BAD_VALUE, "client.browser"},
        {"{\"client\":{\"browser\":\"edge\",\"version\":\"\",\"extension\":\"1\",\"reading\":\"" ID
         "\"}}",
         CL_BAD_VALUE, "client.version"},
        {"{\"client\":{\"browser\":\"edge\",\"version\":\"1\",\"extension\":"
         "\"123456789012345678901234567890123\",\"reading\":\"" ID "\"}}",
         CL_TOO_LONG, "client.extension"},
        {"{\"client\":{\"browser\":\"edge\",\"version\":\"1\",\"extension\":\"1\",\"reading\":"
         "\"zz\"}}",
         CL_BAD_VALUE, "client.reading"},
        {"{\"client\":{\"browser\":\"edge\",\"version\":\"1\",\"extension\":\"1\",\"reading\":\"" ID
         "\",\"more\":1}}",
         CL_UNKNOWN_MEMBER, "client.more"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cl_fault fault = {0};
        struct cl_client client;
        char reading[CL_READING];
        assert_int_equal(read_kept(rows[i].json, &fault, &client, reading), rows[i].err);
        assert_string_equal(fault.field, rows[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids),
        cmocka_unit_test(addresses),
        cmocka_unit_test(both_ways),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
