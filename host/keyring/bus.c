#include "keyring/bus.h"

#include "base/buf.h"
#include "base/clock.h"
#include "keyring/bus_address.h"
#include "keyring/owner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUS         "org.freedesktop.DBus"
#define ADDRESS_MAX 4096

void cl_message_free(sd_bus_message **message)
{
    *message = sd_bus_message_unref(*message);
}

/* ---- the address ----------------------------------------------------------------------------- */

/* Of the specification's "Server Addresses": what is not in its short list of characters is %XX. */
static enum cl_err put_escaped(struct cl_buf *to, const char *text)
{
    static const char plain[] =
        "-_/.\\*0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char digits[] = "0123456789abcdef";
    enum cl_err err = CL_OK;

    for (; !err && *text; text++) {
        const unsigned char c = (unsigned char)*text;
        const char escaped[] = {'%', digits[c >> 4], digits[c & 15]};

        err = strchr(plain, c) ? cl_buf_put(to, text, 1) : cl_buf_put(to, escaped, sizeof escaped);
    }
    return err;
}

static enum cl_err find_address(struct cl_buf *to)
{
    const char *list = getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    enum cl_err err;

    if (list && *list) {
        err = cl_bus_address_is_sockets(list) ? cl_buf_put_str(to, list) : CL_ABSENT;
    } else if (runtime && *runtime) {
        err = cl_buf_put_str(to, "unix:path=");
        if (!err)
            err = put_escaped(to, runtime);
        if (!err)
            err = cl_buf_put_str(to, "/bus");
    } else {
        return CL_ABSENT;
    }
    return err ? err : cl_buf_put(to, "", 1);
}

/* ---- the connection -------------------------------------------------------------------------- */

static uint64_t left(const struct cl_bus *bus)
{
    const int64_t at = cl_clock_monotonic();

    return bus->until > at ? (uint64_t)(bus->until - at) : 0;
}

enum cl_err cl_bus_open(struct cl_bus *ret_bus)
{
    cl_cleanup(cl_buf_free) struct cl_buf address = cl_buf(ADDRESS_MAX);
    enum cl_err err = find_address(&address);

    if (err)
        return CL_ABSENT;
    if (sd_bus_new(&ret_bus->connection) < 0 ||
        sd_bus_set_address(ret_bus->connection, (const char *)address.data) < 0 ||
        sd_bus_set_bus_client(ret_bus->connection, 1) < 0 ||
        sd_bus_negotiate_fds(ret_bus->connection, 0) < 0 || sd_bus_start(ret_bus->connection) < 0)
        return CL_ABSENT;
    return CL_OK;
}

/* Not flushed: that could wait, and what was sent has its reply or is given up. */
void cl_bus_close(struct cl_bus *bus)
{
    bus->connection = bus->connection ? sd_bus_close_unref(bus->connection) : NULL;
}

/* ---- calls ----------------------------------------------------------------------------------- */

void cl_call_free(struct cl_call *call)
{
    call->slot = sd_bus_slot_unref(call->slot);
    cl_message_free(&call->reply);
}

static enum cl_err new_call(struct cl_bus *bus, const char *name, const char *path,
                            const char *interface, const char *method, sd_bus_message **ret_message)
{
    if (sd_bus_message_new_method_call(bus->connection, ret_message, name, path, interface,
                                       method) < 0 ||
        sd_bus_message_set_auto_start(*ret_message, 0) < 0)
        return CL_ABSENT;
    return CL_OK;
}

enum cl_err cl_bus_new(struct cl_bus *bus, const char *path, const char *interface,
                       const char *method, sd_bus_message **ret_message)
{
    return new_call(bus, CL_SERVICE_NAME, path, interface, method, ret_message);
}

enum cl_err cl_bus_new_own(struct cl_bus *bus, const char *method, sd_bus_message **ret_message)
{
    return new_call(bus, BUS, "/org/freedesktop/DBus", BUS, method, ret_message);
}

static int keep_reply(sd_bus_message *message, void *data, sd_bus_error *error)
{
    struct cl_call *call = data;

    (void)error;
    call->reply = sd_bus_message_ref(message);
    return 0;
}

/* sd-bus counts the call's time too, from here on. */
enum cl_err cl_bus_send(struct cl_bus *bus, int filled, sd_bus_message *message,
                        struct cl_call *call)
{
    const uint64_t time = left(bus);

    if (time == 0)
        return CL_KEYRING_TIMEOUT;
    if (filled < 0 ||
        sd_bus_call_async(bus->connection, &call->slot, message, keep_reply, call, time) < 0)
        return CL_ABSENT;
    return CL_OK;
}

static bool is_late(sd_bus_message *reply)
{
    const sd_bus_error *error = sd_bus_message_get_error(reply);

    return sd_bus_error_has_name(error, SD_BUS_ERROR_TIMEOUT) ||
           sd_bus_error_has_name(error, "org.freedesktop.DBus.Error.TimedOut");
}

/* The clock is looked at in each turn, so that who says much without answering gains no time. */
enum cl_err cl_bus_wait(struct cl_bus *bus, struct cl_call *call, const char *types)
{
    while (!call->reply) {
        const uint64_t time = left(bus);
        int done;

        if (time == 0)
            return CL_KEYRING_TIMEOUT;
        done = sd_bus_process(bus->connection, NULL);
        if (done == 0)
            done = sd_bus_wait(bus->connection, time);
        if (done < 0 && done != -EINTR)
            return CL_ABSENT;
    }
    if (sd_bus_message_is_method_error(call->reply, NULL) > 0)
        return is_late(call->reply) || left(bus) == 0 ? CL_KEYRING_TIMEOUT : CL_ABSENT;
    return sd_bus_message_has_signature(call->reply, types) > 0 ? CL_OK : CL_ABSENT;
}
