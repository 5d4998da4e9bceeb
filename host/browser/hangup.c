#include "browser/hangup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static void *watch(void *data)
{
    const struct cl_hangup *hangup = data;
    /* No events asked for: what is still to be read does not matter, only POLLHUP and POLLERR do.
     */
    struct pollfd fds[] = {{.fd = hangup->fd}, {.fd = hangup->stop[0]}};

    while (poll(fds, 2, -1) < 0 && errno == EINTR)
        ;
    if (!fds[1].revents && fds[0].revents)
        _exit(0);
    return NULL;
}

void cl_hangup_watch(struct cl_hangup *hangup, int fd)
{
    hangup->on = false;
    hangup->fd = fd;
    if (fd < 0 || pipe2(hangup->stop, O_CLOEXEC))
        return;
    hangup->on = pthread_create(&hangup->thread, NULL, watch, hangup) == 0;
    if (hangup->on)
        return;
    close(hangup->stop[0]);
    close(hangup->stop[1]);
}

void cl_hangup_stop(struct cl_hangup *hangup)
{
    if (!hangup->on)
        return;
    close(hangup->stop[1]);
    pthread_join(hangup->thread, NULL);
    close(hangup->stop[0]);
    hangup->on = false;
}
