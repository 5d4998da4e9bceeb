/* Loaded with LD_PRELOAD into the programs under test: counts the calls by which a process changes
 * something outside of itself, or reads a file of the log, and at the n-th of them dies or makes
 * the call fail.
 *
 * A process that dies can be told from one that dies a little later only by what it did to files,
 * sockets and pipes. So to die before each of these calls in turn is to die at every instruction.
 *
 *   CL_FAULT_AT=n         the call at which it happens, from 1; 0 or none: never
 *   CL_FAULT_HOW=…        kill · stop · eio · enospc · short (write one byte less) · swap
 *   CL_FAULT_SWAP=file    swap: it has from then on the bytes of file.other, which is as long
 *   CL_FAULT_STAYS=1      all later calls fail too
 *   CL_FAULT_UNDER=dir    count calls on files below that folder only, also those that read; none:
 * all calls that change CL_FAULT_TRACE=file   append a line for each counted call: its number, its
 * name, its target
 *   CL_FAULT_NAMED=1      a file system that has no files without a name */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum verdict { PASS, FAIL, SHORT };

static atomic_long counted;

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

static bool matters(const char *target)
{
    const char *under = setting("CL_FAULT_UNDER");
    /* An eventfd wakes another thread of the same process, no more. */
    return strncmp(target, under, strlen(under)) == 0 && strncmp(target, "anon_inode:", 11) != 0;
}

/* Opened before the program closes its cage, in which this file is not. By the system calls
 * themselves, so that they are not counted. */
static int trace_fd = -1;

__attribute__((constructor)) static void open_trace(void)
{
    const char *path = setting("CL_FAULT_TRACE");
    if (*path == '\0')
        return;
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    trace_fd = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 200); /* out of the program's way */
    syscall(SYS_close, fd);
}

static void trace(long number, const char *call, const char *target)
{
    char line[PATH_MAX + 64];
    int n = snprintf(line, sizeof line, "%ld %s %s\n", number, call, target);
    if (trace_fd >= 0 && n > 0)
        syscall(SYS_write, trace_fd, line, (size_t)n);
}

/* Both are mapped before the program closes its cage, so that to swap is no system call. */
static struct {
    void *file, *other;
    size_t size;
} swap;

static void *map(const char *path, size_t *ret_size)
{
    struct stat st = {0};
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    void *at = fstat(fd, &st) == 0
                   ? mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                   : MAP_FAILED;
    syscall(SYS_close, fd);
    *ret_size = (size_t)st.st_size;
    return at;
}

__attribute__((constructor)) static void map_swapped(void)
{
    const char *path = setting("CL_FAULT_SWAP");
    char other[PATH_MAX];
    size_t size = 0;
    if (*path == '\0')
        return;
    snprintf(other, sizeof other, "%s.other", path);
    swap.file = map(path, &swap.size);
    swap.other = map(other, &size);
    if (swap.file == MAP_FAILED || swap.other == MAP_FAILED || size != swap.size)
        abort();
}

static enum verdict strike(void)
{
    const char *how = setting("CL_FAULT_HOW");
    if (strcmp(how, "swap") == 0) {
        memcpy(swap.file, swap.other, swap.size);
        return PASS;
    }
    if (strcmp(how, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (strcmp(how, "stop") == 0) {
        kill(getpid(), SIGSTOP);
        return PASS;
    }
    if (strcmp(how, "short") == 0)
        return SHORT;
    errno = strcmp(how, "enospc") == 0 ? ENOSPC : EIO;
    return FAIL;
}

static enum verdict judge(const char *call, const char *target)
{
    int kept = errno;
    if (!matters(target))
        return PASS;
    long number = atomic_fetch_add(&counted, 1) + 1;
    long at = strtol(setting("CL_FAULT_AT"), NULL, 10);
    trace(number, call, target);
    errno = kept;
    bool hit = number == at || (at > 0 && number > at && *setting("CL_FAULT_STAYS") != '\0');
    return hit ? strike() : PASS;
}

/* What a descriptor leads to: a path, "socket:[…]", "pipe:[…]". */
static enum verdict judge_fd(const char *call, int fd)
{
    char link[32];
    char target[PATH_MAX] = "";
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    errno = kept;
    return judge(call, target);
}

/* Reading changes nothing, so only a failing disk cares for it. */
static enum verdict judge_read(const char *call, int fd)
{
    return *setting("CL_FAULT_UNDER") == '\0' ? PASS : judge_fd(call, fd);
}

/* The next definition of the function that is being replaced. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* ---- bytes ----------------------------------------------------------------------------------- */

#define MOVES(name, how, type, params, args, shorter)                                              \
    type name params;                                                                              \
    type name params                                                                               \
    {                                                                                              \
        enum verdict verdict = how(#name, fd);                                                     \
        if (verdict == FAIL)                                                                       \
            return -1;                                                                             \
        if (verdict == SHORT)                                                                      \
            shorter;                                                                               \
        return NEXT(name) args;                                                                    \
    }

#define ONE_LESS n = n > 1 ? n - 1 : n

MOVES(write, judge_fd, ssize_t, (int fd, const void *bytes, size_t n), (fd, bytes, n), ONE_LESS)
MOVES(pwrite, judge_fd, ssize_t, (int fd, const void *bytes, size_t n, off_t at),
      (fd, bytes, n, at), ONE_LESS)
MOVES(pwrite64, judge_fd, ssize_t, (int fd, const void *bytes, size_t n, off64_t at),
      (fd, bytes, n, at), ONE_LESS)
MOVES(writev, judge_fd, ssize_t, (int fd, const struct iovec *parts, int n), (fd, parts, n),
      (void)0)
MOVES(sendmsg, judge_fd, ssize_t, (int fd, const struct msghdr *message, int flags),
      (fd, message, flags), (void)0)
MOVES(send, judge_fd, ssize_t, (int fd, const void *bytes, size_t n, int flags),
      (fd, bytes, n, flags), ONE_LESS)
MOVES(read, judge_read, ssize_t, (int fd, void *bytes, size_t n), (fd, bytes, n), (void)0)
MOVES(pread, judge_read, ssize_t, (int fd, void *bytes, size_t n, off_t at), (fd, bytes, n, at),
      (void)0)
MOVES(pread64, judge_read, ssize_t, (int fd, void *bytes, size_t n, off64_t at), (fd, bytes, n, at),
      (void)0)
MOVES(fsync, judge_fd, int, (int fd), (fd), (void)0)
MOVES(fdatasync, judge_fd, int, (int fd), (fd), (void)0)
MOVES(ftruncate, judge_fd, int, (int fd, off_t length), (fd, length), (void)0)
MOVES(ftruncate64, judge_fd, int, (int fd, off64_t length), (fd, length), (void)0)

/* ---- names ----------------------------------------------------------------------------------- */

int unlink(const char *path)
{
    return judge("unlink", path) == FAIL ? -1 : NEXT(unlink)(path);
}

int mkdir(const char *path, mode_t mode)
{
    return judge("mkdir", path) == FAIL ? -1 : NEXT(mkdir)(path, mode);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    if (judge("renameat2", from) == FAIL)
        return -1;
    return NEXT(renameat2)(from_dir, from, to_dir, to, flags);
}

/* Opening is a change only where it may make a file. */
static bool open_fails(const char *path, int flags)
{
    if ((flags & O_TMPFILE) == O_TMPFILE && *setting("CL_FAULT_NAMED") != '\0') {
        errno = EOPNOTSUPP;
        return true;
    }
    bool changes = (flags & O_CREAT) != 0 && (flags & O_TMPFILE) != O_TMPFILE;
    return changes && judge("open", path) == FAIL;
}

static mode_t mode_in(int flags, va_list args)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(args, mode_t) : 0;
}

#define OPENS(name)                                                                                \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_in(flags, args);                                                        \
        va_end(args);                                                                              \
        return open_fails(path, flags) ? -1 : NEXT(name)(path, flags, mode);                       \
    }
OPENS(open)
OPENS(open64)

/* The log's lock is opened by name below its folder, so the folder's own path is what is judged. */
int openat(int dir, const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_in(flags, args);
    va_end(args);
    if ((flags & O_CREAT) != 0 && judge_fd("openat", dir) == FAIL)
        return -1;
    return NEXT(openat)(dir, path, flags, mode);
}
