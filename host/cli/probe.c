#include "cli/probe.h"

#include "base/frame.h"
#include "base/limits.h"
#include "manifest_text.h"
#include "json/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char hello[] = "{\"id\":1,\"op\":\"hello\",\"params\":{}}";

/* In the child. exec keeps the alarm, so that a host that hangs is ended by the kernel. */
static void become_host(const char *host, int in, int out, int report)
{
    char origin[] = "chrome-extension://" CHROMIUM_FIRST_ID "/";
    char *path = strdup(host);
    char *argv[] = {path, origin, NULL};
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    signal(SIGALRM, SIG_DFL);
    alarm(PROBE_SECONDS);
    if (path && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(null, 2) == 2)
        execv(path, argv);
    int why = errno;
    if (write(report, &why, sizeof why) < 0)
        _exit(126);
    _exit(127);
}

static enum probe_answer read_answer(const struct cl_buf *body, char ret_version[static 33])
{
    struct cl_fault fault = {0};
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    if (cl_json_parse(body->data, body->len, &tree) != CL_OK)
        return PROBE_NOT_OURS;
    struct cl_reader r = cl_reader(tree, "", &fault);
    cl_read_int(&r, "id", 1, 1);
    bool good = cl_read_bool(&r, "ok");
    struct cl_reader result = cl_read_object(&r, "result");
    cl_read_int(&result, "protocol", 1, CL_INT_MAX);
    const char *version = cl_read_str(&result, "version", 32);
    if (fault.err != CL_OK || !good)
        return PROBE_NOT_OURS;
    snprintf(ret_version, 33, "%s", version);
    return PROBE_GOOD;
}

static enum probe_answer converse(int to, int from, char ret_version[static 33])
{
    cl_cleanup(cl_buf_free) struct cl_buf body = cl_buf(CL_REPLY_MAX);
    bool end = false;
    if (cl_buf_put(&body, hello, sizeof hello - 1) != CL_OK)
        return PROBE_SILENT;
    /* A host that ended at once may have left an answer all the same. */
    if (cl_frame_write(to, &body) != CL_OK)
        cl_buf_clear(&body);
    close(to);
    enum cl_err got = cl_frame_read(from, &body, &end);
    close(from);
    if (got == CL_FRAME_LENGTH)
        return PROBE_NOT_OURS;
    if (got != CL_OK || end)
        return PROBE_SILENT;
    return read_answer(&body, ret_version);
}

enum probe_answer probe_host(const char *host, char ret_version[static 33])
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, report[2] = {-1, -1};
    int why = 0;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(report, O_CLOEXEC) != 0)
        return PROBE_NOT_STARTED;
    pid_t pid = fork();
    if (pid == 0)
        become_host(host, in[0], out[1], report[1]);
    int kept = errno;
    close(in[0]);
    close(out[1]);
    close(report[1]);
    /* The report pipe closes when exec succeeds; what comes through it is exec's errno. */
    bool failed = pid < 0 || read(report[0], &why, sizeof why) > 0;
    close(report[0]);
    enum probe_answer answer = PROBE_NOT_STARTED;
    if (failed) {
        close(in[1]);
        close(out[0]);
    } else {
        answer = converse(in[1], out[0], ret_version);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
    errno = pid < 0 ? kept : why;
    return answer;
}
