#include "package/bundle.h"

#include "base/array.h"
#include "package/inflate.h"
#include "package/repacked.h"
#include "package/scratch.h"
#include "package/zip.h"

#include "base/common.h"
#include "base/io.h"
#include "crypto/crypto.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct cl_bundle {
    struct cl_source source; /* the caller's, or a ZIP out of another one */
    struct cl_zip zip;
    size_t root; /* bytes of path in front of the files' names */
    char folder[CL_BUNDLE_NAME_MAX + 1];
    char remark[400];
    struct cl_bundle_file *files;
    size_t *sorted; /* indices by name */
    size_t count;
    int unpacked;          /* that ZIP; −1: none */
    struct reader *reader; /* after the first file was read */
};

/* ---- reading one file ------------------------------------------------------------------------ */

/* What reads one file after another. */
struct reader {
    struct cl_crc *crc;
    struct cl_inflate *inflate;
    struct cl_window window;
};

static void free_reader(struct reader **reader)
{
    if (!*reader)
        return;
    cl_crc_free(&(*reader)->crc);
    cl_inflate_free(&(*reader)->inflate);
    free(*reader);
}

static enum cl_err new_reader(const struct cl_source *source, struct reader **ret_reader)
{
    *ret_reader = calloc(1, sizeof **ret_reader);
    if (!*ret_reader)
        return CL_NO_MEMORY;
    (*ret_reader)->window.source = source;
    return cl_crc_new(&(*ret_reader)->crc);
}

/* Where the contents of a file go. */
struct sink {
    struct reader *r;
    const struct cl_zip_file *file;
    uint64_t left;
    enum cl_err (*take)(void *context, size_t i, const void *bytes, size_t n);
    void *context;
    size_t i;
};

static enum cl_err into_sink(void *context, const uint8_t *bytes, size_t n)
{
    struct sink *sink = context;
    if (n > sink->left)
        return CL_MALFORMED;
    sink->left -= n;
    cl_crc_put(sink->r->crc, bytes, n);
    return sink->take(sink->context, sink->i, bytes, n);
}

static enum cl_err begin_inflate(struct reader *r)
{
    return r->inflate ? cl_inflate_again(r->inflate) : cl_inflate_new(false, &r->inflate);
}

/* From a ZIP: where each file lies was checked. */
static enum cl_err unpack(struct sink *sink)
{
    const struct cl_zip_file *file = sink->file;
    struct reader *r = sink->r;
    uint32_t sum = 0;
    enum cl_err err = file->deflated ? begin_inflate(r) : CL_OK;
    for (uint64_t at = 0; at < file->packed && !err;) {
        const uint8_t *bytes = NULL;
        size_t n = file->packed - at < CL_WINDOW ? (size_t)(file->packed - at) : CL_WINDOW;
        err = cl_window_read(&r->window, file->data + at, n, &bytes);
        if (!err)
            err = file->deflated ? cl_inflate_put(r->inflate, bytes, n, into_sink, sink)
                                 : into_sink(sink, bytes, n);
        at += n;
    }
    if (!err && file->deflated && !cl_inflate_ended(r->inflate))
        err = CL_MALFORMED;
    const enum cl_err crc = cl_crc_end(r->crc, &sum);
    if (err || crc)
        return err ? err : crc;
    return sink->left == 0 && sum == file->crc ? CL_OK : CL_MALFORMED;
}

/* From a folder; as long as it was when it was listed. */
static enum cl_err copy_file(const struct cl_bundle *b, struct sink *sink)
{
    struct stat st;
    uint8_t *piece = sink->r->window.bytes;
    int fd = openat(b->source.fd, sink->file->name - b->root,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return CL_IO;
    enum cl_err err = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? CL_OK : CL_IO;
    for (size_t got = 1; got > 0 && !err;) {
        err = cl_io_read(fd, piece, CL_WINDOW, &got);
        if (!err && got > 0)
            err = got > sink->left ? CL_MALFORMED : sink->take(sink->context, sink->i, piece, got);
        sink->left -= err ? 0 : got;
    }
    (void)close(fd);
    return !err && sink->left > 0 ? CL_MALFORMED : err;
}

static enum cl_err take_file(struct cl_bundle *b, size_t i, const struct cl_bundle_visitor *visitor,
                             struct cl_flaw *flaw)
{
    struct sink sink = {.r = b->reader,
                        .file = &b->zip.files[i],
                        .left = b->zip.files[i].size,
                        .take = visitor->piece,
                        .context = visitor->context,
                        .i = i};
    enum cl_err err = b->source.folder ? copy_file(b, &sink) : unpack(&sink);
    if (err == CL_MALFORMED && !flaw->what[0])
        return cl_flaw(flaw, err, b->files[i].name, "does not unpack: it was changed or cut");
    return err ? err : visitor->piece(visitor->context, i, "", 0);
}

static enum cl_err open_reader(struct cl_bundle *b)
{
    return b->reader ? CL_OK : new_reader(&b->source, &b->reader);
}

enum cl_err cl_bundle_walk(struct cl_bundle *b, const struct cl_bundle_visitor *visitor,
                           struct cl_flaw *flaw)
{
    enum cl_err err = open_reader(b);
    for (size_t i = 0; i < b->count && !err; i++)
        if (visitor->want(visitor->context, i))
            err = take_file(b, i, visitor, flaw);
    return err;
}

static enum cl_err into_buf(void *context, size_t i, const void *bytes, size_t n)
{
    (void)i;
    return cl_buf_put(context, bytes, n);
}

enum cl_err cl_bundle_read(struct cl_bundle *b, size_t i, struct cl_buf *to, struct cl_flaw *flaw)
{
    const struct cl_bundle_visitor visitor = {.context = to, .piece = into_buf};
    enum cl_err err = open_reader(b);
    return err ? err : take_file(b, i, &visitor, flaw);
}

static enum cl_err into_nothing(void *context, size_t i, const void *bytes, size_t n)
{
    (void)context;
    (void)i;
    (void)bytes;
    (void)n;
    return CL_OK;
}

/* What is left out is not read, but it has to end where it says: behind it a reader from the front
 * could find other files. */
static enum cl_err check_foreign(struct cl_bundle *b, struct cl_flaw *flaw)
{
    cl_cleanup(free_reader) struct reader *r = NULL;
    enum cl_err err = new_reader(&b->source, &r);
    for (size_t i = 0; i < b->zip.count && !err; i++) {
        const struct cl_zip_file *file = &b->zip.files[i];
        struct sink sink = {.r = r, .file = file, .left = file->size, .take = into_nothing};
        if (cl_repacked_is_foreign(file->name))
            err = unpack(&sink);
    }
    return err == CL_MALFORMED
               ? cl_flaw(flaw, err, "", "a file in it does not unpack: it was changed or cut")
               : err;
}

/* ---- a ZIP in a ZIP -------------------------------------------------------------------------- */

static enum cl_err into_file(void *context, size_t i, const void *bytes, size_t n)
{
    const int *fd = context;
    (void)i;
    return cl_io_write(*fd, bytes, n);
}

static enum cl_err unpack_inner(struct cl_bundle *b, size_t i, struct cl_flaw *flaw)
{
    cl_cleanup(free_reader) struct reader *r = NULL;
    b->unpacked = cl_scratch_take();
    if (b->unpacked < 0)
        return cl_flaw(
            flaw, CL_PACKAGE_LIMIT, "",
            "it holds another ZIP, and there is no room to unpack that: unpack it first");
    enum cl_err err = new_reader(&b->source, &r);
    struct sink sink = {.r = r,
                        .file = &b->zip.files[i],
                        .left = b->zip.files[i].size,
                        .take = into_file,
                        .context = &b->unpacked};
    if (!err)
        err = unpack(&sink);
    if (err == CL_MALFORMED)
        return cl_flaw(flaw, err, "", "the ZIP in it does not unpack: it was changed or cut");
    cl_zip_free(&b->zip);
    return err ? err : cl_source_file(b->unpacked, &b->source);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The name of the folder that all lies in, which is the first part of every path. */
static enum cl_err find_folder(struct cl_bundle *b, struct cl_flaw *flaw)
{
    const char *first = b->zip.files[0].name, *slash = strchr(first, '/');
    const size_t n = slash ? (size_t)(slash - first) : strlen(first);
    memcpy(b->folder, first, n);
    b->folder[n] = '\0';
    b->root = n + 1;
    for (size_t i = 0; i < b->zip.count; i++) {
        struct cl_zip_file *file = &b->zip.files[i];
        if (strncmp(file->name, b->folder, n) != 0 || file->name[n] != '/')
            return cl_flaw(flaw, CL_MALFORMED, file->name, "is not in the package's folder");
        file->name += n + 1;
    }
    return CL_OK;
}

/* Of one whose folder may be called anything. */
static void name_folder(struct cl_bundle *b)
{
    const char *path = b->zip.files[0].name - b->root;
    size_t from = b->root ? b->root - 1 : 0;
    const size_t end = from;
    while (from > 0 && path[from - 1] != '/')
        from--;
    if (end - from <= CL_BUNDLE_NAME_MAX)
        memcpy(b->folder, path + from, end - from);
    if (b->folder[0] && cl_zip_name_flaw(b->folder, strlen(b->folder)))
        memset(b->folder, 0, sizeof b->folder);
}

static void remark(struct cl_bundle *b, bool inner, size_t left_out)
{
    char others[160] = "";
    if (left_out)
        (void)snprintf(others, sizeof others,
                       CL_SAID("; files of other programs in it that are left out: %zu"), left_out);
    (void)snprintf(b->remark, sizeof b->remark, CL_SAID("%s, so it is not the original%s"),
                   b->source.folder ? CL_SAID("a folder and not the ZIP that was exported")
                   : inner ? CL_SAID("a ZIP in another ZIP, and packed again by another program")
                           : CL_SAID("packed again by another program"),
                   others);
}

static enum cl_err open_others(struct cl_bundle *b, bool inner, struct cl_flaw *flaw);

/* The one that was exported, or another. */
static enum cl_err open_zip(struct cl_bundle *b, bool inner, struct cl_flaw *flaw)
{
    enum cl_err err = cl_zip_read(&b->source, &b->zip, flaw);
    if (!err)
        return find_folder(b, flaw);
    if (err == CL_NO_MEMORY || err == CL_IO || cl_zip_is_ours(&b->source))
        return err;
    return open_others(b, inner, flaw);
}

static enum cl_err open_others(struct cl_bundle *b, bool inner, struct cl_flaw *flaw)
{
    size_t left_out = 0, nested = 0;
    *flaw = (struct cl_flaw){0};
    enum cl_err err = b->source.folder ? cl_folder_read(b->source.fd, &b->zip, flaw)
                                       : cl_repacked_read(&b->source, &b->zip, flaw);
    if (!err && !b->source.folder)
        err = check_foreign(b, flaw);
    if (err)
        return err;
    if (!inner && !b->source.folder && cl_repacked_nested(&b->zip, &nested)) {
        err = unpack_inner(b, nested, flaw);
        if (!err)
            err = open_zip(b, true, flaw);
        if (!err && !b->remark[0])
            (void)snprintf(b->remark, sizeof b->remark, "it lies in another ZIP");
        return err;
    }
    err = cl_repacked_root(&b->zip, &b->root, &left_out, flaw);
    if (err)
        return err;
    name_folder(b);
    remark(b, inner, left_out);
    return CL_OK;
}

static int by_name(const void *a, const void *b, void *context)
{
    const struct cl_bundle_file *files = context;
    return strcmp(files[*(const size_t *)a].name, files[*(const size_t *)b].name);
}

static enum cl_err list_files(struct cl_bundle *b)
{
    b->files = calloc(b->zip.count, sizeof *b->files);
    b->sorted = calloc(b->zip.count, sizeof *b->sorted);
    if (!b->files || !b->sorted)
        return CL_NO_MEMORY;
    for (b->count = 0; b->count < b->zip.count; b->count++) {
        const struct cl_zip_file *file = &b->zip.files[b->count];
        b->files[b->count] = (struct cl_bundle_file){file->name, file->size};
        b->sorted[b->count] = b->count;
    }
    qsort_r(b->sorted, b->count, sizeof *b->sorted, by_name, b->files);
    return CL_OK;
}

enum cl_err cl_bundle_open(const struct cl_source *source, struct cl_bundle **ret_bundle,
                           struct cl_flaw *flaw)
{
    cl_cleanup(cl_bundle_close) struct cl_bundle *b = calloc(1, sizeof *b);
    if (!b)
        return CL_NO_MEMORY;
    b->source = *source;
    b->unpacked = -1;
    enum cl_err err = source->folder ? open_others(b, false, flaw) : open_zip(b, false, flaw);
    if (!err)
        err = list_files(b);
    if (err)
        return err;
    *ret_bundle = b;
    b = NULL;
    return CL_OK;
}

void cl_bundle_close(struct cl_bundle **bundle)
{
    if (!*bundle)
        return;
    cl_zip_free(&(*bundle)->zip);
    free((*bundle)->files);
    free((*bundle)->sorted);
    free_reader(&(*bundle)->reader);
    if ((*bundle)->unpacked >= 0)
        cl_scratch_give((*bundle)->unpacked);
    free(*bundle);
    *bundle = NULL;
}

/* ---- looking --------------------------------------------------------------------------------- */

const char *cl_bundle_folder(const struct cl_bundle *bundle)
{
    return bundle->folder;
}

const char *cl_bundle_remark(const struct cl_bundle *bundle)
{
    return bundle->remark[0] ? bundle->remark : NULL;
}

size_t cl_bundle_count(const struct cl_bundle *bundle)
{
    return bundle->count;
}

const struct cl_bundle_file *cl_bundle_file(const struct cl_bundle *bundle, size_t i)
{
    return &bundle->files[i];
}

struct named {
    const struct cl_bundle *bundle;
    const char *name;
};

static bool name_before(const void *context, size_t i)
{
    const struct named *n = context;
    return strcmp(n->bundle->files[n->bundle->sorted[i]].name, n->name) < 0;
}

size_t cl_bundle_find(const struct cl_bundle *bundle, const char *name)
{
    const struct named wanted = {bundle, name};
    const size_t at = cl_array_before(bundle->count, name_before, &wanted);
    const bool there =
        at < bundle->count && strcmp(bundle->files[bundle->sorted[at]].name, name) == 0;
    return there ? bundle->sorted[at] : SIZE_MAX;
}
