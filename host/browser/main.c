/* consentlog-host: a native-messaging host. Frames in, frames out, until the browser closes its
 * side. */
#include "frame.h"
#include "io.h"
#include "limits.h"
#include "ops.h"

#include <string.h>
#include <unistd.h>

static const char version[] = "consentlog-host " CL_VERSION "\n";
static const char help[] =
    "consentlog-host " CL_VERSION "\n"
    "Browsers start this program; it speaks native messaging on its standard input and output.\n"
    "For people there is consentlog(1): consentlog status, consentlog history, consentlog "
    "doctor.\n";

static int print(const char *text)
{
    return cl_io_write(STDOUT_FILENO, text, strlen(text)) ? 1 : 0;
}

/* Answer requests until the end. A stream whose next frame cannot be found has no further requests.
 */
static enum cl_err serve(int in, int out)
{
    cl_cleanup(cl_buf_free) struct cl_buf request = cl_buf(CL_REQUEST_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf answer = cl_buf(CL_REPLY_MAX);
    struct cl_peer peer = {.patient = in};
    bool end = false;

    while (!peer.last) {
        enum cl_err read = cl_frame_read(in, &request, &end);
        enum cl_err err;

        if (!read && end)
            return CL_OK;
        err = read ? cl_ops_refuse(read, &answer) : cl_ops_answer(&peer, &request, &answer);
        if (!err)
            err = cl_frame_write(out, &answer);
        if (err || read)
            return err ? err : read;
        cl_buf_clear(&request);
    }
    return CL_OK;
}

/* What browsers put into argv (an origin, the path of a manifest, an extension's id) is not looked
 * at: anyone can write it, and the manifest has already said who may start us. */
int main(int argc, char **argv)
{
    int in, out;

    if (argc == 2 && !strcmp(argv[1], "--version"))
        return print(version);
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return print(help);
    if (cl_io_take_stdio(&in, &out) || cl_io_harden())
        return 1;
    return serve(in, out) ? 1 : 0;
}
