#include "browser/cell.h"

#include "browser/starter.h"
#include "log/log_cage.h"

#include <stdbool.h>

void cl_cell_close(struct cl_peer *peer, bool starts)
{
    if (peer->caged)
        return;
    peer->caged = true;
    peer->confined = !starts;
    if (starts)
        peer->starter = cl_starter_split();
    cl_log_cage(true, NULL, 0);
}
