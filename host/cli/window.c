#include "cli/window.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WIDTH    "620"
#define HEIGHT   "460"
#define STEP_MS  50
#define ARGUMENT 256

/* What zenity exits with when the window is closed by anything but its first button. Its own
 * number for that, 1, is also GTK's for a screen that is not there. */
#define CLOSED_TEXT "7"
#define CLOSED      7

enum kind { ZENITY, KDIALOG, NEITHER };
static const char *const programs[] = {
    [ZENITY] = "/usr/bin/zenity", [KDIALOG] = "/usr/bin/kdialog"};

static bool is_usable(enum kind kind)
{
    char where[CL_IO_WHERE];
    char *real = realpath(programs[kind], NULL);
    const bool good = real && access(real, X_OK) == 0 && cl_io_program_safe(real, where) == CL_OK;
    free(real);
    return good;
}

/* The one that belongs to the desktop first. */
static enum kind choose(void)
{
    const char *desktop = getenv("XDG_CURRENT_DESKTOP");
    const enum kind first = desktop && strstr(desktop, "KDE") ? KDIALOG : ZENITY;
    const enum kind second = first == ZENITY ? KDIALOG : ZENITY;
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return NEITHER;
    return is_usable(first) ? first : is_usable(second) ? second : NEITHER;
}

/* In a locale without UTF-8, as one that is not installed is, no title with an umlaut is taken. */
static int speak_utf8(void)
{
    if (setlocale(LC_ALL, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return 0;
    return setenv("LC_ALL", "C.UTF-8", 1);
}

/* Between fork and exec. */
static void become(enum kind kind, const struct window_words *words, const int ends[static 2],
                   pid_t parent)
{
    char title[ARGUMENT], done[ARGUMENT], close_[ARGUMENT];
    (void)snprintf(title, sizeof title, "--title=%s", words->title);
    (void)snprintf(done, sizeof done, "--ok-label=%s", words->done);
    (void)snprintf(close_, sizeof close_, "--cancel-label=%s", words->close);
    char *const zenity[] = {(char[]){"zenity"},
                            (char[]){"--text-info"},
                            title,
                            done,
                            close_,
                            (char[]){"--font=monospace"},
                            (char[]){"--width=" WIDTH},
                            (char[]){"--height=" HEIGHT},
                            NULL};
    char *const kdialog[] = {
        (char[]){"kdialog"}, title, (char[]){"--textbox"}, (char[]){"/dev/stdin"}, (char[]){WIDTH},
        (char[]){HEIGHT},    NULL};
    const int nothing = open("/dev/null", O_RDWR);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent || nothing < 0 || dup2(ends[0], STDIN_FILENO) < 0 ||
        dup2(nothing, STDOUT_FILENO) < 0 || dup2(nothing, STDERR_FILENO) < 0 ||
        setenv("ZENITY_CANCEL", CLOSED_TEXT, 1) || setenv("ZENITY_ESC", CLOSED_TEXT, 1) ||
        speak_utf8())
        _exit(127);
    execv(programs[kind], kind == ZENITY ? zenity : kdialog);
    _exit(127);
}

/* *ret_status as of waitpid; false: its time was over, or `for_whom` is gone. (A signal at the end
 * of who is in a cage with Landlock's scope would not come out of it.) */
static bool wait_for(pid_t pid, pid_t for_whom, int64_t ms, int *ret_status)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

    for (int64_t waited = 0; waited < ms && getppid() == for_whom; waited += STEP_MS) {
        const pid_t got = waitpid(pid, ret_status, WNOHANG);
        if (got == pid)
            return true;
        if (got < 0 && errno != EINTR)
            break;
        nanosleep(&step, NULL);
    }
    return false;
}

static void put_away(pid_t pid)
{
    kill(pid, SIGKILL); /* it has nothing to save, and is waited for */
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static enum window_end end_of(enum kind kind, int status)
{
    if (!WIFEXITED(status))
        return WINDOW_NONE;
    const int code = WEXITSTATUS(status);
    if (code == 0)
        return kind == ZENITY ? WINDOW_DONE : WINDOW_CLOSED;
    return kind == ZENITY && code == CLOSED ? WINDOW_CLOSED : WINDOW_NONE;
}

enum window_end window_show(const struct window_words *words, const void *text, size_t len,
                            pid_t for_whom, int64_t ms)
{
    const enum kind kind = choose();
    const pid_t self = getpid();
    int ends[2], status = 0;

    if (kind == NEITHER || pipe2(ends, O_CLOEXEC))
        return WINDOW_NONE;
    const pid_t pid = fork();
    if (pid == 0)
        become(kind, words, ends, self);
    close(ends[0]);
    const bool given = pid > 0 && cl_io_write(ends[1], text, len) == CL_OK;
    close(ends[1]);
    if (pid < 0)
        return WINDOW_NONE;
    if (wait_for(pid, for_whom, ms, &status))
        return given ? end_of(kind, status) : WINDOW_NONE;
    put_away(pid);
    return WINDOW_CLOSED;
}
