/* A file without a name, beside the package that is written: for what must be measured before it is
 * known where it goes. Gone when the process is. */
#ifndef CL_SPOOL_H
#define CL_SPOOL_H

#include "base/buf.h"
#include "package/bundle.h"

struct cl_spool;

/* In the folder of `path`. CL_IO, CL_NO_MEMORY. */
CL_MUST_USE enum cl_err cl_spool_new(const char *path, struct cl_spool **ret_spool);
void cl_spool_free(struct cl_spool **spool); /* for cl_cleanup */
/* Append. CL_DISK_FULL, CL_IO. */
CL_MUST_USE enum cl_err cl_spool_put(struct cl_spool *spool, const void *bytes, size_t n);
uint64_t cl_spool_size(const struct cl_spool *spool);
/* Put bytes [from, to) into the file that is open in the bundle. */
CL_MUST_USE enum cl_err cl_spool_copy(struct cl_spool *spool, uint64_t from, uint64_t to,
                                      struct cl_bundle_writer *writer);

#endif
