#include "browser/delegate.h"

#include "base/io.h"
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX 8

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
    int n = snprintf(path, sizeof(path), "%s/%s", folder, relative);
    char *real = n > 0 && (size_t)n < sizeof(path) ? realpath(path, NULL) : NULL;

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

/* ---- the child --------------------------------------------------------------------------- */

struct child {
    pid_t pid;
    int to, from, report; /* our ends; report tells exec's errno, or closes */
};

/* Between fork and exec, where only what is safe after a signal may be called. */
static void become(char *program, char **argv, pid_t parent, int in, int out, int report)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    if (dup2(in, STDIN_FILENO) == STDIN_FILENO && dup2(out, STDOUT_FILENO) == STDOUT_FILENO)
        execv(program, argv);
    int why = errno;
    if (write(report, &why, sizeof(why)) < 0)
        _exit(126);
    _exit(127);
}

static enum cl_err start(char *program, char **argv, struct child *child)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, report[2] = {-1, -1};
    pid_t self = getpid();
    bool piped = !pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC) && !pipe2(report, O_CLOEXEC);

    child->pid = piped ? fork() : -1;
    if (child->pid == 0)
        become(program, argv, self, in[0], out[1], report[1]);
    close_fd(&in[0]);
    close_fd(&out[1]);
    close_fd(&report[1]);
    child->to = in[1];
    child->from = out[0];
    child->report = report[0];
    return child->pid > 0 ? CL_OK : CL_IO;
}

/* Give it as much of the input as it takes now. A child that does not read all is its own business.
 */
static void send_some(struct child *child, const struct cl_buf *input, size_t *sent)
{
    ssize_t n = write(child->to, input->data + *sent, input->len - *sent);

    if (n > 0)
        *sent += (size_t)n;
    else if (n < 0 && errno != EAGAIN && errno != EINTR)
        *sent = input->len;
}

static enum cl_err take_some(struct child *child, struct cl_buf *to, bool *end)
{
    uint8_t block[65536];
    ssize_t n = read(child->from, block, sizeof(block));

    *end = n == 0;
    if (n < 0)
        return errno == EINTR ? CL_OK : CL_IO;
    return n > 0 && cl_buf_put(to, block, (size_t)n) ? CL_IO : CL_OK;
}

/* It may begin to answer before it has read everything, so both pipes are looked after at once. */
static enum cl_err converse(struct child *child, const struct cl_buf *input, struct cl_buf *to)
{
    enum cl_err err = CL_OK;
    size_t sent = 0;
    bool end = false;

    fcntl(child->to, F_SETFL, O_NONBLOCK);
    while (!err && !end) {
        struct pollfd fds[] = {{.fd = child->from, .events = POLLIN},
                               {.fd = child->to, .events = POLLOUT}};

        if (sent == input->len)
            close_fd(&child->to);
        if (poll(fds, child->to >= 0 ? 2 : 1, -1) < 0) {
            err = errno == EINTR ? CL_OK : CL_IO;
            continue;
        }
        if (child->to >= 0 && fds[1].revents)
            send_some(child, input, &sent);
        if (fds[0].revents)
            err = take_some(child, to, &end);
    }
    return err;
}

static enum cl_err finish(struct child *child, enum cl_err err, bool *ret_refused)
{
    int status = 0;
    int why = 0;
    bool failed = read(child->report, &why, sizeof(why)) > 0;

    close_fd(&child->to);
    close_fd(&child->from);
    close_fd(&child->report);
    if (err)
        kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (failed)
        return CL_PROGRAM_MISSING;
    if (err || !WIFEXITED(status))
        return CL_IO;
    *ret_refused = WEXITSTATUS(status) != 0;
    return CL_OK;
}

enum cl_err cl_delegate(const char *const *args, const struct cl_buf *input, struct cl_buf *to,
                        bool *ret_refused)
{
    cl_cleanup(free_text) char *program = find_program();
    char *argv[ARGS_MAX + 2] = {program};
    struct child child;
    enum cl_err err;

    if (!program)
        return CL_PROGRAM_MISSING;
    for (size_t i = 0; args[i]; i++) {
        if (i == ARGS_MAX)
            return CL_TOO_LONG;
        memcpy(&argv[i + 1], &args[i], sizeof(argv[0])); /* exec does not change them */
    }
    err = start(program, argv, &child);
    if (err) {
        close_fd(&child.to);
        close_fd(&child.from);
        close_fd(&child.report);
        return err;
    }
    err = finish(&child, converse(&child, input, to), ret_refused);
    if (to->len > 0 && to->data[to->len - 1] == '\n')
        to->len--;
    return err;
}
