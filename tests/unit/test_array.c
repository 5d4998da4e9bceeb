#include "base/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void room_doubles_and_keeps_what_is_there(void **state)
{
    (void)state;
    unsigned *array = NULL;
    size_t room = 0;
    for (unsigned i = 0; i < 1000; i++) {
        const size_t before = room;
        assert_int_equal(CL_ARRAY_ROOM(array, room, i + 1), CL_OK);
        assert_true(room > i);
        assert_true(room == before || before == 0 || room == 2 * before);
        array[i] = i;
    }
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(array[i], i);
    free(array);
}

static void too_much_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    uint64_t *array = NULL;
    size_t room = 0;
    assert_int_equal(CL_ARRAY_ROOM(array, room, 3), CL_OK);
    uint64_t *const was = array;
    const size_t had = room;
    assert_int_equal(CL_ARRAY_ROOM(array, room, SIZE_MAX), CL_NO_MEMORY);
    assert_int_equal(CL_ARRAY_ROOM(array, room, SIZE_MAX / sizeof *array), CL_NO_MEMORY);
    assert_ptr_equal(array, was);
    assert_int_equal(room, had);
    free(array);
}

struct ascending {
    const unsigned *items;
    unsigned wanted;
};

static bool below(const void *context, size_t i)
{
    const struct ascending *a = context;
    return a->items[i] < a->wanted;
}

static void the_place_in_a_sorted_array(void **state)
{
    (void)state;
    static const unsigned items[] = {1, 3, 3, 3, 7};
    static const size_t places[] = {0, 0, 1, 1, 4, 4, 4, 4, 5, 5};
    for (unsigned wanted = 0; wanted < sizeof places / sizeof *places; wanted++) {
        const struct ascending a = {items, wanted};
        assert_int_equal(cl_array_before(5, below, &a), places[wanted]);
    }
    const struct ascending a = {items, 9};
    assert_int_equal(cl_array_before(0, below, &a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_doubles_and_keeps_what_is_there),
        cmocka_unit_test(too_much_is_refused_and_changes_nothing),
        cmocka_unit_test(the_place_in_a_sorted_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
