/* One call to the service, and what its failures mean. */
#include "keyring/service.h"

#include "base/clock.h"

#include <string.h>

/* What the bus or the service says. */
static enum cl_err from_dbus(int code)
{
    if (code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED && code <= G_DBUS_ERROR_SPAWN_FILE_INVALID)
        return CL_NO_KEYRING_SERVICE; /* there is one, and it cannot be started */
    switch (code) {
    case G_DBUS_ERROR_SERVICE_UNKNOWN:
    case G_DBUS_ERROR_NAME_HAS_NO_OWNER:
        return CL_NO_KEYRING_SERVICE;
    case G_DBUS_ERROR_NO_REPLY: /* also where it ended with our call in hand */
    case G_DBUS_ERROR_TIMEOUT:
    case G_DBUS_ERROR_TIMED_OUT:
        return CL_KEYRING_TIMEOUT;
    case G_DBUS_ERROR_DISCONNECTED:
    case G_DBUS_ERROR_NO_SERVER:
        return CL_NO_BUS;
    default:
        return CL_KEYRING_FAILED;
    }
}

/* What GIO says of a connection that there was. DBUS_ERROR is the service's own word, by a name
 * that nobody registered (KWallet's InvalidObjectPath, NoSession of the specification), and
 * INVALID_ARGUMENT a reply of another type than was asked for. */
static enum cl_err from_io(int code)
{
    switch (code) {
    case G_IO_ERROR_CANCELLED:
    case G_IO_ERROR_TIMED_OUT:
        return CL_KEYRING_TIMEOUT;
    case G_IO_ERROR_CLOSED:
    case G_IO_ERROR_BROKEN_PIPE: /* CONNECTION_CLOSED is the same */
    case G_IO_ERROR_NOT_CONNECTED:
        return CL_NO_BUS;
    default:
        return CL_KEYRING_FAILED;
    }
}

enum cl_err cl_service_err(const GError *error)
{
    if (g_error_matches(error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
        return CL_KEYRING_LOCKED;
    if (error->domain == G_DBUS_ERROR)
        return from_dbus(error->code);
    return error->domain == G_IO_ERROR ? from_io(error->code) : CL_KEYRING_FAILED;
}

enum cl_err cl_service_connect_err(const GError *error)
{
    const enum cl_err err = cl_service_err(error);
    const bool said = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_DBUS_ERROR);

    return err == CL_KEYRING_FAILED && error->domain == G_IO_ERROR && !said ? CL_NO_BUS : err;
}

int cl_service_left(const struct cl_service *service)
{
    const int64_t left = (service->until - cl_clock_monotonic()) / 1000;

    return (int)CLAMP(left, 0, G_MAXINT);
}

enum cl_err cl_service_ask(struct cl_service *service, const char *name, const char *path,
                           const char *interface, const char *method, GVariant *args,
                           const char *reply_type, GVariant **ret_reply)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) sunk = args ? g_variant_ref_sink(args) : NULL;
    g_autoptr(GVariantType) type = reply_type ? g_variant_type_new(reply_type) : NULL;
    g_autoptr(GVariant) reply = NULL;
    const int left = cl_service_left(service);

    if (left == 0)
        return CL_KEYRING_TIMEOUT;
    reply = g_dbus_connection_call_sync(service->bus, name, path, interface, method, sunk, type,
                                        G_DBUS_CALL_FLAGS_NO_AUTO_START, left, NULL, &error);
    if (!reply)
        return cl_service_err(error);
    if (ret_reply)
        *ret_reply = g_steal_pointer(&reply);
    return CL_OK;
}

enum cl_err cl_service_call(struct cl_service *service, const char *path, const char *interface,
                            const char *method, GVariant *args, const char *reply_type,
                            GVariant **ret_reply)
{
    return cl_service_ask(service, CL_SERVICE_NAME, path, interface, method, args, reply_type,
                          ret_reply);
}

bool cl_service_is(struct cl_service *service, const char *name)
{
    g_autofree char *owner = g_dbus_proxy_get_name_owner(G_DBUS_PROXY(service->secrets));
    g_autoptr(GVariant) reply = NULL;
    const char *other = NULL;

    if (cl_service_ask(service, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                       "org.freedesktop.DBus", "GetNameOwner", g_variant_new("(s)", name), "(s)",
                       &reply))
        return false;
    g_variant_get(reply, "(&s)", &other);
    return !owner || strcmp(owner, other) == 0;
}

char *cl_service_collection_of(const char *item)
{
    const char *slash = strrchr(item, '/');

    return slash ? g_strndup(item, (gsize)(slash - item)) : g_strdup(item);
}

static bool has_collection_of_session(struct cl_service *service)
{
    g_autoptr(GVariant) paths =
        g_dbus_proxy_get_cached_property(G_DBUS_PROXY(service->secrets), "Collections");
    g_autofree const char **list = NULL;

    if (!paths || !g_variant_is_of_type(paths, G_VARIANT_TYPE("ao")))
        return false;
    list = g_variant_get_objv(paths, NULL);
    return g_strv_contains(list, CL_SERVICE_OF_SESSION);
}

/* gnome-keyring always has its collection of the session, and never asks when it is searched. The
 * proxy knows the collections from its beginning; that it is no wallet or database of that name is
 * asked once. */
bool cl_service_search_is_quiet(struct cl_service *service)
{
    if (!has_collection_of_session(service))
        return false;
    if (service->gnome == CL_GNOME_UNASKED)
        service->gnome = cl_service_is(service, "org.gnome.keyring") ? CL_GNOME_YES : CL_GNOME_NO;
    return service->gnome == CL_GNOME_YES;
}
