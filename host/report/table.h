/* data/history.csv, row by row: a row for each disclosed entry, in which what contradicts is set
 * right. Made by whoever writes a package and by whoever makes its table again. */
#ifndef CL_TABLE_H
#define CL_TABLE_H

#include "report/csv.h"
#include "report/model.h"

struct cl_table;
CL_MUST_USE enum cl_err cl_table_begin(struct cl_table **ret_table);
void cl_table_free(struct cl_table **table); /* for cl_cleanup; accepts NULL */

/* Of entry seq, as cl_model_tell, cl_model_hide and cl_model_unread have been told of it in a first
 * reading: row takes its row in place of what was there, or nothing. */
CL_MUST_USE enum cl_err cl_table_row(struct cl_table *table, const struct cl_model *model,
                                     uint64_t seq, struct cl_entry *entry,
                                     const struct cl_fault *fault, struct cl_buf *row);

#endif
