#include "keyring/keyring.h"

#include "base/limits.h"
#include "keyring/provider.h"
#include "keyring/service.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 4096 /* of one search that are looked at */
#define TRIES     4    /* with a session's key that is not the same on both sides */

struct cl_keyring {
    struct cl_service service;
    char *head;                     /* path of the item found by cl_keyring_load, or NULL */
    char provider[CL_PROVIDER_MAX]; /* "" until asked for */
};

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

/* ---- connecting -------------------------------------------------------------------------- */

enum cl_err cl_keyring_open(struct cl_keyring **ret_keyring)
{
    struct cl_keyring *keyring = calloc(1, sizeof *keyring);
    enum cl_err err;

    if (!keyring)
        return CL_NO_MEMORY;
    err = cl_service_open(&keyring->service);
    if (err)
        cl_keyring_close(&keyring);
    else
        *ret_keyring = keyring;
    return err;
}

void cl_keyring_close(struct cl_keyring **keyring)
{
    if (!*keyring)
        return;
    g_clear_pointer(&(*keyring)->head, g_free);
    cl_service_close(&(*keyring)->service);
    free(*keyring);
    *keyring = NULL;
}

/* Asked for late, because it costs a round trip that recording does not need. */
const char *cl_keyring_provider(struct cl_keyring *keyring)
{
    cl_service_begin(&keyring->service, CL_WAIT_MS);
    if (!*keyring->provider)
        cl_provider_name(&keyring->service, keyring->provider);
    return keyring->provider;
}

bool cl_keyring_is_err(enum cl_err err)
{
    switch ((int)err) {
    case CL_KEY_RESTORED:
    case CL_KEYRING_CONSENT:
    case CL_KEYRING_NO_GROUP:
    case CL_KEYRING_OFF:
    case CL_KEYRING_PLUGIN:
        return true;
    default:
        return err >= CL_NO_BUS && err <= CL_KEYRING_FAILED;
    }
}

/* ---- collections --------------------------------------------------------------------------- */

/* Of all collections: how many there are, and the locked ones. */
struct locks {
    unsigned count;
    GPtrArray *locked; /* of char * */
};

static void locks_free(struct locks *locks)
{
    g_clear_pointer(&locks->locked, g_ptr_array_unref);
}

static enum cl_err look_at_locks(struct cl_service *service, struct locks *ret_locks)
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

/* May we search? KeePassXC answers a search with a window, if no database is open. */
static enum cl_err before_search(struct cl_service *service)
{
    cl_cleanup(locks_free) struct locks locks = {0};
    enum cl_err err;

    if (cl_service_search_is_quiet(service))
        return CL_OK;
    err = look_at_locks(service, &locks);
    if (err)
        return err;
    if (locks.count == 0)
        return no_collection(service);
    return locks.locked->len == locks.count ? CL_KEYRING_LOCKED : CL_OK;
}

/* Where a new item would go. CL_KEYRING_LOCKED: it is given all the same. */
static enum cl_err default_collection(struct cl_service *service, char **ret_path)
{
    bool locked = true;
    enum cl_err err = cl_service_default(service, ret_path);

    if (err == CL_NO_DEFAULT_KEYRING)
        return no_collection(service);
    if (!err)
        err = cl_service_locked(service, *ret_path, &locked);
    return !err && locked ? CL_KEYRING_LOCKED : err;
}

/* Why something was not found: a locked collection may hold it, or there is no keyring, or it is
 * really not there: `otherwise`. Where there never was a log, gnome-keyring's word is enough, which
 * knows what its locked collections hold. */
static enum cl_err why_absent(struct cl_service *service, const char *key_id, enum cl_err otherwise)
{
    cl_cleanup(locks_free) struct locks locks = {0};
    g_autofree char *path = NULL;
    enum cl_err err = CL_OK;

    if (key_id || !cl_service_search_is_quiet(service))
        err = look_at_locks(service, &locks);
    if (!err && locks.locked && locks.locked->len > 0)
        return CL_KEYRING_LOCKED;
    if (!err && !key_id)
        err = default_collection(service, &path);
    return err ? err : otherwise;
}

/* Items that are said to be locked: is it their collection, or are we not let? */
static enum cl_err why_locked(struct cl_service *service, char **items)
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

/* ---- finding, with a look at every item --------------------------------------------------- */

/* Of an item: those that are NULL are not among them. Not owned by anybody yet, as GVariants begin.
 */
struct attributes {
    const char *role, *key_id, *store, *instead;
};

static GVariant *dictionary_of(const struct attributes *attributes, bool schema)
{
    const struct {
        const char *name, *value;
    } all[] = {
        {"application", "consentlog"},
        {"item", attributes->role},
        {"key", attributes->key_id},
        {"store", attributes->store},
        {"instead", attributes->instead},
        /* As libsecret's items have it; a search for it would miss what is locked since login. */
        {"xdg:schema", schema ? "org.consentlog.Log" : NULL},
    };
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a{ss}"));
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i].value)
            g_variant_builder_add(&builder, "{ss}", all[i].name, all[i].value);
    return g_variant_builder_end(&builder);
}

static enum cl_err search_paths(struct cl_service *service, const struct attributes *attributes,
                                char ***ret_open, char ***ret_locked)
{
    return cl_service_search(service, dictionary_of(attributes, false), ret_open, ret_locked);
}

/* What a search found: open items with their attributes, locked ones by their paths. */
struct found {
    GPtrArray *items; /* of struct cl_item */
    char **locked;
};

static void found_free(struct found *found)
{
    g_clear_pointer(&found->items, g_ptr_array_unref);
    g_clear_pointer(&found->locked, g_strfreev);
}

/* All items with that key id, or (NULL) at that path. */
static enum cl_err search(struct cl_service *service, const char *key_id, const char *store,
                          struct found *ret_found)
{
    const struct attributes attributes = {.key_id = key_id, .store = key_id ? NULL : store};
    g_auto(GStrv) open = NULL;
    enum cl_err err = search_paths(service, &attributes, &open, &ret_found->locked);

    ret_found->items = g_ptr_array_new_with_free_func(cl_item_free);
    for (unsigned i = 0; !err && open[i] && i < ITEMS_MAX; i++) {
        struct cl_item *item = NULL;

        err = cl_service_item(service, open[i], &item);
        if (!err)
            g_ptr_array_add(ret_found->items, item);
        else if (err == CL_KEYRING_FAILED) /* gone in between */
            err = CL_OK;
    }
    return err;
}

static const char *attribute(const struct cl_item *item, const char *name)
{
    const char *value = NULL;

    if (item->attributes)
        g_variant_lookup(item->attributes, name, "&s", &value);
    return value;
}

static bool has_attribute(const struct cl_item *item, const char *name, const char *value)
{
    return value && g_strcmp0(attribute(item, name), value) == 0;
}

/* The newest item of that role, of any key (NULL) or of one. Older ones at the same path belong to
 * logs set aside. */
static struct cl_item *newest(const struct found *found, const char *role, const char *key_id)
{
    struct cl_item *best = NULL;

    for (unsigned i = 0; i < found->items->len; i++) {
        struct cl_item *item = g_ptr_array_index(found->items, i);

        if (!has_attribute(item, "item", role) || (key_id && !has_attribute(item, "key", key_id)))
            continue;
        if (!best || item->created > best->created)
            best = item;
    }
    return best;
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
static enum cl_err without_key(struct cl_service *service, const struct found *found,
                               const char *key_id)
{
    g_autoptr(GHashTable) values = NULL;
    struct cl_item *head = newest(found, "head", key_id);
    struct cl_head was;
    enum cl_err err;

    if (found->locked[0])
        return why_locked(service, found->locked);
    err = why_absent(service, key_id, CL_OK);
    if (err)
        return err;
    if (key_id || !head) {
        err = cl_service_session(service); /* or nothing could be stored either */
        return err ? err : CL_KEY_MISSING;
    }
    err = load_both(service, NULL, head, &values);
    if (err)
        return err;
    err = head_in(g_hash_table_lookup(values, head->path), &was);
    return !err && was.size == 0 ? CL_KEY_MISSING : CL_LOG_MISSING;
}

/* Keep where the head is, for cl_keyring_advance. */
static void keep_head(struct cl_keyring *keyring, const char *path)
{
    g_free(keyring->head);
    keyring->head = g_strdup(path);
}

/* Was another log begun in the place of the one with that key? */
static enum cl_err check_succession(struct cl_service *service, const char *key_id)
{
    const struct attributes attributes = {.instead = key_id};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = search_paths(service, &attributes, &open, &locked);

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
    cl_cleanup(found_free) struct found found = {0};
    struct cl_item *there;
    enum cl_err err = check_succession(service, attribute(key, "key"));

    if (!err)
        err = search(service, NULL, store, &found);
    if (err)
        return err;
    there = newest(&found, "key", NULL);
    if (!there || has_attribute(there, "key", attribute(key, "key")))
        return CL_OK;
    return has_attribute(key, "store", store) && there->created <= key->created ? CL_OK
                                                                                : CL_KEY_FOREIGN;
}

/* Read both and hold the key against its name. */
static enum cl_err take_both(struct cl_keyring *keyring, const struct cl_item *key_item,
                             const struct cl_item *head_item, struct cl_key **ret_key,
                             struct cl_head *ret_head)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    g_autoptr(GHashTable) values = NULL;
    enum cl_err err = load_both(&keyring->service, key_item, head_item, &values);

    if (!err)
        err = key_in(g_hash_table_lookup(values, key_item->path), &key);
    if (err)
        return err;
    if (!has_attribute(key_item, "key", key->id))
        return CL_KEY_FOREIGN;
    keep_head(keyring, head_item ? head_item->path : NULL);
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

/* Look at every item with its attributes, so as to say what is wrong. */
static enum cl_err load_carefully(struct cl_keyring *keyring, const char *key_id, const char *store,
                                  struct cl_key **ret_key, struct cl_head *ret_head)
{
    cl_cleanup(found_free) struct found found = {0};
    struct cl_service *service = &keyring->service;
    struct cl_item *key_item, *head_item;
    enum cl_err err = search(service, key_id, store, &found);

    if (err)
        return err;
    key_item = newest(&found, "key", key_id);
    if (!key_item)
        return without_key(service, &found, key_id);
    head_item = newest(&found, "head", attribute(key_item, "key"));
    /* What is locked may be the head; or, where only the path is known, a newer log. */
    if (found.locked[0] && (!key_id || !head_item))
        return why_locked(service, found.locked);
    err = key_id ? check_place(service, key_item, store) : CL_OK;
    return err ? err : take_both(keyring, key_item, head_item, ret_key, ret_head);
}

/* ---- finding, the usual case -------------------------------------------------------------- */

/* The paths of the items at that path; CL_ABSENT unless there are exactly two and both are open. */
static enum cl_err find_two(struct cl_service *service, const char *store, char ***ret_paths)
{
    const struct attributes attributes = {.store = store};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = search_paths(service, &attributes, &open, &locked);

    if (err)
        return err;
    if (locked[0] || g_strv_length(open) != 2)
        return CL_ABSENT;
    *ret_paths = g_steal_pointer(&open);
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
    enum cl_err err = find_two(&keyring->service, store, &paths);

    if (err)
        return err;
    err = cl_service_values(&keyring->service, (const char *const *)paths, &values);
    if (err)
        return err == CL_KEYRING_FAILED ? CL_ABSENT : err;
    first = g_hash_table_lookup(values, paths[0]);
    second = g_hash_table_lookup(values, paths[1]);
    if (!first || !second)
        return CL_ABSENT;
    head_first = head_in(first, ret_head) == CL_OK;
    if (!head_first && head_in(second, ret_head))
        return CL_ABSENT;
    if (key_in(head_first ? second : first, &key) || strcmp(key->id, key_id) != 0)
        return CL_ABSENT;

    keep_head(keyring, paths[head_first ? 0 : 1]);
    *ret_key = key;
    key = NULL;
    return CL_OK;
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
    cl_cleanup(locks_free) struct locks locks = {0};
    bool any = false;

    if (look_at_locks(service, &locks))
        return false;
    for (unsigned i = 0; i < locks.locked->len; i++)
        if (opens(service, g_ptr_array_index(locks.locked, i)))
            any = true;
    return any;
}

static enum cl_err load(struct cl_keyring *keyring, const char *key_id, const char *store,
                        struct cl_key **ret_key, struct cl_head *ret_head)
{
    enum cl_err err = before_search(&keyring->service);

    if (err)
        return err;
    err = key_id ? load_quickly(keyring, key_id, store, ret_key, ret_head) : CL_ABSENT;
    return err == CL_ABSENT ? load_carefully(keyring, key_id, store, ret_key, ret_head) : err;
}

/* May it be the session that is damaged, and not what was read? See cl_service_renew. */
static bool is_garbled(const struct cl_keyring *keyring, enum cl_err err)
{
    return err == CL_KEY_DAMAGED || (err == CL_HEAD_MISSING && keyring->head);
}

enum cl_err cl_keyring_load(struct cl_keyring *keyring, const char *key_id, const char *store,
                            struct cl_key **ret_key, struct cl_head *ret_head)
{
    struct cl_head head;
    enum cl_err err;

    cl_service_begin(&keyring->service, CL_WAIT_MS);
    err = load(keyring, key_id, store, ret_key, &head);
    if (err == CL_KEYRING_LOCKED && open_quietly(&keyring->service))
        err = load(keyring, key_id, store, ret_key, &head);
    for (int i = 1; is_garbled(keyring, err) && i < TRIES; i++) {
        cl_key_free(ret_key);
        err = cl_service_renew(&keyring->service);
        if (!err)
            err = load(keyring, key_id, store, ret_key, &head);
    }
    if (!err)
        *ret_head = head;
    return err;
}

/* ---- storing ----------------------------------------------------------------------------- */

/* Make an item in the default collection. */
static enum cl_err item_create(struct cl_service *service, const struct attributes *attributes,
                               SecretValue *value, char **ret_path)
{
    g_autofree char *collection = NULL;
    g_autofree char *label =
        g_strdup_printf("consentlog %s %s", attributes->role, attributes->key_id);
    enum cl_err err = default_collection(service, &collection);

    return err ? err
               : cl_service_create(service, collection, label, dictionary_of(attributes, true),
                                   value, ret_path);
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
    for (int i = 0; !err && i < TRIES; i++) {
        if (is_value(service, path, value))
            return CL_OK;
        err = cl_service_renew(service);
        if (!err)
            err = cl_service_set_value(service, path, value);
    }
    return err ? err : CL_KEYRING_FAILED;
}

/* KWallet makes an item also where it then says that it could not, and leaves it without a value.
 */
static enum cl_err find_made(struct cl_service *service, const struct attributes *attributes,
                             char **ret_path)
{
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = search_paths(service, attributes, &open, &locked);

    if (!err && open[0])
        *ret_path = g_strdup(open[0]);
    return err;
}

/* Make an item in the default collection, with that value for sure. */
static enum cl_err item_store(struct cl_service *service, const struct attributes *attributes,
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
static enum cl_err create_both(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const char *instead)
{
    g_autoptr(SecretValue) new_key = NULL, new_head = NULL;
    g_autofree char *key_path = NULL;
    g_autofree char *head_path = NULL;
    struct cl_head head = {.size = 0, .alarm = CL_OK};
    const struct attributes of_head = {"head", key->id, store, NULL};
    const struct attributes of_key = {"key", key->id, store, instead};
    enum cl_err err = cl_sha256(NULL, 0, head.root.bytes); /* the root of the empty tree */

    if (!err)
        err = head_value(&head, &new_head);
    if (!err)
        err = key_value(key, &new_key);
    if (!err)
        err = item_store(&keyring->service, &of_head, new_head, &head_path);
    if (!err)
        err = item_store(&keyring->service, &of_key, new_key, &key_path);
    if (!err)
        keep_head(keyring, head_path);
    return err;
}

enum cl_err cl_keyring_create(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store, const char *instead)
{
    cl_cleanup(found_free) struct found found = {0};
    enum cl_err err;

    cl_service_begin(&keyring->service, CL_WAIT_MS);
    err = before_search(&keyring->service);
    if (!err)
        err = search(&keyring->service, key->id, store, &found);
    if (err)
        return err;
    if (found.items->len > 0 || found.locked[0])
        return CL_KEYRING_FAILED;
    return create_both(keyring, key, store, instead);
}

enum cl_err cl_keyring_settle(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store)
{
    cl_cleanup(cl_key_free) struct cl_key *kept = NULL;
    struct cl_head head;
    enum cl_err err;

    if (!keyring->head || cl_service_search_is_quiet(&keyring->service))
        return CL_OK;
    cl_service_begin(&keyring->service, CL_WAIT_MS);
    err = cl_provider_settle(&keyring->service, keyring->head);
    return err ? err : cl_keyring_load(keyring, key->id, store, &kept, &head);
}

enum cl_err cl_keyring_advance(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head, int timeout_ms)
{
    g_autoptr(SecretValue) value = NULL;
    g_autofree char *path = NULL;
    const struct attributes text = {"head", key->id, store, NULL};
    enum cl_err err = head_value(head, &value);

    if (err)
        return err;
    cl_service_begin(&keyring->service, keyring->head ? timeout_ms : CL_WAIT_MS);
    if (keyring->head)
        return cl_service_set_value(&keyring->service, keyring->head, value);
    err = item_store(&keyring->service, &text, value, &path);
    if (!err)
        keep_head(keyring, path);
    return err;
}

/* ---- whose place it is --------------------------------------------------------------------- */

/* Items of that role are for the log at `store` from now on. One that the keyring does not let us
 * change stays as it is. */
static void move_item(struct cl_service *service, const struct cl_item *item, const char *store)
{
    const struct attributes attributes = {attribute(item, "item"), attribute(item, "key"), store,
                                          attribute(item, "instead")};

    if (!has_attribute(item, "store", store))
        (void)!cl_service_set_attributes(service, item->path, dictionary_of(&attributes, true));
}

void cl_keyring_set_aside(struct cl_keyring *keyring, const char *key_id, const char *store,
                          const char *aside)
{
    cl_cleanup(found_free) struct found found = {0};
    g_autofree char *nowhere = g_strconcat(store, ".gone", NULL);

    cl_service_begin(&keyring->service, CL_WAIT_MS);
    if (search(&keyring->service, NULL, store, &found))
        return;
    for (unsigned i = 0; i < found.items->len; i++) {
        struct cl_item *item = g_ptr_array_index(found.items, i);

        if (!has_attribute(item, "key", key_id) && attribute(item, "item"))
            move_item(&keyring->service, item, *aside ? aside : nowhere);
    }
}

/* ---- restoring ---------------------------------------------------------------------------- */

static enum cl_err restore_key(struct cl_service *service, const struct found *found,
                               const struct cl_key *key, const char *store)
{
    g_autoptr(SecretValue) value = NULL;
    g_autofree char *made = NULL;
    const struct attributes text = {"key", key->id, store, NULL};
    struct cl_item *item = newest(found, "key", key->id);
    enum cl_err err = key_value(key, &value);

    if (err)
        return err;
    if (!item)
        return item_store(service, &text, value, &made);
    move_item(service, item, store);
    err = cl_service_set_value(service, item->path, value);
    return err ? err : make_sure(service, item->path, value);
}

enum cl_err cl_keyring_restore(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head)
{
    cl_cleanup(found_free) struct found found = {0};
    struct cl_service *service = &keyring->service;
    struct cl_item *head_item;
    enum cl_err err;

    cl_service_begin(service, CL_WAIT_MS);
    err = search(service, key->id, store, &found);
    if (!err && found.locked[0])
        err = why_locked(service, found.locked);
    if (err)
        return err;
    head_item = newest(&found, "head", key->id);
    keep_head(keyring, head_item ? head_item->path : NULL);
    if (head_item)
        move_item(service, head_item, store);
    else
        err = cl_keyring_advance(keyring, key, store, head, CL_WAIT_MS);
    return err ? err : restore_key(service, &found, key, store);
}

/* ---- unlocking --------------------------------------------------------------------------- */

struct unlocking {
    struct cl_keyring *keyring;
    const char *key_id, *store;
    gint64 until;
    GPtrArray *tried; /* collections that were opened, of char * */
};

static int ms_left(const struct unlocking *u)
{
    gint64 left = (u->until - g_get_monotonic_time()) / 1000;

    return left > 1 ? (int)left : 1;
}

/* Ask for those (NULL-terminated). */
static enum cl_err ask_for(const struct unlocking *u, const char *const *paths)
{
    g_autofree char *prompt = NULL;
    unsigned opened = 0;
    enum cl_err err = cl_service_unlock(&u->keyring->service, paths, &opened, &prompt);

    if (!err && prompt)
        err = cl_service_prompt(&u->keyring->service, prompt, ms_left(u), NULL);
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
    const struct attributes attributes = {
        .role = "key", .key_id = u->key_id, .store = u->key_id ? NULL : u->store};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = before_search(&u->keyring->service);

    if (err)
        return err == CL_KEYRING_LOCKED ? CL_OK : err;
    err = search_paths(&u->keyring->service, &attributes, &open, &locked);
    if (!err && locked[0])
        *ret_path = cl_service_collection_of(locked[0]);
    return err;
}

/* The key's collection, the default one, any other: the first that is locked and was not tried. */
static enum cl_err next_collection(const struct unlocking *u, char **ret_path)
{
    cl_cleanup(locks_free) struct locks locks = {0};
    g_autofree char *path = NULL;
    enum cl_err err = collection_of_key(u, &path);

    if (!err && !path)
        err = cl_service_default(&u->keyring->service, &path);
    if (!err || err == CL_NO_DEFAULT_KEYRING)
        err = look_at_locks(&u->keyring->service, &locks);
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
    const struct attributes attributes = {.key_id = u->key_id,
                                          .store = u->key_id ? NULL : u->store};
    g_auto(GStrv) open = NULL, locked = NULL;
    enum cl_err err = search_paths(&u->keyring->service, &attributes, &open, &locked);

    return err ? err : ask_for(u, (const char *const *)locked);
}

static enum cl_err look(const struct unlocking *u)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head;
    enum cl_err err = cl_keyring_load(u->keyring, u->key_id, u->store, &key, &head);

    if (err == CL_HEAD_MISSING || (!u->key_id && (err == CL_KEY_MISSING || err == CL_LOG_MISSING)))
        err = CL_OK; /* the keyring can be read, and that is what was asked */
    cl_service_begin(&u->keyring->service, CL_WAIT_MS);
    return err;
}

static enum cl_err ask(struct unlocking *u, enum cl_err why)
{
    g_autofree char *path = NULL;
    enum cl_err err;

    if (why == CL_KEYRING_CONSENT)
        return ask_consent(u);
    if (why == CL_NO_DEFAULT_KEYRING)
        return cl_service_create_collection(&u->keyring->service, "Default keyring", ms_left(u));
    err = next_collection(u, &path);
    return err ? err : ask_for_collection(u, path);
}

enum cl_err cl_keyring_unlock(const char *key_id, const char *store, int timeout_ms)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = NULL;
    g_autoptr(GPtrArray) tried = g_ptr_array_new_with_free_func(g_free);
    struct unlocking u = {.key_id = key_id, .store = store, .tried = tried};
    enum cl_err err = cl_keyring_open(&keyring);
    bool consented = false;

    if (err)
        return err;
    u.keyring = keyring;
    u.until = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
    for (;;) {
        enum cl_err why = look(&u);

        if (why != CL_KEYRING_LOCKED && why != CL_NO_DEFAULT_KEYRING && why != CL_KEYRING_CONSENT)
            return why;
        if (why == CL_KEYRING_CONSENT && consented)
            return CL_KEYRING_CONSENT;
        consented = consented || why == CL_KEYRING_CONSENT;
        err = ask(&u, why);
        if (err)
            return err;
    }
}
