/* What the files of verify share; nobody else includes it. */
#ifndef CL_VERIFIER_H
#define CL_VERIFIER_H

#include "bundle.h"
#include "proof.h"
#include "verify.h"

#define CL_PENDING_MAX (16u * 1024 * 1024) /* timestamps that wait for their other files */

enum role {
    ROLE_BAGIT,
    ROLE_BAG_INFO,
    ROLE_INSTRUCTIONS,
    ROLE_MANIFEST,
    ROLE_TAG_MANIFEST,
    ROLE_SIGNATURE,
    ROLE_ALLOWED,
    ROLE_PEM,
    ROLE_VKEY,
    ROLE_CHECKPOINT,
    ROLE_KEPT, /* those above are kept in memory while the checks run */
    ROLE_ENTRIES = ROLE_KEPT,
    ROLE_PLAIN, /* for people: report, table, records, certification */
    ROLE_PROOF,
    ROLE_ATTACHMENT,
    ROLE_STAMP_CHAIN,
    ROLE_STAMP_CHECKPOINT,
    ROLE_STAMP_QUERY,
    ROLE_STAMP_REPLY,
};

/* One file of the package. */
struct item {
    enum role role;
    uint64_t number;       /* a proof's entry, a timestamp's size */
    uint64_t ordinal;      /* a timestamp's number among those of its size */
    uint64_t seq;          /* of the entry that names this file; UINT64_MAX: none */
    uint8_t hash[CL_HASH]; /* SHA-256, known after the bag was walked */
    struct cl_hash leaf;   /* of a proof's entry, known after the entries were walked */
};

/* A tree size at which the root is wanted. */
struct mark {
    uint64_t size;
    struct cl_hash root;
    int64_t latest_ms; /* the latest time that an entry below it states */
    bool known;
};

struct verifier {
    const struct cl_source *source;
    const struct cl_verify_options *options;
    struct cl_bundle *bundle;
    struct item *items; /* one a file, in the bundle's order */
    struct cl_buf kept[ROLE_KEPT];
    size_t *by_hash, *proofs; /* item indices: all by hash; proofs by number */
    size_t proof_count, mark_count;
    struct mark *marks; /* ascending */
    uint64_t done, of;  /* bytes walked, for progress */
    uint64_t missing_attachments;
    const char *check; /* the one that runs */
    struct cl_flaw flaw;
    struct cl_verified out;
};

/* Each returns CL_OK and v->flaw.what as its summary, or the error and v->flaw. */
enum cl_err check_layout(struct verifier *v);
enum cl_err check_bag(struct verifier *v);
enum cl_err check_key(struct verifier *v);
enum cl_err check_signature(struct verifier *v);
enum cl_err check_checkpoint(struct verifier *v);
enum cl_err check_entries(struct verifier *v);
enum cl_err check_attachments(struct verifier *v);
enum cl_err check_proofs(struct verifier *v);
enum cl_err check_timestamps(struct verifier *v);
enum cl_err check_extends(struct verifier *v);

/* Say something that does not spoil the package. */
__attribute__((format(printf, 3, 4))) void verifier_remark(struct verifier *v, const char *file,
                                                           const char *format, ...);
void verifier_progress(struct verifier *v, size_t n);
/* The mark of that size, or NULL. */
struct mark *verifier_mark(struct verifier *v, uint64_t size);

#endif
