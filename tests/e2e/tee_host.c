/* Stands between a browser and the real consentlog-host (CL_TEE_HOST). What passes through is not
 * changed; each start's questions and answers are kept beside each other in CL_TEE_DIR, in their
 * frames. The host takes this process, so that the browser has begun it and may end it; its child
 * passes on. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int kept_file(pid_t start, const char *suffix)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%d.%s", getenv("CL_TEE_DIR"), (int)start, suffix);
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int write_all(int fd, const char *bytes, ssize_t n)
{
    for (ssize_t done = 0; done < n;) {
        const ssize_t wrote = write(fd, bytes + done, (size_t)(n - done));
        if (wrote < 0)
            return 0;
        done += wrote;
    }
    return 1;
}

/* Passes on what is there; false at the end of either side. */
static int passed_on(int from, int to, int kept)
{
    static char bytes[65536];
    const ssize_t n = read(from, bytes, sizeof bytes);
    return n > 0 && write_all(kept, bytes, n) && write_all(to, bytes, n);
}

static void pass_on(pid_t start, int to_host, int from_host)
{
    const int questions = kept_file(start, "questions");
    const int answers = kept_file(start, "answers");
    struct pollfd ends[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = from_host, .events = POLLIN}};
    signal(SIGPIPE, SIG_IGN);
    while (poll(ends, 2, -1) > 0) {
        if (ends[1].revents && !passed_on(from_host, STDOUT_FILENO, answers))
            return;
        if (ends[0].revents && !passed_on(STDIN_FILENO, to_host, questions)) {
            close(to_host);
            ends[0].fd = -1; /* what the host still answers is passed on */
        }
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    int questions[2];
    int answers[2];
    char *host = getenv("CL_TEE_HOST");
    if (!host || pipe2(questions, O_CLOEXEC) || pipe2(answers, O_CLOEXEC))
        return 1;
    const pid_t start = getpid();
    switch (fork()) {
    case -1:
        return 1;
    case 0:
        close(questions[0]);
        close(answers[1]);
        pass_on(start, questions[1], answers[0]);
        return 0;
    default:
        dup2(questions[0], STDIN_FILENO);
        dup2(answers[1], STDOUT_FILENO);
        argv[0] = host;
        execv(host, argv);
        return 1;
    }
}
