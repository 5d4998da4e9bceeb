#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/proof.h"
#include "package/layout.h"

#include <string.h>

static struct cl_span span(const char *text)
{
    return (struct cl_span){(const uint8_t *)text, strlen(text)};
}

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void names_of_a_package(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum cl_role role;
        uint64_t number, ordinal;
    } table[] = {
        {"VERIFY.txt", CL_ROLE_INSTRUCTIONS, 0, 0},
        {"data/entries.jsonl", CL_ROLE_ENTRIES, 0, 0},
        {"data/report.html", CL_ROLE_PLAIN, 0, 0},
        {"data/proofs/0.tlog-proof", CL_ROLE_PROOF, 0, 0},
        {"data/proofs/17.tlog-proof", CL_ROLE_PROOF, 17, 0},
        {"data/timestamps/5-2.tsr", CL_ROLE_STAMP_REPLY, 5, 2},
        {"data/timestamps/5-0.tsq", CL_ROLE_STAMP_QUERY, 5, 0},
        {"data/timestamps/5-0.chain.pem", CL_ROLE_STAMP_CHAIN, 5, 0},
        {"data/timestamps/5-0.checkpoint", CL_ROLE_STAMP_CHECKPOINT, 5, 0},
        {"data/attachments/" HEX ".png", CL_ROLE_PICTURE, 0, 0},
        {"data/attachments/" HEX ".txt", CL_ROLE_TEXT, 0, 0},
        {"data/exhibits/" HEX ".png", CL_ROLE_EXHIBIT, 0, 0},
        {"data/exhibits/" HEX ".eml", CL_ROLE_EXHIBIT, 0, 0},
        {"data/exhibits/" HEX ".bin", CL_ROLE_EXHIBIT, 0, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct cl_place place;
        if (!cl_layout_place(table[i].name, &place))
            fail_msg("%s", table[i].name);
        assert_int_equal(place.role, table[i].role);
        assert_int_equal(place.number, table[i].number);
        assert_int_equal(place.ordinal, table[i].ordinal);
    }
}

static void names_of_no_package(void **state)
{
    (void)state;
    static const char *const table[] = {"",
                                        "verify.txt",
                                        "data/",
                                        "data/letter.txt",
                                        "data/proofs/01.tlog-proof",
                                        "data/proofs/-1.tlog-proof",
                                        "data/proofs/.tlog-proof",
                                        "data/proofs/1.tlog-proof.tlog-proof",
                                        "data/timestamps/0-0.tsr",
                                        "data/timestamps/5.tsr",
                                        "data/timestamps/5-.tsr",
                                        "data/timestamps/-5.tsr",
                                        "data/timestamps/5-0.exe",
                                        "data/attachments/" HEX ".exe",
                                        "data/attachments/" HEX ".svg",
                                        "data/attachments/" HEX ".png.png",
                                        "data/attachments/" HEX,
                                        "data/attachments/" HEX ".eml",
                                        "data/exhibits/" HEX,
                                        "data/exhibits/" HEX ".html",
                                        "data/exhibits/" HEX ".jpeg",
                                        "data/exhibits/0" HEX ".png",
                                        "data/attachments/0" HEX ".png"};
    struct cl_place place;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (cl_layout_place(table[i], &place))
            fail_msg("%s", table[i]);
}

static void names_are_read_back(void **state)
{
    (void)state;
    const uint8_t hash[CL_HASH] = {1, 2, 3};
    struct cl_place place;
    char name[CL_LAYOUT_NAME];
    cl_layout_proof(UINT64_C(9007199254740991), name);
    assert_true(cl_layout_place(name, &place) && place.number == UINT64_C(9007199254740991));
    cl_layout_attachment(hash, CL_ROLE_TEXT, name);
    assert_true(cl_layout_place(name, &place) && place.role == CL_ROLE_TEXT);
    assert_memory_equal(place.hash, hash, CL_HASH);
    for (enum cl_role role = CL_ROLE_STAMP_CHAIN; role <= CL_ROLE_STAMP_REPLY; role++) {
        cl_layout_stamp(12, 3, role, name);
        assert_true(cl_layout_place(name, &place) && place.role == role && place.ordinal == 3);
    }
    cl_layout_folder("consentlog/0123456789abcdef", 7, name);
    assert_string_equal(name, "consentlog-0123456789abcdef-7");
}

/* docs/evidence-format.md: of those that are many each has a bound, of the others none here. */
static void how_long_each_may_be(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t most;
    } table[] = {
        {"data/proofs/0.tlog-proof", CL_PROOF_FILE_MAX},
        {"data/attachments/" HEX ".png", CL_ATTACHMENT_MAX},
        {"data/attachments/" HEX ".txt", CL_ATTACHMENT_MAX},
        {"data/exhibits/" HEX ".bin", CL_EXHIBIT_MAX},
        {"data/timestamps/5-0.chain.pem", 128 * 1024},
        {"data/timestamps/5-0.checkpoint", CL_NOTE_MAX},
        {"data/timestamps/5-0.tsq", 64 * 1024},
        {"data/timestamps/5-0.tsr", 64 * 1024},
        {"data/entries.jsonl", UINT64_MAX},
        {"data/report.html", UINT64_MAX},
        {"VERIFY.txt", UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct cl_place place;
        assert_true(cl_layout_place(table[i].name, &place));
        if (cl_layout_max(place.role) != table[i].most)
            fail_msg("%s", table[i].name);
    }
}

static void lists(void **state)
{
    (void)state;
    uint8_t hash[CL_HASH];
    char name[CL_BUNDLE_NAME_MAX + 1];
    static const char nul[] = HEX "  data/a\0b";
    assert_int_equal(cl_layout_listed(span(HEX "  data/a"), hash, name), CL_OK);
    assert_string_equal(name, "data/a");
    assert_int_equal(hash[1], 0x11);
    assert_int_equal(
        cl_layout_listed((struct cl_span){(const uint8_t *)nul, sizeof nul - 1}, hash, name),
        CL_MALFORMED);
    assert_int_equal(cl_layout_listed(span(HEX " data/a"), hash, name), CL_MALFORMED);
    assert_int_equal(cl_layout_listed(span(HEX "  "), hash, name), CL_MALFORMED);
    assert_int_equal(cl_layout_listed(span(HEX), hash, name), CL_MALFORMED);
    assert_int_equal(cl_layout_listed(span(""), hash, name), CL_MALFORMED);
}

static void bag_info(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum cl_err err;
        size_t foreign;
    } table[] = {
        {"Payload-Oxum: 12.3\n", CL_OK, 0},
        {"Bagging-Date: 2026-01-01\nPayload-Oxum: 12.3\n", CL_OK, 0},
        {"Payload-Oxum: 12.3\nSource-Organization: LinkedIn Ireland\n", CL_OK, 1},
        {"Payload-Oxum: 12.3\n\n", CL_OK, 1},
        {"", CL_MALFORMED, 0},
        {"Bagging-Date: 2026-01-01\n", CL_MALFORMED, 0},
        {"Payload-Oxum: 12.3", CL_MALFORMED, 0},
        {"Payload-Oxum: 12.3\nPayload-Oxum: 12.3\n", CL_MALFORMED, 0},
        {"Bagging-Date: a\nPayload-Oxum: 12.3\nBagging-Date: b\n", CL_MALFORMED, 0},
        {"Payload-Oxum: 12\n", CL_MALFORMED, 0},
        {"Payload-Oxum: 12.03\n", CL_MALFORMED, 0},
        {"Payload-Oxum: 12.3\nX: \x1b[2J\n", CL_MALFORMED, 0},
        {"Payload-Oxum: 12.3\nX: \xff\n", CL_MALFORMED, 0},
        {"Payload-Oxum: 12.3\r\n", CL_MALFORMED, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct cl_bag_info info;
        size_t foreign;
        const enum cl_err err = cl_bag_info_read(span(table[i].text), &info, &foreign);
        if (err != table[i].err || (!err && foreign != table[i].foreign))
            fail_msg("%s", table[i].text);
        assert_true(err || (info.bytes == 12 && info.files == 3));
    }
    cl_cleanup(cl_buf_free) struct cl_buf own = cl_buf(4096);
    struct cl_bag_info info;
    size_t foreign;
    assert_int_equal(cl_bag_info_write("consentlog/0123456789abcdef", 1785000000000, 5, 6, &own),
                     CL_OK);
    assert_int_equal(cl_bag_info_read((struct cl_span){own.data, own.len}, &info, &foreign), CL_OK);
    assert_int_equal(foreign, 0);
    assert_true(info.bytes == 5 && info.files == 6 && info.agent.len && info.date.len == 10);
}

static void withheld(void **state)
{
    (void)state;
    struct cl_hash leaf, back;
    char line[CL_WITHHELD_LINE + 1];
    memset(&leaf, 0xab, sizeof leaf);
    cl_withheld_write(&leaf, line);
    assert_int_equal(strlen(line), CL_WITHHELD_LINE);
    assert_true(cl_withheld_read(span(line), &back));
    assert_memory_equal(leaf.bytes, back.bytes, CL_HASH);
    line[12] = 'A';
    assert_false(cl_withheld_read(span(line), &back));
    assert_false(cl_withheld_read(span("{\"withheld\":\"" HEX "\"} "), &back));
    assert_false(cl_withheld_read(span("{\"withheld\": \"" HEX "\"}"), &back));
    assert_false(cl_withheld_read(span(""), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_a_package),
        cmocka_unit_test(names_of_no_package),
        cmocka_unit_test(names_are_read_back),
        cmocka_unit_test(how_long_each_may_be),
        cmocka_unit_test(lists),
        cmocka_unit_test(bag_info),
        cmocka_unit_test(withheld),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
