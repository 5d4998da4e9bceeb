#include "report/table.h"

#include <stdlib.h>

struct cl_table {
    struct cl_consistency *consistency;
    struct cl_findings findings;
};

enum cl_err cl_table_begin(struct cl_table **ret_table)
{
    struct cl_table *table = calloc(1, sizeof *table);
    if (!table)
        return CL_NO_MEMORY;
    enum cl_err err = cl_consistency_new(&table->consistency);
    if (err) {
        free(table);
        return err;
    }
    *ret_table = table;
    return CL_OK;
}

void cl_table_free(struct cl_table **table)
{
    if (*table)
        cl_consistency_free(&(*table)->consistency);
    free(*table);
    *table = NULL;
}

enum cl_err cl_table_row(struct cl_table *table, const struct cl_model *model, uint64_t seq,
                         struct cl_entry *entry, const struct cl_fault *fault, struct cl_buf *row)
{
    cl_buf_clear(row);
    if (entry) {
        enum cl_err err = cl_consistency_take(table->consistency, entry, &table->findings);
        return err ? err : cl_csv_row(entry, cl_model_not_saved(model, seq), &table->findings, row);
    }
    if (!fault) {
        cl_consistency_hide(table->consistency);
        return CL_OK;
    }
    cl_consistency_unread(table->consistency, seq, fault, &table->findings);
    return cl_csv_lost(seq, &table->findings, row);
}
