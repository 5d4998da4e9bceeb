/* What a reader of a log wants to know of it, told from its entries one by one: who, what changed
 * when, between which independent times, when nobody looked. Memory grows with changes, not with
 * observations, and both have an end. */
#ifndef CL_MODEL_H
#define CL_MODEL_H

#include "entry/brackets.h"
#include "entry/consistency.h"
#include "package/verifier.h"

#define CL_MODEL_EVENTS_MAX 10000u
#define CL_MODEL_WORDS_MAX  (3u << 20) /* bytes in all events, or a report could not be written */
#define CL_MODEL_SPANS_MAX  20000u
#define CL_MODEL_GAPS_MAX   1000u
#define CL_MODEL_NOTES_MAX  20u
#define CL_MODEL_FOUND_MAX  200u

/* A file of the member's own. Strings are owned. */
struct cl_enclosed_file {
    enum cl_content_type type; /* CL_CONTENT_TYPES: none that there is */
    uint64_t size;
    bool has_mail; /* and the entry may be believed about it; then also: */
    char *from, *date, *subject;
    bool linkedin_signature;
};

/* An entry that changes something, or that carries something to look at. Strings are owned. */
struct cl_event {
    uint64_t seq;
    int64_t time_ms;    /* observation: of the look; else the host's clock */
    int64_t written_ms; /* the host's clock */
    enum cl_kind kind;
    enum cl_change change;          /* observation, document */
    int account;                    /* observation: index in accounts */
    bool account_said;              /* whose it is, is the owner's word, not the page's */
    enum cl_state state;            /* observation */
    int reason;                     /* observation; or -1 */
    struct cl_meaning meaning;      /* observation */
    bool not_saved;                 /* observation: a pending flip that a fresh look did not find */
    int document;                   /* document: index in cl_document_names */
    uint64_t size;                  /* timestamp: what it covers */
    bool counted;                   /* timestamp: by whoever checked the answers; then also */
    int64_t gen_time, latest_ms;    /* what it states, and what that can mean at the latest */
    enum cl_err found;              /* discontinuity */
    char *title, *label, *language; /* of setting or document; label: the wording, the statement of
                                       its effective date, or the signer of an answer that counts */
    char *url, *effective;          /* document; or NULL */
    struct cl_enclosed_file *file;  /* exhibit; its name and note are title and label */
    bool has_file;                  /* a picture, the text of a document, a file */
    uint8_t sha256[CL_HASH];
};

struct cl_model_account {
    char pseudonym[CL_PSEUDONYM]; /* "" unknown */
    enum cl_tri premium;
    uint64_t observations, changes, unexplained;
    int64_t first_ms, last_ms; /* of its looks */
    bool settled;              /* was on, off or not-offered ever seen? */
    enum cl_state state;       /* the last such */
    int64_t state_ms;          /* when it was seen last */
    int64_t since_ms;          /* when it was first seen after another */
    enum cl_state shown;       /* the last look's, unknown included */
    int shown_reason;
    enum cl_state held; /* what goes on from the last look: unknown while a flip waits, and an old
                           tab changes nothing */
    bool denied;        /* the last look's own members deny the state that it states */
    struct {            /* a flip that waits for a fresh look */
        bool waits;
        enum cl_state state;
        uint64_t seq;
        int64_t ms;
        int64_t
            observed_at; /* browser's clock: a page that was loaded before shows nothing of it */
        size_t event;    /* index + 1; 0: left out */
    } flip;
    size_t span;     /* index + 1 of its last */
    uint64_t hidden; /* entries of the log that were not to be read, up to its last look */
};

/* A time in which an account's looks agreed; unknown where an entry between them is kept back, lost
 * or not understood, for it may have been another look, and from a flip to the look that says what
 * became of it. blind: nobody looked for more than a day. */
struct cl_span_of_time {
    int account;
    enum cl_state state;
    bool blind;
    int64_t from_ms, to_ms;
};

struct cl_day_range {
    int64_t first, last; /* days since 1970-01-01, UTC */
};

struct cl_seq_range {
    uint64_t first, last;
};

struct cl_clock_note {
    uint64_t before, after; /* entries */
    enum cl_clock_step step;
};

struct cl_model {
    uint64_t size;
    struct cl_event *events;
    size_t event_count, event_room, events_left_out;
    size_t words;                                          /* of all events but the last, bytes */
    struct cl_model_account accounts[CL_ACCOUNTS_MAX + 1]; /* the last: account unknown */
    int account_count;
    bool has_unknown_account;
    struct cl_span_of_time *spans;
    size_t span_count, span_room;
    struct cl_day_range gaps[CL_MODEL_GAPS_MAX];
    size_t gap_count;
    int64_t gap_days; /* in all, also of those that have no room */
    uint8_t *looked;  /* one bit a day since 1970-01-01, UTC: of looks in any order */
    uint64_t observations, documents, withheld, unread, unsynchronized, server_apart, tokens;
    struct cl_seq_range hidden[CL_MODEL_GAPS_MAX]; /* withheld */
    size_t hidden_count;
    struct cl_consistency *consistency;
    struct cl_findings findings; /* of the entry told last */
    struct cl_found *found;      /* of all entries, in their order, as far as there is room */
    size_t found_kept, found_room;
    uint64_t found_count;
    struct cl_stamp *stamps; /* that count */
    size_t stamp_count, stamp_room;
    struct cl_clock_note clock[CL_MODEL_NOTES_MAX];
    uint64_t clock_steps;
    struct cl_brackets
        brackets; /* of the stamps that count; none where they contradict each other */
    bool contradicted;
    uint64_t stamped_size; /* the largest that a timestamp covers, and its time at the latest */
    int64_t stamped_ms;
    int64_t first_ms, last_ms; /* of all looks; 0 if there is none */
    uint8_t *not_saved;        /* one bit an entry */
    size_t not_saved_room;     /* in bytes */
    struct cl_clock last;      /* clock of the last entry told */
    uint64_t last_seq;
    bool has_last;
};

/* A model of a log, to be told from entry 0 on. Free with cl_model_free. */
CL_MUST_USE enum cl_err cl_model_begin(struct cl_model **ret_model);
void cl_model_free(struct cl_model **model); /* for cl_cleanup */

/* The next entry is this one (what contradicts is set right in it, and found: consistency.h), is
 * kept back or lost, or cannot be read by this version. */
CL_MUST_USE enum cl_err cl_model_tell(struct cl_model *model, struct cl_entry *entry);
void cl_model_hide(struct cl_model *model, uint64_t seq);
CL_MUST_USE enum cl_err cl_model_unread(struct cl_model *model, uint64_t seq,
                                        const struct cl_fault *fault);
/* An authority's answer that counts. Without, no time, no name and no bracket is told of any. */
CL_MUST_USE enum cl_err cl_model_stamp(struct cl_model *model, const struct cl_stamp *stamp);
/* After the last entry; gaps are told up to now_ms, and a second time for another moment. Until the
 * stamps are counted nothing is told of any. */
void cl_model_end(struct cl_model *model, int64_t now_ms);
/* After the last stamp: entries are held against them, and each gets its signer's name. */
CL_MUST_USE enum cl_err cl_model_count(struct cl_model *model);
/* The file that entry seq encloses is not what the entry says of it: found, and no longer told. */
CL_MUST_USE enum cl_err cl_model_deny(struct cl_model *model, uint64_t seq, const char *member);
/* Something found elsewhere. */
CL_MUST_USE enum cl_err cl_model_found(struct cl_model *model, const struct cl_found *found);

/* Is there, or may there be, an entry that says that the log was damaged or begun again? */
CL_MUST_USE bool cl_model_discontinued(const struct cl_model *model);
/* Is there any that was not saved? */
CL_MUST_USE bool cl_model_lost_flips(const struct cl_model *model);
/* Was entry seq a flip that LinkedIn did not save? Known after the end. */
CL_MUST_USE bool cl_model_not_saved(const struct cl_model *model, uint64_t seq);
/* The account of an event; `unknown` included. */
const struct cl_model_account *cl_model_account(const struct cl_model *model, int account);

#endif
