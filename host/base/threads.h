/* Threads that a library begins without being asked. */
#ifndef CL_THREADS_H
#define CL_THREADS_H

#include "base/common.h"
#include "base/err.h"

/* May CL_THREADS_FREE more be at work at once? Else CL_NO_MEMORY: each takes room for its stack,
 * and the account may be allowed no more (RLIMIT_AS, RLIMIT_NPROC). It is tried; none of them
 * stays. */
CL_MUST_USE enum cl_err cl_threads_room(void);

#endif
