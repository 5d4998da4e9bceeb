/* Which collections are locked, and what that says of something that was not found. */
#include "keyring/whole_internal.h"

void cl_whole_locks_free(struct cl_locks *locks)
{
    g_clear_pointer(&locks->locked, g_ptr_array_unref);
}

enum cl_err cl_whole_look_at_locks(struct cl_service *service, struct cl_locks *ret_locks)
{
    g_autoptr(GPtrArray) list = NULL;
    enum cl_err err = cl_service_collections(service, &list);

    if (err)
        return err;
    ret_locks->count = list->len;
    ret_locks->locked = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < list->len; i++) {
        const struct cl_collection *collection = g_ptr_array_index(list, i);

        if (collection->locked)
            g_ptr_array_add(ret_locks->locked, g_strdup(collection->path));
    }
    return CL_OK;
}

/* KeePassXC has no collection where no open database shares a group; others make one. */
static enum cl_err no_collection(struct cl_service *service)
{
    return cl_provider_kind(service) == CL_PROVIDER_KEEPASSXC ? CL_KEYRING_NO_GROUP
                                                              : CL_NO_DEFAULT_KEYRING;
}

enum cl_err cl_whole_before_search(struct cl_service *service)
{
    cl_cleanup(cl_whole_locks_free) struct cl_locks locks = {0};
    enum cl_err err;

    if (cl_service_search_is_quiet(service))
        return CL_OK;
    err = cl_whole_look_at_locks(service, &locks);
    if (err)
        return err;
    if (locks.count == 0)
        return no_collection(service);
    return locks.locked->len == locks.count ? CL_KEYRING_LOCKED : CL_OK;
}

/* gnome-keyring's collection of the session is in memory alone: what is put there ends with it. */
static bool is_kept(struct cl_service *service, const char *collection)
{
    return !cl_service_search_is_quiet(service) || !g_str_equal(collection, CL_SERVICE_OF_SESSION);
}

/* Where a new item would go. CL_KEYRING_LOCKED: it is given all the same. */
enum cl_err cl_whole_default(struct cl_service *service, char **ret_path)
{
    bool locked = true;
    enum cl_err err = cl_service_default(service, ret_path);

    if (!err && !is_kept(service, *ret_path))
        g_clear_pointer(ret_path, g_free);
    if (err == CL_NO_DEFAULT_KEYRING || (!err && !*ret_path))
        return no_collection(service);
    if (!err)
        err = cl_service_locked(service, *ret_path, &locked);
    return !err && locked ? CL_KEYRING_LOCKED : err;
}

/* Why something was not found: a locked collection may hold it, or there is no keyring, or it is
 * really not there: `otherwise`. Where there never was a log, gnome-keyring's word is enough, which
 * knows what its locked collections hold. */
enum cl_err cl_whole_why_absent(struct cl_service *service, const char *key_id,
                                enum cl_err otherwise)
{
    cl_cleanup(cl_whole_locks_free) struct cl_locks locks = {0};
    g_autofree char *path = NULL;
    enum cl_err err = CL_OK;

    if (key_id || !cl_service_search_is_quiet(service))
        err = cl_whole_look_at_locks(service, &locks);
    if (!err && locks.locked && locks.locked->len > 0)
        return CL_KEYRING_LOCKED;
    if (!err && !key_id)
        err = cl_whole_default(service, &path);
    return err ? err : otherwise;
}

/* Items that are said to be locked: is it their collection, or are we not let? */
enum cl_err cl_whole_why_locked(struct cl_service *service, char **items)
{
    for (char **item = items; *item; item++) {
        g_autofree char *collection = cl_service_collection_of(*item);
        bool locked = true;
        enum cl_err err = cl_service_locked(service, collection, &locked);

        if (err)
            return err;
        if (locked)
            return CL_KEYRING_LOCKED;
    }
    return CL_KEYRING_CONSENT;
}
