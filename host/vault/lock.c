#include "lock.h"

#include "buf.h"
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_NAME    "log.lock"
#define LOCK_STEP_MS 5

static enum cl_err from_errno(void)
{
    switch (errno) {
    case ENOENT:
        return CL_LOG_ABSENT;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
        return CL_LOG_UNSAFE;
    case ENOSPC:
    case EDQUOT:
        return CL_DISK_FULL;
    default:
        return CL_IO;
    }
}

enum cl_err cl_lock_safe(int fd, bool directory)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return CL_IO;
    if (directory ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
        return CL_LOG_UNSAFE;
    if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return CL_LOG_UNSAFE;
    return CL_OK;
}

/* mkdir -p with 0700. `dir` is cut at each slash in turn and mended again. */
static enum cl_err make_directories(char *dir)
{
    for (char *p = dir + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char kept = *p;
        *p = '\0';
        int made = mkdir(dir, 0700);
        *p = kept;
        if (made != 0 && errno != EEXIST)
            return from_errno();
        if (kept == '\0')
            return CL_OK;
    }
}

static enum cl_err open_directory(const char *path, bool make, int *ret_fd)
{
    const char *slash = strrchr(path, '/');
    if (path[0] != '/' || slash == path)
        return CL_LOG_UNSAFE;

    cl_cleanup(cl_buf_free) struct cl_buf dir = cl_buf(4096);
    enum cl_err err = cl_buf_put(&dir, path, (size_t)(slash - path));
    if (!err)
        err = cl_buf_put(&dir, "", 1);
    if (!err && make)
        err = make_directories((char *)dir.data);
    if (err)
        return err;

    cl_cleanup(cl_lock_release) int fd =
        open((const char *)dir.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return from_errno();
    err = cl_lock_safe(fd, true);
    if (err)
        return err;
    *ret_fd = fd;
    fd = -1;
    return CL_OK;
}

static int64_t monotonic_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum cl_err wait_for(int fd, int how, int64_t until)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    while (flock(fd, how | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return CL_IO;
        if (monotonic_ms() >= until)
            return CL_LOG_BUSY;
        nanosleep(&step, NULL);
    }
    return CL_OK;
}

enum cl_err cl_lock_take(const char *path, bool exclusive, int *ret_fd)
{
    cl_cleanup(cl_lock_release) int dir = -1;
    enum cl_err err = open_directory(path, exclusive, &dir);
    if (err)
        return err;

    int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (exclusive ? O_CREAT : 0);
    cl_cleanup(cl_lock_release) int fd = openat(dir, LOCK_NAME, flags, 0600);
    if (fd < 0)
        return from_errno();
    err = cl_lock_safe(fd, false);
    /* The directory is a turnstile: who waits for the lock holds it, so that whoever has just let
     * go of the lock cannot take it again before them. A writer with the next message at hand would
     * otherwise keep all others out. */
    int64_t until = monotonic_ms() + CL_WAIT_MS;
    if (!err)
        err = wait_for(dir, LOCK_EX, until);
    if (!err)
        err = wait_for(fd, exclusive ? LOCK_EX : LOCK_SH, until);
    if (err)
        return err;
    *ret_fd = fd;
    fd = -1;
    return CL_OK;
}

void cl_lock_release(int *fd)
{
    if (*fd >= 0)
        close(*fd); /* the last descriptor of an open file description takes its flock with it */
    *fd = -1;
}
