/* The entries as lines, and the leaf that each is. */
#include "package/verifier_internal.h"

#include <inttypes.h>
#include <string.h>

enum cl_err verifier_entries_flaw(struct entries_fault *f, uint64_t seq, enum cl_err err,
                                  const char *what)
{
    return cl_flaw(&f->flaw, err, CL_FILE_ENTRIES, "line %" PRIu64 " (entry %" PRIu64 ") %s",
                   seq + 1, seq, what);
}

static void one_line(struct lines *l, struct cl_span line)
{
    if (line.len > CL_ENTRY_MAX)
        l->fault.err = verifier_entries_flaw(&l->fault, l->seq, CL_PACKAGE_LIMIT,
                                             "is longer than an entry may be");
    else
        l->fault.err = l->line(l->context, l->seq, line, &l->fault);
    if (!l->fault.err)
        l->seq++;
}

/* What no newline ends yet. One byte more than an entry may have is enough to know. */
static void keep_rest(struct lines *l, struct cl_span piece)
{
    size_t room = l->rest.max - l->rest.len;
    enum cl_err err = cl_buf_put(&l->rest, piece.data, piece.len < room ? piece.len : room);
    if (err)
        l->fault.err = err;
    else if (l->rest.len == l->rest.max)
        one_line(l, (struct cl_span){l->rest.data, l->rest.len});
}

struct lines verifier_lines(void *context, on_line *line)
{
    return (struct lines){.rest = cl_buf(CL_ENTRY_MAX + 1), .context = context, .line = line};
}

void verifier_lines_take(struct lines *l, struct cl_span piece)
{
    struct cl_span line;
    while (!l->fault.err && cl_take_line(&piece, &line)) {
        if (l->rest.len == 0) {
            one_line(l, line);
            continue;
        }
        keep_rest(l, line);
        if (!l->fault.err)
            one_line(l, (struct cl_span){l->rest.data, l->rest.len});
        cl_buf_clear(&l->rest);
    }
    if (!l->fault.err)
        keep_rest(l, piece);
}

void verifier_lines_end(struct lines *l)
{
    if (!l->fault.err && l->rest.len)
        l->fault.err =
            verifier_entries_flaw(&l->fault, l->seq, CL_MALFORMED, "does not end with a newline");
    cl_buf_free(&l->rest);
}

enum cl_err verifier_line_leaf(uint64_t seq, struct cl_span line, struct cl_hash *ret_leaf)
{
    if (seq > 0 && cl_withheld_read(line, ret_leaf))
        return CL_OK;
    return cl_merkle_leaf(line.data, line.len, ret_leaf);
}
