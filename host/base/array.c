#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16

enum cl_err cl_array_room(void *array, size_t *room, size_t need, size_t item_size)
{
    if (need <= *room)
        return CL_OK;
    size_t wider = *room ? *room : FIRST_ROOM;
    while (wider < need && wider <= SIZE_MAX / 2)
        wider *= 2;
    void *items;
    memcpy(&items, array, sizeof items);
    items =
        wider < need || wider > SIZE_MAX / item_size ? NULL : reallocarray(items, wider, item_size);
    if (!items)
        return CL_NO_MEMORY;
    memcpy(array, &items, sizeof items);
    *room = wider;
    return CL_OK;
}

size_t cl_array_before(size_t count, bool (*before)(const void *context, size_t i),
                       const void *context)
{
    size_t low = 0;
    while (low < count) {
        const size_t middle = low + (count - low) / 2;
        if (before(context, middle))
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}
