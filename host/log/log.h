/* The log: entries appended under the owner's key, their tree, and the head that the keyring
 * remembers.
 *
 * Always holds: a success means committed and synced; the keyring's head is never ahead of the file
 * except when the file was changed from outside; no key is ever made where a log file or a keyring
 * head exists. */
#ifndef CL_LOG_H
#define CL_LOG_H

#include "entry/entry.h"
#include "entry/observation.h"
#include "keyring/keyring.h"
#include "log/summary.h"

struct cl_log;

enum cl_log_mode {
    CL_LOG_READ,   /* CL_LOG_ABSENT when there is none */
    CL_LOG_APPEND, /* made when there is neither file nor keyring item */
    CL_LOG_REPAIR, /* opens in spite of an alarm: for verify and acknowledge */
};

/* A log that is open to append keeps the lock, so that nobody else may write until it is closed:
 * open it for one request. One that is open to read has let go of it; what it reads never changes,
 * though others may append meanwhile.
 *
 * Open the log at cl_paths_log under its lock, load its key and hold the file against the
 * keyring's head: an unacknowledged alarm, a shorter file or another root is the error (and is put
 * into the head as the alarm); a consistent suffix is a crash after the commit: its entries are
 * opened and checked, the head is advanced. O(log n). */
CL_MUST_USE enum cl_err cl_log_open(enum cl_log_mode mode, struct cl_log **ret_log);
/* Advance the keyring's head to what was committed, let go of the lock, free. An answer may be sent
 * before: a head that stays behind, because the process was killed, is a crash after the commit. */
void cl_log_close(struct cl_log **log);
/* Is it an answer about the log rather than an obstacle: what is there is not what was written? Its
 * owner may read that all the same (CL_LOG_REPAIR). */
bool cl_log_is_wrong(enum cl_err err);
/* Likewise of one thing in it: it is not there, or not what was written. Any other error says
 * nothing of the log. */
bool cl_log_is_lost(enum cl_err err);

uint64_t cl_log_size(const struct cl_log *log);
const struct cl_hash *cl_log_root(const struct cl_log *log);
const uint8_t *cl_log_id(const struct cl_log *log); /* CL_HASH bytes */
const struct cl_key *cl_log_key(const struct cl_log *log);
const char *cl_log_provider(const struct cl_log *log);
enum cl_err cl_log_alarm(const struct cl_log *log); /* CL_OK, or why appending is refused */

/* What became of one observation. */
struct cl_recorded {
    bool written; /* false: a repeat (same reading sent again, or nothing new within a day). The ids
                     of the last CL_RECENT_MAX readings are kept, also of those that were repeats:
                     so an outbox may send a batch again whose answer was lost, whatever came in
                     between */
    uint64_t seq; /* of the new entry, or of the one that already says it */
    struct cl_meaning meaning;
    char pseudonym[CL_PSEUDONYM];
};

/* Record up to CL_BATCH_MAX observations in one transaction, all or none. The head is advanced by
 * cl_log_close. ret has `count` places. */
CL_MUST_USE enum cl_err cl_log_record(struct cl_log *log, const struct cl_observation *observations,
                                      size_t count, struct cl_recorded *ret);

/* What became of a document. */
struct cl_kept {
    bool written; /* false: the same reading again, or nothing new within a day */
    uint64_t seq; /* of the new entry, or of the one that already says it */
    enum cl_change change;
    uint8_t sha256[CL_HASH];
    uint64_t previous; /* where the text changed: the last entry of the text before; else, or if
                          forgotten, UINT64_MAX */
};

/* Keep a document: its entry, and its text unless that is kept already. */
CL_MUST_USE enum cl_err cl_log_keep_document(struct cl_log *log, const struct cl_document *doc,
                                             struct cl_kept *ret);

/* Keep an independent time that was checked; the token's own attachments are set from the files.
 * The log's head must be an extension of the token's size and root: CL_TSA_OTHER. CL_TSA_REPLAYED:
 * that reply is kept already. */
struct cl_token_files {
    struct cl_span checkpoint, query, reply, chain;
};
CL_MUST_USE enum cl_err cl_log_keep_token(struct cl_log *log, const struct cl_token *token,
                                          const struct cl_token_files *files, uint64_t *ret_seq);

/* Keep a file of the owner's own: its entry, and its bytes, in parts where they are many, unless
 * they are kept already. The exhibit has described them (entry/exhibit.h). */
CL_MUST_USE enum cl_err cl_log_keep_exhibit(struct cl_log *log, const struct cl_exhibit *exhibit,
                                            struct cl_span bytes, uint64_t *ret_seq);

/* The time authorities that were asked, the one heard of last at the end; borrowed until the next
 * change. What is put replaces the one of that address; no entry is written. */
CL_MUST_USE enum cl_err cl_log_authorities(struct cl_log *log,
                                           const struct cl_authority **ret_authorities,
                                           size_t *ret_count);
CL_MUST_USE enum cl_err cl_log_put_authority(struct cl_log *log,
                                             const struct cl_authority *authority);

/* The attachment of that SHA-256, appended to `to`, and the type that its entry gives it.
 * CL_ABSENT (no entry lists it), CL_LOG_CHANGED (it is gone, or does not open). */
CL_MUST_USE enum cl_err cl_log_attachment(struct cl_log *log, const uint8_t sha256[static CL_HASH],
                                          char ret_type[static CL_MEDIA_TYPE_MAX + 1],
                                          struct cl_buf *to);

/* Its type and size alone, whether or not it opens. */
CL_MUST_USE enum cl_err cl_log_attachment_size(struct cl_log *log,
                                               const uint8_t sha256[static CL_HASH],
                                               char ret_type[static CL_MEDIA_TYPE_MAX + 1],
                                               uint64_t *ret_size);
/* One part of CL_ATTACHMENT_MAX bytes, or what is left, of what has `size` bytes in all, counted
 * from 0, appended to `to`. Of several parts only together, by the SHA-256 of all, it is known that
 * they are what the entry lists. CL_ABSENT, CL_LOG_CHANGED. */
CL_MUST_USE enum cl_err cl_log_attachment_part(struct cl_log *log,
                                               const uint8_t sha256[static CL_HASH], uint64_t size,
                                               uint64_t part, struct cl_buf *to);

/* The exact bytes of entry seq, appended to `to`. CL_ABSENT (not before the size),
 * CL_LOG_CHANGED (the row is gone, or seal or leaf do not fit: also of damage that was
 * acknowledged). */
CL_MUST_USE enum cl_err cl_log_entry(struct cl_log *log, uint64_t seq, struct cl_buf *to);

/* The same for who wants many of them, best in ascending order: the file is read in runs of up to
 * 256 entries, and nobody who appends waits while they are worked on. */
struct cl_log_reader;
CL_MUST_USE enum cl_err cl_log_reader_new(struct cl_log *log, struct cl_log_reader **ret_reader);
void cl_log_reader_free(struct cl_log_reader **reader); /* for cl_cleanup; before the log's end */
/* As cl_log_entry, and the entry's leaf hash; NULL: it was asked for before, and the seal vouches
 * for what is read again. */
CL_MUST_USE enum cl_err cl_log_reader_entry(struct cl_log_reader *reader, uint64_t seq,
                                            struct cl_buf *to, struct cl_hash *ret_leaf);

/* The tree's hashes, for proofs; valid until the log is closed. */
struct cl_tiles cl_log_tiles(const struct cl_log *log);

/* Known accounts, borrowed until the next record or close. */
CL_MUST_USE enum cl_err cl_log_accounts(struct cl_log *log, const struct cl_account **ret_accounts,
                                        size_t *ret_count);

/* CL_DOCUMENTS states in the order of cl_document_names, and what there is of timestamps; borrowed
 * as well. */
CL_MUST_USE enum cl_err cl_log_documents(struct cl_log *log,
                                         const struct cl_document_state **ret_states,
                                         const struct cl_token_state **ret_tokens);

/* The pseudonym of a LinkedIn member id in this log: the first 32 hex digits of HMAC-SHA-256(k,
 * id), where k = HMAC-SHA-256(data key, "consentlog/v1 pseudonym"). Other purposes have other
 * labels. */
CL_MUST_USE enum cl_err cl_log_pseudonym(const struct cl_log *log, const char *id,
                                         char ret_text[static CL_PSEUDONYM]);

/* One thing that verify found. seq is the entry it concerns, or UINT64_MAX for the whole log. */
struct cl_finding {
    enum cl_err err; /* CL_LOG_CHANGED, CL_LOG_DAMAGED, … */
    uint64_t seq;
    bool fault;        /* false: a remark (the clock went back), the log still verifies */
    bool acknowledged; /* a discontinuity entry names it */
    const char *what;  /* static sentence fragment: "seal does not open", "leaf differs from the
                          tree", "missing", … */
};
typedef void cl_on_finding(void *context, const struct cl_finding *finding);
typedef void cl_on_progress(void *context, uint64_t done, uint64_t of);

struct cl_verdict {
    uint64_t entries, faults, remarks, acknowledged;
    uint64_t breaks; /* entries that say that its owner went on with what was damaged or gone */
};
/* Check the file's structure, every seal, every attachment, every leaf, every tile, the root, the
 * head, the summary and the order of clocks, in memory that does not grow with the log. Bytes of
 * the file that nothing is read from (free pages, gaps inside pages) are SQLite's own: a change
 * there changes no entry and is not told. Unacknowledged faults set the alarm in the keyring's
 * head, so that nothing is appended until they are acknowledged. CL_OK: the check ran. */
CL_MUST_USE enum cl_err cl_log_verify(struct cl_log *log, cl_on_finding *on_finding,
                                      cl_on_progress *on_progress, void *context,
                                      struct cl_verdict *ret_verdict);

/* The owner knows. Verifies, repairs the file (tiles, summary, triggers and the key's name are made
 * again from what is known; rows that were never entries, and attachments that no entry lists or
 * that do not open, go), writes a discontinuity entry that says what was found, clears the alarm.
 * Entries that can no longer be read, or whose attachments cannot, keep their place and their hash;
 * verify then calls them acknowledged. Where the file cannot be continued (gone, not a database,
 * its structure damaged, without its first entry or an entry's hash, key missing, damaged or
 * foreign) it is set aside under another name, never deleted, and a new log begins whose second
 * entry is the discontinuity. ret_aside: the new name of the old file or "", NUL-terminated. CL_OK
 * with *ret_seq. CL_ABSENT: there is nothing to acknowledge. CL_LOG_ABSENT, and what keyring and
 * store say. */
CL_MUST_USE enum cl_err cl_log_acknowledge(uint64_t *ret_seq, struct cl_buf *ret_aside);

/* The id of the key that the log's file names; "" where there is no file, or none that says it.
 * Asks neither lock nor keyring. */
CL_MUST_USE enum cl_err cl_log_named_key(char ret_key_id[static CL_KEY_ID]);
/* Unlock what holds the key of the log at hand, or of one to come: cl_keyring_unlock. */
CL_MUST_USE enum cl_err cl_log_unlock(int timeout_ms);

/* Put a key that was kept elsewhere back into the keyring, for the log at hand. CL_EXISTS: the
 * keyring has it. CL_KEY_FOREIGN: it does not open this log. CL_LOG_CHANGED: it is this log's, but
 * the first entry was changed. CL_LOG_ABSENT: there is no log to restore it for. Where the keyring
 * knows no length of the log either, nothing can be appended (CL_KEY_RESTORED) until that is
 * acknowledged. */
CL_MUST_USE enum cl_err cl_log_restore_key(struct cl_key *key);

#endif
