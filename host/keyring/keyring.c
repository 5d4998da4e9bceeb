#include "keyring/keyring.h"

#include "base/limits.h"

/* For secret-paths.h, exported and unchanged since 2012: items by their paths take half the round
 * trips of proxies. */
#define SECRET_API_SUBJECT_TO_CHANGE 1
#include <libsecret/secret.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* With SECRET_SCHEMA_NONE gnome-keyring finds nothing in a keyring that is locked since its start,
 * because it then knows the attributes only as hashes and looks for the schema's name in clear. */
static const SecretSchema schema = {
    .name = "org.consentlog.Log",
    .flags = SECRET_SCHEMA_DONT_MATCH_NAME,
    .attributes = {{"application", SECRET_SCHEMA_ATTRIBUTE_STRING},
                   {"item", SECRET_SCHEMA_ATTRIBUTE_STRING},
                   {"key", SECRET_SCHEMA_ATTRIBUTE_STRING},
                   {"store", SECRET_SCHEMA_ATTRIBUTE_STRING},
                   {NULL, SECRET_SCHEMA_ATTRIBUTE_STRING}},
};

struct cl_keyring {
    SecretService *service;
    char *head;     /* path of the item found by cl_keyring_load, or NULL */
    char *provider; /* PROVIDER_MAX bytes, "" until asked for */
};
#define PROVIDER_MAX 64

/* ---- values ------------------------------------------------------------------------------ */

static SecretValue *value_of(const struct cl_buf *text)
{
    return secret_value_new((const char *)text->data, (gssize)text->len, "text/plain");
}

static enum cl_err key_value(const struct cl_key *key, SecretValue **ret_value)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);
    enum cl_err err = cl_key_encode(key, &text);

    if (!err)
        *ret_value = value_of(&text);
    return err;
}

static enum cl_err head_value(const struct cl_head *head, SecretValue **ret_value)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);
    enum cl_err err = cl_head_encode(head, &text);

    if (!err)
        *ret_value = value_of(&text);
    return err;
}

static enum cl_err key_in(SecretValue *value, struct cl_key **ret_key)
{
    gsize len = 0;
    const char *text = secret_value_get(value, &len);

    return cl_key_decode(text, len, ret_key);
}

static enum cl_err head_in(SecretValue *value, struct cl_head *ret_head)
{
    gsize len = 0;
    const char *text = secret_value_get(value, &len);

    return cl_head_decode(text, len, ret_head);
}

static enum cl_err key_of(SecretItem *item, struct cl_key **ret_key)
{
    g_autoptr(SecretValue) value = secret_item_get_secret(item);

    return key_in(value, ret_key);
}

static enum cl_err head_of(SecretItem *item, struct cl_head *ret_head)
{
    g_autoptr(SecretValue) value = secret_item_get_secret(item);

    return head_in(value, ret_head);
}

/* ---- calls that end ---------------------------------------------------------------------- */

/* One asynchronous call of libsecret, driven to its end on the default main context. Its
 * synchronous calls have no time limit, and a keyring daemon that hangs must not hang us. */
struct call {
    GCancellable *cancel;
    GAsyncResult *result;
    GSource *timer;
};

static gboolean call_late(void *data)
{
    struct call *call = data;

    g_cancellable_cancel(call->cancel);
    return G_SOURCE_REMOVE;
}

static void call_done(GObject *source, GAsyncResult *result, void *data)
{
    struct call *call = data;

    (void)source;
    call->result = g_object_ref(result);
}

static void call_begin(struct call *call)
{
    call->cancel = g_cancellable_new();
    call->timer = g_timeout_source_new(CL_WAIT_MS);
    g_source_set_callback(call->timer, call_late, call, NULL);
    g_source_attach(call->timer, NULL);
}

/* Cancelling makes libsecret call back with an error, so this ends. */
static void call_wait(struct call *call)
{
    while (!call->result)
        g_main_context_iteration(NULL, TRUE);
}

static void call_end(struct call *call)
{
    if (!call->timer)
        return;
    g_source_destroy(call->timer);
    g_source_unref(call->timer);
    g_object_unref(call->cancel);
    g_clear_object(&call->result);
}

static enum cl_err from_dbus(int code)
{
    switch (code) {
    case G_DBUS_ERROR_SERVICE_UNKNOWN:
    case G_DBUS_ERROR_NAME_HAS_NO_OWNER:
    case G_DBUS_ERROR_SPAWN_EXEC_FAILED:
    case G_DBUS_ERROR_SPAWN_FORK_FAILED:
    case G_DBUS_ERROR_SPAWN_CHILD_EXITED:
    case G_DBUS_ERROR_SPAWN_CHILD_SIGNALED:
    case G_DBUS_ERROR_SPAWN_FAILED:
    case G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND:
        return CL_NO_KEYRING_SERVICE;
    case G_DBUS_ERROR_NO_REPLY:
    case G_DBUS_ERROR_TIMEOUT:
    case G_DBUS_ERROR_TIMED_OUT:
        return CL_KEYRING_TIMEOUT;
    case G_DBUS_ERROR_DISCONNECTED:
    case G_DBUS_ERROR_NO_SERVER:
        return CL_NO_BUS;
    /* What gnome-keyring says to a store when the alias "default" leads nowhere. */
    case G_DBUS_ERROR_UNKNOWN_METHOD:
    case G_DBUS_ERROR_UNKNOWN_OBJECT:
        return CL_NO_DEFAULT_KEYRING;
    default:
        return CL_KEYRING_FAILED;
    }
}

static enum cl_err from_gerror(const GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return CL_KEYRING_TIMEOUT;
    if (g_error_matches(error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
        return CL_KEYRING_LOCKED;
    if (g_error_matches(error, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT))
        return CL_NO_DEFAULT_KEYRING;
    if (error->domain == G_DBUS_ERROR)
        return from_dbus(error->code);
    return error->domain == G_IO_ERROR ? CL_NO_BUS : CL_KEYRING_FAILED;
}

/* ---- connecting -------------------------------------------------------------------------- */

/* Is there an address at all? Asked before GIO is, which would otherwise try to launch a bus. */
static bool bus_named(void)
{
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    g_autofree char *path = NULL;
    struct stat st;

    if (address && *address)
        return !g_str_has_prefix(address, "autolaunch:");
    if (!runtime || !*runtime)
        return false;
    path = g_build_filename(runtime, "bus", NULL);
    return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static enum cl_err service_get(SecretService **ret_service)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autoptr(GError) error = NULL;
    SecretService *service;

    call_begin(&call);
    secret_service_get(SECRET_SERVICE_NONE, call.cancel, call_done, &call);
    call_wait(&call);
    service = secret_service_get_finish(call.result, &error);
    if (!service)
        return from_gerror(error);
    *ret_service = service;
    return CL_OK;
}

enum cl_err cl_keyring_open(struct cl_keyring **ret_keyring)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = NULL;
    g_autofree char *owner = NULL;
    enum cl_err err;

    if (!bus_named())
        return CL_NO_BUS;
    keyring = calloc(1, sizeof(*keyring));
    if (!keyring || !(keyring->provider = calloc(1, PROVIDER_MAX)))
        return CL_NO_MEMORY;
    /* libsecret keeps its service between openings; let it see that the daemon went or came. */
    while (g_main_context_iteration(NULL, FALSE))
        ;
    err = service_get(&keyring->service);
    if (err)
        return err;
    /* Else GIO raises SIGTERM when the bus goes, in the middle of whatever we do. */
    g_dbus_connection_set_exit_on_close(g_dbus_proxy_get_connection(G_DBUS_PROXY(keyring->service)),
                                        FALSE);
    owner = g_dbus_proxy_get_name_owner(G_DBUS_PROXY(keyring->service));
    if (!owner)
        return CL_NO_KEYRING_SERVICE;
    *ret_keyring = keyring;
    keyring = NULL;
    return CL_OK;
}

void cl_keyring_close(struct cl_keyring **keyring)
{
    if (!*keyring)
        return;
    g_clear_pointer(&(*keyring)->head, g_free);
    g_clear_object(&(*keyring)->service);
    free((*keyring)->provider);
    free(*keyring);
    *keyring = NULL;
}

/* The process that owns the bus name, 0 if unknown. */
static guint32 owner_pid(GDBusProxy *proxy)
{
    g_autofree char *owner = g_dbus_proxy_get_name_owner(proxy);
    g_autoptr(GVariant) reply = NULL;
    guint32 pid = 0;

    if (!owner)
        return 0;
    reply = g_dbus_connection_call_sync(
        g_dbus_proxy_get_connection(proxy), "org.freedesktop.DBus", "/org/freedesktop/DBus",
        "org.freedesktop.DBus", "GetConnectionUnixProcessID", g_variant_new("(s)", owner),
        G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, CL_WAIT_MS, NULL, NULL);
    if (reply)
        g_variant_get(reply, "(u)", &pid);
    return pid;
}

/* The first word of its command line, without folder: /proc/<pid>/exe of gnome-keyring is closed to
 * us, because it holds a capability. */
static void name_of(guint32 pid, char ret_name[static PROVIDER_MAX])
{
    char path[32], text[256];
    const char *base;
    size_t got, n = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%u/cmdline", pid);
    file = pid ? fopen(path, "re") : NULL;
    got = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
    if (file)
        fclose(file);
    text[got] = '\0';
    base = strrchr(text, '/') ? strrchr(text, '/') + 1 : text;
    for (; base[n] && n < PROVIDER_MAX - 1; n++)
        ret_name[n] = base[n] > ' ' && base[n] < 0x7f ? base[n] : '?';
    ret_name[n] = '\0';
}

/* Asked for late, because it costs a round trip that recording does not need. */
const char *cl_keyring_provider(const struct cl_keyring *keyring)
{
    if (!*keyring->provider)
        name_of(owner_pid(G_DBUS_PROXY(keyring->service)), keyring->provider);
    if (!*keyring->provider)
        memcpy(keyring->provider, "unknown", sizeof("unknown"));
    return keyring->provider;
}

/* ---- finding ----------------------------------------------------------------------------- */

static void free_items(GList **items)
{
    g_list_free_full(*items, g_object_unref);
    *items = NULL;
}

static GHashTable *attributes_of(const char *role, const char *key_id, const char *store)
{
    GHashTable *attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    g_hash_table_insert(attributes, g_strdup("application"), g_strdup("consentlog"));
    if (role)
        g_hash_table_insert(attributes, g_strdup("item"), g_strdup(role));
    if (key_id)
        g_hash_table_insert(attributes, g_strdup("key"), g_strdup(key_id));
    if (store)
        g_hash_table_insert(attributes, g_strdup("store"), g_strdup(store));
    return attributes;
}

/* All items with that key id, or at that path. Locked ones too, without unlocking them. */
static enum cl_err search(SecretService *service, const char *key_id, const char *store,
                          GList **ret_items)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autoptr(GHashTable) attributes = attributes_of(NULL, key_id, key_id ? NULL : store);
    g_autoptr(GError) error = NULL;
    GList *items;

    call_begin(&call);
    secret_service_search(service, &schema, attributes, SECRET_SEARCH_ALL, call.cancel, call_done,
                          &call);
    call_wait(&call);
    items = secret_service_search_finish(service, call.result, &error);
    if (error)
        return from_gerror(error);
    *ret_items = items;
    return CL_OK;
}

static enum cl_err load_secrets(GList *items)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autoptr(GError) error = NULL;

    call_begin(&call);
    secret_item_load_secrets(items, call.cancel, call_done, &call);
    call_wait(&call);
    return secret_item_load_secrets_finish(call.result, &error) ? CL_OK : from_gerror(error);
}

/* The default collection: CL_NO_DEFAULT_KEYRING, CL_KEYRING_LOCKED (it is given all the same). */
static enum cl_err default_collection(SecretService *service, SecretCollection **ret_collection)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autoptr(GError) error = NULL;
    SecretCollection *collection;

    call_begin(&call);
    secret_collection_for_alias(service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                call.cancel, call_done, &call);
    call_wait(&call);
    collection = secret_collection_for_alias_finish(call.result, &error);
    if (!collection)
        return error ? from_gerror(error) : CL_NO_DEFAULT_KEYRING;
    *ret_collection = collection;
    return secret_collection_get_locked(collection) ? CL_KEYRING_LOCKED : CL_OK;
}

/* Why something is not there: no keyring, a locked one that may hold it, or really not:
 * `otherwise`. */
static enum cl_err why_absent(SecretService *service, enum cl_err otherwise)
{
    g_autoptr(SecretCollection) collection = NULL;
    enum cl_err err = default_collection(service, &collection);

    return err ? err : otherwise;
}

static bool has_attribute(SecretItem *item, const char *name, const char *value)
{
    g_autoptr(GHashTable) attributes = secret_item_get_attributes(item);

    return value && g_strcmp0(g_hash_table_lookup(attributes, name), value) == 0;
}

static char *key_id_of(SecretItem *item)
{
    g_autoptr(GHashTable) attributes = secret_item_get_attributes(item);

    return g_strdup(g_hash_table_lookup(attributes, "key"));
}

/* The newest item of that role, of any key (NULL) or of one. Older ones at the same path belong to
 * logs set aside. */
static SecretItem *newest(GList *items, const char *role, const char *key_id)
{
    SecretItem *best = NULL;

    for (GList *i = items; i; i = i->next) {
        if (!has_attribute(i->data, "item", role) ||
            (key_id && !has_attribute(i->data, "key", key_id)))
            continue;
        if (!best || secret_item_get_created(i->data) > secret_item_get_created(best))
            best = i->data;
    }
    return best;
}

/* Fetch the values of both. One that the service leaves out was locked in between, or is broken. */
static enum cl_err load_both(SecretService *service, SecretItem *key, SecretItem *head)
{
    g_autoptr(GList) items = NULL;
    enum cl_err err;

    if (key)
        items = g_list_append(items, key);
    if (head)
        items = g_list_append(items, head);
    for (GList *i = items; i; i = i->next)
        if (secret_item_get_locked(i->data))
            return CL_KEYRING_LOCKED;
    err = load_secrets(items);
    if (err)
        return err;
    for (GList *i = items; i; i = i->next) {
        g_autoptr(SecretValue) value = secret_item_get_secret(i->data);

        if (!value)
            return why_absent(service, CL_KEY_DAMAGED);
    }
    return CL_OK;
}

/* No key was found, perhaps a head. A head of size 0 is what a creation leaves that was cut off
 * before the key was stored; nothing was ever sealed for it. */
static enum cl_err without_key(SecretService *service, SecretItem *head, const char *key_id)
{
    struct cl_head found;
    enum cl_err err;

    if (key_id || !head)
        return why_absent(service, CL_KEY_MISSING);
    err = load_both(service, NULL, head);
    if (err)
        return err;
    err = head_of(head, &found);
    return !err && found.size == 0 ? CL_KEY_MISSING : CL_LOG_MISSING;
}

/* Keep where the head is, for cl_keyring_advance. */
static void keep_head(struct cl_keyring *keyring, SecretItem *item)
{
    g_free(keyring->head);
    keyring->head = item ? g_strdup(g_dbus_proxy_get_object_path(G_DBUS_PROXY(item))) : NULL;
}

/* A log may be moved, and its key is found all the same. But where the keyring knows a log of its
 * own at the new place, somebody put the file of one log in the place of another. */
static enum cl_err check_place(SecretService *service, SecretItem *key, const char *store)
{
    cl_cleanup(free_items) GList *items = NULL;
    enum cl_err err;

    if (has_attribute(key, "store", store))
        return CL_OK;
    err = search(service, NULL, store, &items);
    if (err)
        return err;
    return newest(items, "key", NULL) ? CL_KEY_FOREIGN : CL_OK;
}

/* Look at every item with its attributes, so as to say what is wrong. */
static enum cl_err load_carefully(struct cl_keyring *keyring, const char *key_id, const char *store,
                                  struct cl_key **ret_key, struct cl_head *ret_head)
{
    cl_cleanup(free_items) GList *items = NULL;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    g_autofree char *id = NULL;
    SecretItem *key_item, *head_item;
    enum cl_err err = search(keyring->service, key_id, store, &items);

    if (err)
        return err;
    key_item = newest(items, "key", key_id);
    if (!key_item)
        return without_key(keyring->service, newest(items, "head", key_id), key_id);
    err = key_id ? check_place(keyring->service, key_item, store) : CL_OK;
    if (err)
        return err;
    id = key_id_of(key_item);
    head_item = newest(items, "head", id);
    err = load_both(keyring->service, key_item, head_item);
    if (!err)
        err = key_of(key_item, &key);
    if (err)
        return err;
    if (g_strcmp0(id, key->id) != 0)
        return CL_KEY_FOREIGN;

    keep_head(keyring, head_item);
    err = head_item ? head_of(head_item, ret_head) : CL_HEAD_MISSING;
    if (err == CL_KEY_DAMAGED) /* a head that cannot be read says no more than none */
        err = CL_HEAD_MISSING;
    if (err && err != CL_HEAD_MISSING)
        return err;
    *ret_key = key;
    key = NULL;
    return err;
}

/* ---- finding, the usual case -------------------------------------------------------------- */

/* The paths of the two items with that key id and store; CL_ABSENT unless there are exactly two
 * and both are unlocked. */
static enum cl_err find_two(SecretService *service, const char *key_id, const char *store,
                            char ***ret_paths)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autoptr(GHashTable) attributes = attributes_of(NULL, key_id, store);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) unlocked = NULL, locked = NULL;

    call_begin(&call);
    secret_service_search_for_dbus_paths(service, &schema, attributes, call.cancel, call_done,
                                         &call);
    call_wait(&call);
    if (!secret_service_search_for_dbus_paths_finish(service, call.result, &unlocked, &locked,
                                                     &error))
        return from_gerror(error);
    if (g_strv_length(locked) > 0 || g_strv_length(unlocked) != 2)
        return CL_ABSENT;
    *ret_paths = g_steal_pointer(&unlocked);
    return CL_OK;
}

/* The values of two items by path; one that the service leaves out is not in it. */
static enum cl_err get_values(SecretService *service, char **paths, GHashTable **ret_values)
{
    cl_cleanup(call_end) struct call call = {0};
    const char *both[] = {paths[0], paths[1], NULL};
    g_autoptr(GError) error = NULL;
    GHashTable *values;

    call_begin(&call);
    secret_service_get_secrets_for_dbus_paths(service, both, call.cancel, call_done, &call);
    call_wait(&call);
    values = secret_service_get_secrets_for_dbus_paths_finish(service, call.result, &error);
    if (!values)
        return error ? from_gerror(error) : CL_ABSENT;
    *ret_values = values;
    return CL_OK;
}

/* One value is the key and the other the head: their lengths and checks tell which, so that the
 * attributes need not be fetched. CL_ABSENT for everything that is not as it should be. */
static enum cl_err load_quickly(struct cl_keyring *keyring, const char *key_id, const char *store,
                                struct cl_key **ret_key, struct cl_head *ret_head)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    g_autoptr(GHashTable) values = NULL;
    g_auto(GStrv) paths = NULL;
    SecretValue *first, *second;
    bool head_first;
    enum cl_err err = find_two(keyring->service, key_id, store, &paths);

    if (!paths)
        return err ? err : CL_ABSENT;
    err = get_values(keyring->service, paths, &values);
    if (err)
        return err;
    first = g_hash_table_lookup(values, paths[0]);
    second = g_hash_table_lookup(values, paths[1]);
    if (!first || !second)
        return CL_ABSENT;
    head_first = head_in(first, ret_head) == CL_OK;
    if (!head_first && head_in(second, ret_head))
        return CL_ABSENT;
    if (key_in(head_first ? second : first, &key) || strcmp(key->id, key_id) != 0)
        return CL_ABSENT;

    g_free(keyring->head);
    keyring->head = g_strdup(paths[head_first ? 0 : 1]);
    *ret_key = key;
    key = NULL;
    return CL_OK;
}

enum cl_err cl_keyring_load(struct cl_keyring *keyring, const char *key_id, const char *store,
                            struct cl_key **ret_key, struct cl_head *ret_head)
{
    struct cl_head head;
    enum cl_err err = key_id ? load_quickly(keyring, key_id, store, ret_key, &head) : CL_ABSENT;

    if (err == CL_ABSENT)
        err = load_carefully(keyring, key_id, store, ret_key, &head);
    if (!err)
        *ret_head = head;
    return err;
}

/* ---- storing ----------------------------------------------------------------------------- */

/* Make an item in the default collection. Not secret_service_store: that one makes or unlocks a
 * collection by itself, and so prompts. */
static enum cl_err item_create(SecretService *service, const char *role, const char *key_id,
                               const char *store, SecretValue *value, SecretItem **ret_item)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autoptr(SecretCollection) collection = NULL;
    g_autoptr(GHashTable) attributes = attributes_of(role, key_id, store);
    g_autofree char *label = g_strdup_printf("consentlog %s %s", role, key_id);
    g_autoptr(GError) error = NULL;
    SecretItem *item;
    enum cl_err err = default_collection(service, &collection);

    if (err)
        return err;
    call_begin(&call);
    secret_item_create(collection, &schema, attributes, label, value, SECRET_ITEM_CREATE_NONE,
                       call.cancel, call_done, &call);
    call_wait(&call);
    item = secret_item_create_finish(call.result, &error);
    if (!item)
        return error ? from_gerror(error) : CL_KEYRING_FAILED;
    *ret_item = item;
    return CL_OK;
}

enum cl_err cl_keyring_create(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store)
{
    cl_cleanup(free_items) GList *items = NULL;
    g_autoptr(SecretValue) new_key = NULL, new_head = NULL;
    g_autoptr(SecretItem) key_item = NULL, head_item = NULL;
    struct cl_head head = {.size = 0, .alarm = CL_OK};
    enum cl_err err = search(keyring->service, key->id, store, &items);

    if (err)
        return err;
    if (items)
        return CL_KEYRING_FAILED;
    err = cl_sha256(NULL, 0, head.root.bytes); /* the root of the empty tree */
    if (!err)
        err = head_value(&head, &new_head);
    if (!err)
        err = key_value(key, &new_key);
    /* The head first: see without_key. */
    if (!err)
        err = item_create(keyring->service, "head", key->id, store, new_head, &head_item);
    if (!err)
        err = item_create(keyring->service, "key", key->id, store, new_key, &key_item);
    if (!err)
        keep_head(keyring, head_item);
    return err;
}

/* Item.SetSecret of the Secret Service specification. The session was opened by whoever found the
 * path. */
static enum cl_err item_replace(SecretService *service, const char *path, SecretValue *value,
                                int timeout_ms)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
        g_dbus_proxy_get_connection(G_DBUS_PROXY(service)), "org.freedesktop.secrets", path,
        "org.freedesktop.Secret.Item", "SetSecret",
        g_variant_new("(@(oayays))", secret_service_encode_dbus_secret(service, value)), NULL,
        G_DBUS_CALL_FLAGS_NO_AUTO_START, timeout_ms, NULL, &error);
    enum cl_err err = reply ? CL_OK : from_gerror(error);

    return err == CL_NO_DEFAULT_KEYRING ? CL_KEYRING_FAILED : err; /* the item is gone, no more */
}

enum cl_err cl_keyring_advance(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head, int timeout_ms)
{
    g_autoptr(SecretValue) value = NULL;
    g_autoptr(SecretItem) item = NULL;
    enum cl_err err = head_value(head, &value);

    if (err)
        return err;
    if (keyring->head)
        return item_replace(keyring->service, keyring->head, value, timeout_ms);
    err = item_create(keyring->service, "head", key->id, store, value, &item);
    if (!err)
        keep_head(keyring, item);
    return err;
}

/* ---- whose place it is --------------------------------------------------------------------- */

/* Items of that role are for the log at `store` from now on. One that the keyring does not let us
 * change stays as it is. */
static void move_item(SecretItem *item, const char *role, const char *store)
{
    cl_cleanup(call_end) struct call call = {0};
    g_autofree char *key_id = key_id_of(item);
    g_autoptr(GHashTable) attributes = attributes_of(role, key_id, store);

    if (has_attribute(item, "store", store))
        return;
    call_begin(&call);
    secret_item_set_attributes(item, &schema, attributes, call.cancel, call_done, &call);
    call_wait(&call);
    (void)secret_item_set_attributes_finish(item, call.result, NULL);
}

void cl_keyring_set_aside(struct cl_keyring *keyring, const char *key_id, const char *store,
                          const char *aside)
{
    cl_cleanup(free_items) GList *items = NULL;
    g_autofree char *nowhere = g_strconcat(store, ".gone", NULL);

    if (search(keyring->service, NULL, store, &items))
        return;
    for (GList *i = items; i; i = i->next)
        if (!has_attribute(i->data, "key", key_id))
            move_item(i->data, has_attribute(i->data, "item", "key") ? "key" : "head",
                      *aside ? aside : nowhere);
}

/* ---- restoring ---------------------------------------------------------------------------- */

/* Give an item that is there another value. */
static enum cl_err item_mend(SecretService *service, SecretItem *item, SecretValue *value)
{
    g_autoptr(GList) items = g_list_append(NULL, item);
    enum cl_err err;

    if (secret_item_get_locked(item))
        return CL_KEYRING_LOCKED;
    err = load_secrets(items); /* which opens the session */
    return err ? err
               : item_replace(service, g_dbus_proxy_get_object_path(G_DBUS_PROXY(item)), value,
                              CL_WAIT_MS);
}

enum cl_err cl_keyring_restore(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head)
{
    cl_cleanup(free_items) GList *items = NULL;
    g_autoptr(SecretValue) value = NULL;
    g_autoptr(SecretItem) made = NULL;
    SecretItem *key_item, *head_item;
    enum cl_err err = search(keyring->service, key->id, store, &items);

    if (err)
        return err;
    key_item = newest(items, "key", key->id);
    head_item = newest(items, "head", key->id);
    keep_head(keyring, head_item);
    err = key_value(key, &value);
    if (!err && !head_item)
        err = cl_keyring_advance(keyring, key, store, head, CL_WAIT_MS);
    if (err)
        return err;
    if (head_item)
        move_item(head_item, "head", store);
    if (!key_item)
        return item_create(keyring->service, "key", key->id, store, value, &made);
    move_item(key_item, "key", store);
    return item_mend(keyring->service, key_item, value);
}

/* ---- unlocking --------------------------------------------------------------------------- */

/* A call that waits for a person. It is never cancelled, because that can kill gnome-keyring: when
 * the time is up it is left behind, on the heap, and its prompt goes away with our process. */
struct prompt {
    GAsyncResult *result;
    bool late;
    unsigned timer;
};

static gboolean prompt_late(void *data)
{
    struct prompt *prompt = data;

    prompt->late = true;
    prompt->timer = 0;
    return G_SOURCE_REMOVE;
}

static void prompt_done(GObject *source, GAsyncResult *result, void *data)
{
    struct prompt *prompt = data;

    (void)source;
    prompt->result = g_object_ref(result);
}

static struct prompt *prompt_new(int timeout_ms)
{
    struct prompt *prompt = g_new0(struct prompt, 1);

    prompt->timer = g_timeout_add((guint)timeout_ms, prompt_late, prompt);
    return prompt;
}

/* The answer, owned, or NULL when nobody gave one. */
static GAsyncResult *prompt_wait(struct prompt *prompt)
{
    GAsyncResult *result;

    while (!prompt->result && !prompt->late)
        g_main_context_iteration(NULL, TRUE);
    if (!prompt->result)
        return NULL;
    result = prompt->result;
    if (prompt->timer)
        g_source_remove(prompt->timer);
    g_free(prompt);
    return result;
}

static enum cl_err unlock_collection(SecretService *service, SecretCollection *collection,
                                     int timeout_ms)
{
    g_autoptr(GList) objects = g_list_append(NULL, collection);
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError) error = NULL;
    struct prompt *prompt = prompt_new(timeout_ms);
    int unlocked;

    secret_service_unlock(service, objects, NULL, prompt_done, prompt);
    result = prompt_wait(prompt);
    if (!result)
        return CL_UNLOCK_TIMED_OUT;
    unlocked = secret_service_unlock_finish(service, result, NULL, &error);
    if (error)
        return from_gerror(error);
    return unlocked > 0 ? CL_OK : CL_UNLOCK_DISMISSED;
}

static enum cl_err create_collection(SecretService *service, int timeout_ms)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(SecretCollection) collection = NULL;
    g_autoptr(GError) error = NULL;
    struct prompt *prompt = prompt_new(timeout_ms);
    enum cl_err err;

    secret_collection_create(service, "Default keyring", SECRET_COLLECTION_DEFAULT,
                             SECRET_COLLECTION_CREATE_NONE, NULL, prompt_done, prompt);
    result = prompt_wait(prompt);
    if (!result)
        return CL_UNLOCK_TIMED_OUT;
    collection = secret_collection_create_finish(result, &error);
    if (collection)
        return CL_OK;
    err = error ? from_gerror(error) : CL_UNLOCK_DISMISSED;
    /* After a refusal libsecret looks for a collection that was not made. */
    return err == CL_NO_DEFAULT_KEYRING ? CL_UNLOCK_DISMISSED : err;
}

enum cl_err cl_keyring_unlock(int timeout_ms)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = NULL;
    g_autoptr(SecretCollection) collection = NULL;
    enum cl_err err = cl_keyring_open(&keyring);

    if (err)
        return err;
    err = default_collection(keyring->service, &collection);
    if (err == CL_NO_DEFAULT_KEYRING)
        return create_collection(keyring->service, timeout_ms);
    if (err == CL_KEYRING_LOCKED)
        return unlock_collection(keyring->service, collection, timeout_ms);
    return err;
}
