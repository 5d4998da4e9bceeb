#include "export/attachment_list.h"

#include "base/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum cl_err add(struct cl_attachment_list *list, const struct cl_attachment *what,
                       const char *name)
{
    enum cl_err err = CL_ARRAY_ROOM(list->item, list->room, list->count + 1);
    if (err)
        return err;
    struct cl_listed_attachment *item = &list->item[list->count++];
    *item = (struct cl_listed_attachment){.size = what->size};
    memcpy(item->sha256, what->sha256, CL_HASH);
    (void)snprintf(item->name, sizeof item->name, "%s", name);
    return CL_OK;
}

static enum cl_err add_attachment(struct cl_attachment_list *list,
                                  const struct cl_attachments *from, enum cl_role role)
{
    char name[CL_LAYOUT_NAME];
    if (from->count == 0)
        return CL_OK;
    cl_layout_attachment(from->item[0].sha256, role, name);
    return add(list, &from->item[0], name);
}

/* One of a type that no package has is left out; the entry says that there is one. */
static enum cl_err add_exhibit(struct cl_attachment_list *list, const struct cl_exhibit *exhibit)
{
    char name[CL_LAYOUT_NAME];
    const struct cl_attachment *file = &exhibit->attachments.item[0];
    const enum cl_content_type content = cl_content_named(file->media_type);
    if (content == CL_CONTENT_TYPES)
        return CL_OK;
    cl_layout_exhibit(file->sha256, content, name);
    enum cl_err err = add(list, file, name);
    if (!err)
        list->item[list->count - 1].in_parts = true;
    return err;
}

/* How many timestamps of that size are listed already. */
static uint64_t ordinal(const struct cl_attachment_list *list, uint64_t size)
{
    uint64_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct cl_place place;
        n += cl_layout_place(list->item[i].name, &place) && place.role == CL_ROLE_STAMP_REPLY &&
             place.number == size;
    }
    return n;
}

static enum cl_err add_token(struct cl_attachment_list *list, const struct cl_token *token)
{
    static const enum cl_role roles[CL_TOKEN_PARTS] = {[CL_TOKEN_CHECKPOINT] =
                                                           CL_ROLE_STAMP_CHECKPOINT,
                                                       [CL_TOKEN_QUERY] = CL_ROLE_STAMP_QUERY,
                                                       [CL_TOKEN_REPLY] = CL_ROLE_STAMP_REPLY,
                                                       [CL_TOKEN_CHAIN] = CL_ROLE_STAMP_CHAIN};
    const uint64_t n = ordinal(list, token->size);
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < token->attachments.count && !err; i++) {
        char name[CL_LAYOUT_NAME];
        const struct cl_attachment *a = &token->attachments.item[i];
        for (size_t k = 0; k < CL_TOKEN_PARTS && !err; k++) {
            if (strcmp(a->name, cl_token_part_names[k]) != 0)
                continue;
            cl_layout_stamp(token->size, n, roles[k], name);
            err = add(list, a, name);
        }
    }
    return err;
}

enum cl_err cl_attachment_list_add(struct cl_attachment_list *list, const struct cl_entry *entry)
{
    switch (entry->head.kind) {
    case CL_KIND_OBSERVATION:
        return list->no_pictures
                   ? CL_OK
                   : add_attachment(list, &entry->observation.seen.attachments, CL_ROLE_PICTURE);
    case CL_KIND_DOCUMENT:
        return list->no_documents
                   ? CL_OK
                   : add_attachment(list, &entry->document.seen.attachments, CL_ROLE_TEXT);
    case CL_KIND_TIMESTAMP:
        return add_token(list, &entry->token);
    case CL_KIND_EXHIBIT:
        return list->no_exhibits ? CL_OK : add_exhibit(list, &entry->exhibit);
    case CL_KIND_GENESIS:
    case CL_KIND_DISCONTINUITY:
        break;
    }
    return CL_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct cl_listed_attachment *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void cl_attachment_list_sort(struct cl_attachment_list *list)
{
    size_t kept = 0;
    if (list->count)
        qsort(list->item, list->count, sizeof *list->item, by_name);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || strcmp(list->item[kept - 1].name, list->item[i].name) != 0)
            list->item[kept++] = list->item[i];
    list->count = kept;
}

void cl_attachment_list_free(struct cl_attachment_list *list)
{
    free(list->item);
    *list = (struct cl_attachment_list){0};
}
