/* The files of a package that are made from its entries for people and for other programs: report,
 * table, records and certification. */
#ifndef CL_DERIVED_H
#define CL_DERIVED_H

#include "crypto/merkle.h"
#include "entry/entry.h"
#include "package/bundle_writer.h"
#include "report/report.h"

struct cl_derived;

CL_MUST_USE enum cl_err cl_derived_new(struct cl_derived **ret_derived);
void cl_derived_free(struct cl_derived **derived); /* for cl_cleanup */

/* The next entry, in which what contradicts is set right; NULL: it is withheld or lost, or (fault,
 * then not NULL) this version cannot read it. */
CL_MUST_USE enum cl_err cl_derived_tell(struct cl_derived *d, uint64_t seq, struct cl_entry *entry,
                                        const struct cl_fault *fault);
/* After the last: put all but the table. report->model is set here. */
CL_MUST_USE enum cl_err cl_derived_end(struct cl_derived *d, const struct cl_report *report,
                                       const char *folder, const struct cl_hash *root,
                                       struct cl_bundle_writer *writer);

/* Then the table: it is begun, and every entry is given once more; only now it is known whether a
 * flip was saved. */
CL_MUST_USE enum cl_err cl_derived_table(struct cl_derived *d, struct cl_bundle_writer *writer);
CL_MUST_USE enum cl_err cl_derived_row(struct cl_derived *d, uint64_t seq, struct cl_entry *entry,
                                       const struct cl_fault *fault,
                                       struct cl_bundle_writer *writer);

#endif
