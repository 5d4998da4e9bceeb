/* A file manager for tests: owns org.freedesktop.FileManager1 on the session bus, prints "ready",
 * then the addresses that it is asked to show, and answers. */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>

static const char interface[] =
    "<node><interface name='org.freedesktop.FileManager1'><method name='ShowItems'>"
    "<arg type='as' direction='in'/><arg type='s' direction='in'/></method></interface></node>";

static void on_call(GDBusConnection *bus, const char *sender, const char *path, const char *name,
                    const char *method, GVariant *given, GDBusMethodInvocation *call, void *context)
{
    g_autoptr(GVariantIter) items = NULL;
    const char *item = NULL;
    (void)bus, (void)sender, (void)path, (void)name, (void)method, (void)context;
    g_variant_get(given, "(as&s)", &items, NULL);
    while (g_variant_iter_next(items, "&s", &item))
        puts(item);
    fflush(stdout);
    g_dbus_method_invocation_return_value(call, NULL);
}

static void on_bus(GDBusConnection *bus, const char *name, void *context)
{
    static const GDBusInterfaceVTable table = {.method_call = on_call};
    GDBusNodeInfo *node = context;
    (void)name;
    if (!g_dbus_connection_register_object(bus, "/org/freedesktop/FileManager1",
                                           node->interfaces[0], &table, NULL, NULL, NULL))
        exit(1);
}

static void on_name(GDBusConnection *bus, const char *name, void *context)
{
    (void)bus, (void)name, (void)context;
    puts("ready");
    fflush(stdout);
}

int main(void)
{
    GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(interface, NULL);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    if (!node)
        return 1;
    g_bus_own_name(G_BUS_TYPE_SESSION, "org.freedesktop.FileManager1", G_BUS_NAME_OWNER_FLAGS_NONE,
                   on_bus, on_name, NULL, node, NULL);
    g_main_loop_run(loop);
    return 0;
}
