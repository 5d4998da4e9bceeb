#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "package/fanout.h"

#include <stdbool.h>
#include <time.h>

/* What a lane was given: a sum that depends on the order. */
struct taken {
    uint64_t bytes, sum, longest;
    bool slow;
};

static uint64_t sum(uint64_t so_far, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        so_far = so_far * 31 + bytes[i] + 1;
    return so_far;
}

static void take(void *context, const uint8_t *bytes, size_t n)
{
    struct taken *taken = context;
    const struct timespec pause = {.tv_nsec = 50000};
    if (taken->slow)
        (void)nanosleep(&pause, NULL);
    taken->bytes += n;
    taken->longest = n > taken->longest ? n : taken->longest;
    taken->sum = sum(taken->sum, bytes, n);
}

static void every_lane_takes_everything(void **state)
{
    (void)state;
    static const size_t blocks[] = {0, 1, 7, 100, 4096}, pieces[] = {1, 7, 13, 100, 2000};
    static uint8_t bytes[2000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    const uint64_t expected = sum(0, bytes, sizeof bytes);
    for (size_t b = 0; b < 5; b++) {
        for (size_t p = 0; p < 5; p++) {
            struct taken taken[3] = {{.slow = blocks[b] >= 100}, {0}, {0}};
            const struct cl_fanout_reader lanes[] = {
                {&taken[0], take}, {&taken[1], take}, {&taken[2], take}};
            struct cl_fanout *l = NULL;
            assert_int_equal(cl_fanout_open(lanes, 3, blocks[b], &l), CL_OK);
            for (size_t at = 0; at < sizeof bytes; at += pieces[p]) {
                size_t left = sizeof bytes - at;
                cl_fanout_put(l, bytes + at, left < pieces[p] ? left : pieces[p]);
            }
            cl_fanout_close(&l);
            assert_null(l);
            for (size_t i = 0; i < 3; i++) {
                assert_int_equal(taken[i].bytes, sizeof bytes);
                assert_int_equal(taken[i].sum, expected);
                assert_true(taken[i].longest <= (blocks[b] ? blocks[b] : pieces[p]));
            }
        }
    }
}

static void none_and_too_many(void **state)
{
    (void)state;
    struct taken taken[CL_FANOUT_MAX + 1] = {0};
    struct cl_fanout_reader lanes[CL_FANOUT_MAX + 1];
    struct cl_fanout *l = NULL;
    for (size_t i = 0; i <= CL_FANOUT_MAX; i++)
        lanes[i] = (struct cl_fanout_reader){&taken[i], take};
    assert_int_equal(cl_fanout_open(lanes, CL_FANOUT_MAX + 1, 16, &l), CL_BAD_VALUE);
    assert_null(l);
    for (size_t block = 0; block <= 16; block += 16) {
        assert_int_equal(cl_fanout_open(lanes, CL_FANOUT_MAX, block, &l), CL_OK);
        cl_fanout_put(l, "", 0);
        cl_fanout_close(&l);
        cl_fanout_close(&l);
        assert_int_equal(taken[0].bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lane_takes_everything),
        cmocka_unit_test(none_and_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
