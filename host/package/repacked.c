#include "package/repacked_internal.h"

#include "base/common.h"

#include <stdlib.h>
#include <string.h>

#define OPENED_MIN   (16ull * 1024 * 1024) /* bytes that any ZIP may open to … */
#define OPENED_TIMES 64 /* … and how many times its own size: entries come to 9 */

static void free_reading(struct repacked_reading **reading)
{
    free(*reading);
}

/* Checksum and sizes of four or of eight bytes, with the signature or without; as long as the gap
 * that there is. */
static bool descriptor_fits(struct repacked_reading *r, const struct cl_zip_file *file,
                            uint64_t gap)
{
    const uint8_t *d = NULL;
    if ((gap != 12 && gap != 16 && gap != 20 && gap != 24) ||
        cl_window_read(&r->headers, file->end, (size_t)gap, &d))
        return false;
    if (gap == 16 || gap == 24) {
        if (zip_u32(d) != ZIP_DESCRIPTOR_SIGNATURE)
            return false;
        d += 4;
    }
    if (zip_u32(d) != file->crc)
        return false;
    return gap < 20 ? zip_u32(d + 4) == file->packed && zip_u32(d + 8) == file->size
                    : zip_u64(d + 4) == file->packed && zip_u64(d + 12) == file->size;
}

/* A reader from the front must search for the end of stored data whose size is told behind them;
 * nothing in them may look like it. */
static enum cl_err search_ends(struct repacked_reading *r, const struct cl_zip_file *file,
                               bool *ret_found)
{
    for (uint64_t at = 0; at + 4 <= file->packed;) {
        const uint8_t *bytes = NULL;
        const size_t n = file->packed - at < CL_WINDOW ? (size_t)(file->packed - at) : CL_WINDOW;
        if (cl_window_read(&r->headers, file->data + at, n, &bytes))
            return CL_IO;
        for (const uint8_t *p = bytes, *end = bytes + n - 3; p < end; p++) {
            p = memchr(p, 'P', (size_t)(end - p));
            if (!p)
                break;
            const uint32_t word = zip_u32(p);
            *ret_found |= word == ZIP_DESCRIPTOR_SIGNATURE || word == ZIP_LOCAL_SIGNATURE ||
                          word == ZIP_CENTRAL_SIGNATURE;
        }
        at += n - 3;
    }
    return CL_OK;
}

struct list {
    struct cl_zip zip;
    struct repacked_stated *stated;
    size_t name_room, name_used;
};

static void free_list(struct list *list)
{
    cl_zip_free(&list->zip);
    free(list->stated);
}

static enum cl_err read_directory(struct repacked_reading *r, const struct repacked_end *end,
                                  struct list *list, struct cl_flaw *flaw)
{
    uint64_t at = end->directory, opened = 0;
    for (uint64_t i = 0; i < end->count; i++) {
        struct repacked_entry e = {0};
        enum cl_err err = cl_repacked_central(r, &at, &e, flaw);
        if (err)
            return err;
        const size_t n = (size_t)e.h.name_len + 1;
        if (at > end->offset || n > list->name_room - list->name_used)
            return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut");
        char *name = list->zip.names + list->name_used;
        memcpy(name, r->name, n);
        list->name_used += n;
        opened += e.size;
        if (e.size > CL_BUNDLE_SIZE_MAX || opened > CL_BUNDLE_SIZE_MAX ||
            opened > OPENED_MIN + OPENED_TIMES * r->source->size)
            return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it opens to more than a package may hold");
        list->stated[i] = (struct repacked_stated){e.h.flags, e.h.method};
        list->zip.files[i] = (struct cl_zip_file){.name = name,
                                                  .size = e.size,
                                                  .packed = e.packed,
                                                  .offset = e.offset,
                                                  .crc = e.h.crc,
                                                  .deflated = e.h.method == ZIP_DEFLATED};
        list->zip.count++;
    }
    return at == end->offset
               ? CL_OK
               : cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "something hides in its directory");
}

static int by_offset(const void *a, const void *b, void *context)
{
    const struct cl_zip_file *files = context;
    const uint64_t x = files[*(const size_t *)a].offset, y = files[*(const size_t *)b].offset;
    return x < y ? -1 : x > y;
}

/* A folder that was deflated has two bytes, which open to none. */
static enum cl_err check_emptiness(struct repacked_reading *r, const struct cl_zip_file *file,
                                   struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL;
    if (!file->deflated || file->size || !strchr("/\\", file->name[strlen(file->name) - 1]))
        return CL_OK;
    if (file->packed != 2 || cl_window_read(&r->headers, file->data, 2, &bytes) || bytes[0] != 3 ||
        bytes[1] != 0)
        return cl_repacked_refuse(flaw, file->name, "is a folder with contents");
    return CL_OK;
}

static enum cl_err check_file(struct repacked_reading *r, struct list *list, size_t i,
                              uint64_t next, struct cl_flaw *flaw)
{
    struct cl_zip_file *file = &list->zip.files[i];
    bool descriptor = false, found = false;
    enum cl_err err = cl_repacked_local(r, &list->stated[i], file, &descriptor, flaw);
    if (err)
        return err;
    /* A length of 64 bits may go round. */
    if (file->end < file->data || file->end > next || (!descriptor && file->end != next) ||
        (descriptor && !descriptor_fits(r, file, next - file->end)))
        return cl_repacked_refuse(flaw, file->name,
                                  "is not followed by the next, so something could hide between");
    if (descriptor && !file->deflated)
        err = search_ends(r, file, &found);
    if (err)
        return cl_flaw(flaw, err, "", "it cannot be read");
    if (found)
        return cl_repacked_refuse(flaw, file->name,
                                  "holds what a reader from the front would take for other files");
    return check_emptiness(r, file, flaw);
}

/* End to end, in the order in which they lie. */
static enum cl_err check_files(struct repacked_reading *r, const struct repacked_end *end,
                               struct list *list, struct cl_flaw *flaw)
{
    const size_t count = list->zip.count;
    size_t *order = calloc(count, sizeof *order);
    if (!order)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, by_offset, list->zip.files);
    enum cl_err err = CL_OK;
    if (list->zip.files[order[0]].offset != 0)
        err = cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "something stands before its first file");
    for (size_t i = 0; i < count && !err; i++) {
        const uint64_t next = i + 1 < count ? list->zip.files[order[i + 1]].offset : end->directory;
        err = check_file(r, list, order[i], next, flaw);
    }
    free(order);
    return err;
}

/* Some programs of Windows write them with backslashes, all of them. */
static void turn_slashes(struct list *list)
{
    for (size_t i = 0; i < list->name_used; i++)
        if (list->zip.names[i] == '\\')
            list->zip.names[i] = '/';
}

static void drop_folders(struct cl_zip *zip)
{
    size_t kept = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const char *name = zip->files[i].name;
        if (name[strlen(name) - 1] != '/')
            zip->files[kept++] = zip->files[i];
    }
    zip->count = kept;
}

enum cl_err cl_repacked_read(const struct cl_source *source, struct cl_zip *ret_zip,
                             struct cl_flaw *flaw)
{
    struct repacked_end end = {0};
    cl_cleanup(free_reading) struct repacked_reading *r = NULL;
    cl_cleanup(free_list) struct list list = {0};
    if (source->size < ZIP_END)
        return cl_flaw(flaw, CL_MALFORMED, "", "it is too short for a ZIP");
    enum cl_err err = cl_repacked_end(source, &end, flaw);
    if (err)
        return err;
    list.name_room = (size_t)end.size + 1; /* records are longer than their names */
    list.zip.names = malloc(list.name_room);
    list.zip.files = calloc((size_t)end.count, sizeof *list.zip.files);
    list.stated = calloc((size_t)end.count, sizeof *list.stated);
    r = calloc(1, sizeof *r);
    if (!list.zip.names || !list.zip.files || !list.stated || !r)
        return CL_NO_MEMORY;
    r->source = r->directory.source = r->headers.source = source;
    err = read_directory(r, &end, &list, flaw);
    if (!err)
        err = check_files(r, &end, &list, flaw);
    if (err)
        return err;
    turn_slashes(&list);
    drop_folders(&list.zip);
    *ret_zip = list.zip;
    list.zip = (struct cl_zip){0};
    return CL_OK;
}
