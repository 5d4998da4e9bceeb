/* What the commands of `consentlog` share. Each command is one file, cmd_<name>.c, and one row of
 * the table in main.c. */
#ifndef CL_CLI_H
#define CL_CLI_H

#include "base/buf.h"
#include "base/err.h"
#include "report/words.h"
#include "json/writer.h"

enum cl_exit {
    CL_EXIT_GOOD = 0,    /* done; it verifies */
    CL_EXIT_BAD = 1,     /* it does not verify */
    CL_EXIT_USAGE = 2,   /* the command line is wrong */
    CL_EXIT_NOT_NOW = 3, /* not possible now: locked, missing, I/O */
};

struct cl_command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an enum cl_exit */
    const char *usage;    /* "history [--since TIME] [--until TIME]", as people call it */
    const char *help;     /* one line */
    const char *more;     /* the options, one a line, and what else to know; or "" */
    const char *programs; /* the same of those that are there for programs; or "" */
};

int cmd_acknowledge(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_keep(int argc, char **argv);
int cmd_register(int argc, char **argv);
int cmd_unregister(int argc, char **argv);
int cmd_recovery(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_timestamp(int argc, char **argv);
int cmd_unlock(int argc, char **argv);
int cmd_verify(int argc, char **argv);
/* For the browser's program alone: no commands of people's, so not in the table. */
int cmd_open(void);
int cmd_window(void);

/* Print "consentlog: <sentence>" on stderr and return the exit code that belongs to the error. */
int cli_fail(enum cl_err err);

/* Print "consentlog <command>: <what>" and where to find help on stderr. Takes `what` (of
 * term_format) over. Returns CL_EXIT_USAGE. */
int cli_usage(const char *command, char *what);

/* For the option that getopt_long did not accept (it returned ':' or '?'; opterr is 0). Returns
 * CL_EXIT_USAGE. */
int cli_bad_option(char **argv, int answer);

/* No operands were expected: CL_EXIT_GOOD when argv[optind] is the end, else says so and returns
 * CL_EXIT_USAGE. */
int cli_no_operands(int argc, char **argv);

/* Say that stdout took not all. Returns the exit code. */
int cli_no_output(void);

/* Print what the writer made, and a newline, on stdout; or fail. Returns an exit code. */
int cli_print_json(struct cl_json_writer *w);

/* Say on stdout, as {"error":{"code","message","field"}}, why a command that was asked for JSON did
 * not do it, and on stderr as cli_fail. Returns the exit code. */
int cli_fail_json(const struct cl_fault *fault);

/* Everything on standard input, at most to->max bytes. CL_TOO_LONG, CL_IO. */
CL_MUST_USE enum cl_err cli_read_stdin(struct cl_buf *to);

/* The language that people are spoken to in (say.h). */
enum cl_language cli_spoken(void);
/* One of the reports' languages. Returns an exit code; CL_EXIT_GOOD with *ret_language. */
int cli_language(const char *command, const char *name, enum cl_language *ret_language);

/* A command whose only option is --json. Returns an exit code; CL_EXIT_GOOD with *ret_json. */
int cli_only_json(int argc, char **argv, bool *ret_json);

/* The folder of the own log, if there is none: what may begin a log makes it before the cage is
 * closed around it. */
CL_MUST_USE enum cl_err cli_make_folder(void);

/* Close the cage (base/cage.h) around a command on the own log: its folder, and `to`, the folder
 * in which the command writes, or NULL. Nothing more is started, so not for commands that do. */
void cli_enter_cage(const char *to);

/* The folder of a file that is to be written; new string. */
char *cli_folder_of(const char *path);
/* Can a file be made in it? CL_FOLDER, CL_DISK_READ_ONLY: a slip in its name is said as what it is.
 */
CL_MUST_USE enum cl_err cli_check_folder(const char *folder);

#endif
