#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* The sanitizer's malloc would rather end the program than answer NULL. */
const char *__asan_default_options(void); /* NOLINT(*-reserved-identifier,cert-dcl*) */
const char *__asan_default_options(void)  /* NOLINT(*-reserved-identifier,cert-dcl*) */
{
    return "allocator_may_return_null=1";
}

static void holds_what_was_put(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(100000);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[] = {(uint8_t)i, (uint8_t)(i >> 8), 7};
        assert_int_equal(cl_buf_put(&buf, bytes, sizeof bytes), CL_OK);
    }
    assert_int_equal(buf.len, 60000);
    assert_true(buf.cap >= buf.len && buf.cap <= buf.max);
    for (unsigned i = 0; i < 20000; i++) {
        assert_int_equal(buf.data[3 * i], (uint8_t)i);
        assert_int_equal(buf.data[3 * i + 1], (uint8_t)(i >> 8));
    }
}

static void takes_its_maximum_and_no_more(void **state)
{
    (void)state;
    static const size_t maxima[] = {0, 1, 255, 256, 257, 1000};
    for (size_t i = 0; i < sizeof maxima / sizeof *maxima; i++) {
        uint8_t bytes[1001] = {1};
        cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(maxima[i]);
        assert_int_equal(cl_buf_put(&buf, bytes, maxima[i] + 1), CL_TOO_LONG);
        assert_int_equal(buf.len, 0);
        assert_null(buf.data);
        assert_int_equal(cl_buf_put(&buf, bytes, maxima[i]), CL_OK);
        assert_int_equal(buf.len, maxima[i]);
        assert_int_equal(cl_buf_put(&buf, bytes, 1), CL_TOO_LONG);
        assert_int_equal(buf.len, maxima[i]);
    }
}

static void refuses_lengths_that_would_wrap(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(1000);
    uint8_t *room = NULL;
    assert_int_equal(cl_buf_put_str(&buf, "ten bytes."), CL_OK);
    assert_int_equal(cl_buf_room(&buf, SIZE_MAX, &room), CL_TOO_LONG);
    assert_int_equal(cl_buf_room(&buf, SIZE_MAX - 9, &room), CL_TOO_LONG);
    assert_null(room);
    assert_int_equal(buf.len, 10);
    assert_memory_equal(buf.data, "ten bytes.", 10);
}

static void tells_when_memory_is_missing(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(SIZE_MAX);
    uint8_t *room = NULL;
    assert_int_equal(cl_buf_put_str(&buf, "kept"), CL_OK);
    assert_int_equal(cl_buf_room(&buf, SIZE_MAX / 4, &room), CL_NO_MEMORY);
    assert_null(room);
    assert_int_equal(buf.len, 4);
    assert_memory_equal(buf.data, "kept", 4);
}

static void room_is_part_of_the_contents(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(1000);
    uint8_t *room;
    assert_int_equal(cl_buf_put_str(&buf, "ab"), CL_OK);
    assert_int_equal(cl_buf_room(&buf, 2, &room), CL_OK);
    memcpy(room, "cd", 2);
    assert_int_equal(buf.len, 4);
    assert_memory_equal(buf.data, "abcd", 4);
}

static void clearing_wipes_and_keeps_the_memory(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(1000);
    static const uint8_t zeros[6];
    assert_int_equal(cl_buf_put_str(&buf, "secret"), CL_OK);
    const uint8_t *before = buf.data;
    cl_buf_clear(&buf);
    assert_ptr_equal(buf.data, before);
    assert_int_equal(buf.len, 0);
    assert_memory_equal(buf.data, zeros, sizeof zeros);
    assert_int_equal(cl_buf_put_str(&buf, "again"), CL_OK);
    assert_memory_equal(buf.data, "again", 5);
}

static void freeing_accepts_empty_and_freed(void **state)
{
    (void)state;
    struct cl_buf zeroed = {0};
    cl_buf_clear(&zeroed);
    cl_buf_free(&zeroed);

    struct cl_buf buf = cl_buf(10);
    assert_int_equal(cl_buf_put_str(&buf, "x"), CL_OK);
    cl_buf_free(&buf);
    cl_buf_free(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.len, 0);
    assert_int_equal(cl_buf_put_str(&buf, "usable"), CL_OK);
    cl_buf_free(&buf);
}

static void nothing_may_be_put(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf buf = cl_buf(0);
    assert_int_equal(cl_buf_put(&buf, NULL, 0), CL_OK);
    assert_int_equal(cl_buf_put_str(&buf, ""), CL_OK);
    assert_int_equal(buf.len, 0);
}

static void every_error_has_its_own_code_and_a_sentence(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CL_ERR_COUNT; i++) {
        enum cl_err err = (enum cl_err)i;
        assert_true(strlen(cl_err_sentence(err)) > 4);
        assert_int_equal(strspn(cl_err_code(err), "abcdefghijklmnopqrstuvwxyz-"),
                         strlen(cl_err_code(err)));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(cl_err_code(err), cl_err_code((enum cl_err)j));
    }
    assert_string_equal(cl_err_code(CL_OK), "ok");
    assert_string_equal(cl_err_code(CL_ERR_COUNT), "unknown");
    assert_string_equal(cl_err_code((enum cl_err) - 1), "unknown");
    assert_string_equal(cl_err_sentence((enum cl_err) - 1), cl_err_sentence(CL_ERR_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_put),
        cmocka_unit_test(takes_its_maximum_and_no_more),
        cmocka_unit_test(refuses_lengths_that_would_wrap),
        cmocka_unit_test(tells_when_memory_is_missing),
        cmocka_unit_test(room_is_part_of_the_contents),
        cmocka_unit_test(clearing_wipes_and_keeps_the_memory),
        cmocka_unit_test(freeing_accepts_empty_and_freed),
        cmocka_unit_test(nothing_may_be_put),
        cmocka_unit_test(every_error_has_its_own_code_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
