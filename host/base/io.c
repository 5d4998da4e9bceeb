#include "base/io.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum cl_err cl_io_error(int number)
{
    return number == ENOSPC || number == EDQUOT ? CL_DISK_FULL
           : number == ENOMEM                   ? CL_NO_MEMORY
           : number == EROFS                    ? CL_DISK_READ_ONLY
           : number == EFBIG                    ? CL_FILE_LIMIT
                                                : CL_IO;
}

/* A new folder is there after a power cut only if the one above it is on the disk. One that may not
 * be read cannot be waited for. */
static bool sync_above(char *path)
{
    char *name = strrchr(path, '/') + 1;
    const char kept = *name;
    *name = '\0';
    errno = 0;
    const bool synced = cl_io_sync_folder(path) == CL_OK || errno == EACCES;
    *name = kept;
    return synced;
}

bool cl_io_make_folders(char *path, unsigned mode)
{
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        const char kept = *p;
        *p = '\0';
        const bool made = mkdir(path, mode) == 0;
        const bool there = made ? ((mode & 077) == 0 || chmod(path, mode) == 0) && sync_above(path)
                                : errno == EEXIST;
        *p = kept;
        if (!there || kept == '\0')
            return there;
    }
}

enum cl_err cl_io_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return CL_IO;
    /* Some file systems cannot sync a folder and say EINVAL: there is nothing to wait for. */
    enum cl_err err = fsync(fd) == 0 || errno == EINVAL ? CL_OK : CL_IO;
    (void)close(fd);
    return err;
}

enum cl_err cl_io_read(int fd, void *bytes, size_t n, size_t *ret_got)
{
    uint8_t *at = bytes;
    size_t got = 0;
    while (got < n) {
        ssize_t r = read(fd, at + got, n - got);
        if (r == 0)
            break;
        if (r > 0)
            got += (size_t)r;
        else if (errno != EINTR)
            return CL_IO;
    }
    *ret_got = got;
    return CL_OK;
}

enum cl_err cl_io_write(int fd, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    while (n > 0) {
        ssize_t w = write(fd, at, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return cl_io_error(errno);
        at += w;
        n -= (size_t)w;
    }
    return CL_OK;
}

/* A copy above the standard three, so that taking 0 and 1 away cannot close it. */
static int move_up(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/* 0 and 1 are open here, so without a stderr /dev/null itself becomes descriptor 2. */
static enum cl_err give_harmless_stdio(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return CL_IO;
    bool given = dup2(null, STDIN_FILENO) >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
    if (null > STDERR_FILENO)
        close(null);
    return given ? CL_OK : CL_IO;
}

enum cl_err cl_io_take_stdio(int *ret_in, int *ret_out)
{
    int in = move_up(STDIN_FILENO);
    int out = move_up(STDOUT_FILENO);
    if (in < 0 || out < 0 || give_harmless_stdio()) {
        if (in >= 0)
            close(in);
        if (out >= 0)
            close(out);
        return CL_IO;
    }
    *ret_in = in;
    *ret_out = out;
    return CL_OK;
}

/* A missing one of the standard three would be the next file that is opened, and what is printed
 * would stand in that file. In its place stands one that fails as a missing one does: it cannot be
 * read, or not be written; what goes to stderr is lost. */
static bool fill_stdio(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDWR};
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            return false;
    return true;
}

enum cl_err cl_io_room(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return CL_IO;
    unsigned open = 0;
    for (unsigned fd = 0; fd < files.rlim_cur; fd++) {
        open += fcntl((int)fd, F_GETFD) >= 0;
        if (fd + 1 - open == CL_FILES_FREE)
            return CL_OK;
    }
    return CL_IO;
}

enum cl_err cl_io_harden(void)
{
    static const char *const redirections[] = {
        "SNAP_NAME",
        "SECRET_BACKEND",
        "SECRET_SERVICE_BUS_NAME",
        "SECRET_FILE_TEST_PATH",
        "SECRET_FILE_TEST_PASSWORD",
    };
    for (size_t i = 0; i < sizeof redirections / sizeof *redirections; i++) {
        if (unsetenv(redirections[i]) < 0)
            return CL_IO;
    }
    if (!fill_stdio())
        return CL_IO;
    umask(S_IRWXG | S_IRWXO);
    /* What they would end is told by the write that failed: EPIPE, EFBIG. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || signal(SIGXFSZ, SIG_IGN) == SIG_ERR ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return CL_IO;
    return CL_OK;
}

/* Debian gave /usr/local and what is in it to its group staff, 2775. Whoever may write there writes
 * what root runs, and may replace each folder as a whole: that it may write into one of root's,
 * too, opens nothing. */
#define LOCAL "/usr/local"
static bool is_locally_shared(const char *path, const struct stat *st)
{
    struct stat local;
    return S_ISDIR(st->st_mode) && st->st_uid == 0 && !strncmp(path, LOCAL "/", sizeof LOCAL) &&
           stat(LOCAL, &local) == 0 && local.st_uid == 0 && local.st_gid == st->st_gid &&
           (local.st_mode & (S_IWGRP | S_ISVTX)) == S_IWGRP;
}

static bool others_may_write(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || (st.st_uid != 0 && st.st_uid != geteuid()))
        return true;
    /* What a sticky folder holds only its owner can take away; its owner was looked at. */
    if (S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0)
        return false;
    const bool ours = st.st_gid == getegid() || st.st_gid == 0 || is_locally_shared(path, &st);
    return (st.st_mode & S_IWOTH) != 0 || ((st.st_mode & S_IWGRP) != 0 && !ours);
}

/* The kernel's number for an owner who has none here: a container hides so who owns the root. */
#define HIDDEN_OWNER 65534

/* Who may write there, or owns it, may put another folder of the same name in its place. Root works
 * in containers in folders that are lent by another user: for it the owner is not asked. Nor is the
 * group ever: /usr/local belongs to Debian's group staff, which may write there. */
static bool anyone_may_replace_in(const char *folder)
{
    struct stat st;
    if (stat(folder, &st) != 0 || (st.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH)
        return true;
    const uid_t we = geteuid();
    return we != 0 && st.st_uid != 0 && st.st_uid != we && st.st_uid != HIDDEN_OWNER;
}

/* Cuts the last name off. */
static void go_up(char *path)
{
    char *slash = strrchr(path, '/');
    slash[slash == path] = '\0';
}

enum cl_err cl_io_program_safe(const char *path, char ret_where[static CL_IO_WHERE])
{
    const size_t n = strlen(path);
    if (path[0] != '/' || n >= CL_IO_WHERE) {
        ret_where[0] = '\0';
        return CL_PROGRAM_UNSAFE;
    }
    memcpy(ret_where, path, n + 1);
    if (others_may_write(ret_where))
        return CL_PROGRAM_UNSAFE;
    go_up(ret_where);
    if (others_may_write(ret_where))
        return CL_PROGRAM_UNSAFE;
    while (ret_where[1]) {
        go_up(ret_where);
        if (anyone_may_replace_in(ret_where))
            return CL_PROGRAM_UNSAFE;
    }
    return CL_OK;
}
