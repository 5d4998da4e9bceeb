/* What the directory and the headers of a ZIP that another program packed say, for repacked*.c
 * alone. */
#ifndef CL_REPACKED_INTERNAL_H
#define CL_REPACKED_INTERNAL_H

#include "package/repacked.h"
#include "package/zip_internal.h"

#define REPACKED_NAME_MAX 1024u /* bytes of a name, folders included */

/* A file as its headers have it. */
struct repacked_entry {
    struct zip_header h;
    uint64_t size, packed, offset;
};

struct repacked_reading {
    const struct cl_source *source;
    struct cl_window directory, headers;
    char name[REPACKED_NAME_MAX + 1];
    bool slash, backslash; /* which of them stand in names */
};

struct repacked_end {
    uint64_t directory, size, count;
    uint64_t offset; /* of what follows the directory */
};

/* The flags and the method that the directory states, while the files are looked at. */
struct repacked_stated {
    uint16_t flags, method;
};

/* By its first bytes, is it something else that people send, or a part of a ZIP? Then *flaw says
 * what to do. */
CL_MUST_USE enum cl_err cl_repacked_begin(const struct cl_source *source, struct cl_flaw *flaw);

/* No control characters, not absolute, and no part that climbs; parts end with / or \. */
CL_MUST_USE bool cl_repacked_name_is_sane(const char *name);
/* Does the field that gives a file another name (0x7075: version, checksum of the header's, name)
 * give it the same? But for parts of the path that the header could not spell, which it may: no
 * file of a package has such. */
CL_MUST_USE bool cl_repacked_names_alike(const uint8_t *field, size_t n, const char *name);

/* Where the directory lies, by the one end record in the tail of the file, and ZIP64's where there
 * is one. */
CL_MUST_USE enum cl_err cl_repacked_end(const struct cl_source *source,
                                        struct repacked_end *ret_end, struct cl_flaw *flaw);
/* One record of the directory; its name is left in r->name. *at moves behind it. */
CL_MUST_USE enum cl_err cl_repacked_central(struct repacked_reading *r, uint64_t *at,
                                            struct repacked_entry *ret, struct cl_flaw *flaw);
/* The file's own header, held against the directory; where its data begin and end. */
CL_MUST_USE enum cl_err cl_repacked_local(struct repacked_reading *r,
                                          const struct repacked_stated *stated,
                                          struct cl_zip_file *file, bool *ret_descriptor,
                                          struct cl_flaw *flaw);
/* A sentence about one file. Names of strangers are not printed. */
CL_MUST_USE enum cl_err cl_repacked_refuse(struct cl_flaw *flaw, const char *name,
                                           const char *what);

#endif
