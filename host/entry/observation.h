/* One look at the setting: what the browser sent, whether its parts agree, and what it means after
 * the one before. */
#ifndef CL_OBSERVATION_H
#define CL_OBSERVATION_H

#include "base/clock.h"
#include "entry/attachment.h"
#include "entry/client.h"
#include "json/reader.h"
#include "json/writer.h"

#include <stdint.h>

#define CL_PSEUDONYM 33 /* 32 hex digits of an HMAC, and NUL */

enum cl_state { CL_STATE_ON, CL_STATE_OFF, CL_STATE_NOT_OFFERED, CL_STATE_UNKNOWN };
enum cl_phase { CL_PHASE_SEEN, CL_PHASE_PENDING, CL_PHASE_CONFIRMED };
enum cl_change {
    CL_CHANGE_FIRST,
    CL_CHANGE_UNCHANGED,
    CL_CHANGE_CHANGED,
    CL_CHANGE_REWORDED,
    CL_CHANGE_STALE
};
enum cl_cause { CL_CAUSE_NULL = -1, CL_CAUSE_USER, CL_CAUSE_UNEXPLAINED };

/* Wire names in enum order, NULL-terminated; the extension has the same lists (a test compares). */
extern const char *const cl_state_names[];
extern const char
    *const cl_reason_names[]; /* signed-out ambiguous inconsistent unrecognised-layout redirected
                                 timed-out mixed challenge error-page disabled reworded
                                 reader-failed member-on member-off: the words are not known, and
                                 this is how the member reads them; too-many */
extern const char *const cl_phase_names[];
extern const char *const cl_change_names[];
extern const char *const cl_cause_names[];
extern const char *const cl_control_kind_names[]; /* role-switch checkbox artdeco aria-switch
                                                     aria-button aria-checkbox */
extern const char *const cl_aria_names[];         /* false true mixed */
extern const char *const cl_place_names[];        /* document shadow frame */
extern const char *const cl_navigation_names[];   /* load in-page */

/* Strings are borrowed from what was parsed. Lengths in bytes of UTF-8. */
struct cl_observation {
    /* The browser's random id of this reading, so that a repeat is recognised. */
    char reading[CL_READING];
    enum cl_state state;
    int reason;          /* index in cl_reason_names; -1 unless state is unknown */
    int64_t observed_at; /* browser's clock, ms */
    bool pending;        /* the member's page was flipped and not loaded again since */
    enum cl_tri trusted; /* pending only: was the flip made by a trusted event on that control? */
    bool asked;          /* the member asked for this record: keep it although nothing changed */
    struct {
        const char *id;   /* LinkedIn's own id of the member, 1..64; NULL unknown. Never stored: see
                             pseudonym */
        const char *said; /* where the page names nobody: the pseudonym, 32 hex digits, of the
                             account that the member says it is; or NULL */
        enum cl_tri premium;
    } account;
    struct {
        const char *url;      /* scheme, host and path only, ≤ 256 */
        const char *language; /* BCP 47 as the page says, ≤ 35, or NULL */
        const char *title;    /* of the setting, verbatim, ≤ 512, or NULL */
        int navigation;       /* index in cl_navigation_names */
        int64_t loaded_at;    /* when the document was loaded, browser's clock */
        int64_t server_date;  /* LinkedIn's Date header, or -1 */
        int corroboration;    /* state that the page's own data names: 0 on, 1 off; -1 none */
    } page;
    bool has_control;
    struct {
        int kind;            /* index in cl_control_kind_names */
        const char *key;     /* language-independent setting key, ≤ 128, or NULL */
        const char *label;   /* verbatim, ≤ 1024, or NULL */
        enum cl_tri checked; /* the native property */
        int aria_checked;    /* index in cl_aria_names or -1 */
        int aria_pressed;    /* likewise */
        bool disabled;
        bool busy;
        int place; /* index in cl_place_names */
    } control;
    int candidates; /* switches seen on the page, 0..1000 */
    struct cl_client client;
    const char *picture; /* of a request: base64 of a PNG file, or NULL; listed in `attachments` */
    struct cl_attachments attachments; /* none, or the picture */
};

/* Read one observation of a `record` request; faults name the member. Ends with the table of
 * contradictions: state on/off needs a control whose own states all say so; not-offered has none;
 * unknown has a reason and only it; pending needs on or off, and trusted; the URL is the setting's
 * own unless the state is unknown; and so on. */
CL_MUST_USE enum cl_err cl_observation_read(struct cl_reader *r, struct cl_observation *ret);
/* The table alone: the first member that contradicts the others, or NULL. Static. */
CL_MUST_USE const char *cl_observation_contradiction(const struct cl_observation *obs);

/* What is remembered of an account's last observations: enough to say what the next one means. */
struct cl_account {
    char pseudonym[CL_PSEUDONYM]; /* "unknown" history has "" */
    enum cl_tri premium;
    bool settled;        /* was any state seen (not pending, not unknown)? */
    enum cl_state state; /* the last settled one, if any */
    int64_t loaded_at;   /* browser's clock: when the document was loaded that settled it */
    int64_t settled_at;  /* browser's clock: when that document was read */
    int64_t since;       /* when the settled state was first looked at after another */
    int64_t last_seen;   /* when it was looked last, of what is recorded, whatever was seen */
    uint64_t last_seq;   /* its entry */
    int last_state;      /* state of that last observation */
    int last_reason;     /* or -1 */
    bool pending;        /* a flip waits for confirmation */
    enum cl_state pending_state;
    int64_t pending_at; /* browser's clock of the flip */
    bool pending_trusted;
    uint8_t wording[8]; /* first bytes of SHA-256 over language, key and label of the last control
                           seen */
};

struct cl_meaning {
    bool repeat; /* nothing new since less than a day and not asked for: not to be recorded */
    enum cl_phase phase;
    enum cl_change change;
    enum cl_cause cause;
};

/* When somebody looked. A reading that was written within CL_PROMPT_MS counts by the host's clock,
 * `written_ms`. One that had to wait in the browser counts by the browser's, `observed_at`, but not
 * before `last_ms`, the look of that account which was written before it; and if it is more than
 * CL_WAITED_MAX_MS old, the browser's clock was wrong. Never after `written_ms`. Pure. */
#define CL_PROMPT_MS     (5 * CL_MINUTE_MS)
#define CL_WAITED_MAX_MS (400 * CL_DAY_MS)
CL_MUST_USE int64_t cl_observation_looked(const struct cl_observation *obs, int64_t written_ms,
                                          int64_t last_ms);

/* What this observation means after `before` (NULL: the account's first), and the account after it.
 * Pure.
 *
 * on, off and not-offered settle the state, unknown and pending do not. `change` compares with the
 * last settled state: first (none yet), changed, reworded (the same state of a control with other
 * words, key or language), stale (another state, but shown by a document older than the one that
 * settled the last: an old tab; it settles nothing) or unchanged; an unknown is first or unchanged.
 * `cause` is given for pending and for changed: user if and only if a trusted flip to that state
 * precedes without another settled state between; else unexplained. A flip is confirmed only by a
 * document loaded after it; until then a reading of the flipped state stays pending, whatever
 * document it is from. A later document that shows another state ends the waiting.
 *
 * repeat: looked less than CL_REPEAT_MS after the last recorded look, not asked for, and neither
 * state, reason, wording, premium (once known) nor the waiting differ; the account then stays as it
 * was, so that a day is counted from that look. A clock that went back repeats nothing. CL_CRYPTO
 * only. */
#define CL_REPEAT_MS CL_DAY_MS
CL_MUST_USE enum cl_err cl_observation_interpret(const struct cl_observation *obs,
                                                 const struct cl_account *before, int64_t now_ms,
                                                 uint64_t seq, struct cl_meaning *ret_meaning,
                                                 struct cl_account *ret_after);

/* Write the members of the observation's body; pseudonym is 32 hex digits or NULL. */
void cl_observation_write(struct cl_json_writer *w, const struct cl_observation *obs,
                          const struct cl_meaning *meaning, const char *pseudonym);

/* Read them back. What is not in an entry is so in *ret_obs: no account id, not asked for; and
 * pending as the browser said it, which the meaning's phase need not be. The table of
 * contradictions is not asked again: an entry stays what it was when the table is changed. The
 * pseudonym is borrowed, NULL or 32 hex digits. Ends with cl_read_end, and only if that is CL_OK
 * what was read counts. */
CL_MUST_USE enum cl_err cl_observation_read_body(struct cl_reader *r,
                                                 struct cl_observation *ret_obs,
                                                 struct cl_meaning *ret_meaning,
                                                 const char **ret_pseudonym);

#endif
