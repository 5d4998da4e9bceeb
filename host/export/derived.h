/* The files of a package that are made from its entries for people and for other programs: report,
 * table, records and certification. */
#ifndef CL_DERIVED_H
#define CL_DERIVED_H

#include "crypto/merkle.h"
#include "entry/entry.h"
#include "package/bundle.h"
#include "report/report.h"

struct cl_derived;

/* For a package at `path` of a log of that size. */
CL_MUST_USE enum cl_err cl_derived_new(const char *path, uint64_t size,
                                       struct cl_derived **ret_derived);
void cl_derived_free(struct cl_derived **derived); /* for cl_cleanup */

/* The next entry; NULL: it is withheld, or cannot be read. */
CL_MUST_USE enum cl_err cl_derived_tell(struct cl_derived *d, uint64_t seq,
                                        const struct cl_entry *entry, bool withheld);
/* After the last. report->model is set here. */
CL_MUST_USE enum cl_err cl_derived_end(struct cl_derived *d, const struct cl_report *report,
                                       const char *folder, const struct cl_hash *root);

/* Files and bytes of all four. */
void cl_derived_weight(const struct cl_derived *d, uint64_t *files, uint64_t *bytes);
/* Write one of them, by its name in the package; nothing if derived is NULL. */
CL_MUST_USE enum cl_err cl_derived_put(struct cl_derived *d, const char *name,
                                       struct cl_bundle_writer *writer);

#endif
