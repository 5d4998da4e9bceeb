/* history: every entry, oldest first, as a table for people, as exact entries, or for a
 * spreadsheet. */
#include "cli.h"
#include "limits.h"
#include "rows.h"
#include "terminal.h"
#include "when.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct choice {
    bool json, csv;
    int64_t since, until;
};

static bool wanted(const struct choice *choice, int64_t ms)
{
    return ms >= choice->since && ms <= choice->until;
}

/* ---- table ------------------------------------------------------------------------------- */

static void print_row(const struct rows *rows, const struct row *row, bool accounts)
{
    char when[TERM_TIME];
    cl_cleanup(term_free) char *number = term_format("%llu", (unsigned long long)row->seq);
    cl_cleanup(term_free) char *meaning = rows_meaning(row);
    bool seen = !row->lost && row->kind == CL_KIND_OBSERVATION;

    term_time(row->time_ms, when);
    printf("%6s  %-19s  ", number, row->lost ? "?" : when);
    term_cell(stdout, seen ? rows_state_word(row->state) : "", 11);
    if (accounts)
        printf("  %-8.8s", row->account < 0 ? "" : rows->accounts[row->account].pseudonym);
    printf("  %-8s  ", row->browser >= 0 ? cl_browser_names[row->browser] : "");
    term_cell(stdout, meaning, 0);
    fputc('\n', stdout);
}

static int print_table(const struct rows *rows, const struct choice *choice)
{
    bool accounts = rows->accounts_count > 1;
    size_t shown = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (!wanted(choice, rows->row[i].time_ms))
            continue;
        if (shown++ == 0)
            printf("%6s  %-19s  %-11s%s  %-8s  %s\n", "entry", "when (local time)", "setting",
                   accounts ? "  account " : "", "browser", "what it means");
        print_row(rows, &rows->row[i], accounts);
    }
    if (shown == 0)
        puts("The log has no entry in that time.");
    return CL_EXIT_GOOD;
}

/* ---- exact entries and CSV --------------------------------------------------------------- */

/* RFC 4180, and one rule more: a field that a spreadsheet would take for a formula (it starts with
 * = + - @, a tab or a carriage return) gets a ' in front. */
static void csv_field(const char *text, bool last)
{
    bool formula = text && text[0] && strchr("=+-@\t\r", text[0]);
    bool quoted = text && strpbrk(text, ",\"\r\n");
    if (quoted)
        putchar('"');
    if (formula)
        putchar('\'');
    for (const char *c = text ? text : ""; *c; c++) {
        if (*c == '"')
            putchar('"');
        putchar(*c);
    }
    if (quoted)
        putchar('"');
    fputs(last ? "\r\n" : ",", stdout);
}

static const char *tri_name(enum cl_tri value)
{
    return value == CL_NULL ? "" : value == CL_TRUE ? "true" : "false";
}

static void csv_observation(const struct cl_entry *entry, const struct row *row)
{
    const struct cl_observation *o = &entry->observation.seen;
    const struct cl_meaning *m = &entry->observation.meaning;
    char observed[CL_TIME_TEXT];
    cl_time_format(o->observed_at, observed);
    csv_field(cl_state_names[o->state], false);
    csv_field(o->reason < 0 ? "" : cl_reason_names[o->reason], false);
    csv_field(cl_phase_names[m->phase], false);
    csv_field(cl_change_names[m->change], false);
    csv_field(m->cause == CL_CAUSE_NULL ? "" : cl_cause_names[m->cause], false);
    csv_field(row->not_saved ? "true" : "false", false);
    csv_field(entry->observation.pseudonym, false);
    csv_field(tri_name(o->account.premium), false);
    csv_field(observed, false);
    csv_field(o->page.url, false);
    csv_field(o->page.language, false);
    csv_field(o->page.title, false);
    csv_field(o->has_control ? o->control.label : "", false);
    csv_field(cl_browser_names[o->client.browser], false);
    csv_field(o->client.version, false);
    csv_field(o->client.extension, true);
}

#define CSV_EMPTY ",,,,,,,,,,,,,,,\r\n" /* in place of what only an observation has */

static enum cl_err csv_row(const struct cl_buf *bytes, const struct row *row)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    enum cl_err err = cl_entry_parse(bytes->data, bytes->len, &entry);
    if (err != CL_OK)
        return err;
    char time[CL_TIME_TEXT];
    cl_time_format(row->time_ms, time);
    printf("%llu,%s,%s,", (unsigned long long)row->seq, time, cl_kind_names[row->kind]);
    if (row->kind == CL_KIND_OBSERVATION)
        csv_observation(&entry, row);
    else
        fputs(CSV_EMPTY, stdout);
    return CL_OK;
}

static int print_entries(struct cl_log *log, const struct rows *rows, const struct choice *choice)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    if (choice->csv)
        fputs("seq,time,kind,state,reason,phase,change,cause,not_saved,account,premium,observed_at,"
              "url,language,title,"
              "label,browser,browser_version,extension_version\r\n",
              stdout);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->row[i];
        if (!wanted(choice, row->time_ms))
            continue;
        if (row->lost) {
            if (choice->csv)
                printf("%llu,,unreadable," CSV_EMPTY, (unsigned long long)row->seq);
            continue;
        }
        cl_buf_clear(&bytes);
        enum cl_err err = cl_log_entry(log, row->seq, &bytes);
        if (err == CL_OK && choice->csv)
            err = csv_row(&bytes, row);
        if (err != CL_OK)
            return cli_fail(err);
        if (choice->json) {
            fwrite(bytes.data, 1, bytes.len, stdout);
            putchar('\n');
        }
    }
    return CL_EXIT_GOOD;
}

/* ---- command ----------------------------------------------------------------------------- */

/* A log that was changed is still its owner's to read; *ret_wrong says that it was. */
static enum cl_err open_log(struct cl_log **ret_log, bool *ret_wrong)
{
    enum cl_err err = cl_log_open(CL_LOG_READ, ret_log);
    *ret_wrong = cli_is_wrong_log(err);
    if (!*ret_wrong)
        return err;
    enum cl_err again = cl_log_open(CL_LOG_REPAIR, ret_log);
    if (again == CL_OK)
        cli_fail(err);
    return again;
}

static int show(const struct choice *choice)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(rows_free) struct rows rows = {0};
    bool wrong;
    enum cl_err err = open_log(&log, &wrong);
    if (err == CL_OK)
        err = rows_read(log, &rows);
    if (err != CL_OK)
        return cli_fail(err);
    int code = choice->json || choice->csv ? print_entries(log, &rows, choice)
                                           : print_table(&rows, choice);
    if (rows.lost > 0) {
        cl_cleanup(term_free) char *lost = term_count(rows.lost, "entry", "entries");
        fprintf(stderr,
                "consentlog: %s cannot be read: changed or removed from outside. See: consentlog "
                "verify\n",
                lost);
    }
    return code == CL_EXIT_GOOD && (wrong || rows.lost > 0) ? CL_EXIT_BAD : code;
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
    case 's':
    case 'u':
        if (when_parse(optarg, option == 'u', option == 'u' ? &choice->until : &choice->since) ==
            CL_OK)
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
