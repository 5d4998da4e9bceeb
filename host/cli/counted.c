#include "cli/counted.h"

#include "base/limits.h"

#include <string.h>

/* In the order of struct cl_stamped. */
static const char *const names[] = {"checkpoint", "query", "reply", "chain"};
#define PARTS (sizeof names / sizeof *names)

static enum cl_err read_part(struct cl_log *log, const struct cl_attachments *list,
                             const char *name, struct cl_buf *to)
{
    char type[CL_MEDIA_TYPE_MAX + 1];
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->item[i].name, name) == 0)
            return cl_log_attachment(log, list->item[i].sha256, type, to);
    return CL_ABSENT;
}

static bool is_lost(enum cl_err err)
{
    return err == CL_ABSENT || err == CL_LOG_CHANGED || err == CL_TOO_LONG;
}

enum cl_err counted_check(struct cl_log *log, const struct cl_entry *entry, struct cl_span roots,
                          bool *ret_counts, struct cl_timestamp *ret)
{
    struct cl_buf parts[PARTS];
    struct cl_span spans[PARTS];
    enum cl_err err = CL_OK;
    *ret_counts = false;
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = cl_buf(CL_ATTACHMENT_MAX);
        if (!err)
            err = read_part(log, &entry->token.attachments, names[i], &parts[i]);
        spans[i] = (struct cl_span){parts[i].data, parts[i].len};
    }
    const struct cl_stamped stamped = {spans[0], spans[1], spans[2], spans[3]};
    const bool there = !err;
    if (there)
        err = cl_timestamp_check(&stamped, roots, ret);
    *ret_counts = !err && ret->trust == CL_OK;
    for (size_t i = 0; i < PARTS; i++)
        cl_buf_free(&parts[i]);
    return err == CL_NO_MEMORY || (!there && !is_lost(err)) ? err : CL_OK;
}
