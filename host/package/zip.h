/* The shape of a ZIP, checked before anything is read from it: every program must see the same
 * files.
 *
 * A ZIP says everything twice, in local headers and in the central directory, and programs differ
 * in which they believe. So here both must agree, and the files, stored and not compressed, must
 * lie end to end from the first byte to the directory with nothing before, between or after. Every
 * byte of the headers is spoken for: whatever is encrypted, compressed, a link, a folder,
 * commented, of another time than the rest, or named outside [A-Za-z0-9._/-], by case alone or up a
 * folder, is refused. Source: PKWARE APPNOTE.TXT 6.3.10. No foreign library here. */
#ifndef CL_ZIP_H
#define CL_ZIP_H

#include "base/err.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes to be read at any place: a file, or memory (fd −1). */
struct cl_source {
    int fd;
    const uint8_t *bytes; /* with fd −1; borrowed */
    uint64_t size;
};
/* Look at an open file. CL_IO also when it is not a plain one. */
CL_MUST_USE enum cl_err cl_source_file(int fd, struct cl_source *ret_source);
/* Exactly n bytes from `at` on. CL_IO when they are not there. */
CL_MUST_USE enum cl_err cl_source_read(const struct cl_source *source, uint64_t at, void *ret_bytes,
                                       size_t n);

/* A source read mostly forwards, a little at a time: what lies near is read along. */
#define CL_WINDOW 65536u
struct cl_window {
    const struct cl_source *source; /* borrowed; set it and leave the rest zero */
    uint64_t at;                    /* of the bytes that are here */
    size_t len;
    uint8_t bytes[CL_WINDOW];
};
/* Exactly n ≤ CL_WINDOW bytes from `at` on, to be used before the next call. CL_IO when they are
 * not there. */
CL_MUST_USE enum cl_err cl_window_read(struct cl_window *window, uint64_t at, size_t n,
                                       const uint8_t **ret_bytes);

/* What is wrong, and where. `what` is a sentence without its full stop. */
struct cl_flaw {
    char file[CL_BUNDLE_NAME_MAX + 1]; /* "" for the package as a whole */
    char what[200];
};
/* Fill it by a printf format and return err. */
__attribute__((format(printf, 4, 5))) enum cl_err
cl_flaw(struct cl_flaw *flaw, enum cl_err err, const char *file, const char *format, ...);

struct cl_zip_file {
    const char *name;     /* whole path, the folder included */
    uint64_t size;        /* of its data */
    uint64_t offset, end; /* of its local header, and of what follows its data descriptor */
    uint64_t data;        /* offset of its first byte */
    uint32_t crc;         /* what both checksums state; not held against the data yet */
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

/* The one spelling of the extra field that follows a name, in both headers: the time, no owner. */
#define CL_ZIP_LOCAL   30u /* bytes of a local header before the name */
#define CL_ZIP_CENTRAL 46u /* and of a directory's record */
#define CL_ZIP_SIZES   18u /* where a local header states both sizes */
#define CL_ZIP_EXTRA   24u
void cl_zip_extra(uint32_t unix_s, uint8_t ret_extra[static CL_ZIP_EXTRA]);

#endif
