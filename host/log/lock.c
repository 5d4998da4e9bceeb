#include "log/lock.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "log/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_NAME    "log.lock"
#define LOCK_STEP_MS 5
#define LINE         CL_KEY_ID /* the key's id and a newline: always as long */

static enum cl_err wait_for(int fd, int how, int64_t until)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    while (flock(fd, how | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return CL_IO;
        if (cl_clock_monotonic() >= until)
            return CL_LOG_BUSY;
        nanosleep(&step, NULL);
    }
    return CL_OK;
}

enum cl_err cl_lock_take(const char *path, bool exclusive, int *ret_fd)
{
    cl_cleanup(cl_lock_release) int dir = -1;
    enum cl_err err = cl_paths_folder(path, exclusive, &dir);
    if (err)
        return err;

    /* A reader's lock needs no writing, so that it can be had where nothing can be written. */
    int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (exclusive ? O_RDWR | O_CREAT : O_RDONLY);
    cl_cleanup(cl_lock_release) int fd = openat(dir, LOCK_NAME, flags, 0600);
    if (fd < 0)
        return cl_paths_errno();
    err = cl_paths_safe(fd, false);
    /* The folder is a turnstile: who waits for the lock holds it, so that whoever has just let go
     * of the lock cannot take it again before them. A writer with the next message at hand would
     * otherwise keep all others out. */
    int64_t until = cl_clock_monotonic() + CL_WAIT_MS * INT64_C(1000);
    if (!err)
        err = wait_for(dir, LOCK_EX, until);
    if (!err)
        err = wait_for(fd, exclusive ? LOCK_EX : LOCK_SH, until);
    if (err)
        return err;
    *ret_fd = fd;
    fd = -1;
    return CL_OK;
}

void cl_lock_release(int *fd)
{
    if (*fd >= 0)
        close(*fd); /* the last descriptor of an open file description takes its flock with it */
    *fd = -1;
}

/* ---- which log was here ---------------------------------------------------------------------- */

static void read_line(int fd, char ret_key_id[static CL_KEY_ID])
{
    char line[LINE] = "";
    const bool whole = fd >= 0 && pread(fd, line, LINE, 0) == LINE && line[LINE - 1] == '\n';
    line[LINE - 1] = '\0';
    memset(ret_key_id, 0, CL_KEY_ID);
    if (whole && strspn(line, "0123456789abcdef") == LINE - 1)
        memcpy(ret_key_id, line, CL_KEY_ID);
}

static void write_line(int fd, const char key_id[static CL_KEY_ID])
{
    char line[LINE];
    char before[CL_KEY_ID];
    read_line(fd, before);
    if (fd < 0 || strcmp(before, key_id) == 0)
        return;
    memcpy(line, key_id, LINE - 1);
    line[LINE - 1] = '\n';
    if (pwrite(fd, line, LINE, 0) == LINE)
        (void)fdatasync(fd);
}

/* What stands beside the folder; -1 where it is not to be had. */
static int open_trace(const char *path, int flags)
{
    struct stat st;
    cl_cleanup(cl_buf_free) struct cl_buf trace = cl_buf(PATH_MAX);
    if (cl_paths_trace(path, &trace))
        return -1;
    int fd = open((const char *)trace.data, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    /* One that has another name, too, is not ours alone to write. */
    if (fd >= 0 && (cl_paths_safe(fd, false) || fstat(fd, &st) != 0 || st.st_nlink != 1))
        cl_lock_release(&fd);
    return fd;
}

void cl_lock_recall(const char *path, int fd, char ret_key_id[static CL_KEY_ID])
{
    cl_cleanup(cl_lock_release) int trace = -1;
    read_line(fd, ret_key_id);
    if (ret_key_id[0])
        return;
    trace = open_trace(path, O_RDONLY);
    read_line(trace, ret_key_id);
}

void cl_lock_remember(const char *path, int fd, const char key_id[static CL_KEY_ID])
{
    cl_cleanup(cl_lock_release) int trace = open_trace(path, O_RDWR | O_CREAT);
    write_line(fd, key_id);
    write_line(trace, key_id);
}
