#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "package/blocks.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_ 50

/* What was taken: sums that depend on the order. */
struct taken {
    uint64_t read, read_sum, sum, lines, longest;
    bool slow, unprepared, astray, cut;
};

static uint64_t sum(uint64_t so_far, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        so_far = so_far * 31 + bytes[i] + 1;
    return so_far;
}

/* Some take longer than those behind them. */
static void prepare(void *context, const struct cl_block *block)
{
    const struct taken *taken = context;
    const struct timespec pause = {.tv_nsec = 200000};
    const uint64_t own = sum(0, block->bytes, block->len);
    if (taken->slow && own % 2)
        (void)nanosleep(&pause, NULL);
    memcpy(block->room, &own, sizeof own);
}

static void read_block(void *context, const struct cl_block *block)
{
    struct taken *taken = context;
    taken->read += block->len;
    taken->read_sum = sum(taken->read_sum, block->bytes, block->len);
}

static void take(void *context, const struct cl_block *block)
{
    struct taken *taken = context;
    uint64_t own;
    memcpy(&own, block->room, sizeof own);
    taken->unprepared |= own != sum(0, block->bytes, block->len);
    taken->astray |= block->line != taken->lines;
    taken->sum = sum(taken->sum, block->bytes, block->len);
    taken->longest = block->len > taken->longest ? block->len : taken->longest;
    for (size_t i = 0; i < block->len; i++)
        taken->lines += block->bytes[i] == '\n';
    taken->cut |= block->bytes[block->len - 1] != '\n';
}

static struct taken pass(const uint8_t *bytes, size_t n, size_t block, size_t piece)
{
    struct taken taken = {.slow = block >= 100};
    const struct cl_blocks_work work = {&taken, prepare, read_block, take};
    struct cl_blocks *b = NULL;
    assert_int_equal(cl_blocks_open(&work, block, LINE_MAX_, &b), CL_OK);
    for (size_t at = 0; at < n; at += piece)
        cl_blocks_put(b, bytes + at, n - at < piece ? n - at : piece);
    cl_blocks_close(&b);
    assert_null(b);
    return taken;
}

static const size_t blocks[] = {0, 1, 7, 50, 51, 100, 4096}, pieces[] = {1, 7, 13, 100, 2000};

static void whole_lines_in_their_order(void **state)
{
    (void)state;
    static uint8_t bytes[5000];
    for (size_t i = 0, column = 0; i < sizeof bytes; i++, column++) {
        const bool end = column == LINE_MAX_ || i % 37 == 0 || i == sizeof bytes - 1;
        bytes[i] = end ? '\n' : (uint8_t)('a' + i * 7 % 26);
        column = end ? 0 : column;
    }
    const uint64_t expected = sum(0, bytes, sizeof bytes);
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
            const struct taken taken = pass(bytes, sizeof bytes, blocks[b], pieces[p]);
            const size_t most = blocks[b] > LINE_MAX_ + 1 ? blocks[b] : LINE_MAX_ + 1;
            assert_int_equal(taken.read, sizeof bytes);
            assert_int_equal(taken.read_sum, expected);
            assert_int_equal(taken.sum, expected);
            assert_false(taken.unprepared || taken.astray || taken.cut);
            assert_true(!blocks[b] || taken.longest <= most);
        }
    }
}

/* Nothing is lost of what has no newline, or too late. */
static void without_newlines(void **state)
{
    (void)state;
    static uint8_t bytes[700];
    memset(bytes, 'x', sizeof bytes);
    for (size_t newline = 0; newline <= 600; newline += 200) {
        bytes[newline] = '\n';
        const uint64_t expected = sum(0, bytes, sizeof bytes);
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
            for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
                const struct taken taken = pass(bytes, sizeof bytes, blocks[b], pieces[p]);
                assert_int_equal(taken.read_sum, expected);
                assert_int_equal(taken.sum, expected);
                assert_false(taken.unprepared || taken.astray);
                assert_true(taken.cut);
            }
        }
    }
}

static void nothing(void **state)
{
    (void)state;
    for (size_t block = 0; block <= 16; block += 16) {
        const struct taken taken = pass((const uint8_t *)"", 0, block, 1);
        assert_int_equal(taken.read, 0);
        assert_int_equal(taken.lines, 0);
        struct cl_blocks *none = NULL;
        cl_blocks_close(&none);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_lines_in_their_order),
        cmocka_unit_test(without_newlines),
        cmocka_unit_test(nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
