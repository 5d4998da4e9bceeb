#include "base/limits.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "log/log.h"

#include <getopt.h>
#include <stdio.h>

int cmd_unlock(int argc, char **argv)
{
    static const struct option none[] = {{0}};
    int c = getopt_long(argc, argv, "+:", none, NULL);
    if (c != -1)
        return cli_bad_option(argv, c);
    int code = cli_no_operands(argc, argv);
    if (code != CL_EXIT_GOOD)
        return code;
    cli_enter_cage(NULL);
    enum cl_err err = cl_log_unlock(CL_UNLOCK_MS);
    if (err != CL_OK)
        return cli_fail(err);
    puts(_("The keyring is unlocked."));
    return CL_EXIT_GOOD;
}
