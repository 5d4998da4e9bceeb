/* history: every entry, oldest first, as a table for people, as exact entries, or for a
 * spreadsheet. */
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/date_arg.h"
#include "cli/history_rows.h"
#include "cli/packages.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "entry/brackets.h"
#include "report/csv.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct choice {
    bool json, csv;
    const char *roots; /* --tsa-roots: a PEM file, or NULL for the system's */
    int64_t since, until;
};

static bool wanted(const struct choice *choice, int64_t ms)
{
    return ms >= choice->since && ms <= choice->until;
}

/* ---- independent time ------------------------------------------------------------------------ */

static bool has_tokens(struct cl_log *log)
{
    const struct cl_document_state *documents;
    const struct cl_token_state *tokens = NULL;
    const enum cl_err err = cl_log_documents(log, &documents, &tokens);
    return err || tokens->count > 0; /* a summary that is damaged says nothing: then look */
}

/* Where the log has timestamps, those that count are read before all else: a later one says of an
 * earlier entry that it existed. */
static enum cl_err read_brackets(struct cl_log *log, struct cl_span roots,
                                 struct cl_brackets *brackets)
{
    cl_cleanup(history_rows_free) struct rows rows = history_rows_begin(log, roots);
    uint64_t first, last;
    enum cl_err err = CL_OK;
    if (!has_tokens(log))
        return CL_OK;
    while (history_rows_next(&rows, &err)) {
        const struct row *row = &rows.row;
        if (row->counted != COUNTED_YES)
            continue;
        err = cl_brackets_add(brackets, row->entry.token.size, row->seq, row->stamp.earliest_ms,
                              row->stamp.latest_ms);
        if (err)
            return err;
    }
    cl_brackets_sort(brackets);
    if (!err && cl_brackets_contradict(brackets, cl_log_size(log), &first, &last)) {
        cl_brackets_free(brackets);
        fputs(_("consentlog: the time authorities contradict each other, so no time of theirs is "
                "told. See: consentlog verify\n"),
              stderr);
    }
    return err;
}

/* A line before the first entry of each bracket, in a log that has any. */
static void print_bracket(const struct cl_brackets *brackets, uint64_t seq, int64_t last[static 2])
{
    char before[TERM_TIME], after[TERM_TIME];
    const int64_t from = cl_brackets_not_before(brackets, seq);
    const int64_t to = cl_brackets_not_after(brackets, seq);
    if (brackets->size_count == 0 || (from == last[0] && to == last[1]))
        return;
    last[0] = from;
    last[1] = to;
    term_time_offset(from < 0 ? 0 : from, before);
    term_time_offset(to < 0 ? 0 : to, after);
    if (from < 0 && to < 0)
        puts(_("        (no independent time says when)"));
    else if (from < 0)
        printf(_("        (independent time: not after %s)\n"), after);
    else if (to < 0)
        printf(_("        (independent time: not before %s)\n"), before);
    else
        printf(_("        (independent time: not before %s, not after %s)\n"), before, after);
}

/* ---- table ------------------------------------------------------------------------------- */

static void print_head(bool accounts)
{
    printf("%s  ", _(" entry"));
    term_cell(stdout, _("when (local time)"), 25);
    fputs("  ", stdout);
    term_cell(stdout, _("setting"), 11);
    printf("%s  %-8s  %s\n", accounts ? _("  account ") : "", _("browser"), _("what it means"));
}

static void print_row(const struct row *row, bool accounts)
{
    char when[TERM_TIME];
    cl_cleanup(term_free) char *number = term_format("%llu", (unsigned long long)row->seq);
    cl_cleanup(term_free) char *meaning = history_rows_meaning(row);
    const struct cl_entry *entry = row->lost ? NULL : &row->entry;
    bool seen = entry && entry->head.kind == CL_KIND_OBSERVATION;
    const char *account = seen ? entry->observation.pseudonym : NULL;

    term_time_offset(row->time_ms, when);
    printf("%6s  %-25s  ", number, row->lost ? "?" : when);
    term_cell(stdout, seen ? history_rows_state_word(entry->observation.seen.state) : "", 11);
    if (accounts)
        printf("  %-8.8s", account ? account : "");
    printf("  %-8s  ", history_rows_browser(row));
    term_cell(stdout, meaning, 0);
    fputc('\n', stdout);
}

/* More than one that has a name? In a log that was changed nobody can say. */
static bool has_accounts(struct cl_log *log)
{
    const struct cl_account *accounts = NULL;
    size_t count = 0;
    size_t named = 0;
    if (cl_log_accounts(log, &accounts, &count))
        return true;
    for (size_t i = 0; i < count; i++)
        named += accounts[i].pseudonym[0] != '\0';
    return named > 1;
}

static enum cl_err print_table(struct rows *rows, const struct choice *choice)
{
    cl_cleanup(cl_brackets_free) struct cl_brackets brackets = {0};
    int64_t last[2] = {-2, -2};
    bool accounts = has_accounts(rows->log);
    size_t shown = 0;
    enum cl_err err = read_brackets(rows->log, rows->roots, &brackets);
    if (err)
        return err;
    while (history_rows_next(rows, &err)) {
        if (!wanted(choice, rows->row.time_ms))
            continue;
        if (shown++ == 0)
            print_head(accounts);
        print_bracket(&brackets, rows->row.seq, last);
        print_row(&rows->row, accounts);
    }
    if (!err && shown == 0)
        puts(_("The log has no entry in that time."));
    return err;
}

/* ---- exact entries and CSV --------------------------------------------------------------- */

/* A carriage return inside a field would let what follows stand over what came before. */
static void keep_in_line(struct cl_buf *line)
{
    for (size_t i = 0; i + 1 < line->len; i++)
        if (line->data[i] == '\r' && line->data[i + 1] != '\n')
            line->data[i] = ' ';
}

/* Print the line and make it empty. An entry is its exact bytes, but on a terminal what would steer
 * it or hide something is shown by its number: the same JSON. */
static enum cl_err print_line(struct cl_buf *line)
{
    cl_cleanup(cl_buf_free) struct cl_buf safe = cl_buf(6 * (size_t)CL_TABLE_ROW_MAX);
    const struct cl_buf *shown = line;
    enum cl_err err = CL_OK;
    if (line->len && isatty(STDOUT_FILENO)) {
        keep_in_line(line);
        err = cl_json_visible((struct cl_span){line->data, line->len - 1}, &safe);
        if (!err)
            err = cl_buf_put(&safe, "\n", 1);
        shown = &safe;
    }
    if (!err && shown->len)
        fwrite(shown->data, 1, shown->len, stdout);
    cl_buf_clear(line);
    return err;
}

/* One entry as it stands, or its row in the table. */
static enum cl_err put_entry(const struct rows *rows, bool csv, struct cl_buf *line)
{
    const struct row *row = &rows->row;
    if (csv)
        return row->lost ? cl_csv_lost(row->seq, &row->findings, line)
                         : cl_csv_row(&row->entry, row->not_saved, &row->findings, line);
    if (row->lost)
        return CL_OK;
    enum cl_err err = cl_buf_put(line, rows->bytes.data, rows->bytes.len);
    return err ? err : cl_buf_put_str(line, "\n");
}

static enum cl_err print_entries(struct rows *rows, const struct choice *choice)
{
    struct term_progress progress = {.what = "Read"};
    cl_cleanup(cl_buf_free) struct cl_buf line = cl_buf(CL_TABLE_ROW_MAX);
    enum cl_err err = choice->csv ? cl_csv_head(&line) : CL_OK;
    while (!err && history_rows_next(rows, &err)) {
        if (wanted(choice, rows->row.time_ms))
            err = put_entry(rows, choice->csv, &line);
        if (!err)
            err = print_line(&line);
        if (!isatty(STDOUT_FILENO))
            term_progress(&progress, rows->next, cl_log_size(rows->log));
    }
    term_progress_end(&progress);
    return err;
}

/* ---- command ----------------------------------------------------------------------------- */

/* A log that was changed is still its owner's to read; *ret_wrong says that it was. */
static enum cl_err open_log(struct cl_log **ret_log, bool *ret_wrong)
{
    enum cl_err err = cl_log_open(CL_LOG_READ, ret_log);
    *ret_wrong = cl_log_is_wrong(err);
    if (!*ret_wrong)
        return err;
    enum cl_err again = cl_log_open(CL_LOG_REPAIR, ret_log);
    if (again == CL_OK)
        cli_fail(err);
    return again;
}

static void tell_lost(uint64_t count)
{
    cl_cleanup(term_free) char *lost = term_count(count, N_("entry"), N_("entries"));
    fprintf(stderr,
            _("consentlog: %s cannot be read: changed or removed from outside. See: consentlog "
              "verify\n"),
            lost);
}

static int show(const struct choice *choice)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    bool wrong;
    cl_cleanup(cl_buf_free) struct cl_buf roots = cl_buf(CL_ROOTS_MAX);
    if (choice->roots && packages_read_roots(choice->roots, &roots))
        return CL_EXIT_NOT_NOW;
    cli_enter_cage(NULL); /* in which no roots could be read any more */
    enum cl_err err = open_log(&log, &wrong);
    if (err)
        return cli_fail(err);
    cl_cleanup(history_rows_free) struct rows rows =
        history_rows_begin(log, (struct cl_span){roots.data, roots.len});
    err = choice->json || choice->csv ? print_entries(&rows, choice) : print_table(&rows, choice);
    if (err)
        return cli_fail(err);
    if (rows.lost > 0)
        tell_lost(rows.lost);
    return wrong || rows.lost > 0 ? CL_EXIT_BAD : CL_EXIT_GOOD;
}

static int take(struct choice *choice, char **argv, int option)
{
    switch (option) {
    case 'j':
        choice->json = true;
        return CL_EXIT_GOOD;
    case 'c':
        choice->csv = true;
        return CL_EXIT_GOOD;
    case 'r':
        choice->roots = optarg;
        return CL_EXIT_GOOD;
    case 's':
    case 'u':
        if (date_arg_parse(optarg, option == 'u',
                           option == 'u' ? &choice->until : &choice->since) == CL_OK)
            return CL_EXIT_GOOD;
        return cli_usage(
            argv[0],
            term_format("'%s' is neither a day (2026-11-21) nor a moment (2026-11-21T18:00:00Z).",
                        optarg));
    default:
        return cli_bad_option(argv, option);
    }
}

int cmd_history(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"csv", no_argument, NULL, 'c'},
        {"since", required_argument, NULL, 's'},
        {"until", required_argument, NULL, 'u'},
        {"tsa-roots", required_argument, NULL, 'r'},
        {0},
    };
    struct choice choice = {.since = INT64_MIN, .until = INT64_MAX};
    int code;
    for (int c; (c = getopt_long(argc, argv, "+:", options, NULL)) != -1;)
        if ((code = take(&choice, argv, c)) != CL_EXIT_GOOD)
            return code;
    if (choice.json && choice.csv)
        return cli_usage(argv[0], term_format("either --json or --csv."));
    if (choice.since > choice.until)
        return cli_usage(argv[0], term_format("--since is later than --until."));
    code = cli_no_operands(argc, argv);
    return code != CL_EXIT_GOOD ? code : show(&choice);
}
