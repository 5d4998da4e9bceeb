#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "package/verifier_internal.h"

#include <stdio.h>
#include <string.h>

/* A beginning, and behind it short lines, which need more room when they are read than they are
 * long: so it runs out in the middle of a block, and the rest is read without. */
#define LINES 1200u
#define ROOM  (2u * (CL_ENTRY_MAX + 1) + LINES * (CL_WITHHELD_LINE + 1) + 512)

static const char beginning[] =
    "{\"v\":1,\"seq\":0,\"kind\":\"genesis\",\"time\":\"2026-06-02T08:00:00.000Z\",\"clock\":"
    "{\"synchronized\":true,\"boot_id\":null,\"uptime_ms\":0},\"salt\":\"x\"}\n";

static uint8_t text[ROOM];
static size_t text_len;

static void add(const char *line, size_t n)
{
    assert_true(text_len + n <= sizeof text);
    memcpy(text + text_len, line, n);
    text_len += n;
}

static void add_withheld(uint64_t seq)
{
    char line[CL_WITHHELD_LINE + 2];
    const struct cl_hash leaf = {.bytes = {(uint8_t)seq, (uint8_t)(seq >> 8), 1}};
    cl_withheld_write(&leaf, line);
    line[CL_WITHHELD_LINE] = '\n';
    add(line, CL_WITHHELD_LINE + 1);
}

/* An entry of so many bytes without its newline, with a member that nobody knows. */
static void add_long(uint64_t seq, size_t bytes)
{
    char head[sizeof beginning + 64];
    const int n = snprintf(head, sizeof head,
                           "{\"v\":1,\"seq\":%u,\"kind\":\"genesis\",\"time\":"
                           "\"2026-06-02T08:00:00.000Z\",\"clock\":{\"synchronized\":true,"
                           "\"boot_id\":null,\"uptime_ms\":0},\"salt\":\"x\",\"x\":\"",
                           (unsigned)seq);
    assert_true(n > 0 && (size_t)n + 2 < bytes);
    add(head, (size_t)n);
    assert_true(text_len + bytes <= sizeof text);
    memset(text + text_len, 'x', bytes - (size_t)n - 2);
    text_len += bytes - (size_t)n - 2;
    add("\"}\n", 3);
}

/* Short lines, the one at `at` as long as that; `at` 0: none is. */
static void write_text(uint64_t lines, uint64_t at, size_t bytes)
{
    text_len = 0;
    add(beginning, sizeof beginning - 1);
    for (uint64_t seq = 1; seq < lines; seq++) {
        if (seq == at)
            add_long(seq, bytes);
        else
            add_withheld(seq);
    }
}

struct outcome {
    enum cl_err err;
    uint64_t seq, unread;
    struct cl_hash root; /* of the lines that were good */
    char what[sizeof((struct cl_flaw *)NULL)->what];
};

static void put(struct cl_blocks *blocks, size_t piece)
{
    for (size_t at = 0; at < text_len; at += piece)
        cl_blocks_put(blocks, text + at, text_len - at < piece ? text_len - at : piece);
}

static enum cl_err count_unread(void *context, uint64_t seq, struct cl_entry *entry,
                                const struct cl_fault *fault)
{
    (void)seq;
    (void)entry;
    *(uint64_t *)context += fault != NULL;
    return CL_OK;
}

static void nothing(void *context, const struct cl_block *block)
{
    (void)context;
    (void)block;
}

/* As verify does it. */
static struct outcome in_blocks(size_t block, size_t piece)
{
    struct outcome out = {0};
    const struct cl_verify_options options = {.context = &out.unread, .on_entry = count_unread};
    struct verifier v = {.options = &options};
    struct entries e = {.v = &v, .genesis = cl_buf(CL_ENTRY_MAX)};
    const struct cl_blocks_work work = {&e, verifier_prepare_lines, nothing, verifier_take_lines};
    struct cl_blocks *blocks = NULL;
    assert_int_equal(cl_blocks_open(&work, block, CL_ENTRY_MAX, &blocks), CL_OK);
    put(blocks, piece);
    cl_blocks_close(&blocks);
    cl_buf_free(&e.genesis);
    out.err = e.fault.err;
    out.seq = e.seq;
    memcpy(out.what, e.fault.flaw.what, sizeof out.what);
    assert_int_equal(cl_merkle_stack_root(&e.tree, &out.root), CL_OK);
    return out;
}

static enum cl_err push(void *context, uint64_t seq, struct cl_span line,
                        struct cl_lines_fault *fault)
{
    struct cl_hash leaf;
    (void)fault;
    enum cl_err err = cl_line_leaf(seq, line, &leaf);
    return err ? err : cl_merkle_push(context, &leaf);
}

/* As it is done when the entries are read once more. */
static struct outcome in_lines(size_t piece)
{
    struct outcome out = {0};
    struct cl_merkle_stack tree = {0};
    struct cl_lines lines;
    assert_int_equal(cl_lines_open(&lines, &tree, push), CL_OK);
    put(lines.blocks, piece);
    cl_lines_end(&lines);
    cl_lines_end(&lines); /* nothing */
    out.err = lines.fault.err;
    out.seq = lines.seq;
    memcpy(out.what, lines.fault.flaw.what, sizeof out.what);
    assert_int_equal(cl_merkle_stack_root(&tree, &out.root), CL_OK);
    return out;
}

static const size_t blocks[] = {0, 1, 100, 4000, CL_BLOCKS_SIZE, CL_ENTRY_MAX + 1, 100000};
static const size_t pieces[] = {977, 65536, ROOM};

static void assert_outcome(const struct outcome *got, const struct outcome *expected)
{
    assert_int_equal(got->err, expected->err);
    assert_int_equal(got->seq, expected->seq);
    assert_string_equal(got->what, expected->what);
    assert_memory_equal(&got->root, &expected->root, sizeof got->root);
}

/* Every way finds the same; that is returned. */
static struct outcome every_way(uint64_t unread)
{
    const struct outcome expected = in_lines(ROOM);
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        const struct outcome again = in_lines(pieces[p]);
        assert_outcome(&again, &expected);
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
            const struct outcome got = in_blocks(blocks[b], pieces[p]);
            assert_outcome(&got, &expected);
            assert_int_equal(got.unread, unread);
        }
    }
    return expected;
}

static void room_runs_out_in_the_middle_of_a_block(void **state)
{
    (void)state;
    assert_true(sizeof(struct read_line) > 7 * (CL_WITHHELD_LINE + 1)); /* it does */
    write_text(LINES, 0, 0);
    const struct outcome all = every_way(1);
    assert_int_equal(all.err, CL_OK);
    assert_int_equal(all.seq, LINES);
}

static const uint64_t places[] = {1, 2, 3, 50, 51, LINES / 2, LINES - 1};

static void as_long_as_an_entry_may_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        write_text(LINES, places[i], CL_ENTRY_MAX);
        const struct outcome all = every_way(2);
        assert_int_equal(all.err, CL_OK);
        assert_int_equal(all.seq, LINES);
    }
}

static void longer_behind_other_lines(void **state)
{
    (void)state;
    static const size_t longer[] = {CL_ENTRY_MAX + 1, CL_ENTRY_MAX + 2, 2 * CL_ENTRY_MAX};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (size_t k = 0; k < sizeof longer / sizeof *longer; k++) {
            char what[128];
            write_text(LINES, places[i], longer[k]);
            const struct outcome found = every_way(1);
            (void)snprintf(what, sizeof what, "line %u (entry %u) is longer than an entry may be",
                           (unsigned)places[i] + 1, (unsigned)places[i]);
            assert_int_equal(found.err, CL_PACKAGE_LIMIT);
            assert_int_equal(found.seq, places[i]);
            assert_string_equal(found.what, what);
        }
    }
}

static void without_its_newline(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        write_text(places[i] + 1, 0, 0);
        text_len--;
        const struct outcome found = every_way(1);
        assert_int_equal(found.err, CL_MALFORMED);
        assert_int_equal(found.seq, places[i]);
        assert_non_null(strstr(found.what, "does not end with a newline"));
    }
    write_text(3, 2, CL_ENTRY_MAX + 1);
    text_len--;
    assert_int_equal(every_way(1).err, CL_PACKAGE_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_runs_out_in_the_middle_of_a_block),
        cmocka_unit_test(as_long_as_an_entry_may_be),
        cmocka_unit_test(longer_behind_other_lines),
        cmocka_unit_test(without_its_newline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
