/* Documents and attachments: what a request may say, what a text means after the one before, what
 * is a picture. */
#include "entry/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY (24 * 60 * 60 * 1000LL)

/* ---- reading --------------------------------------------------------------------------------- */

static const char good[] =
    "{\"reading\":\"00112233445566778899aabbccddeeff\",\"document\":\"privacy-policy\","
    "\"url\":\"https://www.linkedin.com/legal/privacy-policy\",\"title\":\"Privacy Policy\","
    "\"language\":\"en\",\"effective\":\"2025-11-03\",\"effective_text\":\"Effective November 3\","
    "\"observed_at\":\"2026-11-21T18:00:00.000Z\",\"asked\":false,\"text\":\"%s\","
    "\"client\":{\"browser\":\"chromium\",\"version\":\"156\",\"extension\":\"0.1.0\"}}";

struct row {
    const char *from, *to;
    size_t length; /* of the text */
    enum cl_err err;
    const char *field;
};

static const struct row rows[] = {
    {"", "", CL_DOCUMENT_MIN, CL_OK, ""},
    {"", "", CL_DOCUMENT_MAX, CL_OK, ""},
    {"\"title\":\"Privacy Policy\"", "\"title\":null", 500, CL_OK, ""},
    {"\"effective\":\"2025-11-03\"", "\"effective\":null", 500, CL_OK, ""},
    {"privacy-policy\",", "objection-form\",", 500, CL_OK, ""},
    {"", "", CL_DOCUMENT_MIN - 1, CL_BAD_VALUE, "text"},
    {"", "", CL_DOCUMENT_MAX + 1, CL_TOO_LONG, "text"},
    {"aaaa", "aa\\ta", 500, CL_BAD_VALUE, "text"},
    {"aaaa", "a\\u007fa", 500, CL_BAD_VALUE, "text"},
    {"\"text\":\"", "\"text\":null,\"t\":\"", 500, CL_WRONG_TYPE, "text"},
    {"00112233", "0011223g", 500, CL_BAD_VALUE, "reading"},
    {"privacy-policy\",", "cookie-policy\",", 500, CL_BAD_VALUE, "document"},
    {"https:", "http:", 500, CL_BAD_VALUE, "url"},
    {"/legal/privacy-policy\"", "/legal/privacy-policy?trk=1\"", 500, CL_BAD_VALUE, "url"},
    {"/legal/privacy-policy\"", "/legal/privacy-policy#a\"", 500, CL_BAD_VALUE, "url"},
    {"www.linkedin.com", "www.linkedin.com.evil.example", 500, CL_BAD_VALUE, "url"},
    {"2025-11-03", "2025-11-31", 500, CL_BAD_VALUE, "effective"},
    {"2025-11-03", "03.11.2025", 500, CL_BAD_VALUE, "effective"},
    {"2025-11-03", "2025-11-3", 500, CL_BAD_VALUE, "effective"},
    {"\"effective_text\":\"Effective November 3\",", "", 500, CL_MISSING_MEMBER, "effective_text"},
    {"\"asked\":false", "\"asked\":null", 500, CL_WRONG_TYPE, "asked"},
    {"\"asked\":false", "\"asked\":false,\"state\":\"on\"", 500, CL_UNKNOWN_MEMBER, "state"},
    {"chromium", "netscape", 500, CL_BAD_VALUE, "client.browser"},
};

/* The request with a text of `length` letters and one edit. */
static void make_request(const struct row *row, struct cl_buf *to)
{
    const char *text = strstr(good, "%s");
    cl_cleanup(cl_buf_free) struct cl_buf whole = cl_buf(2u << 20);
    assert_int_equal(cl_buf_put(&whole, good, (size_t)(text - good)), CL_OK);
    for (size_t i = 0; i < row->length; i++)
        assert_int_equal(cl_buf_put(&whole, "a", 1), CL_OK);
    assert_int_equal(cl_buf_put(&whole, text + 2, strlen(text + 2) + 1), CL_OK);
    const char *at = strstr((const char *)whole.data, row->from);
    assert_non_null(at);
    size_t before = (size_t)(at - (const char *)whole.data);
    size_t taken = strlen(row->from);
    assert_int_equal(cl_buf_put(to, whole.data, before), CL_OK);
    assert_int_equal(cl_buf_put_str(to, row->to), CL_OK);
    assert_int_equal(cl_buf_put(to, at + taken, whole.len - 1 - before - taken), CL_OK);
}

static void requests_are_taken_or_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cl_fault fault = {0};
        struct cl_document doc = {.which = -7};
        cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
        cl_cleanup(cl_buf_free) struct cl_buf request = cl_buf(2u << 20);
        make_request(&rows[i], &request);
        assert_int_equal(cl_json_parse(request.data, request.len, &tree), CL_OK);
        struct cl_reader r = cl_reader(tree, "", &fault);
        enum cl_err err = cl_document_read(&r, &doc);
        if (err != rows[i].err || strcmp(fault.field, rows[i].field) != 0)
            fail_msg("row %zu: %s at \"%s\"", i, cl_err_code(err), fault.field);
        if (err) {
            assert_int_equal(doc.which, -7); /* written only on success */
            continue;
        }
        assert_int_equal(doc.text.len, rows[i].length);
        assert_int_equal(doc.attachments.count, 1);
        assert_int_equal(doc.attachments.item[0].size, rows[i].length);
    }
}

/* ---- meaning --------------------------------------------------------------------------------- */

struct step {
    const char *text;
    bool asked;
    int64_t after_ms; /* since the step before */
    enum cl_change change;
    bool repeat;
};

static const struct step steps[] = {
    {"one", false, 0, CL_CHANGE_FIRST, false},
    {"one", false, 1000, CL_CHANGE_UNCHANGED, true},
    {"one", false, DAY - 1001, CL_CHANGE_UNCHANGED, true},
    {"one", false, 1, CL_CHANGE_UNCHANGED, false}, /* a day since the last that was kept */
    {"one", true, 1000, CL_CHANGE_UNCHANGED, false},
    {"two", false, 1000, CL_CHANGE_CHANGED, false},
    {"two", false, 1000, CL_CHANGE_UNCHANGED, true},
    {"two", false, -5000, CL_CHANGE_UNCHANGED, false}, /* a clock that went back repeats nothing */
    {"one", false, 1000, CL_CHANGE_CHANGED, false},
};

static void a_text_means_what_it_is_after_the_one_before(void **unused)
{
    (void)unused;
    struct cl_document_state state = {0};
    int64_t now = 1790000000000;
    uint64_t seq = 10;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct cl_document doc = {.asked = steps[i].asked, .effective = "2025-11-03"};
        struct cl_document_state after;
        struct cl_meaning meaning;
        struct cl_span text = {(const uint8_t *)steps[i].text, strlen(steps[i].text)};
        assert_int_equal(cl_attachments_add(&doc.attachments, "text", "text/plain", text), CL_OK);
        now += steps[i].after_ms;
        cl_document_interpret(&doc, &state, now, seq, &meaning, &after);
        if (meaning.change != steps[i].change || meaning.repeat != steps[i].repeat)
            fail_msg("step %zu: %s, repeat %d", i, cl_change_names[meaning.change], meaning.repeat);
        if (meaning.repeat)
            assert_memory_equal(&after, &state, sizeof after);
        else
            assert_int_equal(after.seq, seq++);
        state = after;
    }
    assert_string_equal(state.effective, "2025-11-03");
    assert_int_equal(state.changed, now);
    assert_int_equal(state.previous, 14); /* the last of "two" */
}

/* ---- attachments ----------------------------------------------------------------------------- */

static void a_list_has_its_bounds(void **state)
{
    (void)state;
    struct cl_attachments list = {0};
    uint8_t *large = calloc(1, CL_ATTACHMENT_MAX + 1);
    assert_non_null(large);
    struct cl_span most = {large, CL_ATTACHMENT_MAX};
    struct cl_span more = {large, CL_ATTACHMENT_MAX + 1};
    assert_int_equal(cl_attachments_add(&list, "a", "b", more), CL_TOO_LONG);
    assert_int_equal(list.count, 0);
    for (size_t i = 0; i < CL_ATTACHMENTS_MAX; i++)
        assert_int_equal(cl_attachments_add(&list, "a", "b", most), CL_OK);
    assert_int_equal(cl_attachments_add(&list, "a", "b", most), CL_TOO_LONG);
    assert_int_equal(list.count, CL_ATTACHMENTS_MAX);
    free(large);
}

/* Header bytes of a PNG file, each row an edit at `at`. */
static void pictures_are_told_from_other_files(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
        bool good;
    } edits[] = {
        {66, 0, true},    {0, 0x88, false}, {3, 'g', false}, {11, 14, false},   {12, 'J', false},
        {19, 0, false},   {23, 0, false},   {19, 2, true},   {18, 0x20, false}, {22, 0x1f, true},
        {16, 1, false},   {24, 2, true},    {24, 3, false},  {24, 0, false},    {24, 16, true},
        {24, 255, false}, {25, 1, false},   {25, 2, false},  {25, 3, true},     {25, 7, false},
        {26, 1, false},   {27, 1, false},   {28, 1, true},   {28, 2, false},
    };
    static const uint8_t header[29] = {0x89, 'P', 'N', 'G', 13,  10,  26, 10, 0, 0,
                                       0,    13,  'I', 'H', 'D', 'R', 0,  0,  0, 1,
                                       0,    0,   0,   1,   1,   0,   0,  0,  0};
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        uint8_t file[CL_PICTURE_MIN] = {0};
        memcpy(file, header, sizeof header);
        file[edits[i].at] = edits[i].value;
        if (cl_is_png((struct cl_span){file, sizeof file}) != edits[i].good)
            fail_msg("byte %zu = %d", edits[i].at, edits[i].value);
        assert_false(cl_is_png((struct cl_span){file, sizeof file - 1}));
    }
    assert_false(cl_is_png((struct cl_span){NULL, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_taken_or_refused_by_name),
        cmocka_unit_test(a_text_means_what_it_is_after_the_one_before),
        cmocka_unit_test(a_list_has_its_bounds),
        cmocka_unit_test(pictures_are_told_from_other_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
