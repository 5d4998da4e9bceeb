/* Between which independent times an entry came into being: not after the earliest time at which an
 * authority saw a log that held it, not before the latest that an entry ahead of it records
 * (docs/evidence-format.md, section 10). */
#ifndef CL_BRACKETS_H
#define CL_BRACKETS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cl_bracket_time {
    uint64_t at; /* a size, or an entry */
    int64_t time_ms;
};

/* Zero-initialise; free with cl_brackets_free. */
struct cl_brackets {
    struct cl_bracket_time *sizes, *entries;
    size_t size_count, size_room, entry_count, entry_room;
};

/* An authority saw the first `size` entries between these times, and entry `seq` records it
 * (UINT64_MAX: none does). */
CL_MUST_USE enum cl_err cl_brackets_add(struct cl_brackets *b, uint64_t size, uint64_t seq,
                                        int64_t earliest_ms, int64_t latest_ms);
/* Once after the last was added, before anything is asked. */
void cl_brackets_sort(struct cl_brackets *b);
void cl_brackets_free(struct cl_brackets *b); /* for cl_cleanup */

/* Do authorities contradict each other: is there, below `size`, an entry that would have to be
 * after one time and before an earlier one? Then no time of theirs can be relied on, and the first
 * run of such entries is told. */
CL_MUST_USE bool cl_brackets_contradict(const struct cl_brackets *b, uint64_t size,
                                        uint64_t *ret_first, uint64_t *ret_last);

/* Milliseconds since 1970; -1: nothing tells. */
int64_t cl_brackets_not_before(const struct cl_brackets *b, uint64_t seq);
int64_t cl_brackets_not_after(const struct cl_brackets *b, uint64_t seq);
/* The first entry after seq whose bracket may be another; UINT64_MAX: none. */
uint64_t cl_brackets_next(const struct cl_brackets *b, uint64_t seq);

#endif
