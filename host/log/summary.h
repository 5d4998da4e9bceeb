/* What a log's entries come to: the accounts, the documents, the timestamps, the readings that
 * arrived last, and where its owner acknowledged damage.
 *
 * It is a cache, sealed beside the entries so that an append does not read them all. It names the
 * tree it belongs to; all but the ids of readings that were not recorded can be made again from the
 * entries. */
#ifndef CL_SUMMARY_H
#define CL_SUMMARY_H

#include "base/limits.h"
#include "crypto/merkle.h"
#include "entry/entry.h"
#include "entry/observation.h"

/* Discontinuities of one log that are remembered; older ones are forgotten, and their damage is
 * told again. */
#define CL_GAPS_MAX 64
/* 256 accounts of 400 bytes and 256 readings of 34, with room. */
#define CL_SUMMARY_MAX (256u * 1024)

struct cl_recent {
    uint8_t id[16];
    uint64_t seq;
    struct cl_meaning meaning;
};

/* Independent times in the log. last_size and last_time (genTime) are of the last one; -1 if there
 * is none. */
struct cl_token_state {
    uint64_t count;
    int64_t last_size, last_time;
};

/* A time authority that was asked, by its address: the entry of its last answer, and what its owner
 * said of a root that it did not have before. */
#define CL_AUTHORITIES_MAX 16
struct cl_authority {
    char url[CL_AUTHORITY_MAX + 1];
    uint64_t seq;              /* UINT64_MAX: it has none */
    uint8_t refused[CL_HASH];  /* the root of an answer that was refused for it, or zeros */
    uint8_t accepted[CL_HASH]; /* the one that its owner accepts, or zeros */
};

/* What came in the running day or hour of each kind that is bounded (limits.h). */
enum cl_flow { CL_FLOW_ACCOUNTS, CL_FLOW_DOCUMENTS, CL_FLOW_STAMPS, CL_FLOW_EXHIBITS, CL_FLOWS };
struct cl_flow_state {
    int64_t from, count;
};

struct cl_summary {
    uint64_t size; /* of the tree it belongs to */
    struct cl_hash root;
    size_t account_count;
    struct cl_account accounts[CL_ACCOUNTS_MAX];
    struct cl_document_state documents[CL_DOCUMENTS];
    struct cl_token_state tokens;
    struct cl_flow_state flows[CL_FLOWS];
    bool authorities_known; /* a summary of an older version does not tell them */
    size_t authority_count; /* the one that was heard of longest ago goes when it is full */
    struct cl_authority authorities[CL_AUTHORITIES_MAX];
    size_t recent_count; /* oldest first; the oldest goes when it is full */
    struct cl_recent recent[CL_RECENT_MAX];
    size_t gap_count;
    uint64_t gaps[CL_GAPS_MAX]; /* seqs of discontinuity entries, ascending */
};

CL_MUST_USE enum cl_err cl_summary_new(struct cl_summary **ret_summary);
void cl_summary_free(struct cl_summary **summary);

/* NULL when there is none. Borrowed until the next change. */
const struct cl_account *cl_summary_account(const struct cl_summary *summary,
                                            const char *pseudonym);
/* Replace or add. CL_LOG_FULL above CL_ACCOUNTS_MAX. */
CL_MUST_USE enum cl_err cl_summary_put_account(struct cl_summary *summary,
                                               const struct cl_account *account);

/* `reading` is 32 hex digits, as in an observation. */
const struct cl_recent *cl_summary_recent(const struct cl_summary *summary, const char *reading);
CL_MUST_USE enum cl_err cl_summary_add_recent(struct cl_summary *summary, const char *reading,
                                              uint64_t seq, const struct cl_meaning *meaning);
void cl_summary_add_gap(struct cl_summary *summary, uint64_t seq);

void cl_summary_add_token(struct cl_summary *summary, uint64_t seq, const struct cl_token *token);
/* Has as much of it come in the running day or hour as is recorded? */
CL_MUST_USE bool cl_summary_is_full(const struct cl_summary *summary, enum cl_flow flow,
                                    int64_t now_ms);
void cl_summary_add_flow(struct cl_summary *summary, enum cl_flow flow, int64_t now_ms);

/* The authority of that address; NULL when there is none. Borrowed until the next change. */
const struct cl_authority *cl_summary_authority(const struct cl_summary *summary, const char *url);
void cl_summary_put_authority(struct cl_summary *summary, const struct cl_authority *authority);

/* Take in one entry of the log, in order; the size becomes its seq + 1. CL_LOG_FULL, CL_CRYPTO. */
CL_MUST_USE enum cl_err cl_summary_take(struct cl_summary *summary, const struct cl_entry *entry);

/* One line of JSON, and back, into a new one, which is of no use when that fails: CL_LOG_CHANGED
 * for anything that writing would not have made. Not into a second one first: a record is one of
 * the few things that a process does, and two would be a fortieth of its memory. */
CL_MUST_USE enum cl_err cl_summary_write(const struct cl_summary *summary, struct cl_buf *to);
CL_MUST_USE enum cl_err cl_summary_read(const uint8_t *bytes, size_t len,
                                        struct cl_summary *summary);

#endif
