/* For secret-paths.h, exported and unchanged since 2012: it has the session's cipher. */
#define SECRET_API_SUBJECT_TO_CHANGE 1
#include "keyring/service.h"

#include "keyring/bus_address.h"
#include "keyring/provider.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TRIES      4 /* to agree on a key */
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* ---- calls of libsecret that end ----------------------------------------------------------- */

/* One asynchronous call of libsecret, driven on the default main context until it is answered or
 * the operation's time is over. Its synchronous calls have no time limit; and one that was
 * cancelled may still go on, as where the bus itself says nothing to a new connection: it is left
 * then, and gone when it calls back. */
struct call {
    GCancellable *cancel;
    GAsyncResult *result;
    bool late, left;
};

static void call_free(struct call *call)
{
    g_object_unref(call->cancel);
    g_clear_object(&call->result);
    g_free(call);
}

static gboolean call_late(void *data)
{
    struct call *call = data;

    call->late = true;
    return G_SOURCE_REMOVE;
}

static void call_done(GObject *source, GAsyncResult *result, void *data)
{
    struct call *call = data;

    (void)source;
    call->result = g_object_ref(result);
    if (call->left)
        call_free(call);
}

static struct call *call_new(void)
{
    struct call *call = g_new0(struct call, 1);

    call->cancel = g_cancellable_new();
    return call;
}

/* Its result; NULL: it is late. */
static GAsyncResult *call_wait(struct call *call, const struct cl_service *service)
{
    GSource *timer = g_timeout_source_new((guint)cl_service_left(service));

    g_source_set_callback(timer, call_late, call, NULL);
    g_source_attach(timer, NULL);
    while (!call->result && !call->late)
        g_main_context_iteration(NULL, TRUE);
    g_source_destroy(timer);
    g_source_unref(timer);
    return call->result;
}

static void call_end(struct call **call)
{
    g_autoptr(GCancellable) cancel = g_object_ref((*call)->cancel);

    (*call)->left = !(*call)->result;
    if ((*call)->left)
        g_cancellable_cancel(cancel);
    else
        call_free(*call);
}

/* ---- connecting ---------------------------------------------------------------------------- */

/* Is there an address at all? Asked before GIO is, which would otherwise try to launch a bus. */
static bool bus_named(void)
{
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    g_autofree char *path = NULL;
    struct stat st;

    if (address && *address)
        return cl_bus_address_is_sockets(address);
    (void)unsetenv("DBUS_SESSION_BUS_ADDRESS"); /* GIO takes an empty one for an address */
    if (!runtime || !*runtime)
        return false;
    path = g_build_filename(runtime, "bus", NULL);
    return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static enum cl_err get_secrets(const struct cl_service *service, SecretService **ret_secrets)
{
    cl_cleanup(call_end) struct call *call = call_new();
    g_autoptr(GError) error = NULL;
    SecretService *secrets;

    secret_service_get(SECRET_SERVICE_NONE, call->cancel, call_done, call);
    if (!call_wait(call, service))
        return CL_KEYRING_TIMEOUT;
    secrets = secret_service_get_finish(call->result, &error);
    if (!secrets)
        return cl_service_connect_err(error);
    *ret_secrets = secrets;
    return CL_OK;
}

/* Nobody owns the name: is there a keyring program all the same that was told not to? */
static enum cl_err none_answers(struct cl_service *service)
{
    return cl_provider_is_off(service) ? CL_KEYRING_OFF : CL_NO_KEYRING_SERVICE;
}

enum cl_err cl_service_open(int64_t until, struct cl_service *ret_service)
{
    cl_cleanup(cl_service_close) struct cl_service service = {.until = until};
    g_autofree char *owner = NULL;
    enum cl_err err;

    if (!bus_named())
        return CL_NO_BUS;
    /* libsecret keeps its service between openings; let it see that the daemon went or came. */
    while (cl_service_left(&service) > 0 && g_main_context_iteration(NULL, FALSE))
        ;
    err = get_secrets(&service, &service.secrets);
    if (err)
        return err;
    service.bus = g_object_ref(g_dbus_proxy_get_connection(G_DBUS_PROXY(service.secrets)));
    /* Else GIO raises SIGTERM when the bus goes, in the middle of whatever we do. */
    g_dbus_connection_set_exit_on_close(service.bus, FALSE);
    owner = g_dbus_proxy_get_name_owner(G_DBUS_PROXY(service.secrets));
    if (!owner)
        return none_answers(&service);
    *ret_service = service;
    service = (struct cl_service){0};
    return CL_OK;
}

void cl_service_close(struct cl_service *service)
{
    g_clear_object(&service->bus);
    g_clear_object(&service->secrets);
}

/* ---- calls --------------------------------------------------------------------------------- */

/* KWallet makes the session's key with a plugin of QCA, and says so if it has none. */
static enum cl_err session_err(struct cl_service *service, const GError *error)
{
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS) &&
        cl_provider_kind(service) == CL_PROVIDER_KWALLET)
        return CL_KEYRING_PLUGIN;
    return cl_service_err(error);
}

static enum cl_err agree(struct cl_service *service)
{
    cl_cleanup(call_end) struct call *call = call_new();
    g_autoptr(GError) error = NULL;

    secret_service_ensure_session(service->secrets, call->cancel, call_done, call);
    if (!call_wait(call, service))
        return CL_KEYRING_TIMEOUT;
    if (secret_service_ensure_session_finish(service->secrets, call->result, &error))
        return CL_OK;
    return error ? session_err(service, error) : CL_KEYRING_FAILED;
}

/* KWallet refuses one public key in 256, one that begins with a zero byte, which libsecret leaves
 * out: so another. */
enum cl_err cl_service_session(struct cl_service *service)
{
    enum cl_err err = CL_KEYRING_PLUGIN;

    if (secret_service_get_session_dbus_path(service->secrets))
        return CL_OK;
    for (int i = 0; err == CL_KEYRING_PLUGIN && i < TRIES; i++)
        err = agree(service);
    return err;
}

enum cl_err cl_service_renew(struct cl_service *service)
{
    SecretService *secrets = NULL;
    enum cl_err err;

    secret_service_disconnect();
    err = get_secrets(service, &secrets);
    if (err)
        return err;
    g_object_unref(service->secrets);
    service->secrets = secrets;
    service->gnome = CL_GNOME_UNASKED;
    return CL_OK;
}

/* ---- collections --------------------------------------------------------------------------- */

static enum cl_err get_property(struct cl_service *service, const char *path, const char *interface,
                                const char *name, const char *type, GVariant **ret_value)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) value = NULL;
    enum cl_err err = cl_service_call(service, path, PROPERTIES, "Get",
                                      g_variant_new("(ss)", interface, name), "(v)", &reply);

    if (err)
        return err;
    g_variant_get(reply, "(v)", &value);
    if (!g_variant_is_of_type(value, G_VARIANT_TYPE(type)))
        return CL_KEYRING_FAILED;
    *ret_value = g_steal_pointer(&value);
    return CL_OK;
}

enum cl_err cl_service_locked(struct cl_service *service, const char *path, bool *ret_locked)
{
    g_autoptr(GVariant) value = NULL;
    enum cl_err err =
        get_property(service, path, "org.freedesktop.Secret.Collection", "Locked", "b", &value);

    if (!err)
        *ret_locked = g_variant_get_boolean(value);
    return err;
}

static void collection_free(void *data)
{
    struct cl_collection *collection = data;

    g_free(collection->path);
    g_free(collection);
}

enum cl_err cl_service_collections(struct cl_service *service, GPtrArray **ret_list)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(collection_free);
    g_autoptr(GVariant) paths = NULL;
    GVariantIter iter;
    const char *path;
    enum cl_err err = get_property(service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service",
                                   "Collections", "ao", &paths);

    if (err)
        return err;
    g_variant_iter_init(&iter, paths);
    while (g_variant_iter_next(&iter, "&o", &path)) {
        struct cl_collection *collection = g_new0(struct cl_collection, 1);

        collection->path = g_strdup(path);
        g_ptr_array_add(list, collection);
        err = cl_service_locked(service, path, &collection->locked);
        if (err == CL_KEYRING_FAILED) /* gone in between */
            g_ptr_array_remove(list, collection);
        else if (err)
            return err;
    }
    *ret_list = g_steal_pointer(&list);
    return CL_OK;
}

enum cl_err cl_service_default(struct cl_service *service, char **ret_path)
{
    g_autoptr(GVariant) reply = NULL;
    const char *path;
    enum cl_err err = cl_service_call(service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service",
                                      "ReadAlias", g_variant_new("(s)", "default"), "(o)", &reply);

    if (err)
        return err;
    g_variant_get(reply, "(&o)", &path);
    if (strcmp(path, "/") == 0)
        return CL_NO_DEFAULT_KEYRING;
    *ret_path = g_strdup(path);
    return CL_OK;
}

/* ---- items --------------------------------------------------------------------------------- */

enum cl_err cl_service_search(struct cl_service *service, GVariant *attributes, char ***ret_open,
                              char ***ret_locked)
{
    g_autoptr(GVariant) reply = NULL;
    enum cl_err err =
        cl_service_call(service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service", "SearchItems",
                        g_variant_new("(@a{ss})", attributes), "(aoao)", &reply);

    if (!err)
        g_variant_get(reply, "(^ao^ao)", ret_open, ret_locked);
    return err;
}

void cl_item_free(void *data)
{
    struct cl_item *item = data;

    g_free(item->path);
    g_clear_pointer(&item->attributes, g_variant_unref);
    g_free(item);
}

enum cl_err cl_service_item(struct cl_service *service, const char *path, struct cl_item **ret_item)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) all = NULL;
    struct cl_item *item;
    enum cl_err err =
        cl_service_call(service, path, PROPERTIES, "GetAll",
                        g_variant_new("(s)", "org.freedesktop.Secret.Item"), "(a{sv})", &reply);

    if (err)
        return err;
    g_variant_get(reply, "(@a{sv})", &all);
    item = g_new0(struct cl_item, 1);
    item->path = g_strdup(path);
    item->attributes = g_variant_lookup_value(all, "Attributes", G_VARIANT_TYPE("a{ss}"));
    g_variant_lookup(all, "Created", "t", &item->created);
    *ret_item = item;
    return CL_OK;
}

enum cl_err cl_service_values(struct cl_service *service, const char *const *paths,
                              GHashTable **ret_values)
{
    g_autoptr(GHashTable) values =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, secret_value_unref);
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariantIter) iter = NULL;
    GVariant *secret;
    const char *path;
    enum cl_err err = cl_service_session(service);

    if (!err)
        err = cl_service_call(
            service, CL_SERVICE_PATH, "org.freedesktop.Secret.Service", "GetSecrets",
            g_variant_new("(^aoo)", paths, secret_service_get_session_dbus_path(service->secrets)),
            "(a{o(oayays)})", &reply);
    if (err)
        return err;
    g_variant_get(reply, "(a{o(oayays)})", &iter);
    while (g_variant_iter_next(iter, "{&o@(oayays)}", &path, &secret)) {
        SecretValue *value = secret_service_decode_dbus_secret(service->secrets, secret);

        if (value)
            g_hash_table_insert(values, g_strdup(path), value);
        g_variant_unref(secret);
    }
    *ret_values = g_steal_pointer(&values);
    return CL_OK;
}

enum cl_err cl_service_set_value(struct cl_service *service, const char *path, SecretValue *value)
{
    enum cl_err err = cl_service_session(service);

    if (err)
        return err;
    return cl_service_call(
        service, path, "org.freedesktop.Secret.Item", "SetSecret",
        g_variant_new("(@(oayays))", secret_service_encode_dbus_secret(service->secrets, value)),
        NULL, NULL);
}

enum cl_err cl_service_set_attributes(struct cl_service *service, const char *path,
                                      GVariant *attributes)
{
    return cl_service_call(
        service, path, PROPERTIES, "Set",
        g_variant_new("(ssv)", "org.freedesktop.Secret.Item", "Attributes", attributes), NULL,
        NULL);
}

static GVariant *properties_of(const char *label, GVariant *attributes)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sv}"));
    g_variant_builder_add(&builder, "{sv}", "org.freedesktop.Secret.Item.Label",
                          g_variant_new_string(label));
    g_variant_builder_add(&builder, "{sv}", "org.freedesktop.Secret.Item.Attributes", attributes);
    return g_variant_builder_end(&builder);
}

/* KeePassXC makes every item behind a prompt, which shows nothing while its database is open. */
static enum cl_err finish_create(struct cl_service *service, const char *item, const char *prompt,
                                 char **ret_path)
{
    g_autoptr(GVariant) result = NULL;
    enum cl_err err = CL_OK;

    if (strcmp(prompt, "/") != 0) {
        err = cl_service_prompt(service, prompt, 0, &result);
        if (err)
            return err == CL_UNLOCK_DISMISSED ? CL_KEYRING_FAILED : CL_KEYRING_TIMEOUT;
        item = g_variant_is_of_type(result, G_VARIANT_TYPE("o"))
                   ? g_variant_get_string(result, NULL)
                   : "/";
    }
    if (strcmp(item, "/") == 0)
        return CL_KEYRING_FAILED;
    *ret_path = g_strdup(item);
    return CL_OK;
}

enum cl_err cl_service_create(struct cl_service *service, const char *collection, const char *label,
                              GVariant *attributes, SecretValue *value, char **ret_path)
{
    g_autoptr(GVariant) reply = NULL;
    const char *item, *prompt;
    enum cl_err err = cl_service_session(service);

    if (err)
        return err;
    err = cl_service_call(service, collection, "org.freedesktop.Secret.Collection", "CreateItem",
                          g_variant_new("(@a{sv}@(oayays)b)", properties_of(label, attributes),
                                        secret_service_encode_dbus_secret(service->secrets, value),
                                        FALSE),
                          "(oo)", &reply);
    if (err)
        return err;
    g_variant_get(reply, "(&o&o)", &item, &prompt);
    return finish_create(service, item, prompt, ret_path);
}
