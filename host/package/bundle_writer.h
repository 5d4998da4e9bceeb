/* A package while it is made: a file without a name, or with another name beside the one it is
 * going to have, so that nothing is left of it when it is not finished.
 *
 * The same files, folder and moment give the same bytes. */
#ifndef CL_BUNDLE_WRITER_H
#define CL_BUNDLE_WRITER_H

#include "base/buf.h"

struct cl_bundle_writer;

/* Begin the package `path`, which must not exist (CL_EXISTS); every file goes into `folder`.
 * CL_DISK_FULL, CL_IO. */
CL_MUST_USE enum cl_err cl_bundle_create(const char *path, const char *folder, int64_t time_ms,
                                         struct cl_bundle_writer **ret_writer);

/* Begin a file, whose name is relative to the folder; then put its bytes. CL_BAD_VALUE: no file was
 * begun. CL_DISK_FULL, CL_IO, CL_PACKAGE_LIMIT. */
CL_MUST_USE enum cl_err cl_bundle_begin(struct cl_bundle_writer *writer, const char *name);
CL_MUST_USE enum cl_err cl_bundle_put(struct cl_bundle_writer *writer, const void *bytes, size_t n);
/* Both at once. */
CL_MUST_USE enum cl_err cl_bundle_add(struct cl_bundle_writer *writer, const char *name,
                                      const void *bytes, size_t n);

/* Append a manifest (layout.h) of the files so far that are payload, or of those that are not. */
CL_MUST_USE enum cl_err cl_bundle_manifest(struct cl_bundle_writer *writer, bool payload,
                                           struct cl_buf *to);
/* How much payload there is so far. */
CL_MUST_USE enum cl_err cl_bundle_weight(struct cl_bundle_writer *writer, uint64_t *ret_bytes,
                                         uint64_t *ret_files);

/* Close, sync, give it its name (CL_EXISTS if that was taken meanwhile), sync the directory.
 * Whatever comes out, *writer is gone, and on failure its file too. */
CL_MUST_USE enum cl_err cl_bundle_commit(struct cl_bundle_writer **writer);
/* Leave nothing behind; for cl_cleanup. */
void cl_bundle_abandon(struct cl_bundle_writer **writer);

#endif
