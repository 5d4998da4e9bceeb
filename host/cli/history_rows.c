#include "cli/history_rows.h"

#include "cli/say.h"

#include "cli/cli.h"
#include "cli/terminal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *history_rows_state_word(enum cl_state state)
{
    static const char *const words[] = {N_("on"), N_("off"), N_("not offered"), N_("unknown")};
    return _(words[state]);
}

const char *history_rows_reason_words(int reason)
{
    /* In the order of cl_reason_names. */
    static const char *const words[] = {
        N_("signed out"),
        N_("several switches, none certain"),
        N_("the switch contradicts itself"),
        N_("the page was not recognised"),
        N_("LinkedIn led elsewhere"),
        N_("the page did not finish loading"),
        N_("the switch was neither on nor off"),
        N_("LinkedIn asked for a check"),
        N_("LinkedIn showed an error"),
        N_("the switch could not be operated"),
        N_("the words of the switch are new"),
        N_("the page could not be read"),
        N_("new words; as the member reads them: on"),
        N_("new words; as the member reads them: off"),
        N_("the page named more new accounts, or changed more often, than is recorded"),
    };
    if (reason < 0 || (size_t)reason >= sizeof words / sizeof *words)
        return "";
    return _(words[reason]);
}

const char *history_rows_document_words(int which)
{
    /* In the order of cl_document_names. */
    static const char *const words[] = {
        N_("privacy policy"), N_("user agreement"),      N_("subscription agreement"),
        N_("AI questions"),   N_("help on the setting"), N_("notice (EU)"),
        N_("notice (US)"),    N_("update of terms"),     N_("objection form"),
    };
    return _(words[which]);
}

const char *history_rows_browser(const struct row *row)
{
    if (row->lost)
        return "";
    if (row->entry.head.kind == CL_KIND_OBSERVATION)
        return cl_browser_names[row->entry.observation.seen.client.browser];
    if (row->entry.head.kind == CL_KIND_DOCUMENT)
        return cl_browser_names[row->entry.document.seen.client.browser];
    if (row->entry.head.kind == CL_KIND_EXHIBIT && row->entry.exhibit.has_client)
        return cl_browser_names[row->entry.exhibit.client.browser];
    return "";
}

static char *observation_meaning(const struct row *row)
{
    const struct cl_observation *seen = &row->entry.observation.seen;
    const struct cl_meaning *m = &row->entry.observation.meaning;
    bool user = m->cause == CL_CAUSE_USER;
    if (seen->state == CL_STATE_UNKNOWN)
        return term_format("%s", history_rows_reason_words(seen->reason));
    if (row->not_saved)
        return term_format("%s, but the next look showed another state",
                           user ? _("you switched it")
                                : _("it was switched, not by your click or key"));
    if (m->phase == CL_PHASE_PENDING)
        return term_format("%s, not yet confirmed",
                           user ? _("you switched it")
                                : _("it was switched, not by your click or key"));
    if (m->change == CL_CHANGE_FIRST)
        return term_format("first look");
    if (m->change == CL_CHANGE_CHANGED)
        return term_format("changed%s%s", user ? _(" by you") : _(", not in this browser"),
                           m->phase == CL_PHASE_CONFIRMED ? _(", confirmed") : "");
    if (m->change == CL_CHANGE_STALE)
        return term_format("shown by an old tab, changes nothing");
    if (m->change == CL_CHANGE_REWORDED)
        return term_format("same, new wording: \"%s\"",
                           seen->has_control && seen->control.label ? seen->control.label : "");
    return term_format(m->phase == CL_PHASE_CONFIRMED ? N_("confirmed") : N_("no change"));
}

static char *seen_meaning(const struct row *row)
{
    char when[TERM_TIME];
    cl_cleanup(term_free) char *meaning = observation_meaning(row);
    const struct cl_observation *seen = &row->entry.observation.seen;
    int64_t looked = cl_observation_looked(seen, row->time_ms, INT64_MIN);
    bool picture = seen->attachments.count > 0;
    bool waited = looked != row->time_ms; /* in the browser: no host, or a locked keyring */
    term_time(looked, when);
    return term_format("%s%s%s%s%s%s", meaning,
                       seen->account.said ? _(" (account as you said)") : "",
                       picture ? _(" (with a picture)") : "", waited ? _(" (seen ") : "",
                       waited ? when : "", waited ? _(", written later)") : "");
}

static char *discontinuity_meaning(const struct cl_entry *entry)
{
    return term_format("acknowledged by you: %s", _(cl_err_what(entry->discontinuity.found)));
}

static char *document_meaning(const struct cl_entry *entry)
{
    const struct cl_document *seen = &entry->document.seen;
    static const char *const did[] = {N_(" kept"), N_(" kept, no change"), N_(" CHANGED"),
                                      N_(" kept"), N_(" kept")};
    return term_format("%s%s%s%s", history_rows_document_words(seen->which),
                       _(did[entry->document.change]), seen->effective ? _(", effective ") : "",
                       seen->effective ? seen->effective : "");
}

/* Of an answer that does not count nothing is told: not whose it says it is, and no time. */
static char *timestamp_meaning(const struct row *row)
{
    const uint64_t size = row->entry.token.size, last = size > 0 ? size - 1 : 0;
    if (row->counted == COUNTED_NOT)
        return term_format("an authority's answer about the entries up to number %" PRIu64
                           ", not counted: it does not verify",
                           last);
    if (row->counted == COUNTED_UNTRUSTED)
        return term_format("an authority's answer about the entries up to number %" PRIu64
                           ", not counted: its root certificate is not trusted here (--tsa-roots "
                           "gives one)",
                           last);
    return term_format("independent time for the entries up to number %" PRIu64 ", by %s", last,
                       row->stamp.authority);
}

/* The name and the note are the member's own words. */
static char *exhibit_meaning(const struct cl_exhibit *exhibit)
{
    return term_format("your file \"%s\", %s%s%s", exhibit->file,
                       exhibit->attachments.item[0].media_type, exhibit->note ? ": " : "",
                       exhibit->note ? exhibit->note : "");
}

char *history_rows_meaning(const struct row *row)
{
    if (row->lost)
        return term_format("CANNOT BE READ: it was changed or removed");
    switch (row->entry.head.kind) {
    case CL_KIND_GENESIS:
        return term_format("the log begins");
    case CL_KIND_OBSERVATION:
        return seen_meaning(row);
    case CL_KIND_DISCONTINUITY:
        return discontinuity_meaning(&row->entry);
    case CL_KIND_DOCUMENT:
        return document_meaning(&row->entry);
    case CL_KIND_TIMESTAMP:
        return timestamp_meaning(row);
    case CL_KIND_EXHIBIT:
        return exhibit_meaning(&row->entry.exhibit);
    }
    return term_format("%s", cl_kind_names[row->entry.head.kind]);
}

/* ---- one after the other --------------------------------------------------------------------- */

static enum cl_err read_entry(struct cl_log *log, uint64_t seq, struct cl_buf *bytes,
                              struct cl_entry *ret_entry)
{
    cl_buf_clear(bytes);
    enum cl_err err = cl_log_entry(log, seq, bytes);
    return err ? err : cl_entry_parse(bytes->data, bytes->len, ret_entry);
}

static bool same_account(const struct cl_entry *a, const struct cl_entry *b)
{
    const char *one = a->observation.pseudonym;
    const char *other = b->observation.pseudonym;
    return one && other ? strcmp(one, other) == 0 : one == other;
}

/* A look that shows a state, and not that of an old tab. */
static bool shows_state(const struct cl_entry *entry)
{
    return entry->head.kind == CL_KIND_OBSERVATION &&
           entry->observation.seen.state != CL_STATE_UNKNOWN &&
           entry->observation.meaning.change != CL_CHANGE_STALE;
}

/* A page that was loaded before the flip cannot show what became of it. */
static bool is_older(const struct cl_entry *entry, const struct cl_entry *flip)
{
    return entry->observation.meaning.phase != CL_PHASE_PENDING &&
           entry->observation.seen.page.loaded_at <= flip->observation.seen.observed_at;
}

/* Look ahead from a flip to what became of it. Another flip in between leaves open what became of
 * this one. */
static enum cl_err look_ahead(struct rows *rows, struct row *row)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    const struct cl_entry *flip = &row->entry;
    for (uint64_t seq = rows->next; seq < cl_log_size(rows->log); seq++) {
        cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
        enum cl_err err = read_entry(rows->log, seq, &bytes, &entry);
        if (cl_log_is_lost(err))
            continue;
        if (err)
            return err;
        if (!shows_state(&entry) || !same_account(&entry, flip) || is_older(&entry, flip))
            continue;
        row->not_saved = entry.observation.meaning.phase != CL_PHASE_PENDING &&
                         entry.observation.seen.state != flip->observation.seen.state;
        return CL_OK;
    }
    return CL_OK;
}

static bool is_flip(const struct cl_entry *entry)
{
    return shows_state(entry) && entry->observation.meaning.phase == CL_PHASE_PENDING;
}

struct rows history_rows_begin(struct cl_log *log, struct cl_span roots)
{
    return (struct rows){.log = log, .roots = roots, .bytes = cl_buf(CL_ENTRY_MAX)};
}

/* What the entry says is held against itself and those before it, and a token against its answer.
 */
static enum cl_err judge(struct rows *rows, struct row *row)
{
    enum cl_err err = rows->consistency ? CL_OK : cl_consistency_new(&rows->consistency);
    if (!err)
        err = cl_consistency_take(rows->consistency, &row->entry, &row->findings);
    if (!err && row->entry.head.kind == CL_KIND_TIMESTAMP)
        err = counted_check(rows->log, &row->entry, rows->roots, &row->counted, &row->stamp);
    return err;
}

bool history_rows_next(struct rows *rows, enum cl_err *ret_err)
{
    struct row *row = &rows->row;
    *ret_err = CL_OK;
    if (rows->next >= cl_log_size(rows->log))
        return false;
    cl_entry_free(&row->entry);
    *row = (struct row){.seq = rows->next++, .time_ms = row->time_ms};
    enum cl_err err = read_entry(rows->log, row->seq, &rows->bytes, &row->entry);
    if (cl_log_is_lost(err)) {
        row->lost = err;
        rows->lost++;
        if (rows->consistency)
            cl_consistency_hide(rows->consistency);
        return true;
    }
    row->time_ms = row->entry.head.clock.time_ms;
    if (!err)
        err = judge(rows, row);
    if (!err && is_flip(&row->entry))
        err = look_ahead(rows, row);
    *ret_err = err;
    return !err;
}

void history_rows_free(struct rows *rows)
{
    cl_consistency_free(&rows->consistency);
    cl_entry_free(&rows->row.entry);
    cl_buf_free(&rows->bytes);
}
