#include "browser/cell.h"

#include "base/io.h"
#include "browser/starter.h"
#include "log/log_cage.h"

#include <stdbool.h>

enum cl_err cl_cell_close(struct cl_peer *peer, bool starts)
{
    if (peer->caged)
        return CL_OK;
    enum cl_err err = cl_io_room();
    if (err)
        return err;
    peer->caged = true;
    peer->confined = !starts;
    if (starts)
        peer->starter = cl_starter_split();
    cl_log_cage(true, NULL, 0);
    return CL_OK;
}
