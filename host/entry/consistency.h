/* What entries say against themselves and against each other. A holder of the key can sign
 * anything; what the host would never have written, after what stood before, is named with its
 * entry, and no report tells it as a fact.
 *
 * Entries are given in order. Of one that is kept back nothing is known: what could have followed
 * from it is then taken as it is stated, until a look settles it again. docs/evidence-format.md,
 * section 7, has the list. */
#ifndef CL_CONSISTENCY_H
#define CL_CONSISTENCY_H

#include "entry/entry.h"

/* Names stand in consistency_findings.c and sentences in report/words.inc, both in this order. */
enum cl_found_kind {
    CL_FINDING_UNREAD,    /* member: this version cannot read it; nothing of the entry is told */
    CL_FINDING_CONTROL,   /* member: the state does not fit it; the state is not told */
    CL_FINDING_PAGE_DATA, /* stated: what the page's own data said, which is another state */
    CL_FINDING_MEANING,   /* member, stated, and what the entries before give */
    CL_FINDING_OBSERVED_AFTER, /* it was written */
    CL_FINDING_WRITTEN_LATE,   /* number: days after it was observed */
    CL_FINDING_LOADED_AFTER,   /* the page was, after it was observed */
    CL_FINDING_GENESIS,        /* a second one */
    CL_FINDING_SALT_WEAK,      /* a withheld hash of it can be guessed */
    CL_FINDING_SALT_AGAIN,     /* that of an entry before */
    CL_FINDING_READING_AGAIN,  /* likewise its reading's number */
    CL_FINDING_BOOT_NONE,      /* it names no run of the computer, so nothing tells of the clock */
    CL_FINDING_BOOT_AGAIN,     /* it names one that had ended */
    CL_FINDING_BOOT_BEFORE,    /* it names one that would have begun before the last of the other */
    CL_FINDING_UPTIME,         /* longer than a computer runs */
    CL_FINDING_CLOCK_LEAP,     /* number: days since the entry before */
    CL_FINDING_ATTACHMENTS,    /* not those of its kind, or one listed twice */
    CL_FINDING_DATE,           /* a document's: before 2003, years ahead, or without its words */
    CL_FINDING_DISCONTINUITY,  /* member: what it says of this log is not so */
    CL_FINDING_TOKEN,          /* member: it is not the answer's */
    CL_FINDING_ACCOUNT,        /* one more than a log keeps; the state is not told */
    CL_FINDING_EXHIBIT,        /* member: it is not the file's, or hides something */
    CL_FINDINGS
};
extern const char *const cl_finding_names[]; /* for tables; NULL-terminated */

#define CL_FOUND_TEXT 64
struct cl_found {
    uint64_t seq;
    enum cl_found_kind what;
    char member[CL_FOUND_TEXT], stated[CL_FOUND_TEXT],
        given[CL_FOUND_TEXT]; /* "" where there is none */
    int64_t number;
};

#define CL_FOUND_MAX 24 /* of one entry */
struct cl_findings {
    size_t count;
    struct cl_found item[CL_FOUND_MAX];
};

struct cl_consistency;
CL_MUST_USE enum cl_err cl_consistency_new(struct cl_consistency **ret);
void cl_consistency_free(struct cl_consistency **c); /* for cl_cleanup; accepts NULL */

/* The next entry. ret: what was found of it. In the entry itself, what contradicts is set right: a
 * state that its own control denies becomes unknown (inconsistent), a meaning becomes the one that
 * follows. An error says that the check failed (CL_NO_MEMORY), never that the entry is wrong. */
CL_MUST_USE enum cl_err cl_consistency_take(struct cl_consistency *c, struct cl_entry *entry,
                                            struct cl_findings *ret);
/* The next is not disclosed. */
void cl_consistency_hide(struct cl_consistency *c);
/* The next is disclosed, but this version cannot read it; fault: why not. */
void cl_consistency_unread(struct cl_consistency *c, uint64_t seq, const struct cl_fault *fault,
                           struct cl_findings *ret);

#endif
