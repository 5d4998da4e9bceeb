#include "log/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

enum cl_err cl_paths_log(struct cl_buf *to)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    enum cl_err err = CL_OK;
    if (data != NULL && data[0] == '/') {
        err = cl_buf_put_str(to, data);
    } else {
        if (home == NULL || home[0] != '/')
            return CL_IO;
        err = cl_buf_put_str(to, home);
        if (!err)
            err = cl_buf_put_str(to, "/.local/share");
    }
    if (!err)
        err = cl_buf_put_str(to, "/consentlog/log.sqlite");
    return err ? err : cl_buf_put(to, "", 1);
}

enum cl_err cl_paths_errno(void)
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

enum cl_err cl_paths_safe(int fd, bool directory)
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
            return cl_paths_errno();
        if (kept == '\0')
            return CL_OK;
    }
}

enum cl_err cl_paths_folder(const char *path, bool make, int *ret_fd)
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

    cl_cleanup(close_fd) int fd =
        open((const char *)dir.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return cl_paths_errno();
    err = cl_paths_safe(fd, true);
    if (err)
        return err;
    *ret_fd = fd;
    fd = -1;
    return CL_OK;
}

enum cl_err cl_paths_file(const char *path, bool create)
{
    int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (create ? O_CREAT : 0);
    cl_cleanup(close_fd) int fd = open(path, flags, 0600);
    if (fd < 0)
        return cl_paths_errno();
    enum cl_err err = cl_paths_safe(fd, false);
    if (err || create)
        return err;
    off_t length = lseek(fd, 0, SEEK_END);
    if (length < 0)
        return CL_IO;
    return length == 0 ? CL_LOG_ABSENT : CL_OK;
}
