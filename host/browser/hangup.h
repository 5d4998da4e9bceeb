/* End this process when the other side of a pipe goes away, while something that cannot be
 * cancelled is waited for. */
#ifndef CL_HANGUP_H
#define CL_HANGUP_H

#include <pthread.h>
#include <stdbool.h>

struct cl_hangup {
    pthread_t thread;
    int fd;      /* borrowed */
    int stop[2]; /* a pipe: closing the second end stops the watch */
    bool on;
};

/* Watch fd until cl_hangup_stop; a negative fd is not watched. Without the means to watch, none is
 * kept: the wait it guards has an end of its own. The struct must stay where it is. */
void cl_hangup_watch(struct cl_hangup *hangup, int fd);
void cl_hangup_stop(struct cl_hangup *hangup);

#endif
