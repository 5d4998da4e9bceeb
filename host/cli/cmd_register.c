#include "cli.h"

int cmd_register(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return CL_EXIT_NOT_NOW;
}

int cmd_unregister(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return CL_EXIT_NOT_NOW;
}
