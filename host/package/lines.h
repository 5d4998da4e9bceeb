/* The entries' file as lines, and the leaf that each is: for whoever reads it, once more too. */
#ifndef CL_LINES_H
#define CL_LINES_H

#include "package/blocks.h"
#include "package/source.h"

/* Why it reads no further. */
struct cl_lines_fault {
    enum cl_err err;
    struct cl_flaw flaw;
};

/* Is given each line without its newline, until one has a fault. */
typedef enum cl_err cl_on_line(void *context, uint64_t seq, struct cl_span line,
                               struct cl_lines_fault *fault);

/* Lines out of pieces, in this thread. */
struct cl_lines {
    struct cl_blocks_work work;
    struct cl_blocks *blocks;
    uint64_t seq; /* lines that were good, so the number of the one that is not */
    struct cl_lines_fault fault;
    void *context;
    cl_on_line *line;
};

/* `lines` stays where it is until its end. */
CL_MUST_USE enum cl_err cl_lines_open(struct cl_lines *lines, void *context, cl_on_line *line);
void cl_lines_take(struct cl_lines *lines, struct cl_span piece);
/* Give the last ones, and free its memory; then the fault is known. Accepts what was not opened. */
void cl_lines_end(struct cl_lines *lines);

/* Cut what is left of a block into lines; *seq is the number of the first, and then of the one that
 * has a fault. What no newline ends has one. */
void cl_lines_cut(struct cl_span rest, cl_on_line *line, void *context, uint64_t *seq,
                  struct cl_lines_fault *fault);
/* Say what is wrong with line seq, counted from 0, and return err. */
enum cl_err cl_lines_flaw(struct cl_lines_fault *fault, uint64_t seq, enum cl_err err,
                          const char *what);
/* Of an entry, disclosed or withheld. */
CL_MUST_USE enum cl_err cl_line_leaf(uint64_t seq, struct cl_span line, struct cl_hash *ret_leaf);

#endif
