/* The same bytes for several readers at once, each in a thread of its own: what is hashed twice and
 * read once then takes no longer than the slowest of the three.
 *
 * The bytes pass through a ring of eight blocks; who puts waits for the slowest reader. Without
 * blocks they are read where they are put, without any thread. */
#ifndef CL_FANOUT_H
#define CL_FANOUT_H

#include "base/buf.h"

/* `take` is given all bytes, in order, in pieces of any length; never twice at a time. What it
 * finds wrong it keeps, and lets the rest pass by: the other lanes want it. */
struct cl_fanout_reader {
    void *context;
    void (*take)(void *context, const uint8_t *bytes, size_t n);
};

#define CL_FANOUT_MAX 4

/* What goes well with two cores and more: so few are handed over that waking threads does not show.
 */
#define CL_FANOUT_BLOCK (512u * 1024)

struct cl_fanout;

/* Begin, with blocks of so many bytes; 0: no threads. What the lanes use must be ready before: no
 * two may set up the same library. CL_NO_MEMORY, also when there is no room for a thread. */
CL_MUST_USE enum cl_err cl_fanout_open(const struct cl_fanout_reader *lanes, unsigned count,
                                       size_t block, struct cl_fanout **ret_lanes);
void cl_fanout_put(struct cl_fanout *lanes, const void *bytes, size_t n);
/* Wait until every lane has taken everything; afterwards their contexts are the caller's again. For
 * cl_cleanup. */
void cl_fanout_close(struct cl_fanout **lanes);

#endif
