/* The log's items: how they are named, and the search for them with a look at every one. */
#include "keyring/whole_internal.h"

#include <string.h>

#define ITEMS_MAX 4096 /* of one search that are looked at */

GVariant *cl_whole_dictionary(const struct cl_attributes *attributes, bool schema)
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

enum cl_err cl_whole_search_paths(struct cl_service *service,
                                  const struct cl_attributes *attributes, char ***ret_open,
                                  char ***ret_locked)
{
    return cl_service_search(service, cl_whole_dictionary(attributes, false), ret_open, ret_locked);
}

void cl_whole_found_free(struct cl_whole_found *found)
{
    g_clear_pointer(&found->items, g_ptr_array_unref);
    g_clear_pointer(&found->locked, g_strfreev);
}

enum cl_err cl_whole_search(struct cl_service *service, const char *key_id, const char *store,
                            struct cl_whole_found *ret_found)
{
    const struct cl_attributes attributes = {.key_id = key_id, .store = key_id ? NULL : store};
    g_auto(GStrv) open = NULL;
    enum cl_err err = cl_whole_search_paths(service, &attributes, &open, &ret_found->locked);

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

const char *cl_item_attribute(const struct cl_item *item, const char *name)
{
    const char *value = NULL;

    if (item->attributes)
        g_variant_lookup(item->attributes, name, "&s", &value);
    return value;
}

bool cl_item_has(const struct cl_item *item, const char *name, const char *value)
{
    return value && g_strcmp0(cl_item_attribute(item, name), value) == 0;
}

struct cl_item *cl_whole_found_newest(const struct cl_whole_found *found, const char *role,
                                      const char *key_id)
{
    struct cl_item *best = NULL;

    for (unsigned i = 0; i < found->items->len; i++) {
        struct cl_item *item = g_ptr_array_index(found->items, i);

        if (!cl_item_has(item, "item", role) || (key_id && !cl_item_has(item, "key", key_id)))
            continue;
        if (!best || item->created > best->created)
            best = item;
    }
    return best;
}
