/* The log as a table for spreadsheets: RFC 4180, and one rule more: a field that a spreadsheet
 * would take for a formula (it starts with = + - @, a tab or a carriage return) gets a ' in front.
 */
#ifndef CL_CSV_H
#define CL_CSV_H

#include "entry/entry.h"

/* The most that one row takes: every byte doubled, and some. */
#define CL_TABLE_ROW_MAX (3u * CL_ENTRY_MAX)

/* Append the line of names; an entry's row; and that of an entry which cannot be read. */
CL_MUST_USE enum cl_err cl_csv_head(struct cl_buf *to);
CL_MUST_USE enum cl_err cl_csv_row(const struct cl_entry *entry, bool not_saved, struct cl_buf *to);
CL_MUST_USE enum cl_err cl_csv_lost(uint64_t seq, struct cl_buf *to);

#endif
