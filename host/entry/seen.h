/* Which numbers of sixteen bytes were there before: a set keyed by secret numbers, so that nobody
 * can choose values that all fall into one place. */
#ifndef CL_SEEN_H
#define CL_SEEN_H

#include "base/common.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CL_SEEN_SIGNS (UINT32_C(1) << 19) /* bits; of a full set one in sixteen is set */

struct cl_seen {
    uint64_t secret[2];
    uint64_t *slot;
    size_t count, room;
    /* A bit for each, which stays in a core's cache: where it is not set, the value was not there,
     * and the slots need not be read. */
    uint64_t signs[CL_SEEN_SIGNS / 64];
};

/* Zeroed before. CL_CRYPTO: there is nothing secret. Free with cl_seen_free. */
CL_MUST_USE enum cl_err cl_seen_begin(struct cl_seen *s);
void cl_seen_free(struct cl_seen *s);
/* Was it there before? Of more than there is room for, the first are remembered. */
CL_MUST_USE enum cl_err cl_seen_take(struct cl_seen *s, const void *bytes, size_t n,
                                     bool *ret_again);

#endif
