#include "package/bundle_writer.h"

#include "package/layout.h"
#include "package/zip.h"

#include "base/encoding.h"
#include "crypto/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct packed {
    char name[CL_LAYOUT_NAME];
    uint8_t hash[CL_HASH];
};

struct cl_bundle_writer {
    char *path;   /* the name to be; owned */
    char *part;   /* the one meanwhile; NULL: none */
    char *beside; /* the folder of both; owned */
    char folder[CL_BUNDLE_NAME_MAX + 1];
    int fd;
    bool open;
    struct cl_zip_writer *zip;
    struct cl_hasher *hasher;
    struct packed *files;
    size_t count, room;
    uint64_t bytes, payload; /* of the payload; how many files that is */
};

/* ---- the file -------------------------------------------------------------------------------- */

static enum cl_err disk_error(void)
{
    return errno == ENOSPC || errno == EDQUOT ? CL_DISK_FULL : CL_IO;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
}

/* A name of its own, so that two exports cannot meet. */
static enum cl_err open_part(struct cl_bundle_writer *w)
{
    uint8_t random[8];
    char suffix[2 * sizeof random + 1];
    enum cl_err err = cl_random(random, sizeof random);
    if (err)
        return err;
    cl_hex_encode(random, sizeof random, suffix);
    if (asprintf(&w->part, "%s.%s.part", w->path, suffix) < 0) {
        w->part = NULL;
        return CL_NO_MEMORY;
    }
    w->fd = open(w->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (w->fd >= 0)
        return CL_OK;
    err = disk_error();
    free(w->part); /* not ours to remove */
    w->part = NULL;
    return err;
}

/* One without a name is gone when the process is, however it ends. Not every file system has such,
 * and not every one that has gives them a name later. */
static enum cl_err open_file(struct cl_bundle_writer *w)
{
    w->fd = open(w->beside, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (w->fd >= 0)
        return CL_OK;
    return errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT ? open_part(w) : disk_error();
}

enum cl_err cl_bundle_create(const char *path, const char *folder, int64_t time_ms,
                             struct cl_bundle_writer **ret_writer)
{
    struct stat st;
    if (strlen(folder) > CL_BUNDLE_NAME_MAX)
        return CL_TOO_LONG;
    if (lstat(path, &st) == 0)
        return CL_EXISTS;
    cl_cleanup(cl_bundle_abandon) struct cl_bundle_writer *w = calloc(1, sizeof *w);
    if (!w)
        return CL_NO_MEMORY;
    w->fd = -1;
    memcpy(w->folder, folder, strlen(folder) + 1);
    w->path = strdup(path);
    w->beside = folder_of(path);
    enum cl_err err = w->path && w->beside ? open_file(w) : CL_NO_MEMORY;
    if (!err)
        err = cl_zip_writer_new(w->fd, time_ms, &w->zip);
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
    if (w->fd >= 0)
        (void)close(w->fd);
    if (w->part)
        (void)unlink(w->part);
    free(w->path);
    free(w->part);
    free(w->beside);
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
    if (w->count == w->room) {
        size_t room = w->room ? 2 * w->room : 64;
        struct packed *files = reallocarray(w->files, room, sizeof *files);
        if (!files)
            return CL_NO_MEMORY;
        w->files = files;
        w->room = room;
    }
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

/* ---- the end --------------------------------------------------------------------------------- */

static enum cl_err sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return CL_IO;
    /* some file systems cannot sync a directory and say EINVAL; then there is nothing to wait for
     */
    enum cl_err err = fsync(fd) == 0 || errno == EINVAL ? CL_OK : CL_IO;
    (void)close(fd);
    return err;
}

/* link(2) fails on an existing name where rename(2) would replace it. File systems without links
 * (FAT on a memory stick) get the rename that refuses. */
static enum cl_err take_name(struct cl_bundle_writer *w)
{
    char self[64];
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", w->fd);
    const char *from = w->part ? w->part : self;
    if (linkat(AT_FDCWD, from, AT_FDCWD, w->path, AT_SYMLINK_FOLLOW) == 0)
        return CL_OK;
    if (errno == EEXIST)
        return CL_EXISTS;
    if (w->part && renameat2(AT_FDCWD, w->part, AT_FDCWD, w->path, RENAME_NOREPLACE) == 0)
        return CL_OK;
    return errno == EEXIST ? CL_EXISTS : CL_IO;
}

enum cl_err cl_bundle_commit(struct cl_bundle_writer **writer)
{
    struct cl_bundle_writer *w = *writer;
    enum cl_err err = end_file(w);
    if (!err)
        err = cl_zip_end(w->zip);
    if (!err && fsync(w->fd) != 0)
        err = disk_error();
    if (!err)
        err = take_name(w);
    if (!err)
        err = sync_folder(w->beside);
    cl_bundle_abandon(writer); /* removes the other name; the package keeps its own */
    return err;
}
