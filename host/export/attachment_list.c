#include "export/attachment_list.h"

#include "base/array.h"
#include "base/encoding.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum cl_err add(struct cl_attachment_list *list, const struct cl_attachment *what,
                       const char *name)
{
    enum cl_err err = CL_ARRAY_ROOM(list->item, list->room, list->count + 1);
    if (err)
        return err;
    struct cl_enclosure *item = &list->item[list->count++];
    *item = (struct cl_enclosure){.size = what->size};
    memcpy(item->sha256, what->sha256, CL_HASH);
    (void)snprintf(item->name, sizeof item->name, "%s", name);
    return CL_OK;
}

static enum cl_err add_attachment(struct cl_attachment_list *list,
                                  const struct cl_attachments *from, const char *extension)
{
    char name[112], hex[2 * CL_HASH + 1];
    if (from->count == 0)
        return CL_OK;
    cl_hex_encode(from->item[0].sha256, CL_HASH, hex);
    (void)snprintf(name, sizeof name, "data/attachments/%s.%s", hex, extension);
    return add(list, &from->item[0], name);
}

/* How many timestamps of that size are listed already. */
static unsigned ordinal(const struct cl_attachment_list *list, uint64_t size)
{
    char begin[64];
    unsigned n = 0;
    int length = snprintf(begin, sizeof begin, "data/timestamps/%" PRIu64 "-", size);
    for (size_t i = 0; i < list->count; i++) {
        const char *dot = strrchr(list->item[i].name, '.');
        n += strncmp(list->item[i].name, begin, (size_t)length) == 0 && strcmp(dot, ".tsr") == 0;
    }
    return n;
}

static enum cl_err add_token(struct cl_attachment_list *list, const struct cl_token *token)
{
    /* in the order of the entry's attachments: checkpoint, query, reply, chain */
    static const char *const names[] = {"checkpoint", "query", "reply", "chain"};
    static const char *const extensions[] = {"checkpoint", "tsq", "tsr", "chain.pem"};
    const unsigned n = ordinal(list, token->size);
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < token->attachments.count && !err; i++) {
        char name[112];
        const struct cl_attachment *a = &token->attachments.item[i];
        for (size_t k = 0; k < 4 && !err; k++) {
            if (strcmp(a->name, names[k]) != 0)
                continue;
            (void)snprintf(name, sizeof name, "data/timestamps/%" PRIu64 "-%u.%s", token->size, n,
                           extensions[k]);
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
                   : add_attachment(list, &entry->observation.seen.attachments, "png");
    case CL_KIND_DOCUMENT:
        return list->no_documents ? CL_OK
                                  : add_attachment(list, &entry->document.seen.attachments, "txt");
    case CL_KIND_TIMESTAMP:
        return add_token(list, &entry->token);
    case CL_KIND_GENESIS:
    case CL_KIND_DISCONTINUITY:
        break;
    }
    return CL_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct cl_enclosure *x = a, *y = b;
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
