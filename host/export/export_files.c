#include "export/export_internal.h"
#include "package/layout.h"
#include "package/png.h"

#include <string.h>

/* The host takes a picture by its beginning; a verifier decodes it. */
static bool opens_as_named(const struct cl_listed_attachment *item, const struct cl_buf *bytes)
{
    struct cl_place place;
    return !cl_layout_place(item->name, &place) || place.role != CL_ROLE_PICTURE ||
           cl_png_check((struct cl_span){bytes->data, bytes->len}) == CL_OK;
}

/* One that cannot be had, or no program could show, is left at home; the entry that names it says
 * that there was one. */
static enum cl_err put_attachment(struct exporting *x, const struct cl_listed_attachment *item,
                                  struct cl_buf *bytes)
{
    cl_buf_clear(bytes);
    enum cl_err err = x->source->attachment(x->source->context, item->sha256, bytes);
    if (err == CL_ABSENT || err == CL_LOG_CHANGED)
        return CL_OK;
    if (!err && bytes->len != item->size)
        err = CL_LOG_CHANGED;
    if (err || !opens_as_named(item, bytes))
        return err;
    struct cl_place place;
    const bool placed = cl_layout_place(item->name, &place);
    x->pictures += placed && place.role == CL_ROLE_PICTURE;
    x->texts += placed && place.role == CL_ROLE_TEXT;
    return cl_exporting_put(x, item->name, bytes);
}

/* ---- exhibits -------------------------------------------------------------------------------- */

typedef enum cl_err on_part(void *context, const struct cl_buf *part);

static enum cl_err each_part(struct exporting *x, const struct cl_listed_attachment *item,
                             struct cl_buf *bytes, on_part *take, void *context)
{
    enum cl_err err = CL_OK;
    for (uint64_t done = 0, part = 0; !err && done < item->size; part++) {
        cl_buf_clear(bytes);
        err = x->source->part(x->source->context, item->sha256, item->size, part, bytes);
        if (!err && (bytes->len == 0 || bytes->len > item->size - done))
            err = CL_LOG_CHANGED;
        if (!err)
            err = take(context, bytes);
        done += bytes->len;
    }
    return err;
}

static enum cl_err hash_part(void *context, const struct cl_buf *part)
{
    return cl_hasher_put(context, part->data, part->len);
}

static enum cl_err put_part(void *context, const struct cl_buf *part)
{
    return cl_bundle_put(context, part->data, part->len);
}

static enum cl_err check_whole(struct exporting *x, const struct cl_listed_attachment *item,
                               struct cl_buf *bytes)
{
    cl_cleanup(cl_hasher_free) struct cl_hasher *hasher = NULL;
    uint8_t sha256[CL_HASH];
    enum cl_err err = cl_hasher_new(&hasher);
    if (!err)
        err = each_part(x, item, bytes, hash_part, hasher);
    if (!err)
        err = cl_hasher_end(hasher, sha256);
    if (!err && memcmp(sha256, item->sha256, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    return err;
}

/* Read twice, for what is begun in the package must be whole, and it is not held in memory. */
static enum cl_err put_exhibit(struct exporting *x, const struct cl_listed_attachment *item,
                               struct cl_buf *bytes)
{
    if (!x->source->part)
        return CL_OK;
    enum cl_err err = check_whole(x, item, bytes);
    if (err == CL_ABSENT || err == CL_LOG_CHANGED)
        return CL_OK;
    if (!err)
        err = cl_bundle_begin(x->writer, item->name);
    if (!err)
        err = each_part(x, item, bytes, put_part, x->writer);
    x->exhibits += !err;
    return err;
}

/* What entries name, and the caller's files. */
enum cl_err cl_exporting_files(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    enum cl_err err = CL_OK;
    cl_attachment_list_sort(&x->attachments);
    for (size_t i = 0; i < x->attachments.count && !err; i++) {
        const struct cl_listed_attachment *item = &x->attachments.item[i];
        err = item->in_parts ? put_exhibit(x, item, &bytes) : put_attachment(x, item, &bytes);
    }
    for (size_t i = 0; i < x->options->file_count && !err; i++) {
        const struct cl_export_file *f = &x->options->files[i];
        err = cl_bundle_add(x->writer, f->name, f->bytes.data, f->bytes.len);
    }
    return err;
}
