#include "entry/enclosed.h"

#include <string.h>

static const struct {
    size_t least;
    const char *const *names;
} enclosed[] = {
    [CL_KIND_GENESIS] = {0, NULL},
    [CL_KIND_OBSERVATION] = {0, (const char *const[]){CL_NAME_PICTURE, NULL}},
    [CL_KIND_DOCUMENT] = {1, (const char *const[]){CL_NAME_TEXT, NULL}},
    [CL_KIND_TIMESTAMP] = {CL_TOKEN_PARTS, cl_token_part_names},
    [CL_KIND_DISCONTINUITY] = {0, NULL},
    [CL_KIND_EXHIBIT] = {1, (const char *const[]){CL_NAME_FILE, NULL}},
};

static bool is_listed(const struct cl_attachments *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->item[i].name, name) == 0)
            return true;
    return false;
}

/* An exhibit has one of several types; those of an authority's answer are its own affair. */
static bool type_fits(const struct cl_attachment *item)
{
    if (strcmp(item->name, CL_NAME_PICTURE) == 0)
        return strcmp(item->media_type, CL_MEDIA_PICTURE) == 0;
    if (strcmp(item->name, CL_NAME_TEXT) == 0)
        return strcmp(item->media_type, CL_MEDIA_TEXT) == 0;
    return strcmp(item->name, CL_NAME_FILE) != 0 ||
           cl_content_named(item->media_type) != CL_CONTENT_TYPES;
}

bool cl_enclosed_fits(const struct cl_entry *entry)
{
    const struct cl_attachments *list = cl_entry_attachments(entry);
    if (entry->head.kind >= sizeof enclosed / sizeof *enclosed)
        return true;
    size_t found = 0;
    for (const char *const *name = enclosed[entry->head.kind].names; name && *name; name++)
        found += is_listed(list, *name);
    if (found != list->count || found < enclosed[entry->head.kind].least)
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].size == 0 || !type_fits(&list->item[i]))
            return false;
    return true;
}
