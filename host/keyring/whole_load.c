/* Key and head of a log, and if they are not to be had, why. */
#include "keyring/whole_internal.h"

#include <string.h>

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

/* KWallet writes attributes at once and values later: an item without a value is what it keeps of a
 * creation that was cut off. */
static bool is_unfinished(GHashTable *values, const struct cl_item *item)
{
    SecretValue *value = item ? g_hash_table_lookup(values, item->path) : NULL;
    gsize len = 1;

    if (value)
        (void)secret_value_get(value, &len);
    return len == 0;
}

/* The values of both; either item may be NULL. One that the service leaves out was locked in
 * between, or is broken. */
static enum cl_err load_both(struct cl_service *service, const struct cl_item *key,
                             const struct cl_item *head, GHashTable **ret_values)
{
    const char *paths[3] = {NULL};
    unsigned n = 0;
    bool locked = false;
    enum cl_err err;

    if (key)
        paths[n++] = key->path;
    if (head)
        paths[n++] = head->path;
    err = cl_service_values(service, paths, ret_values);
    if (err || g_hash_table_size(*ret_values) == n)
        return err;
    for (unsigned i = 0; !err && !locked && i < n; i++) {
        g_autofree char *collection = cl_service_collection_of(paths[i]);

        err = cl_service_locked(service, collection, &locked);
    }
    if (err)
        return err;
    return locked ? CL_KEYRING_LOCKED : CL_KEY_DAMAGED;
}

/* No key was found, perhaps a head. A head of size 0 is what a creation leaves that was cut off
 * before the key was stored; nothing was ever sealed for it. */
static enum cl_err without_key(struct cl_service *service, const struct cl_whole_found *found,
                               const char *key_id)
{
    g_autoptr(GHashTable) values = NULL;
    struct cl_item *head = cl_whole_found_newest(found, "head", key_id);
    struct cl_head was;
    enum cl_err err;

    if (found->locked[0])
        return cl_whole_why_locked(service, found->locked);
    err = cl_whole_why_absent(service, key_id, CL_OK);
    if (err)
        return err;
    if (key_id || !head) {
        err = cl_service_session(service); /* or nothing could be stored either */
        if (!err && !key_id && !cl_provider_saves(service))
            err = CL_KEYRING_UNSAVED;
        return err ? err : CL_KEY_MISSING;
    }
    err = load_both(service, NULL, head, &values);
    if (err)
        return err;
    if (is_unfinished(values, head))
        return CL_KEY_MISSING;
    err = head_in(g_hash_table_lookup(values, head->path), &was);
    return !err && was.size == 0 ? CL_KEY_MISSING : CL_LOG_MISSING;
}

/* Was another log begun in the place of the one with that key? */
static enum cl_err check_succession(struct cl_service *service, const char *key_id)
{
    const struct cl_attributes attributes = {.instead = key_id};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = cl_whole_search_paths(service, &attributes, &open, &locked);

    if (err)
        return err;
    return open[0] || locked[0] ? CL_KEY_FOREIGN : CL_OK;
}

/* A log may be moved, and its key is found all the same. But where the keyring knows a log of its
 * own at the new place, or a newer one at its own, somebody put the file of one log in the place of
 * another. */
static enum cl_err check_place(struct cl_service *service, const struct cl_item *key,
                               const char *store)
{
    cl_cleanup(cl_whole_found_free) struct cl_whole_found found = {0};
    struct cl_item *there;
    enum cl_err err = check_succession(service, cl_item_attribute(key, "key"));

    if (!err)
        err = cl_whole_search(service, NULL, store, &found);
    if (err)
        return err;
    there = cl_whole_found_newest(&found, "key", NULL);
    if (!there || cl_item_has(there, "key", cl_item_attribute(key, "key")))
        return CL_OK;
    return cl_item_has(key, "store", store) && there->created <= key->created ? CL_OK
                                                                              : CL_KEY_FOREIGN;
}

/* Read both and hold the key against its name. CL_ABSENT: neither was ever finished. */
static enum cl_err take_both(struct cl_whole *whole, const struct cl_item *key_item,
                             const struct cl_item *head_item, struct cl_key **ret_key,
                             struct cl_head *ret_head)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    g_autoptr(GHashTable) values = NULL;
    enum cl_err err = load_both(&whole->service, key_item, head_item, &values);

    if (!err && is_unfinished(values, key_item) && (!head_item || is_unfinished(values, head_item)))
        return CL_ABSENT;
    if (!err)
        err = key_in(g_hash_table_lookup(values, key_item->path), &key);
    if (err)
        return err;
    if (!cl_item_has(key_item, "key", key->id))
        return CL_KEY_FOREIGN;
    cl_whole_keep_head(whole, head_item ? head_item->path : NULL);
    err = head_item ? head_in(g_hash_table_lookup(values, head_item->path), ret_head)
                    : CL_HEAD_MISSING;
    if (err == CL_KEY_DAMAGED) /* a head that cannot be read says no more than none */
        err = CL_HEAD_MISSING;
    if (err && err != CL_HEAD_MISSING)
        return err;
    *ret_key = key;
    key = NULL;
    return err;
}

/* A collection that was brought back from a copy has a head of its own of the same key, and an old
 * one: taken for the log's, it would hide that the file is an old one too. The one that knows more
 * counts; all are advanced. */
static enum cl_err prefer_longer_head(struct cl_whole *whole, const struct cl_whole_found *found,
                                      const char *key_id, struct cl_head *head)
{
    g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *best = g_strdup(whole->head);
    enum cl_err err = CL_OK;

    for (unsigned i = 0; !err && i < found->items->len; i++) {
        const struct cl_item *item = g_ptr_array_index(found->items, i);
        g_autoptr(GHashTable) values = NULL;
        struct cl_head other;

        if (!cl_item_has(item, "item", "head") || !cl_item_has(item, "key", key_id) ||
            strcmp(item->path, whole->head) == 0)
            continue;
        err = load_both(&whole->service, NULL, item, &values);
        if (err == CL_KEY_DAMAGED) { /* one that is left out says nothing */
            err = CL_OK;
            continue;
        }
        if (err || head_in(g_hash_table_lookup(values, item->path), &other))
            continue;
        const bool longer = other.size > head->size || (other.size == head->size && other.alarm);
        g_ptr_array_add(copies, g_strdup(longer ? best : item->path));
        if (!longer)
            continue;
        g_free(best);
        best = g_strdup(item->path);
        *head = other;
    }
    cl_whole_keep_head(whole, best);
    whole->copies = copies->len > 0 ? g_steal_pointer(&copies) : NULL;
    return err;
}

/* How many there are of the same role and key. */
static unsigned alike(const struct cl_whole_found *found, const struct cl_item *as)
{
    unsigned count = 0;

    for (unsigned i = 0; i < found->items->len; i++) {
        const struct cl_item *item = g_ptr_array_index(found->items, i);

        if (cl_item_has(item, "item", cl_item_attribute(as, "item")) &&
            cl_item_has(item, "key", cl_item_attribute(as, "key")))
            count++;
    }
    return count;
}

/* The newest of key and head that can be read: one that cannot counts for nothing where there is
 * another of its kind. */
static enum cl_err take_readable(struct cl_whole *whole, struct cl_whole_found *found,
                                 const char *key_id, struct cl_key **ret_key,
                                 struct cl_head *ret_head)
{
    for (;;) {
        struct cl_item *key = cl_whole_found_newest(found, "key", key_id);
        struct cl_item *head = cl_whole_found_newest(found, "head", cl_item_attribute(key, "key"));
        const enum cl_err err = take_both(whole, key, head, ret_key, ret_head);
        struct cl_item *bad = err == CL_KEY_DAMAGED ? key : err == CL_HEAD_MISSING ? head : NULL;

        if (!bad || alike(found, bad) < 2)
            return err;
        cl_key_free(ret_key);
        g_ptr_array_remove(found->items, bad);
    }
}

/* Look at every item with its attributes, so as to say what is wrong. */
static enum cl_err load_carefully(struct cl_whole *whole, const char *key_id, const char *store,
                                  struct cl_key **ret_key, struct cl_head *ret_head)
{
    cl_cleanup(cl_whole_found_free) struct cl_whole_found found = {0};
    struct cl_service *service = &whole->service;
    struct cl_item *key_item, *head_item;
    enum cl_err err = cl_whole_search(service, key_id, store, &found);

    if (err)
        return err;
    key_item = cl_whole_found_newest(&found, "key", key_id);
    if (!key_item)
        return without_key(service, &found, key_id);
    head_item = cl_whole_found_newest(&found, "head", cl_item_attribute(key_item, "key"));
    /* What is locked may be the head; or, where only the path is known, a newer log. */
    if (found.locked[0] && (!key_id || !head_item))
        return cl_whole_why_locked(service, found.locked);
    err = key_id ? check_place(service, key_item, store) : CL_OK;
    if (!err)
        err = take_readable(whole, &found, key_id, ret_key, ret_head);
    if (!err)
        err = prefer_longer_head(whole, &found, (*ret_key)->id, ret_head);
    if (err == CL_ABSENT) /* a file that names a key was written after its key was safe */
        err = key_id ? CL_KEY_DAMAGED : cl_whole_why_absent(service, NULL, CL_KEY_MISSING);
    return err;
}

/* ---- what opens by itself ------------------------------------------------------------------ */

static bool opens(struct cl_service *service, char *collection)
{
    const char *const paths[] = {collection, NULL};
    g_autofree char *prompt = NULL;
    unsigned opened = 0;

    if (cl_service_unlock(service, paths, &opened, &prompt))
        return false;
    if (opened > 0)
        return true;
    /* KWallet has a prompt for everything; for a wallet that is open it shows nothing. */
    return prompt && cl_provider_kind(service) == CL_PROVIDER_KWALLET &&
           cl_provider_kwallet_opens(service, collection) &&
           cl_service_prompt(service, prompt, 0, NULL) == CL_OK;
}

/* A collection without a password, or a wallet that PAM opened, needs no person. */
static bool open_quietly(struct cl_service *service)
{
    cl_cleanup(cl_whole_locks_free) struct cl_locks locks = {0};
    bool any = false;

    if (cl_whole_look_at_locks(service, &locks))
        return false;
    for (unsigned i = 0; i < locks.locked->len; i++)
        if (opens(service, g_ptr_array_index(locks.locked, i)))
            any = true;
    return any;
}

static enum cl_err load(struct cl_whole *whole, const char *key_id, const char *store,
                        struct cl_key **ret_key, struct cl_head *ret_head)
{
    enum cl_err err = cl_whole_before_search(&whole->service);

    return err ? err : load_carefully(whole, key_id, store, ret_key, ret_head);
}

/* May it be the session that is damaged, and not what was read? See cl_service_renew. */
static bool is_garbled(const struct cl_whole *whole, enum cl_err err)
{
    return err == CL_KEY_DAMAGED || (err == CL_HEAD_MISSING && whole->head);
}

enum cl_err cl_whole_load(struct cl_whole *whole, const char *key_id, const char *store,
                          int64_t until, struct cl_key **ret_key, struct cl_head *ret_head)
{
    struct cl_head head;
    enum cl_err err;

    whole->service.until = until;
    err = load(whole, key_id, store, ret_key, &head);
    if (err == CL_KEYRING_LOCKED && open_quietly(&whole->service))
        err = load(whole, key_id, store, ret_key, &head);
    for (int i = 1; is_garbled(whole, err) && i < CL_WHOLE_TRIES; i++) {
        cl_key_free(ret_key);
        err = cl_service_renew(&whole->service);
        if (!err)
            err = load(whole, key_id, store, ret_key, &head);
    }
    if (!err)
        *ret_head = head;
    return err;
}
