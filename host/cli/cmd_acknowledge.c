/* acknowledge: show what is wrong, say what going on means, ask, and write it into the log. */
#include "cli/cli.h"
#include "cli/findings.h"
#include "cli/say.h"
#include "cli/terminal.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

/* Print what is wrong. CL_OK and *ret_nothing when nothing is. */
static enum cl_err show(bool *ret_nothing)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    struct findings findings;
    *ret_nothing = false;
    enum cl_err err = cl_log_open(CL_LOG_REPAIR, &log);
    if (err != CL_OK)
        return err;
    enum cl_err alarm = cl_log_alarm(log);
    err = findings_run(log, NULL, &findings);
    if (err != CL_OK)
        return err;
    const char *what = cl_err_what(alarm);
    if (alarm != CL_OK)
        term_wrap(stdout, what, 0, 0);
    *ret_nothing = findings.open == 0 && alarm == CL_OK;
    return CL_OK;
}

/* Errors after which a new log can begin, with the old file set aside; all others must be put right
 * first. */
static bool can_begin_anew(enum cl_err err)
{
    return cl_log_is_wrong(err) || err == CL_KEY_MISSING || err == CL_KEY_DAMAGED ||
           err == CL_KEY_FOREIGN || err == CL_HEAD_MISSING;
}

static void explain(bool anew)
{
    putchar('\n');
    if (anew)
        term_wrap(stdout,
                  "To acknowledge means: this log cannot be continued. Its file, if there is one, "
                  "is kept under another "
                  "name, and a new log begins. Its second entry says, for good, what was found and "
                  "that you knew.",
                  0, 0);
    else
        term_wrap(stdout,
                  "To acknowledge means: the log goes on from what is there. A new entry says, for "
                  "good, what was found "
                  "and that you knew. What can be read stays. What was lost is not brought back, "
                  "and what does not open may be removed from the file.",
                  0, 0);
    term_wrap(stdout,
              "If you have a backup of the log's file, stop here and put that back instead.", 0, 0);
}

static int acknowledge(void)
{
    cl_cleanup(cl_buf_free) struct cl_buf aside = cl_buf(8192);
    uint64_t seq = 0;
    enum cl_err err = cl_log_acknowledge(&seq, &aside);
    if (err != CL_OK)
        return cli_fail(err);
    printf(_("Acknowledged: entry %llu says so.\n"), (unsigned long long)seq);
    if (aside.len > 0 && aside.data[0]) {
        cl_cleanup(term_free) char *name =
            term_format("%.*s", (int)aside.len, (const char *)aside.data);
        fputs(_("The old file is kept as "), stdout);
        term_cell(stdout, name, 0);
        putchar('\n');
    }
    return CL_EXIT_GOOD;
}

static int take_options(int argc, char **argv, bool *ret_yes)
{
    static const struct option options[] = {{"yes", no_argument, NULL, 'y'}, {0}};
    *ret_yes = false;
    for (int c; (c = getopt_long(argc, argv, "+:y", options, NULL)) != -1;) {
        if (c != 'y')
            return cli_bad_option(argv, c);
        *ret_yes = true;
    }
    return cli_no_operands(argc, argv);
}

int cmd_acknowledge(int argc, char **argv)
{
    bool yes, nothing;
    int code = take_options(argc, argv, &yes);
    if (code != CL_EXIT_GOOD)
        return code;
    (void)!cli_make_folder(); /* what is in its way is said by who looks for the log */
    cli_enter_cage(NULL);
    enum cl_err err = show(&nothing);
    if (err != CL_OK && !can_begin_anew(err))
        return cli_fail(err);
    if (nothing) {
        puts(_("There is nothing to acknowledge: the log verifies."));
        return CL_EXIT_GOOD;
    }
    const char *what = cl_err_what(err);
    if (err != CL_OK)
        term_wrap(stdout, what, 0, 0);
    explain(err != CL_OK);
    if (!yes && !term_confirm("\nGo on? Type yes: ", "yes")) {
        puts(_("Nothing was changed."));
        return CL_EXIT_NOT_NOW;
    }
    return acknowledge();
}
