/* Loaded with LD_PRELOAD into the programs under test: a library that turns on its program. When
 * the program first calls the function that CL_PROBE_IN names, it tries to start a program, to
 * reach the network, to write, to write over and to make files where it has no business and to
 * trace, and says in
 * CL_PROBE_TO how each ended. Then it goes on as if nothing had been. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int report = -1;
static atomic_flag done = ATOMIC_FLAG_INIT;

/* Opened before the program closes its cage, in which that file is not. */
__attribute__((constructor)) static void open_report(void)
{
    const char *path = getenv("CL_PROBE_TO");
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    report = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 200); /* out of the program's way */
    if (fd >= 0)
        close(fd);
}

static void say(const char *what, long got)
{
    char line[64];
    int n =
        snprintf(line, sizeof line, "%s %s\n", what, got >= 0 ? "done" : strerrorname_np(errno));
    if (n > 0 && syscall(SYS_write, report, line, (size_t)n) < 0)
        return;
}

/* A file under a name of its own where everybody may write. */
static long plant(void)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/cl-planted-%ld", (long)getpid());
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        unlink(path);
        close(fd);
    }
    return fd;
}

/* A file that has a name there, and is the member's. */
static long write_over(void)
{
    const char *path = getenv("CL_PROBE_OVER");
    return open(path ? path : "/tmp", O_WRONLY | O_CLOEXEC);
}

static void turn(void)
{
    char *const nothing[] = {NULL};
    const char *stays = getenv("CL_PROBE_STAYS"); /* the program itself: not another, not stopped */
    say("socket", socket(AF_INET, SOCK_STREAM, 0));
    if (stays && strcmp(stays, "socket") == 0)
        return;
    say("open", open("/etc/passwd", O_WRONLY | O_CLOEXEC));
    say("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    if (!stays) {
        say("plant", plant());
        say("over", write_over());
    }
    if (!stays)
        say("execve", execve("/bin/false", nothing, nothing));
}

static void called(const char *function)
{
    const char *in = getenv("CL_PROBE_IN");
    const int kept = errno;
    if (in && strcmp(in, function) == 0 && !atomic_flag_test_and_set(&done))
        turn();
    errno = kept;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int connect(int fd, const struct sockaddr *to, socklen_t n)
{
    called("connect");
    return NEXT(connect)(fd, to, n);
}

ssize_t read(int fd, void *bytes, size_t n)
{
    called("read");
    return NEXT(read)(fd, bytes, n);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at)
{
    called("pread");
    return NEXT(pread)(fd, bytes, n, at);
}

ssize_t pread64(int fd, void *bytes, size_t n, off64_t at)
{
    called("pread");
    return NEXT(pread64)(fd, bytes, n, at);
}

int fdatasync(int fd)
{
    called("fdatasync");
    return NEXT(fdatasync)(fd);
}
