/* A text cut into blocks of whole lines, and what is done with each: it is prepared by whichever
 * thread is free, several blocks at a time; and it is taken block after block, twice: as soon as it
 * is there, and when it is prepared. So all cores work, and whoever takes sees one order.
 *
 * Who puts helps while there is no room for more. Without threads it does everything. */
#ifndef CL_BLOCKS_H
#define CL_BLOCKS_H

#include "base/buf.h"

struct cl_block {
    const uint8_t *bytes; /* whole lines; but the last one of the text may lack its newline, and so
                             may one that is longer than a line may be */
    size_t len;
    uint64_t line; /* the number of the first, from 0 */
    uint8_t *room; /* for what prepare makes of it, aligned for everything */
    size_t room_len;
};

/* What each finds wrong it keeps, and lets the rest pass by. */
struct cl_blocks_work {
    void *context;
    void (*prepare)(void *context, const struct cl_block *block); /* any, in any order, at once */
    void (*read)(void *context, const struct cl_block *block);    /* in order; may be beside */
    void (*take)(void *context, const struct cl_block *block);    /* in order, when prepared */
};

/* What goes well with two cores and more, and stays in their caches. */
#define CL_BLOCKS_SIZE (64u * 1024)

struct cl_blocks;

/* Begin, with blocks of so many bytes or one line; 0: without threads. Lines are at most `line_max`
 * bytes long without their newline; behind a longer one nothing is cut as it should be. `work` is
 * borrowed. What it uses must be ready before: no two threads may set up the same library.
 * CL_NO_MEMORY, also when there is no room for a thread. */
CL_MUST_USE enum cl_err cl_blocks_open(const struct cl_blocks_work *work, size_t size,
                                       size_t line_max, struct cl_blocks **ret_blocks);
void cl_blocks_put(struct cl_blocks *blocks, const void *bytes, size_t n);
/* Wait until everything is taken; afterwards the context is the caller's again. For cl_cleanup. */
void cl_blocks_close(struct cl_blocks **blocks);

#endif
