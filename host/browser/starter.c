#include "browser/starter.h"

#include "base/buf.h"
#include "base/io.h"
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX   5
#define PATIENCE_MS 2000 /* after SIGTERM */
#define STEP_MS     5

static char *const commands[][WORDS_MAX] = {
    [CL_COMMAND_EXPORT] = {(char[]){"consentlog"}, (char[]){"export"}, (char[]){"--json"},
                           (char[]){"--request"}},
    [CL_COMMAND_TIMESTAMP_REQUEST] = {(char[]){"consentlog"}, (char[]){"timestamp"},
                                      (char[]){"request"}, (char[]){"--json"}},
    [CL_COMMAND_TIMESTAMP_STORE] = {(char[]){"consentlog"}, (char[]){"timestamp"},
                                    (char[]){"store"}, (char[]){"--json"}},
    [CL_COMMAND_OPEN] = {(char[]){"consentlog"}, (char[]){"--open"}},
    [CL_COMMAND_WINDOW] = {(char[]){"consentlog"}, (char[]){"--window"}},
};
#define COMMANDS (sizeof commands / sizeof *commands)

static void free_text(char **text)
{
    free(*text);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- which program ----------------------------------------------------------------------- */

/* `relative` below our own folder; NULL when there is no such program. */
static char *program_at(const char *folder, const char *relative)
{
    char path[8192];
    int n = snprintf(path, sizeof path, "%s/%s", folder, relative);
    char *real = n > 0 && (size_t)n < sizeof path ? realpath(path, NULL) : NULL;

    if (real && access(real, X_OK) == 0)
        return real;
    free(real);
    return NULL;
}

/* Where the installation puts it, or beside us in a build folder. */
static char *find_program(void)
{
    cl_cleanup(free_text) char *self = realpath("/proc/self/exe", NULL);
    char *slash = self ? strrchr(self, '/') : NULL;
    char *program;

    if (!slash)
        return NULL;
    *slash = '\0';
    program = program_at(self, CLI_FROM_LIBEXEC);
    return program ? program : program_at(self, "consentlog");
}

/* ---- the program ------------------------------------------------------------------------- */

/* Between fork and exec, where only what is safe after a signal may be called. */
static void become(const char *program, char *const *argv, pid_t parent, const int ends[static 2],
                   int report)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(127);
    if (dup2(ends[0], STDIN_FILENO) == STDIN_FILENO &&
        dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO)
        execv(program, argv);
    int why = errno;
    if (write(report, &why, sizeof why) < 0)
        _exit(126);
    _exit(127);
}

static enum cl_err start(enum cl_command command, const int ends[static 2], pid_t *ret_pid)
{
    cl_cleanup(free_text) char *program = find_program();
    int report[2] = {-1, -1};
    int why = 0;
    pid_t self = getpid();
    char where[CL_IO_WHERE];
    enum cl_err err = program ? cl_io_program_safe(program, where) : CL_PROGRAM_MISSING;

    if (err)
        return err;
    *ret_pid = pipe2(report, O_CLOEXEC) ? -1 : fork();
    if (*ret_pid == 0)
        become(program, commands[command], self, ends, report[1]);
    close_fd(&report[1]);
    /* The pipe closes when exec succeeds; what comes through it is exec's errno. */
    bool failed = *ret_pid > 0 && read(report[0], &why, sizeof why) > 0;
    close_fd(&report[0]);
    if (!failed)
        return *ret_pid > 0 ? CL_OK : CL_IO;
    (void)waitpid(*ret_pid, NULL, 0);
    return CL_PROGRAM_MISSING;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* Ask first: what it has begun to write, it takes away. */
static int put_an_end_to(pid_t pid)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    int status = 0;

    kill(pid, SIGTERM);
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        if (waitpid(pid, &status, WNOHANG) != 0)
            return status;
        nanosleep(&step, NULL);
    }
    kill(pid, SIGKILL);
    return wait_for(pid);
}

/* ---- the starter ------------------------------------------------------------------------- */

/* One byte, and with an command's two descriptors. False at the end. */
static bool hear(int from, uint8_t *ret_byte, int ends[static 2])
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = {0};
    uint8_t byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t n;

    while ((n = recvmsg(from, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    const struct cmsghdr *first = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (first && first->cmsg_type == SCM_RIGHTS && first->cmsg_len == CMSG_LEN(2 * sizeof(int)))
        memcpy(ends, CMSG_DATA(first), 2 * sizeof(int));
    *ret_byte = byte;
    return n == 1;
}

static bool answer(int to, int32_t value)
{
    return !cl_io_write(to, &value, sizeof value);
}

/* Started, then waited for or ended as is said; by the other side's end, too. */
static bool do_command(int peer, enum cl_command command, int ends[static 2])
{
    pid_t pid = -1;
    uint8_t now = true;
    int none[2] = {-1, -1};
    enum cl_err err = start(command, ends, &pid);

    close_fd(&ends[0]);
    close_fd(&ends[1]);
    if (!answer(peer, (int32_t)err) && err)
        return false;
    if (err)
        return true;
    bool there = hear(peer, &now, none);
    return answer(peer, now || !there ? put_an_end_to(pid) : wait_for(pid));
}

static void serve_commands(int peer)
{
    int ends[2] = {-1, -1};
    uint8_t command;
    bool there = true;

    while (there && hear(peer, &command, ends)) {
        if (command < COMMANDS && ends[0] >= 0)
            there = do_command(peer, command, ends);
        else
            there = answer(peer, CL_BAD_VALUE);
        close_fd(&ends[0]);
        close_fd(&ends[1]);
    }
}

/* What the browser watches must be ours no longer: it would not hear of the host's end. */
static int keep_only(int fd)
{
    const int kept = STDERR_FILENO + 1;

    if (fd != kept && dup3(fd, kept, O_CLOEXEC) < 0)
        return -1;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, kept + 1, ~0u, 0) == 0)
        return kept;
#endif
    for (int other = kept + 1; other < 256; other++)
        close(other);
    return kept;
}

int cl_starter_split(void)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return -1;
    const pid_t pid = fork();
    if (pid == 0) {
        const int peer = keep_only(pair[1]);
        if (peer >= 0)
            serve_commands(peer);
        _exit(0);
    }
    close(pair[1]);
    if (pid < 0)
        close_fd(&pair[0]);
    return pair[0];
}

/* ---- the host's side --------------------------------------------------------------------- */

static enum cl_err take_answer(int starter, int32_t *ret)
{
    size_t got = 0;

    if (cl_io_read(starter, ret, sizeof *ret, &got) || got != sizeof *ret)
        return CL_IO;
    return CL_OK;
}

enum cl_err cl_starter_begin(int starter, enum cl_command command, int in, int out)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = {0};
    const int ends[2] = {in, out};
    uint8_t byte = (uint8_t)command;
    struct iovec part = {&byte, 1};
    const struct msghdr message = {.msg_iov = &part,
                                   .msg_iovlen = 1,
                                   .msg_control = control.bytes,
                                   .msg_controllen = sizeof control.bytes};
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    int32_t err = CL_OK;

    if (starter < 0)
        return CL_PROGRAM_MISSING;
    *first = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof ends)};
    memcpy(CMSG_DATA(first), ends, sizeof ends);
    if (sendmsg(starter, &message, MSG_NOSIGNAL) != 1 || take_answer(starter, &err))
        return CL_IO;
    return err >= 0 && err < CL_ERR_COUNT ? (enum cl_err)err : CL_IO;
}

enum cl_err cl_starter_end(int starter, bool now, int *ret_status)
{
    const uint8_t byte = now;
    int32_t status = 0;
    enum cl_err err = cl_io_write(starter, &byte, 1);

    if (!err)
        err = take_answer(starter, &status);
    *ret_status = status;
    return err;
}
