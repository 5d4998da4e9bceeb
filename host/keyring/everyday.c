#include "keyring/everyday.h"

#include "base/buf.h"
#include "base/unicode.h"
#include "keyring/bus.h"
#include "keyring/owner.h"
#include "keyring/session.h"

#include <stdlib.h>
#include <string.h>

#define PATH            "/org/freedesktop/secrets"
#define SERVICE         "org.freedesktop.Secret.Service"
#define PROPERTIES      "org.freedesktop.DBus.Properties"
#define COLLECTIONS_MAX 16 /* that are asked whether they are locked; with more, the whole way */
#define ITEMS           2  /* the key and the head */

struct cl_everyday {
    struct cl_bus bus;
    struct cl_session *session; /* NULL until agreed on */
    char session_path[CL_BUS_PATH_MAX];
    char head[CL_BUS_PATH_MAX]; /* the item's path; "" until loaded */
    char provider[CL_PROVIDER_MAX];
    bool quiet; /* nobody is asked when it is searched: see cl_service_search_is_quiet */
    size_t count;
    char collections[COLLECTIONS_MAX][CL_BUS_PATH_MAX];
};

/* ---- what replies hold --------------------------------------------------------------------- */

/* The next object's path. CL_ABSENT: there is none, or it is too long. */
static enum cl_err read_path(sd_bus_message *m, char ret_path[static CL_BUS_PATH_MAX])
{
    const char *path;

    if (sd_bus_message_read_basic(m, 'o', &path) <= 0 || strlen(path) >= CL_BUS_PATH_MAX)
        return CL_ABSENT;
    memcpy(ret_path, path, strlen(path) + 1);
    return CL_OK;
}

/* An array of paths, which must be at most max. */
static enum cl_err read_paths(sd_bus_message *m, char paths[][CL_BUS_PATH_MAX], size_t max,
                              size_t *ret_count)
{
    size_t n = 0;

    if (sd_bus_message_enter_container(m, 'a', "o") <= 0)
        return CL_ABSENT;
    while (sd_bus_message_at_end(m, false) == 0) {
        if (n == max || read_path(m, paths[n]))
            return CL_ABSENT;
        n++;
    }
    *ret_count = n;
    return sd_bus_message_exit_container(m) < 0 ? CL_ABSENT : CL_OK;
}

static enum cl_err read_bytes(sd_bus_message *m, struct cl_span *ret_bytes)
{
    const void *bytes = NULL;
    size_t n = 0;

    if (sd_bus_message_read_array(m, 'y', &bytes, &n) < 0)
        return CL_ABSENT;
    *ret_bytes = (struct cl_span){bytes, n};
    return CL_OK;
}

/* ---- connecting ------------------------------------------------------------------------------ */

static enum cl_err ask_property(struct cl_everyday *e, const char *path, const char *interface,
                                const char *name, struct cl_call *call)
{
    cl_cleanup(cl_message_free) sd_bus_message *m = NULL;
    enum cl_err err = cl_bus_new(&e->bus, path, PROPERTIES, "Get", &m);

    return err ? err
               : cl_bus_send(&e->bus, sd_bus_message_append(m, "ss", interface, name), m, call);
}

/* gnome-keyring always has its collection of the session, and never asks when it is searched. */
static enum cl_err look_at_collections(struct cl_everyday *e)
{
    cl_cleanup(cl_call_free) struct cl_call call = {0};
    enum cl_err err = ask_property(e, PATH, SERVICE, "Collections", &call);

    if (!err)
        err = cl_bus_wait(&e->bus, &call, "v");
    if (!err && sd_bus_message_enter_container(call.reply, 'v', "ao") <= 0)
        err = CL_ABSENT;
    if (!err)
        err = read_paths(call.reply, e->collections, COLLECTIONS_MAX, &e->count);
    for (size_t i = 0; !err && i < e->count; i++)
        if (strcmp(e->collections[i], PATH "/collection/session") == 0)
            e->quiet = true;
    return err;
}

static void close_everyday(struct cl_everyday **everyday)
{
    if (!*everyday)
        return;
    cl_session_end(&(*everyday)->session);
    cl_bus_close(&(*everyday)->bus);
    free(*everyday);
    *everyday = NULL;
}

static enum cl_err open_everyday(int64_t until, struct cl_everyday **ret_everyday)
{
    cl_cleanup(close_everyday) struct cl_everyday *e = calloc(1, sizeof *e);
    enum cl_err err = e ? cl_bus_open(&e->bus) : CL_NO_MEMORY;

    if (err)
        return err;
    e->bus.until = until;
    err = look_at_collections(e);
    if (err)
        return err;
    *ret_everyday = e;
    e = NULL;
    return CL_OK;
}

static enum cl_err owner_pid(struct cl_everyday *e, uint32_t *ret_pid)
{
    cl_cleanup(cl_message_free) sd_bus_message *m = NULL;
    cl_cleanup(cl_call_free) struct cl_call call = {0};
    enum cl_err err = cl_bus_new_own(&e->bus, "GetConnectionUnixProcessID", &m);

    if (!err)
        err = cl_bus_send(&e->bus, sd_bus_message_append(m, "s", CL_SERVICE_NAME), m, &call);
    if (!err)
        err = cl_bus_wait(&e->bus, &call, "u");
    return !err && sd_bus_message_read_basic(call.reply, 'u', ret_pid) <= 0 ? CL_ABSENT : err;
}

static const char *provider_of(struct cl_everyday *e, int64_t until)
{
    uint32_t pid = 0;

    e->bus.until = until;
    if (!*e->provider)
        cl_owner_name(owner_pid(e, &pid) ? 0 : pid, e->provider);
    return e->provider;
}

/* ---- the session ----------------------------------------------------------------------------- */

static enum cl_err ask_session(struct cl_everyday *e, struct cl_call *call)
{
    cl_cleanup(cl_message_free) sd_bus_message *m = NULL;
    uint8_t public[CL_SESSION_PUBLIC];
    enum cl_err err;
    int filled = 0;

    cl_session_end(&e->session); /* one that was asked for before, in vain */
    err = cl_session_begin(&e->session, public);
    if (!err)
        err = cl_bus_new(&e->bus, PATH, SERVICE, "OpenSession", &m);
    if (err)
        return err;
    if (sd_bus_message_append_basic(m, 's', CL_SESSION_ALGORITHM) < 0 ||
        sd_bus_message_open_container(m, 'v', "ay") < 0 ||
        sd_bus_message_append_array(m, 'y', public, sizeof public) < 0)
        return CL_ABSENT;
    filled = sd_bus_message_close_container(m);
    return cl_bus_send(&e->bus, filled, m, call);
}

static enum cl_err take_session(struct cl_everyday *e, struct cl_call *call)
{
    struct cl_span public;
    enum cl_err err = cl_bus_wait(&e->bus, call, "vo");

    if (!err &&
        (sd_bus_message_enter_container(call->reply, 'v', "ay") <= 0 ||
         read_bytes(call->reply, &public) || sd_bus_message_exit_container(call->reply) < 0))
        err = CL_ABSENT;
    if (!err)
        err = read_path(call->reply, e->session_path);
    if (!err && cl_session_agree(e->session, public.data, public.len))
        err = CL_ABSENT;
    return err;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* KeePassXC answers a search with a window, if no database is open: there must be a collection that
 * is not locked. */
static enum cl_err before_search(struct cl_everyday *e)
{
    struct cl_call calls[COLLECTIONS_MAX] = {0};
    bool open = false;
    enum cl_err err = CL_OK;

    for (size_t i = 0; !err && i < e->count; i++)
        err = ask_property(e, e->collections[i], "org.freedesktop.Secret.Collection", "Locked",
                           &calls[i]);
    for (size_t i = 0; !err && i < e->count; i++) {
        int locked = true;

        err = cl_bus_wait(&e->bus, &calls[i], "v");
        if (!err && sd_bus_message_read(calls[i].reply, "v", "b", &locked) <= 0)
            err = CL_ABSENT;
        open = open || !locked;
    }
    for (size_t i = 0; i < e->count; i++)
        cl_call_free(&calls[i]);
    return !err && !open ? CL_ABSENT : err;
}

static bool is_text(const char *text)
{
    const size_t len = strlen(text);
    uint32_t point;

    for (size_t at = 0, n; at < len; at += n)
        if ((n = cl_utf8_decode((const uint8_t *)text + at, len - at, &point)) == 0)
            return false;
    return true;
}

/* Our items that have that attribute, and one of that role if it is not NULL. */
static enum cl_err ask_items(struct cl_everyday *e, const char *name, const char *value,
                             const char *role, struct cl_call *call)
{
    cl_cleanup(cl_message_free) sd_bus_message *m = NULL;
    enum cl_err err =
        is_text(value) ? cl_bus_new(&e->bus, PATH, SERVICE, "SearchItems", &m) : CL_ABSENT;

    if (err)
        return err;
    const int filled =
        role ? sd_bus_message_append(m, "a{ss}", 3, "application", "consentlog", name, value,
                                     "item", role)
             : sd_bus_message_append(m, "a{ss}", 2, "application", "consentlog", name, value);
    return cl_bus_send(&e->bus, filled, m, call);
}

/* Exactly `count`, and all open. */
static enum cl_err take_items(struct cl_everyday *e, struct cl_call *call, size_t count,
                              char ret_paths[][CL_BUS_PATH_MAX])
{
    size_t open = 0, locked = 0;
    enum cl_err err = cl_bus_wait(&e->bus, call, "aoao");

    if (!err)
        err = read_paths(call->reply, ret_paths, count, &open);
    if (!err)
        err = read_paths(call->reply, NULL, 0, &locked);
    return !err && open != count ? CL_ABSENT : err;
}

/* What is looked for: the two items at the log's path; the one head of its key, which need not be
 * one of them; and a log that was begun in its place, of which there must be none. */
struct searches {
    struct cl_call items, head, successor, session;
};

static void free_searches(struct searches *s)
{
    cl_call_free(&s->items);
    cl_call_free(&s->head);
    cl_call_free(&s->successor);
    cl_call_free(&s->session);
}

static enum cl_err ask_all(struct cl_everyday *e, const char *key_id, const char *store, bool fresh,
                           struct searches *s)
{
    enum cl_err err = ask_items(e, "store", store, NULL, &s->items);

    if (!err)
        err = ask_items(e, "key", key_id, "head", &s->head);
    if (!err)
        err = ask_items(e, "instead", key_id, NULL, &s->successor);
    return !err && fresh ? ask_session(e, &s->session) : err;
}

/* All is sent before anything is waited for, so that it is answered while we agree. */
static enum cl_err find(struct cl_everyday *e, const char *key_id, const char *store,
                        char ret_paths[static ITEMS][CL_BUS_PATH_MAX],
                        char ret_head[static 1][CL_BUS_PATH_MAX])
{
    cl_cleanup(free_searches) struct searches s = {0};
    const bool fresh = !*e->session_path;
    enum cl_err err = e->quiet ? CL_OK : before_search(e);

    if (!err)
        err = ask_all(e, key_id, store, fresh, &s);
    if (!err)
        err = take_items(e, &s.items, ITEMS, ret_paths);
    if (!err)
        err = take_items(e, &s.head, 1, ret_head);
    if (!err)
        err = take_items(e, &s.successor, 0, NULL);
    if (!err && fresh)
        err = take_session(e, &s.session);
    return err;
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum cl_err ask_values(struct cl_everyday *e, char paths[static ITEMS][CL_BUS_PATH_MAX],
                              struct cl_call *call)
{
    cl_cleanup(cl_message_free) sd_bus_message *m = NULL;
    enum cl_err err = cl_bus_new(&e->bus, PATH, SERVICE, "GetSecrets", &m);

    return err ? err
               : cl_bus_send(
                     &e->bus,
                     sd_bus_message_append(m, "aoo", ITEMS, paths[0], paths[1], e->session_path), m,
                     call);
}

/* A value by its item's path, opened: struct Secret of the specification. */
static enum cl_err read_value(struct cl_everyday *e, sd_bus_message *m,
                              char ret_path[static CL_BUS_PATH_MAX], struct cl_span *ret_value)
{
    char session[CL_BUS_PATH_MAX];
    struct cl_span iv = {0}, sealed = {0};

    if (sd_bus_message_enter_container(m, 'e', "o(oayays)") <= 0 || read_path(m, ret_path) ||
        sd_bus_message_enter_container(m, 'r', "oayays") <= 0 || read_path(m, session) ||
        read_bytes(m, &iv) || read_bytes(m, &sealed) || sd_bus_message_skip(m, "s") < 0 ||
        sd_bus_message_exit_container(m) < 0 || sd_bus_message_exit_container(m) < 0)
        return CL_ABSENT;
    return cl_session_open(e->session, iv, sealed, ret_value) ? CL_ABSENT : CL_OK;
}

/* One value is the key and the other the head: their lengths and checks tell which, and the search
 * for the head told whose it is, so that the attributes need not be fetched. */
static enum cl_err take_values(struct cl_everyday *e, struct cl_call *call,
                               char paths[static ITEMS][CL_BUS_PATH_MAX], struct cl_key **ret_key,
                               struct cl_head *ret_head)
{
    char path[CL_BUS_PATH_MAX];
    enum cl_err err = cl_bus_wait(&e->bus, call, "a{o(oayays)}");

    if (!err && sd_bus_message_enter_container(call->reply, 'a', "{o(oayays)}") <= 0)
        err = CL_ABSENT;
    for (int i = 0; !err && i < ITEMS; i++) {
        struct cl_span value = {0};

        err = read_value(e, call->reply, path, &value);
        if (err || (strcmp(path, paths[0]) != 0 && strcmp(path, paths[1]) != 0))
            return CL_ABSENT;
        if (cl_head_decode((const char *)value.data, value.len, ret_head) == CL_OK)
            memcpy(e->head, path, sizeof path);
        else if (*ret_key || cl_key_decode((const char *)value.data, value.len, ret_key))
            return CL_ABSENT;
    }
    return !err && (!*ret_key || !*e->head) ? CL_ABSENT : err;
}

static enum cl_err load(struct cl_everyday *e, const char *key_id, const char *store, int64_t until,
                        struct cl_key **ret_key, struct cl_head *ret_head)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    cl_cleanup(cl_call_free) struct cl_call values = {0};
    char paths[ITEMS][CL_BUS_PATH_MAX], head_path[1][CL_BUS_PATH_MAX];
    struct cl_head head = {0};
    enum cl_err err;

    e->head[0] = '\0';
    e->bus.until = until;
    err = find(e, key_id, store, paths, head_path);
    if (!err)
        err = ask_values(e, paths, &values);
    if (!err)
        err = take_values(e, &values, paths, &key, &head);
    if (err)
        return err;
    /* A head of size 0 is what a creation leaves that was cut off: whose it is, and whether it will
     * last, the whole way finds out. */
    if (strcmp(key->id, key_id) != 0 || strcmp(e->head, head_path[0]) != 0 || head.size == 0)
        return CL_ABSENT;
    *ret_head = head;
    *ret_key = key;
    key = NULL;
    return CL_OK;
}

/* ---- advancing ------------------------------------------------------------------------------- */

static int fill_secret(struct cl_everyday *e, sd_bus_message *m, const struct cl_buf *text)
{
    uint8_t iv[CL_SESSION_BLOCK], sealed[CL_SESSION_VALUE_MAX];
    size_t len = 0;

    if (cl_session_seal(e->session, (struct cl_span){text->data, text->len}, iv, sealed, &len) ||
        sd_bus_message_open_container(m, 'r', "oayays") < 0 ||
        sd_bus_message_append_basic(m, 'o', e->session_path) < 0 ||
        sd_bus_message_append_array(m, 'y', iv, sizeof iv) < 0 ||
        sd_bus_message_append_array(m, 'y', sealed, len) < 0 ||
        sd_bus_message_append_basic(m, 's', "text/plain") < 0)
        return -1;
    return sd_bus_message_close_container(m);
}

static enum cl_err advance(struct cl_everyday *e, const struct cl_head *head, int64_t until)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_VALUE_MAX);
    cl_cleanup(cl_message_free) sd_bus_message *m = NULL;
    cl_cleanup(cl_call_free) struct cl_call call = {0};
    enum cl_err err = cl_head_encode(head, &text);

    e->bus.until = until;
    if (!err)
        err = cl_bus_new(&e->bus, e->head, "org.freedesktop.Secret.Item", "SetSecret", &m);
    if (!err)
        err = cl_bus_send(&e->bus, fill_secret(e, m, &text), m, &call);
    if (!err)
        err = cl_bus_wait(&e->bus, &call, "");
    return err == CL_ABSENT ? CL_KEYRING_FAILED : err;
}

/* ---- for the program ------------------------------------------------------------------------- */

const struct cl_everyday_calls cl_everyday_calls = {
    .module = {CL_VERSION, sizeof(struct cl_everyday_calls)},
    .open = open_everyday,
    .close = close_everyday,
    .provider = provider_of,
    .load = load,
    .advance = advance,
};
