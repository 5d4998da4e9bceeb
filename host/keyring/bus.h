/* One connection to the session bus over sd-bus, for the everyday way: calls that end, and replies
 * that are kept until they are read.
 *
 * Every function here answers CL_KEYRING_TIMEOUT when the time of the operation is over, and
 * CL_ABSENT for all else that is not as it should be: then the whole way is asked, which says what
 * is wrong. sd-bus itself refuses a message above the specification's 128 MiB; what is read of one
 * has bounds of its own, where it is read. */
#ifndef CL_BUS_H
#define CL_BUS_H

#include "base/common.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#define CL_BUS_PATH_MAX 512 /* of an object, with NUL */

struct cl_bus {
    sd_bus *connection;
    int64_t until; /* when every call of the running operation ends: cl_clock_monotonic */
};

/* Begin to connect; the first call waits for it. The deadline is to be set before that. Which bus:
 * DBUS_SESSION_BUS_ADDRESS, a list of sockets of this machine and of nothing else, or else
 * $XDG_RUNTIME_DIR/bus. */
CL_MUST_USE enum cl_err cl_bus_open(struct cl_bus *ret_bus);
void cl_bus_close(struct cl_bus *bus);

/* A call that was sent, and its reply when it has come. Zeroed before it is used; not moved until
 * it is freed. */
struct cl_call {
    sd_bus_slot *slot;
    sd_bus_message *reply;
};
void cl_call_free(struct cl_call *call); /* for cl_cleanup */

/* A call to be filled, of the Secret Service, or of the bus itself. It starts no program. */
CL_MUST_USE enum cl_err cl_bus_new(struct cl_bus *bus, const char *path, const char *interface,
                                   const char *method, sd_bus_message **ret_message);
CL_MUST_USE enum cl_err cl_bus_new_own(struct cl_bus *bus, const char *method,
                                       sd_bus_message **ret_message);
/* Send it, and go on; what was filled is given in `filled`, negative: it failed. */
CL_MUST_USE enum cl_err cl_bus_send(struct cl_bus *bus, int filled, sd_bus_message *message,
                                    struct cl_call *call);
/* Wait for its reply, which must have those types. */
CL_MUST_USE enum cl_err cl_bus_wait(struct cl_bus *bus, struct cl_call *call, const char *types);

/* For cl_cleanup. */
void cl_message_free(sd_bus_message **message);

#endif
