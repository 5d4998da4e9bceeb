#include "package/scratch.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

/* The package itself, the one before it, and what is made of it; and one more. */
#define ROOMS 4

static struct room {
    int fd;
    bool taken;
} rooms[ROOMS];
static size_t count;
static bool prepared;

static int open_one(void)
{
    const char *const folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        int fd = folders[i] ? open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
        if (fd >= 0)
            return fd;
    }
    return -1;
}

void cl_scratch_prepare(void)
{
    int fd;
    prepared = true;
    while (count < ROOMS && (fd = open_one()) >= 0)
        rooms[count++] = (struct room){.fd = fd};
}

int cl_scratch_take(void)
{
    if (!prepared)
        return open_one();
    for (size_t i = 0; i < count; i++)
        if (!rooms[i].taken) {
            rooms[i].taken = true;
            return rooms[i].fd;
        }
    return -1;
}

void cl_scratch_give(int fd)
{
    for (size_t i = 0; i < count; i++)
        if (rooms[i].fd == fd) {
            /* One that cannot be emptied is not given again. */
            rooms[i].taken = ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0;
            return;
        }
    (void)close(fd);
}
