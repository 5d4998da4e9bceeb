/* recovery: the log's key as a code on paper, and back into the keyring. */
#include "base/encoding.h"
#include "cli/say.h"
#include "keyring/recovery.h"

#include "cli/cli.h"
#include "cli/terminal.h"
#include "log/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TYPED_MAX 256
#define GIVEN_MAX 4096 /* bytes for one line, with empty ones before it: of what has no end */
#define TRIES     3

/* ---- show -------------------------------------------------------------------------------- */

static void print_code(const struct cl_log *log, char lines[static CL_CODE_LINES][CL_CODE_LINE])
{
    char id[2 * CL_HASH + 1];
    cl_hex_encode(cl_log_id(log), CL_HASH, id);
    printf(_("Recovery code of the log %.16s, key %s\n\n"), id, cl_log_key(log)->id);
    for (unsigned i = 0; i < CL_CODE_LINES; i++)
        printf("  %u:  %s\n", i + 1, lines[i]);
    putchar('\n');
    term_wrap(stdout,
              "Write it down and keep it where you keep papers that matter, not on this computer. "
              "Whoever has it and the log's file can read the log, and could continue it in your "
              "name. Without it and without the keyring nobody can.",
              0, 0);
    puts(_("Back again: consentlog recovery restore"));
}

static int show(void)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    char lines[CL_CODE_LINES][CL_CODE_LINE];
    cli_enter_cage(NULL);
    enum cl_err err = cl_log_open(CL_LOG_REPAIR, &log);
    if (!err)
        err = cl_recovery_write(cl_log_key(log), lines);
    if (err)
        return cli_fail(err);
    print_code(log, lines);
    cl_wipe(lines, sizeof lines);
    return CL_EXIT_GOOD;
}

/* ---- restore ----------------------------------------------------------------------------- */

/* The next line that is not empty, without stdio: its buffer would keep the code. */
static bool next_line(char ret_text[static TYPED_MAX])
{
    size_t n = 0;
    char c;
    for (size_t all = 0; all < GIVEN_MAX && read(STDIN_FILENO, &c, 1) == 1; all++) {
        if (c == '\n' && n > 0)
            break;
        if (c != '\n' && c != '\r' && n < TYPED_MAX - 1)
            ret_text[n++] = c;
    }
    ret_text[n] = '\0';
    return n > 0;
}

static void prompt(unsigned number, bool again)
{
    if (again)
        puts(_("That line is not as it was written down. Compare it with the paper."));
    printf(_("Line %u of %u: "), number + 1, CL_CODE_LINES);
    fflush(stdout);
}

/* On a terminal a line is asked for again; from elsewhere it counts as it is. */
static int take_line(unsigned number, bool terminal, char ret_line[static CL_CODE_LINE])
{
    char typed[TYPED_MAX];
    enum cl_err err = CL_MALFORMED;
    for (int i = 0; err && i < (terminal ? TRIES : 1); i++) {
        if (terminal)
            prompt(number, i > 0);
        if (!next_line(typed))
            break;
        err = cl_recovery_line(typed, number, ret_line);
        cl_wipe(typed, sizeof typed);
    }
    if (!err)
        return CL_EXIT_GOOD;
    return cli_usage("recovery",
                     term_format("line %u of the code is missing or has a slip in it. Nothing was "
                                 "written.",
                                 number + 1));
}

static int take_code(char lines[static CL_CODE_LINES][CL_CODE_LINE])
{
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    int code = CL_EXIT_GOOD;
    for (unsigned i = 0; i < CL_CODE_LINES && code == CL_EXIT_GOOD; i++)
        code = take_line(i, terminal, lines[i]);
    return code;
}

static int say_restored(void)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err err = cl_log_open(CL_LOG_READ, &log);
    puts(_("The key is in the keyring again."));
    if (!err)
        return CL_EXIT_GOOD;
    term_wrap(stdout,
              err == CL_KEY_RESTORED
                  ? "The keyring does not know how long the log was, so nothing is recorded yet. "
                    "Look at the log with: consentlog verify; then go on with: consentlog "
                    "acknowledge"
                  : cl_err_sentence(err),
              0, 0);
    return CL_EXIT_GOOD;
}

static int put(struct cl_key *key)
{
    enum cl_err err = cl_log_restore_key(key);
    switch ((int)err) {
    case CL_OK:
        return say_restored();
    case CL_EXISTS:
        puts(_("There is nothing to restore: the keyring has this key."));
        return CL_EXIT_GOOD;
    case CL_KEY_FOREIGN:
        fputs(_("consentlog: this code belongs to another log than the one here. Nothing was "
                "written.\n"),
              stderr);
        return CL_EXIT_NOT_NOW;
    case CL_LOG_ABSENT:
        fputs(_("consentlog: there is no log here to restore the key for. Copy its file first; "
                "consentlog doctor says where to.\n"),
              stderr);
        return CL_EXIT_NOT_NOW;
    default:
        return cli_fail(err);
    }
}

static int restore(void)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    char lines[CL_CODE_LINES][CL_CODE_LINE] = {{0}};
    int code = take_code(lines);
    enum cl_err err = code == CL_EXIT_GOOD ? cl_recovery_read(lines, &key) : CL_OK;
    cl_wipe(lines, sizeof lines);
    if (code != CL_EXIT_GOOD)
        return code;
    if (err == CL_MALFORMED)
        return cli_usage("recovery", term_format("each line is good, but they are not of one "
                                                 "code. Nothing was written."));
    if (err)
        return cli_fail(err);
    (void)!cli_make_folder(); /* what is in its way is said by who looks for the log */
    cli_enter_cage(NULL);
    return put(key);
}

int cmd_recovery(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (argc == 2 && strcmp(what, "show") == 0)
        return show();
    if (argc == 2 && strcmp(what, "restore") == 0)
        return restore();
    return cli_usage("recovery", term_format("say show or restore, and nothing else: the code is "
                                             "never part of the command."));
}
