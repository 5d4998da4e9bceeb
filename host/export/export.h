/* From a log to an evidence package: docs/evidence-format.md. Reads every entry twice and holds one
 * at a time; memory grows with the changes in it, not with its observations. */
#ifndef CL_EXPORT_H
#define CL_EXPORT_H

#include "base/buf.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "crypto/merkle.h"
#include "report/words.h"
#include "report/zone.h"

/* Singly proved observations of one package; of more, the newest. The others are proved by the tree
 * all the same. */
#define CL_EXPORT_PROOFS_MAX 10000u

/* Where the entries come from. All borrowed while the export runs. */
struct cl_export_source {
    void *context;
    uint64_t size;
    struct cl_hash root;
    const uint8_t *log_id;     /* CL_HASH bytes */
    const uint8_t *public_key; /* CL_PUBLIC bytes */
    const uint8_t *seed;       /* CL_SEED bytes */
    struct cl_tiles tiles;
    /* Append the exact bytes of entry seq < size, and tell their leaf hash. Asked for in ascending
     * order, twice; the second time without the hash (NULL). CL_LOG_CHANGED: they cannot be read
     * (any more); its hash goes into the package in its place. */
    enum cl_err (*entry)(void *context, uint64_t seq, struct cl_buf *to, struct cl_hash *ret_leaf);
    /* Append what an entry names by this hash. NULL: nothing that entries name goes along.
     * CL_ABSENT, CL_LOG_CHANGED: it cannot be had, and is left out. */
    enum cl_err (*attachment)(void *context, const uint8_t sha256[static CL_HASH],
                              struct cl_buf *to);
    /* The same of an exhibit of `size` bytes: its part-th CL_ATTACHMENT_MAX bytes, or what is left.
     * NULL: none goes along. */
    enum cl_err (*part)(void *context, const uint8_t sha256[static CL_HASH], uint64_t size,
                        uint64_t part, struct cl_buf *to);
};

/* A file that goes along: "data/attachments/<sha256>.<ext>", "data/timestamps/<size>-<n>.tsr", …
 * Ascending by name. */
struct cl_export_file {
    const char *name;
    struct cl_span bytes;
};

struct cl_export_options {
    const char *path; /* of the package; must not exist */
    int64_t now_ms;   /* written into it; the same log and moment give the same bytes */
    /* Leave the entry out and put its leaf hash there? Never asked about entry 0. NULL: withhold
     * nothing. */
    bool (*withhold)(void *context, uint64_t seq, const struct cl_buf *entry);
    void (*on_progress)(void *context, uint64_t done, uint64_t of); /* entries; or NULL */
    void *context;
    const struct cl_export_file *files;
    size_t file_count;
    bool no_pictures, no_documents, no_exhibits; /* withhold what entries name as such */
    bool derive;                /* report, table, records and certification as well */
    enum cl_language language;  /* of the report */
    const struct cl_zone *zone; /* of its times; NULL: UTC */
    const char *owner;          /* named in it; valid UTF-8 without control characters; or NULL */
};

struct cl_exported {
    uint64_t entries, withheld; /* unreadable ones are counted as withheld */
    uint64_t unreadable;
    unsigned proofs;
};

/* Write the package, or nothing. CL_EXISTS, CL_DISK_FULL, CL_IO, CL_PACKAGE_LIMIT, CL_LOG_ABSENT
 * (an empty log), CL_LOG_CHANGED (the entries do not give the root), and those of the source. */
CL_MUST_USE enum cl_err cl_export(const struct cl_export_source *source,
                                  const struct cl_export_options *options, struct cl_exported *ret);

#endif
