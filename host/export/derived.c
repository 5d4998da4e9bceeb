#include "export/derived.h"

#include "package/layout.h"
#include "report/certification.h"
#include "report/csv.h"
#include "report/dpv_json.h"
#include "report/table.h"

#include <stdlib.h>

struct cl_derived {
    struct cl_model *model;
    struct cl_buf row;
    struct cl_table *table; /* of the second reading */
};

enum cl_err cl_derived_new(struct cl_derived **ret_derived)
{
    cl_cleanup(cl_derived_free) struct cl_derived *d = calloc(1, sizeof *d);
    if (!d)
        return CL_NO_MEMORY;
    d->row = cl_buf(CL_TABLE_ROW_MAX);
    enum cl_err err = cl_model_begin(&d->model);
    if (!err)
        err = cl_table_begin(&d->table);
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
    cl_buf_free(&d->row);
    cl_table_free(&d->table);
    free(d);
    *derived = NULL;
}

enum cl_err cl_derived_tell(struct cl_derived *d, uint64_t seq, struct cl_entry *entry,
                            const struct cl_fault *fault)
{
    if (entry)
        return cl_model_tell(d->model, entry);
    if (fault)
        return cl_model_unread(d->model, seq, fault);
    cl_model_hide(d->model, seq);
    return CL_OK;
}

static enum cl_err put(const char *name, enum cl_err err, struct cl_buf *file,
                       struct cl_bundle_writer *writer)
{
    if (!err)
        err = cl_bundle_add(writer, name, file->data, file->len);
    cl_buf_free(file);
    return err;
}

enum cl_err cl_derived_end(struct cl_derived *d, const struct cl_report *report, const char *folder,
                           const struct cl_hash *root, struct cl_bundle_writer *writer)
{
    struct cl_report r = *report;
    struct cl_buf page = cl_buf(CL_REPORT_MAX), records = cl_buf(CL_RECORDS_MAX),
                  certification = cl_buf(CL_CERTIFICATION_MAX);
    cl_model_end(d->model, report->now_ms);
    r.model = d->model;
    enum cl_err err = put(CL_FILE_REPORT, cl_report_write(&r, &page), &page, writer);
    if (!err)
        err = put(CL_FILE_RECORDS, cl_dpv_json_write(&r, &records), &records, writer);
    if (!err)
        err = put(CL_FILE_CERTIFICATION,
                  cl_certification_write(&r, folder, root->bytes, &certification), &certification,
                  writer);
    return err;
}

/* ---- the table ------------------------------------------------------------------------------- */

enum cl_err cl_derived_table(struct cl_derived *d, struct cl_bundle_writer *writer)
{
    cl_buf_clear(&d->row);
    enum cl_err err = cl_bundle_begin(writer, CL_FILE_HISTORY);
    if (!err)
        err = cl_csv_head(&d->row);
    return err ? err : cl_bundle_put(writer, d->row.data, d->row.len);
}

enum cl_err cl_derived_row(struct cl_derived *d, uint64_t seq, struct cl_entry *entry,
                           const struct cl_fault *fault, struct cl_bundle_writer *writer)
{
    enum cl_err err = cl_table_row(d->table, d->model, seq, entry, fault, &d->row);
    return err || d->row.len == 0 ? err : cl_bundle_put(writer, d->row.data, d->row.len);
}
