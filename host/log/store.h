/* The SQLite file: sealed entries, tiles, attachments, one summary. Knows no keys and no meanings.
 *
 * journal_mode=DELETE, synchronous=EXTRA, STRICT tables, triggers that refuse UPDATE and DELETE of
 * entries and attachments. meta (name, value) · entry (seq, sealed) · tile (id = level × 2^56 +
 * index, hashes) · attachment (tag, seq, sealed) · summary (one row: size, sealed). The leaf hash
 * of entry i stands once, in tile (0, i / 256).
 *
 * Whoever opens a store holds the log's lock (lock.h); SQLite's own locks only protect a reader
 * that let go of it. */
#ifndef CL_STORE_H
#define CL_STORE_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/merkle.h"

#include <stdbool.h>
#include <stdint.h>

struct cl_store;

/* Open the file, made (0600) with its tables if `create`; its directory must exist. CL_LOG_ABSENT
 * (missing or of length 0, and not `create`), CL_LOG_UNSAFE (not ours, not plain, or writable by
 * others), CL_LOG_DAMAGED (not a database, cut, not a log, or its tables are not ours),
 * CL_LOG_VERSION. Triggers and other additions are left to cl_store_sound. */
CL_MUST_USE enum cl_err cl_store_open(const char *path, bool write, bool create,
                                      struct cl_store **ret_store);
void cl_store_close(struct cl_store **store);

CL_MUST_USE enum cl_err cl_store_begin(struct cl_store *store); /* BEGIN IMMEDIATE */
CL_MUST_USE enum cl_err
cl_store_commit(struct cl_store *store); /* durable when CL_OK; rolled back otherwise */
void cl_store_rollback(struct cl_store *store);

/* CL_OK if, when it was opened, the file held our triggers and nothing that is not ours; else
 * CL_LOG_CHANGED. */
CL_MUST_USE enum cl_err cl_store_sound(const struct cl_store *store);
/* Drop objects, meta rows and entries (of negative number) that are not ours, and put our triggers
 * back. Inside a transaction. */
CL_MUST_USE enum cl_err cl_store_repair(struct cl_store *store);
/* Drop rows from `size` on, which nothing of this log can be (acknowledged damage only). Inside a
 * transaction. */
CL_MUST_USE enum cl_err cl_store_trim(struct cl_store *store, uint64_t size);
/* SQLite's own look at the file's structure, O(file). CL_LOG_DAMAGED. */
CL_MUST_USE enum cl_err cl_store_check(struct cl_store *store);

/* How much there is of everything, O(file). */
struct cl_census {
    uint64_t entries, tiles, tile_bytes, attachments, metas, summaries;
};
CL_MUST_USE enum cl_err cl_store_census(struct cl_store *store, struct cl_census *ret_census);

/* meta values; CL_ABSENT. */
CL_MUST_USE enum cl_err cl_store_meta(struct cl_store *store, const char *name, struct cl_buf *to);
CL_MUST_USE enum cl_err cl_store_set_meta(struct cl_store *store, const char *name,
                                          const void *bytes, size_t n);

/* Highest seq + 1; 0 when empty. */
CL_MUST_USE enum cl_err cl_store_size(struct cl_store *store, uint64_t *ret_size);
CL_MUST_USE enum cl_err cl_store_put_entry(struct cl_store *store, uint64_t seq,
                                           const struct cl_buf *sealed);
CL_MUST_USE enum cl_err cl_store_entry(struct cl_store *store, uint64_t seq,
                                       struct cl_buf *to); /* CL_ABSENT */
/* Entries first … first + count - 1 in one reading of the file, appended to `to` one behind the
 * other; ret_ends[i] is where in `to` the i-th of them ends. Ends before one that is missing,
 * cannot be read or does not fit. CL_ABSENT, and what cl_store_entry says, if that is the first.
 */
CL_MUST_USE enum cl_err cl_store_entries(struct cl_store *store, uint64_t first, unsigned count,
                                         struct cl_buf *to, size_t *ret_ends, unsigned *ret_count);
CL_MUST_USE enum cl_err cl_store_put_attachment(struct cl_store *store,
                                                const uint8_t tag[static CL_HASH], uint64_t seq,
                                                const struct cl_buf *sealed);
CL_MUST_USE enum cl_err cl_store_attachment(struct cl_store *store,
                                            const uint8_t tag[static CL_HASH], uint64_t *ret_seq,
                                            struct cl_buf *to);
/* Where an attachment is told to be from, without its bytes. CL_ABSENT. */
CL_MUST_USE enum cl_err cl_store_attachment_seq(struct cl_store *store,
                                                const uint8_t tag[static CL_HASH],
                                                uint64_t *ret_seq);
/* Go through the attachments in the order of their tags: the very first, or the one after `tag`;
 * its own takes that place. *ret_seq is UINT64_MAX where the file has no number. CL_ABSENT at
 * the end; CL_LOG_DAMAGED for a tag longer than tag->max. */
CL_MUST_USE enum cl_err cl_store_next_attachment(struct cl_store *store, bool first,
                                                 struct cl_buf *tag, uint64_t *ret_seq);
/* Forget one that no entry lists or that does not open (acknowledged damage only). Inside a
 * transaction. */
CL_MUST_USE enum cl_err cl_store_drop_attachment(struct cl_store *store, const struct cl_buf *tag);
/* Also marks the file as of today's format, where it was of an older one. */
CL_MUST_USE enum cl_err cl_store_put_summary(struct cl_store *store, uint64_t size,
                                             const struct cl_buf *sealed);
CL_MUST_USE enum cl_err cl_store_summary(struct cl_store *store, uint64_t *ret_size,
                                         struct cl_buf *to);

/* Tiles as crypto/merkle wants them; valid while the store is. */
struct cl_tiles cl_store_tiles(struct cl_store *store);
/* Forget all tiles, to build them again from the entries (acknowledged damage only). */
CL_MUST_USE enum cl_err cl_store_drop_tiles(struct cl_store *store);

#endif
