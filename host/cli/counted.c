#include "cli/counted.h"

#include "base/limits.h"

#include <string.h>

static enum cl_err read_part(struct cl_log *log, const struct cl_attachments *list,
                             const char *name, struct cl_buf *to)
{
    char type[CL_MEDIA_TYPE_MAX + 1];
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->item[i].name, name) == 0)
            return cl_log_attachment(log, list->item[i].sha256, type, to);
    return CL_ABSENT;
}

struct parts {
    struct cl_buf part[CL_TOKEN_PARTS];
};

static void parts_free(struct parts *parts)
{
    for (size_t i = 0; i < CL_TOKEN_PARTS; i++)
        cl_buf_free(&parts->part[i]);
}

static enum cl_err read_parts(struct cl_log *log, const struct cl_entry *entry, struct parts *parts,
                              struct cl_stamped *ret)
{
    struct cl_span spans[CL_TOKEN_PARTS];
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < CL_TOKEN_PARTS; i++) {
        parts->part[i] = cl_buf(CL_ATTACHMENT_MAX);
        if (!err)
            err =
                read_part(log, &entry->token.attachments, cl_token_part_names[i], &parts->part[i]);
        spans[i] = (struct cl_span){parts->part[i].data, parts->part[i].len};
    }
    *ret = (struct cl_stamped){.file = spans[CL_TOKEN_CHECKPOINT],
                               .query = spans[CL_TOKEN_QUERY],
                               .reply = spans[CL_TOKEN_REPLY],
                               .chain = spans[CL_TOKEN_CHAIN]};
    return err;
}

enum cl_err counted_check(struct cl_log *log, const struct cl_entry *entry, struct cl_span roots,
                          enum counted *ret_counted, struct cl_timestamp *ret)
{
    cl_cleanup(parts_free) struct parts parts = {0};
    struct cl_stamped stamped;
    *ret_counted = COUNTED_NOT;
    enum cl_err err = read_parts(log, entry, &parts, &stamped);
    const bool there = !err;
    if (there)
        err = cl_timestamp_check(&stamped, roots, ret);
    if (!err)
        *ret_counted = ret->trust == CL_OK ? COUNTED_YES : COUNTED_UNTRUSTED;
    return err == CL_NO_MEMORY || (!there && !cl_log_is_lost(err) && err != CL_TOO_LONG) ? err
                                                                                         : CL_OK;
}

enum cl_err counted_chain(struct cl_log *log, uint64_t seq, struct cl_tsa_chain *ret_chain,
                          struct cl_buf *to)
{
    cl_cleanup(parts_free) struct parts parts = {0};
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ENTRY_MAX);
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    struct cl_stamped stamped;
    struct cl_timestamp stamp;
    enum cl_err err = cl_log_entry(log, seq, &bytes);
    if (!err)
        err = cl_entry_parse(bytes.data, bytes.len, &entry);
    if (!err)
        err = entry.head.kind == CL_KIND_TIMESTAMP ? CL_OK : CL_ABSENT;
    if (!err)
        err = read_parts(log, &entry, &parts, &stamped);
    if (!err)
        err = cl_timestamp_check_chain(&stamped, (struct cl_span){0}, &stamp, ret_chain);
    if (!err)
        err = cl_buf_put(to, stamped.chain.data, stamped.chain.len);
    return err && err != CL_NO_MEMORY ? CL_ABSENT : err;
}
