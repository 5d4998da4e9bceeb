#include "package/lines.h"

#include "base/text.h"
#include "crypto/merkle.h"
#include "package/layout.h"

#include <inttypes.h>

enum cl_err cl_lines_flaw(struct cl_lines_fault *f, uint64_t seq, enum cl_err err, const char *what)
{
    return cl_flaw(&f->flaw, err, CL_FILE_ENTRIES, "line %" PRIu64 " (entry %" PRIu64 ") %s",
                   seq + 1, seq, CL_SAID(what));
}

void cl_lines_cut(struct cl_span rest, cl_on_line *line, void *context, uint64_t *seq,
                  struct cl_lines_fault *fault)
{
    static const char too_long[] = "is longer than an entry may be";
    struct cl_span one;
    while (!fault->err && cl_take_line(&rest, &one)) {
        fault->err = one.len > CL_ENTRY_MAX ? cl_lines_flaw(fault, *seq, CL_PACKAGE_LIMIT, too_long)
                                            : line(context, *seq, one, fault);
        *seq += !fault->err;
    }
    if (fault->err || rest.len == 0)
        return;
    fault->err = rest.len > CL_ENTRY_MAX
                     ? cl_lines_flaw(fault, *seq, CL_PACKAGE_LIMIT, too_long)
                     : cl_lines_flaw(fault, *seq, CL_MALFORMED, "does not end with a newline");
}

static void nothing(void *context, const struct cl_block *block)
{
    (void)context;
    (void)block;
}

static void take_block(void *context, const struct cl_block *block)
{
    struct cl_lines *l = context;
    cl_lines_cut((struct cl_span){block->bytes, block->len}, l->line, l->context, &l->seq,
                 &l->fault);
}

enum cl_err cl_lines_open(struct cl_lines *l, void *context, cl_on_line *line)
{
    *l = (struct cl_lines){
        .work = {l, nothing, nothing, take_block}, .context = context, .line = line};
    return cl_blocks_open(&l->work, 0, CL_ENTRY_MAX, &l->blocks);
}

void cl_lines_take(struct cl_lines *l, struct cl_span piece)
{
    cl_blocks_put(l->blocks, piece.data, piece.len);
}

void cl_lines_end(struct cl_lines *l)
{
    cl_blocks_close(&l->blocks);
}

enum cl_err cl_line_leaf(uint64_t seq, struct cl_span line, struct cl_hash *ret_leaf)
{
    if (seq > 0 && cl_withheld_read(line, ret_leaf))
        return CL_OK;
    return cl_merkle_leaf(line.data, line.len, ret_leaf);
}
