/* Arrays that grow, and places in sorted ones. */
#ifndef CL_ARRAY_H
#define CL_ARRAY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Room for `need` items in an array of *room ones: nothing while there is enough, else at least
 * twice as many as before. `array` points to the pointer, which changes; it is for free(3). New
 * items are not initialised. CL_NO_MEMORY leaves everything as it was. */
CL_MUST_USE enum cl_err cl_array_room(void *array, size_t *room, size_t need, size_t item_size);
#define CL_ARRAY_ROOM(array, room, need)                                                           \
    cl_array_room((void *)&(array), &(room), (need), sizeof *(array))

/* How many of `count` sorted items come before what is searched: `before` says it of item i, true
 * for the first ones and false from there on. */
size_t cl_array_before(size_t count, bool (*before)(const void *context, size_t i),
                       const void *context);

#endif
