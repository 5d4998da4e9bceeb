#include "cli.h"

int main(void)
{
    return CL_EXIT_USAGE;
}
