/* A whole look through an open log, for log_audit*.c alone. */
#ifndef CL_LOG_AUDIT_INTERNAL_H
#define CL_LOG_AUDIT_INTERNAL_H

#include "base/limits.h"
#include "log/log_internal.h"

#define WHOLE_LOG UINT64_MAX

/* What a discontinuity entry, standing at `at`, says about entries before it. */
struct ack {
    uint64_t at, first, last;
};

struct audit {
    struct cl_log *log;
    int lock; /* held while what is counted must not grow; -1 otherwise */
    cl_on_finding *on_finding;
    cl_on_progress *on_progress;
    void *context;
    struct cl_audit out;
    struct cl_buf acks; /* array of struct ack */
    struct cl_tiles tiles;
    struct cl_merkle_stack whole;                  /* the tree of the entries themselves */
    struct cl_merkle_stack levels[CL_TILE_LEVELS]; /* the tile that is being filled, a level */
    uint64_t filled[CL_TILE_LEVELS];               /* hashes of each level so far */
    struct cl_hash leaves[CL_TILE_WIDTH];          /* the stored tile that holds the current leaf */
    bool has_leaves;
    struct cl_clock before; /* of the entry before */
    bool has_before;
    uint64_t vouched; /* so many entries are those that the keyring knows, or told already */
    bool told,
        other_history; /* of the entry before: says what was before it; and it was not this */
};

/* Tell what is wrong with entry seq, or with the log as a whole, and what is only worth a word. */
void audit_fault(struct audit *audit, enum cl_err err, uint64_t seq, const char *what);
void audit_remark(struct audit *audit, uint64_t seq, const char *what);
/* Count the entry among those that cannot be read, or not whole. */
void audit_damaged(struct audit *audit, uint64_t seq);
void audit_of_another_branch(struct audit *audit, uint64_t seq);
/* Before the walk: what was acknowledged of it. */
CL_MUST_USE enum cl_err audit_find_acks(struct audit *audit);
/* The next entry: seal, place, words and attachments. */
CL_MUST_USE enum cl_err audit_check_entry(struct audit *audit, uint64_t seq);

#endif
