/* Loaded with LD_PRELOAD into the programs under test: a clock that is CL_CLOCK_SHIFT seconds
 * ahead, and says of itself, by CL_CLOCK_SYNC=1 or 0, whether it is synchronised. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

int adjtimex(struct timex *timex)
{
    const char *sync = getenv("CL_CLOCK_SYNC");
    memset(timex, 0, sizeof *timex);
    timex->status = sync && *sync == '1' ? STA_PLL : STA_UNSYNC;
    return timex->status == STA_PLL ? TIME_OK : TIME_ERROR;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int (*next)(clockid_t, struct timespec *);
    *(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
    const char *shift = getenv("CL_CLOCK_SHIFT");
    int got = next(clock, now);
    if (clock == CLOCK_REALTIME && shift)
        now->tv_sec += strtol(shift, NULL, 10);
    return got;
}
