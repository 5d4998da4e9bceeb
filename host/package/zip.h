/* The exact shape of a package's ZIP, to read and to write: every program must see the same files.
 *
 * A ZIP says everything twice, in local headers and in the central directory, and programs differ
 * in which they believe; some go through it from the front and never see the directory. So both
 * say the same, checksums and sizes stand before the data, and the files, stored and not
 * compressed, lie end to end from the first byte to the directory with nothing before, between or
 * after. Every byte of the headers is spoken for. What others packed again is another shape
 * (repacked.h). Source: PKWARE APPNOTE.TXT 6.3.10. No foreign library here. */
#ifndef CL_ZIP_H
#define CL_ZIP_H

#include "package/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cl_zip_file {
    const char *name;     /* whole path, the folder included */
    uint64_t size;        /* of its contents */
    uint64_t packed;      /* of its data, which are those contents or, deflated, give them */
    uint64_t offset, end; /* of its local header, and of what follows it */
    uint64_t data;        /* offset of its first byte */
    uint32_t crc;         /* what both headers state; not held against the contents yet */
    bool deflated;
};

struct cl_zip {
    struct cl_zip_file *files; /* in the order of the archive; owned */
    size_t count;
    char *names; /* owned; files[].name point into it */
};

/* CL_MALFORMED, CL_PACKAGE_UNSAFE, CL_PACKAGE_LIMIT, CL_IO, CL_NO_MEMORY; then *flaw says more. */
CL_MUST_USE enum cl_err cl_zip_read(const struct cl_source *source, struct cl_zip *ret_zip,
                                    struct cl_flaw *flaw);
void cl_zip_free(struct cl_zip *zip); /* for cl_cleanup */

/* Is it, by its first headers, one of ours, whole or not? Then every byte counts, and it is never
 * taken for one that another program packed. */
CL_MUST_USE bool cl_zip_is_ours(const struct cl_source *source);

/* What is wrong with a name inside the package's folder, or NULL: one of other characters than
 * A-Z a-z 0-9 . _ / -, that climbs out of its folder or that programs could spell otherwise. */
const char *cl_zip_name_flaw(const char *name, size_t n);
/* CL_PACKAGE_UNSAFE: two files of one name, by whatever spelling, or one that is also a folder. */
CL_MUST_USE enum cl_err cl_zip_check_names(const struct cl_zip *zip, struct cl_flaw *flaw);

/* ---- writing ----------------------------------------------------------------------------- */

struct cl_zip_writer;

/* Write to the descriptor, which is the caller's and must be able to seek, from its beginning. The
 * moment stands in every header, in UTC. */
CL_MUST_USE enum cl_err cl_zip_writer_new(int fd, int64_t time_ms,
                                          struct cl_zip_writer **ret_writer);
void cl_zip_writer_free(struct cl_zip_writer **writer); /* for cl_cleanup */
/* Begin a file, ending the one before; then put its bytes. CL_PACKAGE_LIMIT, CL_DISK_FULL, CL_IO.
 */
CL_MUST_USE enum cl_err cl_zip_begin(struct cl_zip_writer *writer, const char *name);
CL_MUST_USE enum cl_err cl_zip_put(struct cl_zip_writer *writer, const void *bytes, size_t n);
/* End the last file and write the directory. */
CL_MUST_USE enum cl_err cl_zip_end(struct cl_zip_writer *writer);

#endif
