/* The host's cage around everything but hello: closed once, before the keyring's bus is connected,
 * because the threads of that connection inherit it. */
#ifndef CL_CELL_H
#define CL_CELL_H

#include "browser/ops.h"

/* CL_IO if too few descriptors are free, for then a library would end the process. Else split the
 * starter off if one `starts` programs, make the log's folder if there is none (inside, none can be
 * made), and close the cage around both. For cl_peer.enter_cage. */
enum cl_err cl_cell_close(struct cl_peer *peer, bool starts);

#endif
