/* consentlog-host: a native-messaging host. Frames in, frames out, until the browser closes its
 * side. */
#include "base/cage.h"
#include "base/io.h"
#include "browser/cell.h"
#include "browser/serve.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char version[] = "consentlog-host " CL_VERSION "\n";
static const char help[] =
    "consentlog-host " CL_VERSION "\n"
    "Browsers start this program; it speaks native messaging on its standard input and output.\n"
    "For people there is consentlog(1): consentlog status, consentlog history, consentlog "
    "doctor.\n";

static int print(int to, const char *text)
{
    return cl_io_write(to, text, strlen(text)) ? 1 : 0;
}

/* Without its two ways there is nobody to answer but whoever reads the browser's log. */
static int fail(enum cl_err err)
{
    (void)print(STDERR_FILENO, "consentlog-host: ");
    (void)print(STDERR_FILENO, cl_err_sentence(err));
    (void)print(STDERR_FILENO, "\n");
    return 1;
}

/* Without a turn for each library that was loaded: all that they would tidy is memory, which ends
 * here, and touching them once more for it takes time and memory, in every message. What looks for
 * leaks, or counts what ran, does it in its turn. */
static void leave(int status) __attribute__((noreturn));
static void leave(int status)
{
#ifdef CL_SANITIZED
    exit(status);
#else
    _exit(status);
#endif
}

/* What browsers put into argv (an origin, the path of a manifest, an extension's id) is not looked
 * at: anyone can write it, and the manifest has already said who may start us. */
int main(int argc, char **argv)
{
    int in, out;

    cl_cage_base();
    if (argc == 2 && !strcmp(argv[1], "--version"))
        return print(STDOUT_FILENO, version);
    if (argc == 2 && !strcmp(argv[1], "--help"))
        return print(STDOUT_FILENO, help);
    enum cl_err err = cl_io_take_stdio(&in, &out);
    if (err == CL_OK)
        err = cl_io_harden();
    if (err != CL_OK)
        return fail(err);
    leave(cl_serve(in, out, cl_cell_close) ? 1 : 0);
}
