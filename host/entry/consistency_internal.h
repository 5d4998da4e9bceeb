/* What has been seen of a log so far, for consistency*.c alone. */
#ifndef CL_CONSISTENCY_INTERNAL_H
#define CL_CONSISTENCY_INTERNAL_H

#include "entry/consistency.h"
#include "entry/seen.h"

#define BOOTS 64

struct account {
    struct cl_account state;
    bool unsure; /* something was kept back since */
};

struct cl_consistency {
    struct cl_seen salts, readings, replies;
    struct account accounts[CL_ACCOUNTS_MAX];
    size_t account_count;
    struct cl_document_state documents[CL_DOCUMENTS];
    bool document_unsure[CL_DOCUMENTS];
    bool hole, after_hole; /* was anything kept back; is this the first entry after it */
    int64_t hole_ms;       /* when the entry after the last was written */
    struct cl_clock last;
    bool has_last;
    char boots[BOOTS][CL_BOOT_ID]; /* runs that have ended; a ring */
    size_t boot_count;
};

/* Where findings go, and of which entry. */
struct finding {
    struct cl_findings *to;
    uint64_t seq;
};

/* Add one, with the words that it is about or with a number. */
void cl_finding_words(struct finding f, enum cl_found_kind what, const char *member,
                      const char *stated, const char *given);
void cl_finding_number(struct finding f, enum cl_found_kind what, int64_t number);

void cl_consistency_times(struct finding f, int64_t observed_ms, int64_t written_ms);
/* Looks and documents take their numbers from one heap. */
CL_MUST_USE enum cl_err cl_consistency_reading(struct cl_consistency *c, struct finding f,
                                               const char reading[static CL_READING]);
/* An observation against its own members and against those of its account before it. */
CL_MUST_USE enum cl_err cl_consistency_observation(struct cl_consistency *c, struct finding f,
                                                   struct cl_entry *entry);

#endif
