/* Where the session bus is, as DBUS_SESSION_BUS_ADDRESS says (D-Bus Specification, "Server
 * Addresses"). */
#ifndef CL_BUS_ADDRESS_H
#define CL_BUS_ADDRESS_H

#include <stdbool.h>

/* Is each address of the list a socket with a name? Another one is not used, by neither way to the
 * keyring. */
bool cl_bus_address_is_sockets(const char *list);

#endif
