/* What the commands of `consentlog` share. Each command is one file, cmd_<name>.c, and one row of the table in main.c. */
#ifndef CL_CLI_H
#define CL_CLI_H

#include "err.h"

enum cl_exit {
    CL_EXIT_GOOD = 0,     /* done; it verifies */
    CL_EXIT_BAD = 1,      /* it does not verify */
    CL_EXIT_USAGE = 2,    /* the command line is wrong */
    CL_EXIT_NOT_NOW = 3,  /* not possible now: locked, missing, I/O */
};

struct cl_command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an enum cl_exit */
    const char *usage;                 /* "history [--json|--csv] [--since TIME] [--until TIME]" */
    const char *help;                  /* one line */
};

int cmd_acknowledge(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_register(int argc, char **argv);
int cmd_unregister(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_unlock(int argc, char **argv);
int cmd_verify(int argc, char **argv);

/* Print "consentlog: <sentence>" on stderr and return the exit code that belongs to the error. */
int cli_fail(enum cl_err err);

#endif
