/* The entries as lines, and the leaf that each is. */
#include "package/verifier_internal.h"

#include <inttypes.h>

enum cl_err verifier_entries_flaw(struct entries_fault *f, uint64_t seq, enum cl_err err,
                                  const char *what)
{
    return cl_flaw(&f->flaw, err, CL_FILE_ENTRIES, "line %" PRIu64 " (entry %" PRIu64 ") %s",
                   seq + 1, seq, CL_SAID(what));
}

void verifier_cut(struct cl_span rest, on_line *line, void *context, uint64_t *seq,
                  struct entries_fault *fault)
{
    static const char too_long[] = "is longer than an entry may be";
    struct cl_span one;
    while (!fault->err && cl_take_line(&rest, &one)) {
        fault->err = one.len > CL_ENTRY_MAX
                         ? verifier_entries_flaw(fault, *seq, CL_PACKAGE_LIMIT, too_long)
                         : line(context, *seq, one, fault);
        *seq += !fault->err;
    }
    if (fault->err || rest.len == 0)
        return;
    fault->err =
        rest.len > CL_ENTRY_MAX
            ? verifier_entries_flaw(fault, *seq, CL_PACKAGE_LIMIT, too_long)
            : verifier_entries_flaw(fault, *seq, CL_MALFORMED, "does not end with a newline");
}

static void nothing(void *context, const struct cl_block *block)
{
    (void)context;
    (void)block;
}

static void take_block(void *context, const struct cl_block *block)
{
    struct lines *l = context;
    verifier_cut((struct cl_span){block->bytes, block->len}, l->line, l->context, &l->seq,
                 &l->fault);
}

enum cl_err verifier_lines_open(struct lines *l, void *context, on_line *line)
{
    *l =
        (struct lines){.work = {l, nothing, nothing, take_block}, .context = context, .line = line};
    return cl_blocks_open(&l->work, 0, CL_ENTRY_MAX, &l->blocks);
}

void verifier_lines_take(struct lines *l, struct cl_span piece)
{
    cl_blocks_put(l->blocks, piece.data, piece.len);
}

void verifier_lines_end(struct lines *l)
{
    cl_blocks_close(&l->blocks);
}

enum cl_err verifier_line_leaf(uint64_t seq, struct cl_span line, struct cl_hash *ret_leaf)
{
    if (seq > 0 && cl_withheld_read(line, ret_leaf))
        return CL_OK;
    return cl_merkle_leaf(line.data, line.len, ret_leaf);
}
