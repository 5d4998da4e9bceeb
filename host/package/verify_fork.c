/* Where two packages that should be one log part, in fixed memory: the roots of stretches of
 * entries are compared, then those of parts of the first stretch that differs, down to one entry.
 */
#include "package/verifier_internal.h"

#include <stdlib.h>
#include <string.h>

#define STRETCHES 65536u

struct fork {
    uint64_t first, end; /* the entries that are looked at */
    uint64_t length;     /* of a stretch, a power of two */
    size_t stretches;    /* at most */
    struct cl_hash *old; /* the older package's roots */
    size_t count;        /* of them; while the newer one is read, those that were alike */
    bool comparing, differs;
    struct cl_merkle_stack stretch;
    struct cl_lines lines;
    size_t file; /* the entries' index in the package that is read */
};

static enum cl_err end_stretch(struct fork *f)
{
    struct cl_hash root;
    enum cl_err err = cl_merkle_stack_root(&f->stretch, &root);
    f->stretch = (struct cl_merkle_stack){0};
    if (err)
        return err;
    if (f->comparing)
        f->differs = memcmp(f->old[f->count].bytes, root.bytes, CL_HASH) != 0;
    else
        f->old[f->count] = root;
    f->count += !f->differs;
    return CL_OK;
}

static enum cl_err push_line(void *context, uint64_t seq, struct cl_span line,
                             struct cl_lines_fault *fault)
{
    struct fork *f = context;
    struct cl_hash leaf;
    (void)fault;
    if (f->differs || seq < f->first || seq >= f->end)
        return CL_OK;
    enum cl_err err = cl_line_leaf(seq, line, &leaf);
    if (!err)
        err = cl_merkle_push(&f->stretch, &leaf);
    if (!err && (f->stretch.size == f->length || seq + 1 == f->end))
        err = end_stretch(f);
    return err;
}

static bool want_entries(void *context, size_t i)
{
    const struct fork *f = context;
    return i == f->file;
}

static enum cl_err on_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct fork *f = context;
    (void)i;
    cl_lines_take(&f->lines, (struct cl_span){bytes, n});
    return f->lines.fault.err;
}

static enum cl_err read_package(struct fork *f, struct cl_bundle *bundle)
{
    struct cl_flaw flaw = {0};
    const struct cl_bundle_visitor visitor = {f, want_entries, on_piece};
    f->file = cl_bundle_find(bundle, CL_FILE_ENTRIES);
    f->count = 0;
    enum cl_err err = cl_lines_open(&f->lines, f, push_line);
    if (!err)
        err = cl_bundle_walk(bundle, &visitor, &flaw);
    cl_lines_end(&f->lines);
    return err ? err : f->lines.fault.err;
}

/* Leave the first stretch that differs. */
static enum cl_err narrow(struct fork *f, struct cl_bundle *old, struct cl_bundle *new)
{
    f->length = 1;
    while ((f->end - f->first - 1) / f->length >= f->stretches)
        f->length *= 2;
    f->comparing = f->differs = false;
    enum cl_err err = read_package(f, old);
    f->comparing = true;
    if (!err)
        err = read_package(f, new);
    if (!err && !f->differs)
        err = CL_ABSENT;
    if (err)
        return err;
    f->first += f->count * f->length;
    if (f->length < f->end - f->first)
        f->end = f->first + f->length;
    return CL_OK;
}

enum cl_err verifier_find_fork(struct verifier *v, uint64_t *ret_seq)
{
    cl_cleanup(cl_bundle_close) struct cl_bundle *old = NULL;
    struct cl_flaw flaw = {0};
    struct fork f = {.end = v->options->earlier->head.size,
                     .stretches = v->options->stretches ? v->options->stretches : STRETCHES};
    if (!v->options->earlier_source)
        return CL_ABSENT;
    enum cl_err err = cl_bundle_open(v->options->earlier_source, &old, &flaw);
    if (err)
        return err;
    f.old = calloc(f.stretches, sizeof *f.old);
    err = f.old ? CL_OK : CL_NO_MEMORY;
    do {
        if (!err)
            err = narrow(&f, old, v->bundle);
    } while (!err && f.length > 1);
    free(f.old);
    if (err)
        return err;
    *ret_seq = f.first;
    return CL_OK;
}
