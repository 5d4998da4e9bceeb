/* The evidence package as a container that is read: a BagIt bag (RFC 8493) in the ZIP that was
 * exported (zip.h), or what became of it in other hands (repacked.h). In one pass or several, never
 * whole in memory. */
#ifndef CL_BUNDLE_H
#define CL_BUNDLE_H

#include "base/buf.h"
#include "package/source.h"

struct cl_bundle_file {
    const char *name; /* relative to the folder; lives as long as the bundle */
    uint64_t size;
};

struct cl_bundle;

/* Check the shape and that all lies in one folder. The source must outlive the bundle. */
CL_MUST_USE enum cl_err cl_bundle_open(const struct cl_source *source,
                                       struct cl_bundle **ret_bundle, struct cl_flaw *flaw);
void cl_bundle_close(struct cl_bundle **bundle); /* for cl_cleanup */

/* The folder's name; "" where it has none that a package could have. */
const char *cl_bundle_folder(const struct cl_bundle *bundle);
/* What is to be said of a container that is not the one exported, without a full stop; or NULL. */
const char *cl_bundle_remark(const struct cl_bundle *bundle);
size_t cl_bundle_count(const struct cl_bundle *bundle);
const struct cl_bundle_file *cl_bundle_file(const struct cl_bundle *bundle, size_t i);
/* SIZE_MAX if there is none. */
size_t cl_bundle_find(const struct cl_bundle *bundle, const char *name);

/* Go through the files in the order of the archive. `want` says which to unpack; `piece` is given
 * their bytes in order, and, when the checksum fits them, at last n = 0. An error from it ends the
 * walk. CL_MALFORMED: a checksum does not fit, or the data do not open. CL_IO. */
struct cl_bundle_visitor {
    void *context;
    bool (*want)(void *context, size_t i);
    enum cl_err (*piece)(void *context, size_t i, const void *bytes, size_t n);
};
/* Append the contents of one file. CL_TOO_LONG, and those of a walk. */
CL_MUST_USE enum cl_err cl_bundle_read(struct cl_bundle *bundle, size_t i, struct cl_buf *to,
                                       struct cl_flaw *flaw);
CL_MUST_USE enum cl_err cl_bundle_walk(struct cl_bundle *bundle,
                                       const struct cl_bundle_visitor *visitor,
                                       struct cl_flaw *flaw);

#endif
