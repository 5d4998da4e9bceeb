/* The cage (base/cage.h) around an operation on the own log: which files it still needs. */
#ifndef CL_LOG_CAGE_H
#define CL_LOG_CAGE_H

#include "base/cage.h"

/* Close it: the log's folder, what the ways to the keyring read and load, and at most
 * CL_LOG_CAGE_MORE places of the caller's stay open. `make`: the log's folder is made before,
 * because inside it could not be; where that fails, files stay as they are, so that the operation
 * says why. */
#define CL_LOG_CAGE_MORE 3
void cl_log_cage(bool make, const struct cl_cage_place *more, size_t count);

#endif
