#include "export/derived.h"

#include "export/spool.h"
#include "report/certification.h"
#include "report/csv.h"
#include "report/dpv_json.h"

#include <stdlib.h>
#include <string.h>

/* A flip that was not saved is known to be one only later; its row says "false" until then. */
static const char saved[] = "false", not_saved[] = "true";
#define FLAG_COLUMN 8 /* commas before it; no field up to it has one of its own */

struct flag {
    uint64_t seq, at; /* where its "false" stands in the spool */
};

struct cl_derived {
    struct cl_model *model;
    struct cl_spool *table;
    struct cl_buf row, report, records, certification;
    struct flag *flags; /* of flips; after the end, of those that were not saved */
    size_t flag_count, flag_room;
};

enum cl_err cl_derived_new(const char *path, uint64_t size, struct cl_derived **ret_derived)
{
    cl_cleanup(cl_derived_free) struct cl_derived *d = calloc(1, sizeof *d);
    if (!d)
        return CL_NO_MEMORY;
    d->row = cl_buf(CL_TABLE_ROW_MAX);
    d->report = cl_buf(CL_REPORT_MAX);
    d->records = cl_buf(CL_RECORDS_MAX);
    d->certification = cl_buf(CL_CERTIFICATION_MAX);
    enum cl_err err = cl_model_begin(size, &d->model);
    if (!err)
        err = cl_spool_new(path, &d->table);
    if (!err)
        err = cl_csv_head(&d->row);
    if (!err)
        err = cl_spool_put(d->table, d->row.data, d->row.len);
    if (err)
        return err;
    *ret_derived = d;
    d = NULL;
    return CL_OK;
}

void cl_derived_free(struct cl_derived **derived)
{
    struct cl_derived *d = *derived;
    if (!d)
        return;
    cl_model_free(&d->model);
    cl_spool_free(&d->table);
    cl_buf_free(&d->row);
    cl_buf_free(&d->report);
    cl_buf_free(&d->records);
    cl_buf_free(&d->certification);
    free(d->flags);
    free(d);
    *derived = NULL;
}

/* ---- the table --------------------------------------------------------------------------- */

static enum cl_err note_flag(struct cl_derived *d, uint64_t seq)
{
    size_t at = 0;
    for (int commas = 0; commas < FLAG_COLUMN; at++)
        commas += d->row.data[at] == ',';
    if (d->flag_count == d->flag_room) {
        size_t room = d->flag_room ? 2 * d->flag_room : 64;
        struct flag *flags = reallocarray(d->flags, room, sizeof *flags);
        if (!flags)
            return CL_NO_MEMORY;
        d->flags = flags;
        d->flag_room = room;
    }
    d->flags[d->flag_count++] = (struct flag){seq, cl_spool_size(d->table) + at};
    return CL_OK;
}

static enum cl_err add_row(struct cl_derived *d, const struct cl_entry *entry)
{
    cl_buf_clear(&d->row);
    enum cl_err err = cl_csv_row(entry, false, &d->row);
    if (!err && entry->head.kind == CL_KIND_OBSERVATION &&
        entry->observation.meaning.phase == CL_PHASE_PENDING)
        err = note_flag(d, entry->head.seq);
    return err ? err : cl_spool_put(d->table, d->row.data, d->row.len);
}

static enum cl_err add_lost(struct cl_derived *d, uint64_t seq)
{
    cl_buf_clear(&d->row);
    enum cl_err err = cl_csv_lost(seq, &d->row);
    return err ? err : cl_spool_put(d->table, d->row.data, d->row.len);
}

static uint64_t table_size(const struct cl_derived *d)
{
    return cl_spool_size(d->table) - d->flag_count * (strlen(saved) - strlen(not_saved));
}

static enum cl_err put_table(struct cl_derived *d, const char *name,
                             struct cl_bundle_writer *writer)
{
    uint64_t at = 0;
    enum cl_err err = cl_bundle_begin(writer, name, table_size(d));
    for (size_t i = 0; i < d->flag_count && !err; i++) {
        err = cl_spool_copy(d->table, at, d->flags[i].at, writer);
        if (!err)
            err = cl_bundle_put(writer, not_saved, strlen(not_saved));
        at = d->flags[i].at + strlen(saved);
    }
    return err ? err : cl_spool_copy(d->table, at, cl_spool_size(d->table), writer);
}

/* ---- all ----------------------------------------------------------------------------------- */

enum cl_err cl_derived_tell(struct cl_derived *d, uint64_t seq, const struct cl_entry *entry,
                            bool withheld)
{
    if (entry) {
        enum cl_err err = cl_model_tell(d->model, entry);
        return err ? err : add_row(d, entry);
    }
    cl_model_hide(d->model, seq, withheld);
    return withheld ? CL_OK : add_lost(d, seq);
}

enum cl_err cl_derived_end(struct cl_derived *d, const struct cl_report *report, const char *folder,
                           const struct cl_hash *root)
{
    struct cl_report r = *report;
    size_t kept = 0;
    cl_model_end(d->model, report->now_ms);
    for (size_t i = 0; i < d->flag_count; i++)
        if (cl_model_not_saved(d->model, d->flags[i].seq))
            d->flags[kept++] = d->flags[i];
    d->flag_count = kept;
    r.model = d->model;
    enum cl_err err = cl_report_write(&r, &d->report);
    if (!err)
        err = cl_dpv_json_write(&r, &d->records);
    return err ? err : cl_certification_write(&r, folder, root->bytes, &d->certification);
}

void cl_derived_weight(const struct cl_derived *d, uint64_t *files, uint64_t *bytes)
{
    *files = 4;
    *bytes = table_size(d) + d->report.len + d->records.len + d->certification.len;
}

enum cl_err cl_derived_put(struct cl_derived *d, const char *name, struct cl_bundle_writer *writer)
{
    if (!d)
        return CL_OK;
    if (strcmp(name, "data/history.csv") == 0)
        return put_table(d, name, writer);
    const struct cl_buf *file = strcmp(name, "data/report.html") == 0 ? &d->report
                                : strcmp(name, "data/consent-records.jsonld") == 0
                                    ? &d->records
                                    : &d->certification;
    return cl_bundle_add(writer, name, file->data, file->len);
}
