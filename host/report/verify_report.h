/* A report that the verifier makes of a package's entries, whatever its holder wrote beside them.
 */
#ifndef CL_VERIFY_REPORT_H
#define CL_VERIFY_REPORT_H

#include "package/verifier.h"

/* The report (report.h) that the entries of a good package give, whatever the one in it says; to
 * is at most CL_REPORT_MAX. The owner's name is left out, for no entry has it. Memory grows with
 * what changed. CL_TOO_LONG, and whatever reading the package gives. */
CL_MUST_USE enum cl_err cl_verify_report(const struct cl_source *source,
                                         const struct cl_verified *verified,
                                         enum cl_language language, struct cl_buf *to);

#endif
