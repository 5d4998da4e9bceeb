/* The evidence package as a container: a BagIt bag (RFC 8493) in one ZIP. The one place that calls
 * libarchive, to write; what is read is never a stranger's to it: the shape that zip.h allows says
 * where each byte lies, and nothing else is accepted.
 *
 * Written: every file stored, in ascending order of names, with one time and no owner, so that the
 * same log and moment give the same bytes, whichever version of libarchive writes. (libarchive puts
 * ZIP's DOS times in the process's time zone: a program that wants the same bytes everywhere sets
 * TZ to UTC first.) Read: in one pass or several, never whole in memory, never to disk. */
#ifndef CL_BUNDLE_H
#define CL_BUNDLE_H

#include "base/buf.h"
#include "crypto/crypto.h"
#include "package/zip.h"

/* ---- writing ----------------------------------------------------------------------------- */

struct cl_bundle_writer;

/* Begin the package `path`, which must not exist (CL_EXISTS), as a file of another name beside it;
 * every file goes into `folder`. */
CL_MUST_USE enum cl_err cl_bundle_create(const char *path, const char *folder, int64_t time_ms,
                                         struct cl_bundle_writer **ret_writer);

/* Begin a file of exactly `size` bytes; name is relative to the folder and must be greater than the
 * one before (CL_BAD_VALUE). Then put its bytes. CL_DISK_FULL, CL_IO, CL_PACKAGE_LIMIT. */
CL_MUST_USE enum cl_err cl_bundle_begin(struct cl_bundle_writer *writer, const char *name,
                                        uint64_t size);
CL_MUST_USE enum cl_err cl_bundle_put(struct cl_bundle_writer *writer, const void *bytes, size_t n);
/* Both at once. */
CL_MUST_USE enum cl_err cl_bundle_add(struct cl_bundle_writer *writer, const char *name,
                                      const void *bytes, size_t n);

/* Append a manifest, "<sha256>  <name>" a line, of the files so far that are payload (below data/),
 * or of those that are not. */
CL_MUST_USE enum cl_err cl_bundle_manifest(struct cl_bundle_writer *writer, bool payload,
                                           struct cl_buf *to);

/* Close, sync, give it its name (CL_EXISTS if that was taken meanwhile), sync the directory.
 * Whatever comes out, *writer is gone, and on failure its file too. */
CL_MUST_USE enum cl_err cl_bundle_commit(struct cl_bundle_writer **writer);
/* Leave nothing behind; for cl_cleanup. */
void cl_bundle_abandon(struct cl_bundle_writer **writer);

/* ---- reading ----------------------------------------------------------------------------- */

struct cl_bundle_file {
    const char *name; /* relative to the folder; lives as long as the bundle */
    uint64_t size;
};

struct cl_bundle;

/* Check the shape (zip.h) and that all lies in one folder. The source must outlive the bundle. */
CL_MUST_USE enum cl_err cl_bundle_open(const struct cl_source *source,
                                       struct cl_bundle **ret_bundle, struct cl_flaw *flaw);
void cl_bundle_close(struct cl_bundle **bundle); /* for cl_cleanup */

const char *cl_bundle_folder(const struct cl_bundle *bundle);
size_t cl_bundle_count(const struct cl_bundle *bundle);
const struct cl_bundle_file *cl_bundle_file(const struct cl_bundle *bundle, size_t i);
/* SIZE_MAX if there is none. */
size_t cl_bundle_find(const struct cl_bundle *bundle, const char *name);

/* Go through the files in the order of the archive. `want` says which to unpack; `piece` is given
 * their bytes in order, and, when the checksum fits them, at last n = 0. An error from it ends the
 * walk. CL_MALFORMED: a checksum does not fit. CL_IO. */
struct cl_bundle_visitor {
    void *context;
    bool (*want)(void *context, size_t i);
    enum cl_err (*piece)(void *context, size_t i, const void *bytes, size_t n);
};
CL_MUST_USE enum cl_err cl_bundle_walk(struct cl_bundle *bundle,
                                       const struct cl_bundle_visitor *visitor,
                                       struct cl_flaw *flaw);

#endif
