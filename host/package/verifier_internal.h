/* What the files of verify share; nobody else includes it. */
#ifndef CL_VERIFIER_INTERNAL_H
#define CL_VERIFIER_INTERNAL_H

#include "base/clock.h"
#include "crypto/proof.h"
#include "entry/brackets.h"
#include "package/blocks.h"
#include "package/bundle.h"
#include "package/layout.h"
#include "package/lines.h"
#include "package/verifier.h"

/* What an entry of kind timestamp says of the answer that it names. */
struct token_said {
    bool there;    /* an entry says it */
    bool disputed; /* another entry says otherwise of the same answer */
    uint64_t size;
    int64_t gen_time; /* ms since 1970, UTC */
};

/* One file of the package. */
struct item {
    struct cl_place place;        /* what it is, by its name */
    uint8_t hash[CL_HASH];        /* SHA-256, known after the bag was walked */
    bool listed;                  /* in its manifest */
    bool another;                 /* an attachment that is not what its ending says */
    enum cl_content_type content; /* of an exhibit, by its bytes, */
    uint8_t mail[CL_HASH];        /* and what a mail says: cl_mail_hash */
    size_t first;    /* the first of those with the same bytes, for which all of them count: */
    bool enclosed;   /* one of those with the same bytes lies among the exhibits, */
    bool attached;   /* one lies elsewhere */
    uint64_t seq;    /* of the first entry that names it, no exhibit; UINT64_MAX: none */
    int64_t time_ms; /* of that entry, on the owner's clock */
    struct token_said said; /* of an authority's answer */
    uint64_t size;
    bool answers;           /* one of those with the same bytes is an authority's answer */
    bool other_size;        /* an entry states another than it has … */
    unsigned types;         /* … and these media types, one bit a role; 1: of no role */
    uint64_t exhibit_seq;   /* of the first exhibit that names it, */
    unsigned exhibit_types; /* and the media types that exhibits state, one bit each */
    struct cl_hash leaf;    /* of a proof's entry, known after the entries were walked */
};

/* A tree size at which the root is wanted. */
struct mark {
    uint64_t size;
    struct cl_hash root;
    int64_t latest_ms; /* the latest time that an entry below it states */
    bool known;
};

#define CLOCK_REMARKS_MAX 20 /* then their number */

/* A clock that was set between two entries. */
struct clock_remark {
    uint64_t before, after;
    const char *what;
};

/* What a line is, as far as it can be told by itself: so several are made at a time. */
struct read_line {
    struct read_line *next;
    struct cl_span line;
    enum cl_err err; /* CL_BAD_JSON; CL_PACKAGE_LIMIT: it is too long */
    bool withheld, whole;
    struct cl_hash leaf;
    struct cl_entry entry;      /* of one that this version can read whole, */
    struct cl_fault why;        /* or why not, */
    const struct cl_json *tree; /* and its tree */
};

/* What the pass finds, line after line (verify_read.c). Of the verifier it reads what the layout
 * gave, and writes items' seq and leaf, and marks. */
struct entries {
    struct verifier *v;
    struct cl_hasher *hasher; /* of the whole file */
    enum cl_err hash_err;
    uint64_t seq; /* lines that were good, so the number of the one that is not */
    struct cl_lines_fault fault;
    struct cl_merkle_stack tree;
    size_t next_proof, next_mark;
    struct cl_buf genesis; /* line 0, for when the key is known */
    uint64_t last_seq;     /* of the last disclosed entry */
    struct cl_clock last;
    bool has_last;
    int64_t latest_ms;
    uint64_t withheld, missing_attachments, missing_tokens, unsynchronized, apart, clock_remarks;
    struct clock_remark remarks[CLOCK_REMARKS_MAX];
};

struct verifier {
    const struct cl_source *source;
    const struct cl_verify_options *options;
    struct cl_bundle *bundle;
    struct item *items; /* one a file, in the bundle's order */
    struct cl_buf kept[CL_ROLE_SMALL];
    size_t *by_hash, *proofs; /* item indices: all but the entries by hash; proofs by number */
    size_t *stamps;           /* and the files of timestamps, those of one beside each other */
    size_t by_hash_count, proof_count, mark_count, stamp_count;
    struct mark *marks;          /* ascending */
    uint64_t done, of;           /* bytes walked, for progress */
    struct entries *entries;     /* after the bag was walked */
    struct cl_brackets brackets; /* of the timestamps that are trusted */
    struct cl_bag_info info;     /* borrowed from kept */
    const char *check;           /* the one that runs */
    struct cl_flaw flaw;
    struct cl_verified out;
};

/* Each returns CL_OK and v->flaw.what as its summary, or the error and v->flaw. */
enum cl_err verifier_check_layout(struct verifier *v);
enum cl_err verifier_check_bag(struct verifier *v);
enum cl_err verifier_check_key(struct verifier *v);
enum cl_err verifier_check_signature(struct verifier *v);
enum cl_err verifier_check_checkpoint(struct verifier *v);
enum cl_err verifier_check_entries(struct verifier *v);
enum cl_err verifier_check_attachments(struct verifier *v);
enum cl_err verifier_check_proofs(struct verifier *v);
enum cl_err verifier_check_timestamps(struct verifier *v);
enum cl_err verifier_check_extends(struct verifier *v);

/* ---- the entries ------------------------------------------------------------------------------
 */

/* One pass over them; for the bag, which wants the file's hash. What lines are wrong is said when
 * the entries are checked. */
enum cl_err verifier_walk_entries(struct verifier *v);
void verifier_free_entries(struct entries *entries); /* accepts NULL */

/* Of a block of lines: what can be told of each by itself, and what it is among the others. */
void verifier_prepare_lines(void *context, const struct cl_block *block);
void verifier_take_lines(void *context, const struct cl_block *block);

/* Of a log that is not the earlier package's: the first entry that is another. CL_ABSENT, and
 * whatever reading the packages gives. */
enum cl_err verifier_find_fork(struct verifier *v, uint64_t *ret_seq);

/* ---- what all checks use --------------------------------------------------------------------- */

/* Say how the running check, whose words are v->flaw, ended. */
void verifier_tell(struct verifier *v, enum cl_check_result result, enum cl_err err);
/* Say something that does not spoil the package. */
__attribute__((format(printf, 3, 4))) void verifier_remark(struct verifier *v, const char *file,
                                                           const char *format, ...);
void verifier_progress(struct verifier *v, size_t n);
/* The mark of that size, or NULL. */
struct mark *verifier_mark(struct verifier *v, uint64_t size);

#endif
