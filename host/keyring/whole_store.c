/* What is stored: a new key, the head, a key that was lost; and whose place it is. */
#include "base/clock.h"
#include "keyring/whole_internal.h"

#include <string.h>

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

/* ---- storing ----------------------------------------------------------------------------- */

/* Make an item in the default collection. */
static enum cl_err item_create(struct cl_service *service, const struct cl_attributes *attributes,
                               SecretValue *value, char **ret_path)
{
    g_autofree char *collection = NULL;
    g_autofree char *label =
        g_strdup_printf("consentlog %s %s", attributes->role, attributes->key_id);
    enum cl_err err = cl_whole_default(service, &collection);

    return err ? err
               : cl_service_create(service, collection, label,
                                   cl_whole_dictionary(attributes, true), value, ret_path);
}

static bool is_value(struct cl_service *service, const char *path, SecretValue *value)
{
    const char *const paths[] = {path, NULL};
    g_autoptr(GHashTable) values = NULL;
    SecretValue *kept;
    gsize n, len;
    const char *text = secret_value_get(value, &len);

    if (cl_service_values(service, paths, &values))
        return false;
    kept = g_hash_table_lookup(values, path);
    return kept && memcmp(secret_value_get(kept, &n), text, MIN(n, len)) == 0 && n == len;
}

/* Hold what was stored against what was sent, and send it again if it is not the same: see
 * cl_service_renew. */
static enum cl_err make_sure(struct cl_service *service, const char *path, SecretValue *value)
{
    enum cl_err err = CL_OK;

    if (cl_service_search_is_quiet(service)) /* gnome-keyring makes its keys right */
        return CL_OK;
    for (int i = 0; !err && i < CL_WHOLE_TRIES; i++) {
        if (is_value(service, path, value))
            return CL_OK;
        err = cl_service_renew(service);
        if (!err)
            err = cl_service_set_value(service, path, value);
        if (err == CL_KEYRING_FAILED) /* what it could not open it refuses */
            err = CL_OK;
    }
    return err ? err : CL_KEYRING_FAILED;
}

/* KWallet makes an item also where it then says that it could not, and leaves it without a value.
 */
static enum cl_err find_made(struct cl_service *service, const struct cl_attributes *attributes,
                             char **ret_path)
{
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = cl_whole_search_paths(service, attributes, &open, &locked);

    if (!err && open[0])
        *ret_path = g_strdup(open[0]);
    return err;
}

/* Make an item in the default collection, with that value for sure. */
static enum cl_err item_store(struct cl_service *service, const struct cl_attributes *attributes,
                              SecretValue *value, char **ret_path)
{
    enum cl_err err = item_create(service, attributes, value, ret_path);

    if (err == CL_KEYRING_FAILED && !cl_service_search_is_quiet(service)) {
        err = cl_service_renew(service);
        if (!err)
            err = find_made(service, attributes, ret_path);
        if (!err && !*ret_path)
            err = item_create(service, attributes, value, ret_path);
    }
    return err ? err : make_sure(service, *ret_path, value);
}

/* The head first: see without_key. */
static enum cl_err create_both(struct cl_whole *whole, const struct cl_key *key, const char *store,
                               const char *instead)
{
    g_autoptr(SecretValue) new_key = NULL, new_head = NULL;
    g_autofree char *key_path = NULL;
    g_autofree char *head_path = NULL;
    struct cl_head head = {.size = 0, .alarm = CL_OK};
    const struct cl_attributes of_head = {"head", key->id, store, NULL};
    const struct cl_attributes of_key = {"key", key->id, store, instead};
    enum cl_err err = cl_sha256(NULL, 0, head.root.bytes); /* the root of the empty tree */

    if (!err)
        err = head_value(&head, &new_head);
    if (!err)
        err = key_value(key, &new_key);
    if (!err)
        err = item_store(&whole->service, &of_head, new_head, &head_path);
    if (!err)
        err = item_store(&whole->service, &of_key, new_key, &key_path);
    if (!err)
        cl_whole_keep_head(whole, head_path);
    return err;
}

enum cl_err cl_whole_create(struct cl_whole *whole, const struct cl_key *key, const char *store,
                            const char *instead, int64_t until)
{
    cl_cleanup(cl_whole_found_free) struct cl_whole_found found = {0};
    enum cl_err err;

    whole->service.until = until;
    err = cl_whole_before_search(&whole->service);
    if (!err)
        err = cl_whole_search(&whole->service, key->id, store, &found);
    if (err)
        return err;
    if (found.items->len > 0 || found.locked[0])
        return CL_KEYRING_FAILED;
    if (!cl_provider_saves(&whole->service))
        return CL_KEYRING_UNSAVED;
    return create_both(whole, key, store, instead);
}

enum cl_err cl_whole_settle(struct cl_whole *whole, const struct cl_key *key, const char *store,
                            int64_t *until)
{
    cl_cleanup(cl_key_free) struct cl_key *kept = NULL;
    struct cl_head head;
    enum cl_err err;

    if (!whole->head || cl_service_search_is_quiet(&whole->service))
        return CL_OK;
    whole->service.until = *until;
    err = cl_provider_settle(&whole->service, whole->head);
    *until = whole->service.until;
    return err ? err : cl_whole_load(whole, key->id, store, *until, &kept, &head);
}

/* To the head that is there, or to a new one. */
static enum cl_err put_head(struct cl_whole *whole, const struct cl_key *key, const char *store,
                            const struct cl_head *head)
{
    g_autoptr(SecretValue) value = NULL;
    g_autofree char *path = NULL;
    const struct cl_attributes text = {"head", key->id, store, NULL};
    enum cl_err err = head_value(head, &value);

    if (err)
        return err;
    if (whole->head) {
        err = cl_service_set_value(&whole->service, whole->head, value);
        /* One that cannot be written is behind, and counts for nothing. */
        for (unsigned i = 0; !err && whole->copies && i < whole->copies->len; i++)
            (void)!cl_service_set_value(&whole->service, g_ptr_array_index(whole->copies, i),
                                        value);
        return err;
    }
    err = item_store(&whole->service, &text, value, &path);
    if (!err)
        cl_whole_keep_head(whole, path);
    return err;
}

enum cl_err cl_whole_advance(struct cl_whole *whole, const struct cl_key *key, const char *store,
                             const struct cl_head *head, int timeout_ms)
{
    const int64_t ms = whole->head ? timeout_ms : CL_WAIT_MS;

    whole->service.until = cl_clock_monotonic() + ms * 1000;
    return put_head(whole, key, store, head);
}

/* ---- whose place it is --------------------------------------------------------------------- */

/* Items of that role are for the log at `store` from now on. One that the keyring does not let us
 * change stays as it is. */
static void move_item(struct cl_service *service, const struct cl_item *item, const char *store)
{
    const struct cl_attributes attributes = {cl_item_attribute(item, "item"),
                                             cl_item_attribute(item, "key"), store,
                                             cl_item_attribute(item, "instead")};

    if (!cl_item_has(item, "store", store))
        (void)!cl_service_set_attributes(service, item->path,
                                         cl_whole_dictionary(&attributes, true));
}

void cl_whole_set_aside(struct cl_whole *whole, const char *key_id, const char *store,
                        const char *aside, int64_t until)
{
    cl_cleanup(cl_whole_found_free) struct cl_whole_found found = {0};
    g_autofree char *nowhere = g_strconcat(store, ".gone", NULL);

    whole->service.until = until;
    if (cl_whole_search(&whole->service, NULL, store, &found))
        return;
    for (unsigned i = 0; i < found.items->len; i++) {
        struct cl_item *item = g_ptr_array_index(found.items, i);

        if (!cl_item_has(item, "key", key_id) && cl_item_attribute(item, "item"))
            move_item(&whole->service, item, *aside ? aside : nowhere);
    }
}

/* ---- restoring ---------------------------------------------------------------------------- */

/* Its owner brings a log back: those that were begun in its place are not in its place any more, or
 * it would be foreign for good. */
static enum cl_err end_succession(struct cl_service *service, const char *key_id)
{
    const struct cl_attributes attributes = {.instead = key_id};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = cl_whole_search_paths(service, &attributes, &open, &locked);

    if (!err && locked[0])
        err = cl_whole_why_locked(service, locked);
    for (char **path = open; !err && *path; path++) {
        struct cl_item *item = NULL;

        err = cl_service_item(service, *path, &item);
        if (err)
            break;
        const struct cl_attributes without = {cl_item_attribute(item, "item"),
                                              cl_item_attribute(item, "key"),
                                              cl_item_attribute(item, "store"), NULL};
        err = cl_service_set_attributes(service, item->path, cl_whole_dictionary(&without, true));
        cl_item_free(item);
    }
    return err;
}

static enum cl_err restore_key(struct cl_service *service, const struct cl_whole_found *found,
                               const struct cl_key *key, const char *store)
{
    g_autoptr(SecretValue) value = NULL;
    g_autofree char *made = NULL;
    const struct cl_attributes text = {"key", key->id, store, NULL};
    struct cl_item *item = cl_whole_found_newest(found, "key", key->id);
    enum cl_err err = key_value(key, &value);

    if (err)
        return err;
    if (!item)
        return item_store(service, &text, value, &made);
    move_item(service, item, store);
    err = cl_service_set_value(service, item->path, value);
    return err && err != CL_KEYRING_FAILED ? err : make_sure(service, item->path, value);
}

enum cl_err cl_whole_restore(struct cl_whole *whole, const struct cl_key *key, const char *store,
                             const struct cl_head *head, int64_t until)
{
    cl_cleanup(cl_whole_found_free) struct cl_whole_found found = {0};
    struct cl_service *service = &whole->service;
    struct cl_item *head_item;
    enum cl_err err;

    service->until = until;
    err = cl_whole_search(service, key->id, store, &found);
    if (!err && found.locked[0])
        err = cl_whole_why_locked(service, found.locked);
    if (!err)
        err = end_succession(service, key->id);
    if (err)
        return err;
    head_item = cl_whole_found_newest(&found, "head", key->id);
    cl_whole_keep_head(whole, head_item ? head_item->path : NULL);
    if (head_item)
        move_item(service, head_item, store);
    else
        err = put_head(whole, key, store, head);
    return err ? err : restore_key(service, &found, key, store);
}
