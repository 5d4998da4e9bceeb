#include "entry/attachment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* SHA-256 of "abc" (FIPS 180-2, appendix B.1). */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct cl_span abc = {(const uint8_t *)"abc", 3};

static void as_written(void **state)
{
    struct cl_attachments list = {0};
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(512);
    struct cl_json_writer w = cl_json_writer(&text);
    (void)state;
    assert_int_equal(cl_attachments_add(&list, "text", "text/plain", abc), CL_OK);
    cl_json_object(&w, NULL);
    cl_attachments_write(&w, &list);
    cl_json_object_end(&w);
    assert_int_equal(cl_json_end(&w), CL_OK);
    assert_int_equal(cl_buf_put(&text, "", 1), CL_OK);
    assert_string_equal((const char *)text.data,
                        "{\"attachments\":[{\"name\":\"text\",\"media_type\":\"text/"
                        "plain\",\"size\":3,\"sha256\":\"" ABC "\"}]}");
}

static void no_more_than_fit(void **state)
{
    struct cl_attachments list = {0};
    (void)state;
    for (size_t i = 0; i < CL_ATTACHMENTS_MAX; i++)
        assert_int_equal(cl_attachments_add(&list, "text", "text/plain", abc), CL_OK);
    assert_int_equal(cl_attachments_add(&list, "text", "text/plain", abc), CL_TOO_LONG);
    assert_int_equal(list.count, CL_ATTACHMENTS_MAX);
    list.count = 0;
    uint8_t *large = calloc(1, CL_ATTACHMENT_MAX + 1u);
    assert_non_null(large);
    assert_int_equal(cl_attachments_add(&list, "text", "text/plain",
                                        (struct cl_span){large, CL_ATTACHMENT_MAX + 1u}),
                     CL_TOO_LONG);
    assert_int_equal(list.count, 0);
    free(large);
}

static void read_back(void **state)
{
    static const struct {
        const char *item;
        enum cl_err err;
        const char *field;
    } rows[] = {
        {"{\"name\":\"text\",\"media_type\":\"text/plain\",\"size\":3,\"sha256\":\"" ABC "\"}",
         CL_OK, ""},
        {"{\"name\":\"\",\"media_type\":\"text/plain\",\"size\":3,\"sha256\":\"" ABC "\"}",
         CL_BAD_VALUE, "attachments[0].name"},
        {"{\"name\":\"text\",\"media_type\":null,\"size\":3,\"sha256\":\"" ABC "\"}", CL_WRONG_TYPE,
         "attachments[0].media_type"},
        {"{\"name\":\"text\",\"media_type\":\"text/plain\",\"size\":-1,\"sha256\":\"" ABC "\"}",
         CL_BAD_VALUE, "attachments[0].size"},
        {"{\"name\":\"text\",\"media_type\":\"text/plain\",\"size\":4194305,\"sha256\":\"" ABC
         "\"}",
         CL_BAD_VALUE, "attachments[0].size"},
        {"{\"name\":\"text\",\"media_type\":\"text/plain\",\"size\":3,\"sha256\":\"BA7816\"}",
         CL_BAD_VALUE, "attachments[0].sha256"},
        {"{\"name\":\"text\",\"media_type\":\"text/plain\",\"size\":3,\"sha256\":\"" ABC
         "\",\"path\":\"/\"}",
         CL_UNKNOWN_MEMBER, "attachments[0].path"},
        {"7", CL_WRONG_TYPE, "attachments[0]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char json[512];
        cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
        struct cl_attachments list = {0};
        struct cl_fault fault = {0};
        const int n = snprintf(json, sizeof json, "{\"attachments\":[%s]}", rows[i].item);
        assert_int_equal(cl_json_parse((const uint8_t *)json, (size_t)n, &tree), CL_OK);
        struct cl_reader r = cl_reader(tree, "", &fault);
        cl_attachments_read(&r, CL_ATTACHMENT_MAX, &list);
        assert_int_equal(cl_read_end(&r), rows[i].err);
        assert_string_equal(fault.field, rows[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_written),
        cmocka_unit_test(no_more_than_fit),
        cmocka_unit_test(read_back),
    };
    return cmocka_run_group_tests_name("attachment", tests, NULL, NULL);
}
