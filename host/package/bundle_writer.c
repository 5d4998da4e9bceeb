#include "package/bundle_writer.h"

#include "base/array.h"
#include "package/layout.h"
#include "package/zip.h"

#include "base/new_file.h"
#include "crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct packed {
    char name[CL_LAYOUT_NAME];
    uint8_t hash[CL_HASH];
};

struct cl_bundle_writer {
    struct cl_new_file file;
    char folder[CL_BUNDLE_NAME_MAX + 1];
    bool open;
    struct cl_zip_writer *zip;
    struct cl_hasher *hasher;
    struct packed *files;
    size_t count, room;
    uint64_t bytes, payload; /* of the payload; how many files that is */
};

enum cl_err cl_bundle_create(const char *path, const char *folder, int64_t time_ms,
                             struct cl_bundle_writer **ret_writer)
{
    if (strlen(folder) > CL_BUNDLE_NAME_MAX)
        return CL_TOO_LONG;
    cl_cleanup(cl_bundle_abandon) struct cl_bundle_writer *w = calloc(1, sizeof *w);
    if (!w)
        return CL_NO_MEMORY;
    memcpy(w->folder, folder, strlen(folder) + 1);
    enum cl_err err = cl_new_file_open(path, &w->file);
    if (!err)
        err = cl_zip_writer_new(w->file.fd, time_ms, &w->zip);
    if (!err)
        err = cl_hasher_new(&w->hasher);
    if (err)
        return err;
    *ret_writer = w;
    w = NULL;
    return CL_OK;
}

void cl_bundle_abandon(struct cl_bundle_writer **writer)
{
    struct cl_bundle_writer *w = *writer;
    if (!w)
        return;
    cl_zip_writer_free(&w->zip);
    cl_hasher_free(&w->hasher);
    cl_new_file_abandon(&w->file);
    free(w->files);
    free(w);
    *writer = NULL;
}

/* ---- its contents ---------------------------------------------------------------------------- */

static enum cl_err end_file(struct cl_bundle_writer *w)
{
    if (!w->open)
        return CL_OK;
    w->open = false;
    return cl_hasher_end(w->hasher, w->files[w->count - 1].hash);
}

static enum cl_err remember(struct cl_bundle_writer *w, const char *name)
{
    if (strlen(name) >= CL_LAYOUT_NAME)
        return CL_PACKAGE_LIMIT;
    enum cl_err err = CL_ARRAY_ROOM(w->files, w->room, w->count + 1);
    if (err)
        return err;
    memcpy(w->files[w->count++].name, name, strlen(name) + 1);
    w->payload += cl_layout_is_payload(name);
    return CL_OK;
}

enum cl_err cl_bundle_begin(struct cl_bundle_writer *w, const char *name)
{
    char path[2 * CL_BUNDLE_NAME_MAX + 2];
    enum cl_err err = end_file(w);
    if (err)
        return err;
    int n = snprintf(path, sizeof path, "%s/%s", w->folder, name);
    if (n < 0 || (unsigned)n > CL_BUNDLE_NAME_MAX)
        return CL_PACKAGE_LIMIT;
    err = remember(w, name);
    if (!err)
        err = cl_zip_begin(w->zip, path);
    w->open = err == CL_OK;
    return err;
}

enum cl_err cl_bundle_put(struct cl_bundle_writer *w, const void *bytes, size_t n)
{
    if (!w->open)
        return CL_BAD_VALUE;
    if (n == 0)
        return CL_OK;
    if (cl_layout_is_payload(w->files[w->count - 1].name))
        w->bytes += n;
    enum cl_err err = cl_hasher_put(w->hasher, bytes, n);
    return err ? err : cl_zip_put(w->zip, bytes, n);
}

enum cl_err cl_bundle_add(struct cl_bundle_writer *w, const char *name, const void *bytes, size_t n)
{
    enum cl_err err = cl_bundle_begin(w, name);
    if (!err)
        err = cl_bundle_put(w, bytes, n);
    return err ? err : end_file(w);
}

enum cl_err cl_bundle_weight(struct cl_bundle_writer *w, uint64_t *ret_bytes, uint64_t *ret_files)
{
    *ret_bytes = w->bytes;
    *ret_files = w->payload;
    return end_file(w);
}

static int by_name(const void *a, const void *b)
{
    const struct packed *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

enum cl_err cl_bundle_manifest(struct cl_bundle_writer *w, bool payload, struct cl_buf *to)
{
    enum cl_err err = end_file(w);
    const struct packed **sorted = calloc(w->count + 1, sizeof *sorted);
    size_t count = 0;
    if (!sorted)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < w->count; i++)
        if (cl_layout_is_payload(w->files[i].name) == payload)
            sorted[count++] = &w->files[i];
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 0; i < count && !err; i++)
        err = cl_layout_list(sorted[i]->hash, sorted[i]->name, to);
    free(sorted);
    return err;
}

/* ---- the end -------------------------------------------------------------------------------- */

enum cl_err cl_bundle_commit(struct cl_bundle_writer **writer)
{
    struct cl_bundle_writer *w = *writer;
    enum cl_err err = end_file(w);
    if (!err)
        err = cl_zip_end(w->zip);
    if (!err)
        err = cl_new_file_commit(&w->file);
    cl_bundle_abandon(writer);
    return err;
}
