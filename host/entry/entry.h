/* Entries: one line of JSON each, written once as exact bytes and never serialised again.
 * docs/protocol.md shows them. */
#ifndef CL_ENTRY_H
#define CL_ENTRY_H

#include "base/clock.h"
#include "crypto/crypto.h"
#include "entry/document.h"
#include "entry/exhibit.h"
#include "entry/observation.h"
#include "json/reader.h"
#include "json/writer.h"

#define CL_SALT 16

enum cl_kind {
    CL_KIND_GENESIS,
    CL_KIND_OBSERVATION,
    CL_KIND_DOCUMENT,
    CL_KIND_TIMESTAMP,
    CL_KIND_DISCONTINUITY,
    CL_KIND_EXHIBIT
};
extern const char *const cl_kind_names[];

/* The members every entry starts with: v, seq, kind, time, clock {synchronized, boot_id (null if
 * unknown), uptime_ms}, salt (base64). */
struct cl_entry_head {
    uint64_t seq;
    enum cl_kind kind;
    struct cl_clock clock;
    uint8_t salt[CL_SALT];
};

/* Open the object and write the head; the body's members follow, then cl_entry_end closes it. A
 * buffer that is too small shows itself at the end. */
void cl_entry_begin(struct cl_json_writer *w, const struct cl_entry_head *head);
/* CL_LOG_FULL if the entry is longer than CL_ENTRY_MAX. */
CL_MUST_USE enum cl_err cl_entry_end(struct cl_json_writer *w);

struct cl_genesis {
    char host[32]; /* host version */
    uint8_t public_key[CL_PUBLIC];
    char provider[64]; /* the Secret Service's name for itself, or "unknown" */
};
void cl_genesis_write(struct cl_json_writer *w, const struct cl_genesis *genesis);

/* What was found wrong with a log and that its owner knows. Sizes and roots are of the keyring's
 * head and of the file; damaged names entries that cannot be opened, as [first, last] ranges. */
#define CL_DAMAGED_MAX 64
struct cl_discontinuity {
    enum cl_err found;
    uint64_t head_size, log_size;
    uint8_t head_root[CL_HASH], log_root[CL_HASH];
    bool has_previous;         /* a new log was begun because the old one cannot be continued */
    uint8_t previous[CL_HASH]; /* its log id, if known */
    unsigned damaged_count;
    struct {
        uint64_t first, last;
    } damaged[CL_DAMAGED_MAX];
};
void cl_discontinuity_write(struct cl_json_writer *w, const struct cl_discontinuity *d);

/* An independent time: an authority saw the checkpoint of that size and root at gen_time. The four
 * attachments are the checkpoint, the query, the reply and the signer's chain. */
struct cl_token {
    uint64_t size;
    uint8_t root[CL_HASH];
    const char *tsa; /* the signer's subject, ≤ CL_TSA_NAME_MAX */
    int64_t gen_time;
    const char *authority; /* where it was asked, ≤ CL_AUTHORITY_MAX */
    struct cl_attachments attachments;
};
#define CL_AUTHORITY_MAX 256
/* By these names, in this order. */
enum cl_token_part {
    CL_TOKEN_CHECKPOINT,
    CL_TOKEN_QUERY,
    CL_TOKEN_REPLY,
    CL_TOKEN_CHAIN,
    CL_TOKEN_PARTS
};
extern const char *const cl_token_part_names[]; /* NULL after the last */
void cl_token_write(struct cl_json_writer *w, const struct cl_token *token);

/* An entry read back. Strings are borrowed from `tree`; free with cl_entry_free. Strict: the same
 * gate, members in any order but none unknown, none missing; so an entry of another version, or of
 * a kind that this version does not write, is CL_LOG_VERSION, a broken one CL_MALFORMED. */
struct cl_entry {
    struct cl_json *tree;
    struct cl_entry_head head;
    union {
        struct cl_genesis genesis;
        struct {
            struct cl_observation seen;
            struct cl_meaning meaning;
            const char *pseudonym; /* or NULL */
        } observation;
        struct {
            struct cl_document seen;
            enum cl_change change;
        } document;
        struct cl_token token;
        struct cl_discontinuity discontinuity;
        struct cl_exhibit exhibit;
    };
};
CL_MUST_USE enum cl_err cl_entry_parse(const uint8_t *bytes, size_t len, struct cl_entry *ret);
/* The same, and of one that cannot be read: which member it is that is missing, wrong or not known
 * here ("" where it is none), and why. */
CL_MUST_USE enum cl_err cl_entry_parse_told(const uint8_t *bytes, size_t len, struct cl_entry *ret,
                                            struct cl_fault *ret_fault);
/* Of a text that was parsed already; the tree stays the caller's. *fault, zeroed before, says which
 * member it is that is missing, wrong or not known here. */
CL_MUST_USE enum cl_err cl_entry_read(const struct cl_json *tree, struct cl_entry *ret,
                                      struct cl_fault *fault);
void cl_entry_free(struct cl_entry *entry);

/* What the entry lists; an empty list for a kind that lists nothing. Borrowed from it. */
const struct cl_attachments *cl_entry_attachments(const struct cl_entry *entry);

#endif
