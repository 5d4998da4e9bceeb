/* The parts of an open log, for log.c and log_*.c alone. */
#ifndef CL_LOG_INTERNAL_H
#define CL_LOG_INTERNAL_H

#include "log/log.h"
#include "log/seal.h"
#include "log/store.h"
#include "log/summary.h"

struct cl_log {
    int lock;           /* -1 when it was let go */
    struct cl_buf path; /* NUL-terminated */
    struct cl_store *store;
    struct cl_keyring *keyring;
    struct cl_key *key;
    char named[CL_KEY_ID]; /* the key that the file names, or "" */
    struct cl_head head;   /* as found in the keyring; zeros if it was missing */
    bool behind;           /* the head is, until the log is closed */
    enum cl_err alarm;
    bool meta_wrong; /* meta names another key, yet this one opens the log */
    uint64_t size;
    struct cl_hash root;
    struct { /* as they were when the transaction began */
        uint64_t size;
        struct cl_hash root;
    } before;
    struct cl_merkle_stack added; /* the tree, while one transaction adds more than one entry */
    struct cl_sealer sealer;
    struct cl_summary *summary; /* NULL until needed */
};

/* Take lock and keyring, open what there is, and say what is wrong with it: *ret_finding is CL_OK
 * or why nothing may be appended. An error: it cannot be opened at all (*ret_log is then given too,
 * for what is known of it). `create`: make the log if there never was one. `write` keeps the lock.
 */
CL_MUST_USE enum cl_err cl_log_look(bool write, bool create, struct cl_log **ret_log,
                                    enum cl_err *ret_finding);
/* Put the alarm into the keyring's head, under the lock; what fails is left to the next one who
 * looks. */
void cl_log_raise(struct cl_log *log, enum cl_err alarm);

/* The bytes of entry seq, without a look at the tree. CL_ABSENT, CL_LOG_CHANGED. */
CL_MUST_USE enum cl_err cl_log_unseal(struct cl_log *log, uint64_t seq, struct cl_buf *to);
/* The same, and what it says was before it. */
CL_MUST_USE enum cl_err cl_log_unseal_told(struct cl_log *log, uint64_t seq, struct cl_buf *to,
                                           struct cl_before *ret_before);
/* The summary, from the file or made again from the entries; those that cannot be read are left
 * out. `distrust`: do not look at the stored one. CL_LOG_CHANGED when the stored one is not of this
 * log's history. */
CL_MUST_USE enum cl_err cl_log_need_summary(struct cl_log *log, bool distrust);

/* Entries that the keyring's head does not know belong to this log only together with the summary
 * that was sealed with the last of them, of exactly that size and root: entries of another branch
 * (before a roll-back that was acknowledged, or of a second computer) open and have their hashes,
 * but nobody ever sealed a summary of both branches in one. CL_LOG_CHANGED. */
CL_MUST_USE enum cl_err cl_log_check_suffix_summary(struct cl_log *log);

/* A transaction: begin, add…, then commit or abort. What commit has said CL_OK to is on the disk;
 * the head follows at cl_log_settle, which cl_log_close does. */
CL_MUST_USE enum cl_err cl_log_begin(struct cl_log *log);
/* The same, with the summary and the time of what is written; nothing is begun over an alarm. */
CL_MUST_USE enum cl_err cl_log_ready(struct cl_log *log, struct cl_clock *ret_clock);
void cl_log_abort(struct cl_log *log);
CL_MUST_USE enum cl_err cl_log_commit(struct cl_log *log);
/* The end of a transaction that came to `err` and wrote something or nothing. Only what is wrong
 * with the log itself says CL_LOG_CHANGED there. */
CL_MUST_USE enum cl_err cl_log_end(struct cl_log *log, enum cl_err err, bool wrote);
void cl_log_settle(struct cl_log *log, int timeout_ms);
/* Add one entry: a fresh head, and the body that `write` gives it. */
typedef void cl_log_body(struct cl_json_writer *w, const void *body);
CL_MUST_USE enum cl_err cl_log_add(struct cl_log *log, enum cl_kind kind,
                                   const struct cl_clock *clock, cl_log_body *write,
                                   const void *body);
/* Keep the bytes that the next entry will list; of bytes that are kept already only their state is
 * looked at. Inside a transaction. CL_LOG_CHANGED: they are kept, but cannot be opened. */
CL_MUST_USE enum cl_err cl_log_attach(struct cl_log *log, const struct cl_attachment *item,
                                      struct cl_span bytes);
/* The tag under which the bytes of that SHA-256 are kept: an HMAC under a key of the log, so that
 * the file does not tell which documents it holds. */
CL_MUST_USE enum cl_err cl_log_tag(const struct cl_log *log, const uint8_t sha256[static CL_HASH],
                                   uint8_t ret_tag[static CL_HASH]);
/* That of a part, counted from 0, of what is kept in several. */
CL_MUST_USE enum cl_err cl_log_part_tag(const struct cl_log *log,
                                        const uint8_t sha256[static CL_HASH], uint32_t part,
                                        uint8_t ret_tag[static CL_HASH]);
/* The bytes under a tag, whatever they are, and the entry that brought them: as that part, counted
 * from 0, or as something whole. CL_ABSENT, CL_LOG_CHANGED. And put some there, for the next entry.
 */
#define CL_WHOLE (-1)
CL_MUST_USE enum cl_err cl_log_open_tag(struct cl_log *log, const uint8_t tag[static CL_HASH],
                                        int part, uint64_t *ret_seq, struct cl_buf *to);
CL_MUST_USE enum cl_err cl_log_put_tag(struct cl_log *log, const uint8_t tag[static CL_HASH],
                                       int part, struct cl_span bytes);
/* As cl_log_attach, in as many parts as it takes. */
CL_MUST_USE enum cl_err cl_log_attach_parts(struct cl_log *log, const struct cl_attachment *item,
                                            struct cl_span bytes);
/* Are all parts there, and together the bytes that the entry lists? CL_ABSENT, CL_LOG_CHANGED. */
CL_MUST_USE enum cl_err cl_log_check_parts(struct cl_log *log, const struct cl_attachment *item);
/* The bytes of that SHA-256 and the entry that brought them. CL_ABSENT, CL_LOG_CHANGED (they do
 * not open). */
CL_MUST_USE enum cl_err cl_log_open_attachment(struct cl_log *log,
                                               const uint8_t sha256[static CL_HASH],
                                               uint64_t *ret_seq, struct cl_buf *to);
/* Do the bytes that the file keeps under that tag open, and does the entry that brought them list
 * them? CL_OK also where that entry cannot be read, so that nobody can say. CL_LOG_CHANGED: they
 * are nobody's. */
CL_MUST_USE enum cl_err cl_log_check_attachment(struct cl_log *log, const struct cl_buf *tag,
                                                uint64_t seq);
CL_MUST_USE enum cl_err cl_log_add_discontinuity(struct cl_log *log, const struct cl_clock *clock,
                                                 const struct cl_discontinuity *why);
/* Write the first entry, and why there is a new log, if there was one before; the key is in the
 * keyring already. */
CL_MUST_USE enum cl_err cl_log_make(struct cl_log *log, const struct cl_clock *clock,
                                    const struct cl_discontinuity *why);

/* What a whole look through the log found, beside the findings themselves. */
struct cl_audit {
    struct cl_verdict verdict;
    enum cl_err first;    /* the first unacknowledged fault, or CL_OK */
    bool structure_wrong; /* SQLite itself finds the file damaged */
    bool rebuild;         /* the tiles do not fit the entries */
    bool leaf_lost; /* an entry and its leaf hash are both gone, and something is left after it */
    uint64_t tail;  /* from here on nothing opens and no leaf hash is left; UINT64_MAX: all is
                       accounted for */
    unsigned damaged_count; /* entries that cannot be read, or not whole, as ranges; the last takes
                               in all that follow when it is full */
    struct {
        uint64_t first, last;
    } damaged[CL_DAMAGED_MAX];
};
CL_MUST_USE enum cl_err cl_log_audit(struct cl_log *log, cl_on_finding *on_finding,
                                     cl_on_progress *on_progress, void *context,
                                     struct cl_audit *ret_audit);

#endif
