/* A process that starts our own program consentlog for one that no longer may. It is split off from
 * the host before the cage is closed, and runs five commands and nothing else, so that whoever
 * takes the host over cannot have anything run but these. Their program is the one installed with
 * this one, found from /proc/self/exe, never by PATH, and refused if others may change it. */
#ifndef CL_STARTER_H
#define CL_STARTER_H

#include "base/err.h"

#include <stdbool.h>

enum cl_command {
    CL_COMMAND_EXPORT,
    CL_COMMAND_TIMESTAMP_REQUEST,
    CL_COMMAND_TIMESTAMP_STORE,
    CL_COMMAND_OPEN,   /* what was exported: its folder shown, or its report told */
    CL_COMMAND_WINDOW, /* the recovery code in a window of the desktop's */
};

/* Split it off. It keeps none of the descriptors above 2. Returns the descriptor to speak to it by,
 * whose closing, by our end too, ends it and what it has started; -1: there is none. To be called
 * while there is one thread. */
int cl_starter_split(void);

/* Have the command run by a program that reads `in` and writes `out`. Both stay ours to close.
 * CL_PROGRAM_MISSING, CL_PROGRAM_UNSAFE; CL_IO: there is no starter, or it is gone. One at a time,
 * each to be ended by cl_starter_end. */
CL_MUST_USE enum cl_err cl_starter_begin(int starter, enum cl_command command, int in, int out);

/* Wait for the program's end, after having asked it to end if `now`, and killed it if it did not.
 * *ret_status as of waitpid. CL_IO. */
CL_MUST_USE enum cl_err cl_starter_end(int starter, bool now, int *ret_status);

#endif
