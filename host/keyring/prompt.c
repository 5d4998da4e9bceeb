/* The prompts of the Secret Service: org.freedesktop.Secret.Prompt. */
#include "keyring/service.h"

#include <string.h>

struct prompt {
    GVariant *result; /* of its Completed signal */
    bool dismissed, late, gone;
};

static void completed(GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *signal, GVariant *args, void *data)
{
    struct prompt *prompt = data;
    gboolean dismissed = TRUE;

    (void)bus, (void)sender, (void)path, (void)interface, (void)signal;
    if (prompt->result || !g_variant_is_of_type(args, G_VARIANT_TYPE("(bv)")))
        return;
    g_variant_get(args, "(bv)", &dismissed, &prompt->result);
    prompt->dismissed = dismissed;
}

static void owner_changed(GDBusConnection *bus, const char *sender, const char *path,
                          const char *interface, const char *signal, GVariant *args, void *data)
{
    struct prompt *prompt = data;

    (void)bus, (void)sender, (void)path, (void)interface, (void)signal, (void)args;
    prompt->gone = true;
}

static gboolean late(void *data)
{
    struct prompt *prompt = data;

    prompt->late = true;
    return G_SOURCE_REMOVE;
}

static void wait_for(struct prompt *prompt, guint timeout_ms)
{
    guint timer = g_timeout_add(timeout_ms, late, prompt);

    while (!prompt->result && !prompt->late && !prompt->gone)
        g_main_context_iteration(NULL, TRUE);
    if (!prompt->late)
        g_source_remove(timer);
}

enum cl_err cl_service_prompt(struct cl_service *service, const char *path, int timeout_ms,
                              GVariant **ret_result)
{
    struct prompt prompt = {0};
    guint answer, owner;
    enum cl_err err;

    answer = g_dbus_connection_signal_subscribe(
        service->bus, CL_SERVICE_NAME, "org.freedesktop.Secret.Prompt", "Completed", path, NULL,
        G_DBUS_SIGNAL_FLAGS_NONE, completed, &prompt, NULL);
    owner = g_dbus_connection_signal_subscribe(
        service->bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
        "/org/freedesktop/DBus", CL_SERVICE_NAME, G_DBUS_SIGNAL_FLAGS_NONE, owner_changed, &prompt,
        NULL);
    err = cl_service_call(service, path, "org.freedesktop.Secret.Prompt", "Prompt",
                          g_variant_new("(s)", ""), NULL, NULL);
    if (!err)
        wait_for(&prompt, timeout_ms > 0 ? (guint)timeout_ms : (guint)cl_service_left(service));
    g_dbus_connection_signal_unsubscribe(service->bus, answer);
    g_dbus_connection_signal_unsubscribe(service->bus, owner);
    if (!err && !prompt.result)
        err = prompt.gone ? CL_NO_KEYRING_SERVICE : CL_UNLOCK_TIMED_OUT;
    if (!err && prompt.dismissed)
        err = CL_UNLOCK_DISMISSED;
    if (!err && ret_result)
        *ret_result = g_steal_pointer(&prompt.result);
    g_clear_pointer(&prompt.result, g_variant_unref);
    return err;
}

enum cl_err cl_service_unlock(struct cl_service *service, const char *const *paths,
                              unsigned *ret_opened, char **ret_prompt)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) opened = NULL;
    const char *prompt;
    enum cl_err err = cl_service_call(service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service",
                                      "Unlock", g_variant_new("(^ao)", paths), "(aoo)", &reply);

    if (err)
        return err;
    g_variant_get(reply, "(@ao&o)", &opened, &prompt);
    *ret_opened = (unsigned)g_variant_n_children(opened);
    *ret_prompt = strcmp(prompt, "/") == 0 ? NULL : g_strdup(prompt);
    return CL_OK;
}

enum cl_err cl_service_create_collection(struct cl_service *service, const char *label,
                                         const char *alias, int timeout_ms, char **ret_path)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) made = NULL;
    GVariantBuilder properties;
    const char *collection, *prompt;
    enum cl_err err;

    g_variant_builder_init(&properties, G_VARIANT_TYPE("a{sv}"));
    g_variant_builder_add(&properties, "{sv}", "org.freedesktop.Secret.Collection.Label",
                          g_variant_new_string(label));
    err = cl_service_call(service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service",
                          "CreateCollection", g_variant_new("(a{sv}s)", &properties, alias), "(oo)",
                          &reply);
    if (err)
        return err;
    g_variant_get(reply, "(&o&o)", &collection, &prompt);
    if (strcmp(prompt, "/") != 0)
        err = cl_service_prompt(service, prompt, timeout_ms, &made);
    if (!err && made && g_variant_is_of_type(made, G_VARIANT_TYPE("o")))
        collection = g_variant_get_string(made, NULL);
    if (!err)
        *ret_path = g_strdup(collection);
    return err;
}

enum cl_err cl_service_set_default(struct cl_service *service, const char *collection)
{
    return cl_service_call(service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service", "SetAlias",
                           g_variant_new("(so)", "default", collection), NULL, NULL);
}
