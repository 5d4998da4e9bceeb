#include "keyring/bus_address.h"

#include <stddef.h>
#include <string.h>

/* One address of a list, up to its end or semicolon: a socket with a name? With others (tcp,
 * unixexec, autolaunch) another machine would be asked, or a program started. */
static bool is_socket(const char *address, size_t len)
{
    static const char *const names[] = {"path=", "abstract="};
    static const char unix_[] = "unix:";
    const size_t n = sizeof unix_ - 1;

    if (len < n || strncmp(address, unix_, n) != 0)
        return false;
    for (const char *key = address + n; key && key < address + len;) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strncmp(key, names[i], strlen(names[i])) == 0)
                return true;
        key = memchr(key, ',', (size_t)(address + len - key));
        key = key ? key + 1 : NULL;
    }
    return false;
}

bool cl_bus_address_is_sockets(const char *list)
{
    while (*list) {
        const size_t len = strcspn(list, ";");
        if (!is_socket(list, len))
            return false;
        list += len + (list[len] == ';');
    }
    return true;
}
