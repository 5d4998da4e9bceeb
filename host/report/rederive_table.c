#include "crypto/merkle.h"
#include "package/layout.h"
#include "package/lines.h"
#include "report/rederive_internal.h"
#include "report/table.h"

#include <string.h>

struct second_reading {
    struct rederiving *d;
    size_t entries;
    struct cl_table *rows;
    struct cl_merkle_stack tree;
    bool rooted; /* an entry states a root, so that the tree is wanted */
    struct cl_buf row;
    struct cl_hasher *made, *read; /* the table; the entries, as they are now */
    struct cl_lines lines;
};

static void free_second_reading(struct second_reading *r)
{
    cl_table_free(&r->rows);
    cl_buf_free(&r->row);
    cl_lines_end(&r->lines);
    cl_hasher_free(&r->made);
    cl_hasher_free(&r->read);
}

/* The root that it states of the log at that moment is the one that the entries before it give. */
static enum cl_err check_root(struct second_reading *r, const struct cl_entry *entry)
{
    const struct cl_discontinuity *lost = &entry->discontinuity;
    struct cl_found found = {
        .seq = entry->head.seq, .what = CL_FINDING_DISCONTINUITY, .member = "log_root"};
    struct cl_hash root;
    if (entry->head.kind != CL_KIND_DISCONTINUITY || lost->has_previous ||
        lost->log_size != entry->head.seq || entry->head.seq == 0)
        return CL_OK;
    enum cl_err err = cl_merkle_stack_root(&r->tree, &root);
    if (err || memcmp(root.bytes, lost->log_root, CL_HASH) == 0)
        return err;
    return cl_model_found(r->d->v->model, &found);
}

static enum cl_err make_row(struct second_reading *r, uint64_t seq, struct cl_span line)
{
    const struct cl_model *model = r->d->v->model;
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    struct cl_fault fault;
    struct cl_hash leaf;
    if (seq > 0 && cl_withheld_read(line, &leaf))
        return cl_table_row(r->rows, model, seq, NULL, NULL, &r->row);
    enum cl_err err = cl_entry_parse_told(line.data, line.len, &entry, &fault);
    if (err == CL_NO_MEMORY)
        return err;
    if (err)
        return cl_table_row(r->rows, model, seq, NULL, &fault, &r->row);
    err = check_root(r, &entry);
    return err ? err : cl_table_row(r->rows, model, seq, &entry, NULL, &r->row);
}

static enum cl_err take_line(void *context, uint64_t seq, struct cl_span line,
                             struct cl_lines_fault *fault)
{
    struct second_reading *r = context;
    struct cl_hash leaf;
    (void)fault;
    enum cl_err err = make_row(r, seq, line);
    if (!err && r->row.len)
        err = cl_hasher_put(r->made, r->row.data, r->row.len);
    if (err || !r->rooted)
        return err;
    err = cl_line_leaf(seq, line, &leaf);
    return err ? err : cl_merkle_push(&r->tree, &leaf);
}

static bool want_second(void *context, size_t i)
{
    const struct second_reading *r = context;
    return i == r->entries;
}

static enum cl_err second_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct second_reading *r = context;
    (void)i;
    cl_lines_take(&r->lines, (struct cl_span){bytes, n});
    return r->lines.fault.err || n == 0 ? r->lines.fault.err : cl_hasher_put(r->read, bytes, n);
}

static enum cl_err begin_second(struct second_reading *r)
{
    enum cl_err err = cl_table_begin(&r->rows);
    if (!err)
        err = cl_hasher_new(&r->made);
    if (!err)
        err = cl_hasher_new(&r->read);
    if (!err)
        err = cl_csv_head(&r->row);
    return err ? err : cl_hasher_put(r->made, r->row.data, r->row.len);
}

static enum cl_err read_again(struct rederiving *d, struct second_reading *r)
{
    const struct cl_bundle_visitor visitor = {r, want_second, second_piece};
    struct cl_flaw flaw = {0};
    enum cl_err err = cl_bundle_walk(d->bundle, &visitor, &flaw);
    cl_lines_end(&r->lines);
    return err ? err : r->lines.fault.err;
}

/* The table row by row, by its hash: it may be as long as the log. */
enum cl_err cl_rederiving_table(struct rederiving *d, bool *ret_same)
{
    uint8_t made[CL_HASH] = {0}, read[CL_HASH] = {0};
    cl_cleanup(free_second_reading) struct second_reading r = {
        .d = d,
        .entries = cl_bundle_find(d->bundle, CL_FILE_ENTRIES),
        .rooted = cl_model_discontinued(d->v->model),
        .row = cl_buf(CL_TABLE_ROW_MAX)};
    enum cl_err err = begin_second(&r);
    if (!err)
        err = cl_lines_open(&r.lines, &r, take_line);
    if (!err)
        err = rederiving_changed(read_again(d, &r));
    if (!err)
        err = cl_hasher_end(r.made, made);
    if (!err)
        err = cl_hasher_end(r.read, read);
    *ret_same = !err && rederiving_is(d, CL_FILE_HISTORY, made);
    return err || rederiving_is(d, CL_FILE_ENTRIES, read) ? err : CL_PACKAGE_CHANGED;
}
