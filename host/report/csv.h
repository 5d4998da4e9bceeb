/* The log as a table for spreadsheets: RFC 4180, every field quoted, and one rule more: where a
 * spreadsheet would take something for a formula (it starts with = + - @, in full width too, a tab
 * or a carriage return, or does so after a semicolon, a tab or the end of a line) there is a ' in
 * front. The last column names what was found of the entry (entry/consistency.h). */
#ifndef CL_CSV_H
#define CL_CSV_H

#include "entry/consistency.h"

/* The most that one row takes: every byte doubled, and some. */
#define CL_TABLE_ROW_MAX (3u * CL_ENTRY_MAX)

/* Append the line of names; an entry's row; and that of an entry which cannot be read. */
CL_MUST_USE enum cl_err cl_csv_head(struct cl_buf *to);
CL_MUST_USE enum cl_err cl_csv_row(const struct cl_entry *entry, bool not_saved,
                                   const struct cl_findings *findings, struct cl_buf *to);
CL_MUST_USE enum cl_err cl_csv_lost(uint64_t seq, const struct cl_findings *findings,
                                    struct cl_buf *to);

#endif
