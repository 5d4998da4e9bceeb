#include "browser/cell.h"

#include "base/buf.h"
#include "base/cage.h"
#include "browser/starter.h"
#include "keyring/keyring.h"
#include "log/paths.h"

#include <string.h>
#include <unistd.h>

/* The log's folder, with NUL. */
static enum cl_err find_folder(struct cl_buf *path)
{
    int fd = -1;
    enum cl_err err = cl_paths_log(path);

    if (!err)
        err = cl_paths_folder((const char *)path->data, true, &fd);
    if (err)
        return err;
    close(fd);
    *strrchr((char *)path->data, '/') = '\0';
    return CL_OK;
}

void cl_cell_close(struct cl_peer *peer)
{
    cl_cleanup(cl_buf_free) struct cl_buf folder = cl_buf(4096), modules = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf kwallet = cl_buf(4096), keepassxc = cl_buf(4096);

    if (peer->enclosed)
        return;
    peer->enclosed = true;
    peer->starter = cl_starter_split();
    /* Without a folder the operation will fail, and say why: inside, it could not find that out. */
    if (find_folder(&folder)) {
        cl_cage_enter(CL_CAGE_LOG, NULL, 0);
        return;
    }
    const bool named =
        !cl_keyring_settings_path(0, &kwallet) && !cl_keyring_settings_path(1, &keepassxc);
    const bool found = !cl_keyring_modules_path(&modules);
    const struct cl_cage_place places[] = {
        {.path = (const char *)folder.data, .write = true},
        {.path = named ? (const char *)kwallet.data : NULL},
        {.path = named ? (const char *)keepassxc.data : NULL},
        {.path = found ? (const char *)modules.data : NULL},
    };
    cl_cage_enter(CL_CAGE_LOG, places, sizeof places / sizeof *places);
}
