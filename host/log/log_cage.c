#include "log/log_cage.h"

#include "base/common.h"
#include "keyring/keyring.h"
#include "log/paths.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define OWN (3 + CL_KEYRING_SETTINGS)

/* The file beside the folder, which a cage can only leave open where it is there: made, empty. */
static enum cl_err find_trace(bool make, const char *log, struct cl_buf *trace)
{
    enum cl_err err = cl_paths_trace(log, trace);
    const int fd = !err && make
                       ? open((const char *)trace->data,
                              O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)
                       : -1;
    if (fd >= 0)
        (void)close(fd);
    return err;
}

/* The log's folder, with NUL, and what is beside it. */
static enum cl_err find_folder(bool make, struct cl_buf *path, struct cl_buf *trace)
{
    int fd = -1;
    enum cl_err err = cl_paths_log(path);
    if (!err && make)
        err = cl_paths_folder((const char *)path->data, true, &fd);
    if (err)
        return err;
    if (fd >= 0)
        (void)close(fd);
    err = find_trace(make, (const char *)path->data, trace);
    *strrchr((char *)path->data, '/') = '\0';
    return err;
}

static const char *text_of(const struct cl_buf *path, enum cl_err err)
{
    return err ? NULL : (const char *)path->data;
}

void cl_log_cage(bool make, const struct cl_cage_place *more, size_t count)
{
    cl_cleanup(cl_buf_free) struct cl_buf folder = cl_buf(4096), trace = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf kwallet = cl_buf(4096), keepassxc = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf modules = cl_buf(4096);
    const enum cl_err err = find_folder(make, &folder, &trace);
    if (err && make) {
        cl_cage_enter(CL_CAGE_LOG, NULL, 0);
        return;
    }
    struct cl_cage_place places[OWN + CL_LOG_CAGE_MORE] = {
        {.path = text_of(&folder, err), .write = true},
        {.path = text_of(&trace, err), .write = true},
        {.path = text_of(&modules, cl_keyring_modules_path(&modules))},
        {.path = text_of(&kwallet, cl_keyring_settings_path(0, &kwallet))},
        {.path = text_of(&keepassxc, cl_keyring_settings_path(1, &keepassxc))},
    };
    count = count < CL_LOG_CAGE_MORE ? count : CL_LOG_CAGE_MORE;
    if (count)
        memcpy(places + OWN, more, count * sizeof *more);
    cl_cage_enter(CL_CAGE_LOG, places, OWN + count);
}
