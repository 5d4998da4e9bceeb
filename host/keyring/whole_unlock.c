/* Prompting, until the key can be read. */
#include "base/clock.h"
#include "keyring/whole_internal.h"

struct unlocking {
    struct cl_whole *whole;
    const char *key_id, *store;
    int64_t until; /* when prompts end; each call has CL_WAIT_MS beside, but no more after that */
    GPtrArray *tried; /* collections that were opened, of char * */
};

static int ms_left(const struct unlocking *u)
{
    const int64_t left = (u->until - cl_clock_monotonic()) / 1000;

    return left > 1 ? (int)left : 1;
}

/* For what is asked without a prompt. */
static int64_t soon(const struct unlocking *u)
{
    const int64_t at = cl_clock_monotonic();

    return MIN(at, u->until) + CL_WAIT_MS * INT64_C(1000);
}

/* Ask for those (NULL-terminated). */
static enum cl_err ask_for(const struct unlocking *u, const char *const *paths)
{
    g_autofree char *prompt = NULL;
    unsigned opened = 0;
    enum cl_err err = cl_service_unlock(&u->whole->service, paths, &opened, &prompt);

    if (!err && prompt)
        err = cl_service_prompt(&u->whole->service, prompt, ms_left(u), NULL);
    return err;
}

static bool is_tried(const struct unlocking *u, const char *path)
{
    return g_ptr_array_find_with_equal_func(u->tried, path, g_str_equal, NULL);
}

static enum cl_err ask_for_collection(struct unlocking *u, const char *path)
{
    const char *const paths[] = {path, NULL};

    g_ptr_array_add(u->tried, g_strdup(path));
    return ask_for(u, paths);
}

/* The key's collection, if the provider finds items in locked ones; else NULL. */
static enum cl_err collection_of_key(const struct unlocking *u, char **ret_path)
{
    const struct cl_attributes attributes = {
        .role = "key", .key_id = u->key_id, .store = u->key_id ? NULL : u->store};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = cl_whole_before_search(&u->whole->service);

    if (err)
        return err == CL_KEYRING_LOCKED ? CL_OK : err;
    err = cl_whole_search_paths(&u->whole->service, &attributes, &open, &locked);
    if (!err && locked[0])
        *ret_path = cl_service_collection_of(locked[0]);
    return err;
}

/* The key's collection, the default one, any other: the first that is locked and was not tried. */
static enum cl_err next_collection(const struct unlocking *u, char **ret_path)
{
    cl_cleanup(cl_whole_locks_free) struct cl_locks locks = {0};
    g_autofree char *path = NULL;
    enum cl_err err = collection_of_key(u, &path);

    if (!err && !path)
        err = cl_service_default(&u->whole->service, &path);
    if (!err || err == CL_NO_DEFAULT_KEYRING)
        err = cl_whole_look_at_locks(&u->whole->service, &locks);
    if (err)
        return err;
    if (path && !is_tried(u, path) &&
        g_ptr_array_find_with_equal_func(locks.locked, path, g_str_equal, NULL)) {
        *ret_path = g_steal_pointer(&path);
        return CL_OK;
    }
    for (unsigned i = 0; i < locks.locked->len; i++)
        if (!is_tried(u, g_ptr_array_index(locks.locked, i))) {
            *ret_path = g_strdup(g_ptr_array_index(locks.locked, i));
            return CL_OK;
        }
    return CL_KEYRING_LOCKED; /* each was opened, and is locked again */
}

/* KeePassXC's question whether this program may read the items. */
static enum cl_err ask_consent(struct unlocking *u)
{
    const struct cl_attributes attributes = {.key_id = u->key_id,
                                             .store = u->key_id ? NULL : u->store};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = cl_whole_search_paths(&u->whole->service, &attributes, &open, &locked);

    return err ? err : ask_for(u, (const char *const *)locked);
}

static bool has_default(const struct unlocking *u)
{
    g_autofree char *path = NULL;

    return cl_whole_default(&u->whole->service, &path) != CL_NO_DEFAULT_KEYRING;
}

static enum cl_err look(const struct unlocking *u)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head;
    enum cl_err err = cl_whole_load(u->whole, u->key_id, u->store, soon(u), &key, &head);

    if (err == CL_HEAD_MISSING || (!u->key_id && (err == CL_KEY_MISSING || err == CL_LOG_MISSING)))
        err = CL_OK; /* the keyring can be read, and that is what was asked */
    u->whole->service.until = soon(u);
    /* Of no key, but where should one be restored to? */
    if (err == CL_KEY_MISSING && !has_default(u))
        err = CL_NO_DEFAULT_KEYRING;
    return err;
}

/* Where the default one is the collection of the session, the service would give that instead of a
 * new one. */
static enum cl_err make_default(const struct unlocking *u)
{
    struct cl_service *service = &u->whole->service;
    g_autofree char *before = NULL;
    g_autofree char *made = NULL;
    const bool named = cl_service_default(service, &before) == CL_OK;
    enum cl_err err = cl_service_create_collection(service, "Default keyring",
                                                   named ? "" : "default", ms_left(u), &made);

    return !err && named ? cl_service_set_default(service, made) : err;
}

static enum cl_err ask(struct unlocking *u, enum cl_err why)
{
    g_autofree char *path = NULL;
    enum cl_err err;

    if (why == CL_KEYRING_CONSENT)
        return ask_consent(u);
    if (why == CL_NO_DEFAULT_KEYRING)
        return make_default(u);
    err = next_collection(u, &path);
    return err ? err : ask_for_collection(u, path);
}

enum cl_err cl_whole_unlock(const char *key_id, const char *store, int timeout_ms)
{
    cl_cleanup(cl_whole_close) struct cl_whole *whole = NULL;
    g_autoptr(GPtrArray) tried = g_ptr_array_new_with_free_func(g_free);
    struct unlocking u = {.key_id = key_id, .store = store, .tried = tried};
    bool consented = false, made = false;
    enum cl_err err;

    u.until = cl_clock_monotonic() + timeout_ms * INT64_C(1000);
    err = cl_whole_open(soon(&u), &whole);
    if (err)
        return err;
    u.whole = whole;
    for (;;) {
        enum cl_err why = look(&u);

        if (why != CL_KEYRING_LOCKED && why != CL_NO_DEFAULT_KEYRING && why != CL_KEYRING_CONSENT)
            return why;
        if ((why == CL_KEYRING_CONSENT && consented) || (why == CL_NO_DEFAULT_KEYRING && made))
            return why;
        if (cl_clock_monotonic() >= u.until)
            return CL_UNLOCK_TIMED_OUT;
        consented = consented || why == CL_KEYRING_CONSENT;
        made = made || why == CL_NO_DEFAULT_KEYRING;
        err = ask(&u, why);
        if (err)
            return err;
    }
}
