/* A small log and packages made of it, for tests: Ed25519 seed 07 07 07 …, entries that are always
 * the same. */
#ifndef PACKAGE_H
#define PACKAGE_H

#include "entry/observation.h"
#include "export/export.h"

#define PACKAGE_MAX 512 /* entries */
#define PACKAGE_NOW 1785000000000

struct package_log {
    struct cl_buf entries[PACKAGE_MAX];
    uint64_t size;
    struct cl_hash hashes[CL_TILE_LEVELS][PACKAGE_MAX], root;
    uint8_t seed[CL_SEED], public_key[CL_PUBLIC], log_id[CL_HASH];
    struct cl_account account; /* after the last observation */
    uint64_t fork;             /* entries from here on are others; UINT64_MAX: none */
};

/* `size` entries: genesis, then observations a day apart. Aborts on failure. */
void package_log_make(struct package_log *log, uint64_t size, uint64_t fork);
/* The same genesis, then these entries, one a line. */
void package_log_lines(struct package_log *log, const struct cl_buf *lines);
void package_log_free(struct package_log *log);

/* Append the package that cl_export makes with these options, but for the path. */
void package_export(const struct cl_export_source *source, struct cl_export_options options,
                    struct cl_buf *to);

struct cl_export_source package_source(struct package_log *log);

/* Append the package to `to`; withhold may be NULL; without files, the picture that entry 5 names
 * goes along. */
void package_make(struct package_log *log,
                  bool (*withhold)(void *, uint64_t, const struct cl_buf *),
                  const struct cl_export_file *files, size_t file_count, struct cl_buf *to);

#endif
