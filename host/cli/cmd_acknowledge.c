#include "cli.h"

int cmd_acknowledge(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return CL_EXIT_NOT_NOW;
}
