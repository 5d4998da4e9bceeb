#include "rows.h"

#include "cli.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_ACCOUNT CL_ACCOUNTS_MAX

const char *rows_state_word(enum cl_state state)
{
    static const char *const words[] = {"on", "off", "not offered", "unknown"};
    return words[state];
}

const char *rows_reason_words(int reason)
{
    /* In the order of cl_reason_names. */
    static const char *const words[] = {
        "signed out",
        "several switches, none certain",
        "the switch contradicts itself",
        "the page was not recognised",
        "LinkedIn led elsewhere",
        "the page did not finish loading",
        "the switch was half set",
        "LinkedIn asked for a check",
        "LinkedIn showed an error",
        "the switch was disabled",
    };
    if (reason < 0 || (size_t)reason >= sizeof words / sizeof *words)
        return "";
    return words[reason];
}

const char *rows_document_words(int which)
{
    /* In the order of cl_document_names. */
    static const char *const words[] = {
        "privacy policy", "user agreement",      "subscription agreement",
        "AI questions",   "help on the setting", "notice (EU)",
        "notice (US)",    "update of terms",     "objection form",
    };
    return words[which];
}

static char *observation_meaning(const struct row *row)
{
    const struct cl_meaning *m = &row->meaning;
    bool user = m->cause == CL_CAUSE_USER;
    if (row->state == CL_STATE_UNKNOWN)
        return term_format("%s", rows_reason_words(row->reason));
    if (row->not_saved)
        return term_format("%s, but LinkedIn did not save it",
                           user ? "you switched it" : "it was switched, not by you");
    if (m->phase == CL_PHASE_PENDING)
        return term_format("%s, not yet confirmed",
                           user ? "you switched it" : "it was switched, not by you");
    if (m->change == CL_CHANGE_FIRST)
        return term_format("first look");
    if (m->change == CL_CHANGE_CHANGED)
        return term_format("changed %s%s", user ? "by you" : "WITHOUT YOU",
                           m->phase == CL_PHASE_CONFIRMED ? ", confirmed" : "");
    if (m->change == CL_CHANGE_STALE)
        return term_format("shown by an old tab, changes nothing");
    if (m->change == CL_CHANGE_REWORDED)
        return term_format("same, new wording: \"%s\"", row->wording ? row->wording : "");
    return term_format(m->phase == CL_PHASE_CONFIRMED ? "confirmed" : "no change");
}

static char *discontinuity_meaning(const struct row *row)
{
    cl_cleanup(term_free) char *what = cli_what(row->found);
    return term_format("acknowledged by you: %s", what);
}

static char *document_meaning(const struct row *row)
{
    const char *name = rows_document_words(row->document);
    cl_cleanup(term_free) char *effective =
        term_format("%s%s", row->wording ? ", effective " : "", row->wording ? row->wording : "");
    if (row->meaning.change == CL_CHANGE_CHANGED)
        return term_format("%s CHANGED%s", name, effective);
    return term_format("%s kept%s%s", name,
                       row->meaning.change == CL_CHANGE_UNCHANGED ? ", no change" : "", effective);
}

static char *timestamp_meaning(const struct row *row)
{
    cl_cleanup(term_free) char *entries = term_count(row->stamped, "entry", "entries");
    return term_format("independent time for the first %s, by %s", entries,
                       row->wording ? row->wording : "");
}

static char *seen_meaning(const struct row *row)
{
    cl_cleanup(term_free) char *meaning = observation_meaning(row);
    return term_format("%s%s", meaning, row->picture ? " (with a picture)" : "");
}

char *rows_meaning(const struct row *row)
{
    if (row->lost)
        return term_format("CANNOT BE READ: it was changed or removed");
    switch (row->kind) {
    case CL_KIND_GENESIS:
        return term_format("the log begins");
    case CL_KIND_OBSERVATION:
        return seen_meaning(row);
    case CL_KIND_DISCONTINUITY:
        return discontinuity_meaning(row);
    case CL_KIND_DOCUMENT:
        return document_meaning(row);
    case CL_KIND_TIMESTAMP:
        return timestamp_meaning(row);
    }
    return term_format("%s", cl_kind_names[row->kind]);
}

static int account_of(struct rows *rows, const char *pseudonym)
{
    if (!pseudonym)
        return UNKNOWN_ACCOUNT;
    for (int i = 0; i < rows->accounts_count; i++)
        if (strcmp(rows->accounts[i].pseudonym, pseudonym) == 0)
            return i;
    if (rows->accounts_count == CL_ACCOUNTS_MAX)
        return UNKNOWN_ACCOUNT;
    int i = rows->accounts_count++;
    snprintf(rows->accounts[i].pseudonym, sizeof rows->accounts[i].pseudonym, "%s", pseudonym);
    return i;
}

/* Remember a flip that waits, and settle the one that waited. A look that shows no state settles
 * nothing. */
static void settle(struct rows *rows, struct row *row, size_t index, int account)
{
    size_t *pending = &rows->accounts[account].pending;
    if (row->state == CL_STATE_UNKNOWN || row->meaning.change == CL_CHANGE_STALE)
        return;
    if (*pending && row->meaning.phase != CL_PHASE_PENDING) {
        struct row *flip = &rows->row[*pending - 1];
        flip->not_saved = flip->state != row->state;
        *pending = 0;
    }
    if (row->meaning.phase == CL_PHASE_PENDING)
        *pending = index + 1;
}

static void take_observation(struct rows *rows, struct row *row, const struct cl_entry *entry,
                             size_t index)
{
    const struct cl_observation *seen = &entry->observation.seen;
    int account = account_of(rows, entry->observation.pseudonym);
    row->state = seen->state;
    row->reason = seen->reason;
    row->meaning = entry->observation.meaning;
    row->browser = seen->client.browser;
    row->picture = seen->attachments.count > 0;
    row->account = account == UNKNOWN_ACCOUNT ? -1 : account;
    if (row->meaning.change == CL_CHANGE_REWORDED && seen->has_control && seen->control.label)
        row->wording = term_format("%s", seen->control.label);
    settle(rows, row, index, account);
}

static void take_document(struct row *row, const struct cl_entry *entry)
{
    const struct cl_document *seen = &entry->document.seen;
    row->document = seen->which;
    row->meaning.change = entry->document.change;
    row->browser = seen->client.browser;
    if (seen->effective)
        row->wording = term_format("%s", seen->effective);
}

static void take_token(struct row *row, const struct cl_token *token)
{
    row->stamped = token->size;
    row->wording = term_format("%s", token->tsa);
}

/* A new row at the end; borrowed until the next. */
static struct row *new_row(struct rows *rows)
{
    if (rows->count == rows->room) {
        size_t room = rows->room ? rows->room * 2 : 256;
        struct row *grown = reallocarray(rows->row, room, sizeof *grown);
        if (!grown)
            return NULL;
        rows->row = grown;
        rows->room = room;
    }
    struct row *row = &rows->row[rows->count++];
    *row = (struct row){.account = -1, .reason = -1, .browser = -1};
    return row;
}

static enum cl_err take(struct rows *rows, const struct cl_buf *bytes)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_entry_parse(bytes->data, bytes->len, &entry);
    if (err != CL_OK)
        return err;
    struct row *row = new_row(rows);
    if (!row)
        return CL_NO_MEMORY;
    row->seq = entry.head.seq;
    row->time_ms = entry.head.clock.time_ms;
    row->kind = entry.head.kind;
    if (row->kind == CL_KIND_OBSERVATION)
        take_observation(rows, row, &entry, rows->count - 1);
    else if (row->kind == CL_KIND_DISCONTINUITY)
        row->found = entry.discontinuity.found;
    else if (row->kind == CL_KIND_DOCUMENT)
        take_document(row, &entry);
    else if (row->kind == CL_KIND_TIMESTAMP)
        take_token(row, &entry.token);
    return CL_OK;
}

/* It stands where it stood, with the time of the one before. */
static enum cl_err take_lost(struct rows *rows, uint64_t seq, enum cl_err why)
{
    int64_t time_ms = rows->count > 0 ? rows->row[rows->count - 1].time_ms : 0;
    struct row *row = new_row(rows);
    if (!row)
        return CL_NO_MEMORY;
    row->seq = seq;
    row->time_ms = time_ms;
    row->lost = why;
    rows->lost++;
    return CL_OK;
}

static enum cl_err take_entry(struct rows *rows, struct cl_log *log, uint64_t seq,
                              struct cl_buf *bytes)
{
    cl_buf_clear(bytes);
    enum cl_err err = cl_log_entry(log, seq, bytes);
    if (err == CL_OK)
        err = take(rows, bytes);
    if (err == CL_NOT_FOUND || err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED)
        err = take_lost(rows, seq, err);
    return err;
}

enum cl_err rows_read(struct cl_log *log, struct rows *ret)
{
    struct rows rows = {0};
    struct term_progress progress = {.what = "Read"};
    uint64_t size = cl_log_size(log);
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = CL_OK;
    for (uint64_t seq = 0; seq < size && err == CL_OK; seq++) {
        err = take_entry(&rows, log, seq, &bytes);
        term_progress(&progress, seq + 1, size);
    }
    term_progress_end(&progress);
    if (err != CL_OK)
        rows_free(&rows);
    else
        *ret = rows;
    return err;
}

void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->row[i].wording);
    free(rows->row);
    *rows = (struct rows){0};
}
