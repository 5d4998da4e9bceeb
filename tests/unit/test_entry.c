/* Entries against the golden bytes of vectors/make_entries.py: read, written again, and compared
 * byte by byte. */
#include "entry/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "entry_body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_golden(const char *name, struct cl_buf *to)
{
    char path[512];
    char block[4096];
    snprintf(path, sizeof path, CL_VECTORS "/entries/%s.json", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        assert_int_equal(cl_buf_put(to, block, n), CL_OK);
    fclose(file);
}

static void golden_bytes_are_read_and_written(void **state)
{
    (void)state;
    static const char *const names[] = {"genesis",
                                        "observation-on",
                                        "observation-unknown",
                                        "observation-odd-words",
                                        "observation-picture",
                                        "document",
                                        "document-bare",
                                        "timestamp",
                                        "exhibit",
                                        "exhibit-bare",
                                        "discontinuity",
                                        "discontinuity-anew"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf golden = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_buf_free) struct cl_buf written = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
        read_golden(names[i], &golden);
        assert_int_equal(cl_entry_parse(golden.data, golden.len, &entry), CL_OK);
        struct cl_json_writer w = cl_json_writer(&written);
        cl_entry_begin(&w, &entry.head);
        write_body(&w, &entry);
        assert_int_equal(cl_entry_end(&w), CL_OK);
        assert_int_equal(written.len, golden.len);
        assert_memory_equal(written.data, golden.data, golden.len);
    }
}

static void values_are_understood(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf golden = cl_buf(CL_ENTRY_MAX);
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    read_golden("observation-odd-words", &golden);
    assert_int_equal(cl_entry_parse(golden.data, golden.len, &entry), CL_OK);
    assert_int_equal(entry.head.seq, 9007199254740991);
    assert_int_equal(entry.head.clock.time_ms, 1795284000000);
    assert_int_equal(entry.head.clock.synchronized, CL_TRUE);
    assert_int_equal(entry.head.salt[15], 15);
    assert_int_equal(entry.observation.seen.state, CL_STATE_OFF);
    assert_true(entry.observation.seen.pending);
    assert_int_equal(entry.observation.seen.trusted, CL_TRUE);
    assert_int_equal(entry.observation.meaning.phase, CL_PHASE_PENDING);
    assert_int_equal(entry.observation.meaning.cause, CL_CAUSE_USER);
    assert_string_equal(entry.observation.pseudonym, "00112233445566778899aabbccddeeff");
    assert_int_equal(cl_entry_attachments(&entry)->count, 0);
}

static void attachments_are_told_of_every_kind(void **state)
{
    (void)state;
    static const struct {
        const char *golden, *name, *media_type;
        size_t count;
        uint64_t size;
        uint8_t byte;
    } rows[] = {
        {"observation-picture", "picture", "image/png", 1, 4194304, 0x0b},
        {"document", "text", "text/plain; charset=utf-8", 1, 41234, 0x0a},
        {"timestamp", "checkpoint", "text/plain", 4, 200, 0x0d},
        {"genesis", NULL, NULL, 0, 0, 0},
        {"discontinuity", NULL, NULL, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf golden = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
        read_golden(rows[i].golden, &golden);
        assert_int_equal(cl_entry_parse(golden.data, golden.len, &entry), CL_OK);
        const struct cl_attachments *list = cl_entry_attachments(&entry);
        assert_int_equal(list->count, rows[i].count);
        if (list->count == 0)
            continue;
        assert_string_equal(list->item[0].name, rows[i].name);
        assert_string_equal(list->item[0].media_type, rows[i].media_type);
        assert_int_equal(list->item[0].size, rows[i].size);
        assert_int_equal(list->item[0].sha256[31], rows[i].byte);
    }
}

/* One edit of a golden entry, and what it makes of it. */
static void anything_else_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *golden, *from, *to;
        enum cl_err err;
    } rows[] = {
        {"genesis", "\"v\":1", "\"v\":2", CL_LOG_VERSION},
        {"genesis", "\"v\":1", "\"v\":0", CL_MALFORMED},
        {"genesis", "\"v\":1,", "", CL_MALFORMED},
        {"genesis", "\"kind\":\"genesis\"", "\"kind\":\"document\"", CL_MALFORMED},
        {"genesis", "\"kind\":\"genesis\"", "\"kind\":\"observation\"", CL_MALFORMED},
        {"genesis", "\"kind\":\"genesis\"", "\"kind\":\"revelation\"", CL_MALFORMED},
        {"genesis", "\"seq\":0", "\"seq\":-1", CL_MALFORMED},
        {"genesis", "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODw", CL_MALFORMED},
        {"genesis", "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODx==", CL_MALFORMED},
        {"genesis", "\"abab", "\"ABab", CL_MALFORMED},
        {"genesis", "\"abab", "\"ab", CL_MALFORMED},
        {"genesis", "\"provider\"", "\"x\":1,\"provider\"", CL_MALFORMED},
        {"genesis", "\"gnome-keyring\"", "null", CL_MALFORMED},
        {"genesis", "18:00:00.000Z", "18:00:00Z", CL_MALFORMED},
        {"genesis", "}", "", CL_MALFORMED},
        {"genesis", "{\"v\"", " {\"v\"", CL_MALFORMED},
        {"genesis", "\"uptime_ms\":123456789", "\"uptime_ms\":1.5", CL_MALFORMED},
        {"genesis", "\"synchronized\":true", "\"synchronized\":\"yes\"", CL_MALFORMED},
        {"observation-on", "\"setting\":\"data-for", "\"setting\":\"other-for", CL_MALFORMED},
        {"observation-on", "\"attachments\":[]", "\"attachments\":[1]", CL_MALFORMED},
        {"observation-on", "00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeefg",
         CL_MALFORMED},
        {"observation-on", "ffeeddccbbaa99887766554433221100", "ffeeddccbbaa998877665544332211",
         CL_MALFORMED},
        {"observation-on", "\"phase\":\"seen\"", "\"phase\":null", CL_MALFORMED},
        {"observation-on", "\"busy\":false,", "", CL_MALFORMED},
        {"observation-picture", "\"media_type\":\"image/png\",", "", CL_MALFORMED},
        {"observation-picture", "\"size\":4194304", "\"size\":4194305", CL_MALFORMED},
        {"observation-picture", "0b0b\"}", "0b0B\"}", CL_MALFORMED},
        {"observation-picture", "0b0b\"}", "0b\"}", CL_MALFORMED},
        {"document", "privacy-policy\",\"url", "cookie-policy\",\"url", CL_MALFORMED},
        {"document", "/legal/privacy-policy", "/legal/privacy-policy?x=1", CL_MALFORMED},
        {"document", "2025-11-03", "2025-11-31", CL_MALFORMED},
        {"document", "2025-11-03", "2025-1-03", CL_MALFORMED},
        {"document", "\"change\":\"first\"", "\"change\":null", CL_MALFORMED},
        {"document", "\"effective_text\":\"Effective November 3, 2025\",", "", CL_MALFORMED},
        {"timestamp", "\"size\":6", "\"size\":0", CL_MALFORMED},
        {"timestamp", "\"gen_time\":\"2026-11-21T18:00:01.000Z\"", "\"gen_time\":null",
         CL_MALFORMED},
        {"timestamp", "\"tsa\":\"CN=Good Time,O=Test\"", "\"tsa\":\"\"", CL_MALFORMED},
        {"timestamp", "\"0c0c", "\"0c0", CL_MALFORMED},
        {"discontinuity", "log-rolled-back", "log-rolled-up", CL_MALFORMED},
        {"discontinuity", "\"first\":3,\"last\":5", "\"first\":5,\"last\":3", CL_MALFORMED},
        {"discontinuity", "\"previous\":null", "\"previous\":\"00\"", CL_MALFORMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf golden = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_buf_free) struct cl_buf edited = cl_buf(CL_ENTRY_MAX);
        cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
        read_golden(rows[i].golden, &golden);
        assert_int_equal(cl_buf_put(&golden, "", 1), CL_OK);
        const char *text = (const char *)golden.data;
        const char *at = strstr(text, rows[i].from);
        assert_non_null(at);
        assert_int_equal(cl_buf_put(&edited, text, (size_t)(at - text)), CL_OK);
        assert_int_equal(cl_buf_put_str(&edited, rows[i].to), CL_OK);
        assert_int_equal(cl_buf_put_str(&edited, at + strlen(rows[i].from)), CL_OK);
        if (cl_entry_parse(edited.data, edited.len, &entry) != rows[i].err)
            fail_msg("%s → %s", rows[i].from, rows[i].to);
    }
}

static void cut_entries_are_refused(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf golden = cl_buf(CL_ENTRY_MAX);
    read_golden("observation-on", &golden);
    for (size_t n = 0; n < golden.len; n++) {
        cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
        assert_int_equal(cl_entry_parse(golden.data, n, &entry), CL_MALFORMED);
    }
}

static void a_long_entry_is_refused(void **state)
{
    (void)state;
    struct cl_entry_head head = {.kind = CL_KIND_GENESIS};
    static char text[CL_ENTRY_MAX];
    memset(text, 'a', sizeof text - 1);
    cl_cleanup(cl_buf_free) struct cl_buf wide = cl_buf(2 * CL_ENTRY_MAX);
    struct cl_json_writer w = cl_json_writer(&wide);
    cl_entry_begin(&w, &head);
    cl_json_str(&w, "long", text);
    assert_int_equal(cl_entry_end(&w), CL_LOG_FULL);
    cl_cleanup(cl_buf_free) struct cl_buf narrow = cl_buf(100);
    w = cl_json_writer(&narrow);
    cl_entry_begin(&w, &head);
    assert_int_equal(cl_entry_end(&w), CL_LOG_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_bytes_are_read_and_written),
        cmocka_unit_test(values_are_understood),
        cmocka_unit_test(attachments_are_told_of_every_kind),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(cut_entries_are_refused),
        cmocka_unit_test(a_long_entry_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
