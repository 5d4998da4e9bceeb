#include "browser/delegate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

struct child {
    int to, from; /* our ends of its pipes */
};

static enum cl_err start(int starter, enum cl_command command, struct child *child)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    bool piped = !pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC);
    enum cl_err err = piped ? cl_starter_begin(starter, command, in[0], out[1]) : CL_IO;

    close_fd(&in[0]);
    close_fd(&out[1]);
    child->to = in[1];
    child->from = out[0];
    return err;
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
    ssize_t n = read(child->from, block, sizeof block);

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

static enum cl_err finish(int starter, struct child *child, enum cl_err err, bool *ret_refused)
{
    int status = 0;

    close_fd(&child->to);
    close_fd(&child->from);
    enum cl_err ended = cl_starter_end(starter, err != CL_OK, &status);
    if (err || ended || !WIFEXITED(status))
        return CL_IO;
    *ret_refused = WEXITSTATUS(status) != 0;
    return CL_OK;
}

enum cl_err cl_delegate(int starter, enum cl_command command, const struct cl_buf *input,
                        struct cl_buf *to, bool *ret_refused)
{
    struct child child;
    enum cl_err err = start(starter, command, &child);

    if (err) {
        close_fd(&child.to);
        close_fd(&child.from);
        return err;
    }
    err = finish(starter, &child, converse(&child, input, to), ret_refused);
    if (to->len > 0 && to->data[to->len - 1] == '\n')
        to->len--;
    return err;
}
