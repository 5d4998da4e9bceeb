#include "package/bundle.h"

#include "base/encoding.h"
#include "base/io.h"

#include <archive.h>
#include <archive_entry.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAYLOAD "data/"
#define BLOCK   65536

/* ---- writing ----------------------------------------------------------------------------- */

struct written {
    char name[CL_BUNDLE_NAME_MAX + 1];
    uint8_t hash[CL_HASH];
    int64_t header; /* where its local header begins */
    uint32_t size;
};

struct cl_bundle_writer {
    char *path, *part; /* the name to be, and the one meanwhile; owned */
    char folder[CL_BUNDLE_NAME_MAX + 1];
    int fd;
    int64_t time_s;
    uint64_t left, total; /* bytes that the open file still needs; bytes of all */
    bool open;
    bool abandoned;        /* what libarchive still writes while it ends goes nowhere */
    enum cl_err write_err; /* what the descriptor said when libarchive only says "failed" */
    struct archive *archive;
    struct cl_hasher *hasher;
    struct written *files;
    size_t count, room;
};

static la_ssize_t write_out(struct archive *a, void *context, const void *bytes, size_t n)
{
    struct cl_bundle_writer *w = context;
    if (w->abandoned)
        return (la_ssize_t)n;
    w->write_err = cl_io_write(w->fd, bytes, n);
    if (w->write_err == CL_OK)
        return (la_ssize_t)n;
    archive_set_error(a, EIO, "%s", cl_err_code(w->write_err));
    return -1;
}

static enum cl_err failed(const struct cl_bundle_writer *w)
{
    return w->write_err ? w->write_err : CL_IO;
}

static enum cl_err open_archive(struct cl_bundle_writer *w)
{
    w->archive = archive_write_new();
    if (!w->archive)
        return CL_NO_MEMORY;
    if (archive_write_set_format_zip(w->archive) != ARCHIVE_OK ||
        archive_write_zip_set_compression_store(w->archive) != ARCHIVE_OK ||
        archive_write_set_options(w->archive, "zip:!zip64") != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(w->archive, BLOCK) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(w->archive, 1) != ARCHIVE_OK ||
        archive_write_open(w->archive, w, NULL, write_out, NULL) != ARCHIVE_OK)
        return CL_IO;
    return cl_hasher_new(&w->hasher);
}

/* A name of its own beside the final one, so that two exports cannot meet and a rename stays on one
 * file system. */
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
    err = errno == ENOSPC || errno == EDQUOT ? CL_DISK_FULL : CL_IO;
    w->part[0] = '\0'; /* not ours to remove */
    return err;
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
    w->time_s = time_ms / 1000;
    memcpy(w->folder, folder, strlen(folder) + 1);
    w->path = strdup(path);
    enum cl_err err = w->path ? open_part(w) : CL_NO_MEMORY;
    if (!err)
        err = open_archive(w);
    if (err)
        return err;
    *ret_writer = w;
    w = NULL;
    return CL_OK;
}

static enum cl_err finish_file(struct cl_bundle_writer *w)
{
    if (!w->open)
        return CL_OK;
    if (w->left != 0)
        return CL_BAD_VALUE;
    w->open = false;
    enum cl_err err = cl_hasher_end(w->hasher, w->files[w->count - 1].hash);
    if (err)
        return err;
    return archive_write_finish_entry(w->archive) == ARCHIVE_OK ? CL_OK : failed(w);
}

static enum cl_err remember(struct cl_bundle_writer *w, const char *name)
{
    if (w->count > 0 && strcmp(w->files[w->count - 1].name, name) >= 0)
        return CL_BAD_VALUE;
    if (w->count + 1 >= CL_BUNDLE_FILES_MAX || strlen(name) > CL_BUNDLE_NAME_MAX)
        return CL_PACKAGE_LIMIT;
    if (w->count == w->room) {
        size_t room = w->room ? 2 * w->room : 64;
        struct written *files = realloc(w->files, room * sizeof *files);
        if (!files)
            return CL_NO_MEMORY;
        w->files = files;
        w->room = room;
    }
    memcpy(w->files[w->count++].name, name, strlen(name) + 1);
    return CL_OK;
}

static enum cl_err put_header(struct cl_bundle_writer *w, const char *name, uint64_t size)
{
    char path[2 * CL_BUNDLE_NAME_MAX + 2];
    int n = snprintf(path, sizeof path, "%s/%s", w->folder, name);
    if (n < 0 || (unsigned)n > CL_BUNDLE_NAME_MAX)
        return CL_PACKAGE_LIMIT;
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        return CL_NO_MEMORY;
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_mtime(entry, (time_t)w->time_s, 0);
    archive_entry_set_uid(entry, 0); /* later libarchives leave an unknown owner's field out */
    archive_entry_set_gid(entry, 0);
    struct written *file = &w->files[w->count - 1];
    file->header = archive_filter_bytes(w->archive, 0);
    file->size = (uint32_t)size; /* CL_BUNDLE_SIZE_MAX is below 4 GiB */
    int result = archive_write_header(w->archive, entry);
    archive_entry_free(entry);
    return result == ARCHIVE_OK ? CL_OK : failed(w);
}

enum cl_err cl_bundle_begin(struct cl_bundle_writer *w, const char *name, uint64_t size)
{
    enum cl_err err = finish_file(w);
    if (err)
        return err;
    /* the directory at the end needs room too: 200 bytes and twice the name a file are plenty */
    if (size > CL_BUNDLE_SIZE_MAX - w->total ||
        w->total + size > CL_BUNDLE_SIZE_MAX - 640ull * CL_BUNDLE_FILES_MAX)
        return CL_PACKAGE_LIMIT;
    err = remember(w, name);
    if (!err)
        err = put_header(w, name, size);
    if (err)
        return err;
    w->left = size;
    w->total += size;
    w->open = true;
    return CL_OK;
}

enum cl_err cl_bundle_put(struct cl_bundle_writer *w, const void *bytes, size_t n)
{
    if (!w->open || n > w->left)
        return CL_BAD_VALUE;
    if (n == 0)
        return CL_OK;
    enum cl_err err = cl_hasher_put(w->hasher, bytes, n);
    if (err)
        return err;
    w->left -= n;
    return archive_write_data(w->archive, bytes, n) == (la_ssize_t)n ? CL_OK : failed(w);
}

enum cl_err cl_bundle_add(struct cl_bundle_writer *w, const char *name, const void *bytes, size_t n)
{
    enum cl_err err = cl_bundle_begin(w, name, n);
    if (!err)
        err = cl_bundle_put(w, bytes, n);
    return err ? err : finish_file(w);
}

enum cl_err cl_bundle_manifest(struct cl_bundle_writer *w, bool payload, struct cl_buf *to)
{
    enum cl_err err = finish_file(w);
    for (size_t i = 0; i < w->count && !err; i++) {
        const struct written *file = &w->files[i];
        char line[2 * CL_HASH + CL_BUNDLE_NAME_MAX + 4], hex[2 * CL_HASH + 1];
        if ((strncmp(file->name, PAYLOAD, strlen(PAYLOAD)) == 0) != payload)
            continue;
        cl_hex_encode(file->hash, CL_HASH, hex);
        int n = snprintf(line, sizeof line, "%s  %s\n", hex, file->name);
        err = cl_buf_put(to, line, (size_t)n);
    }
    return err;
}

static enum cl_err sync_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!folder)
        return CL_NO_MEMORY;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
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
    if (link(w->part, w->path) == 0)
        return CL_OK;
    if (errno == EEXIST)
        return CL_EXISTS;
    if (renameat2(AT_FDCWD, w->part, AT_FDCWD, w->path, RENAME_NOREPLACE) == 0)
        return CL_OK;
    return errno == EEXIST ? CL_EXISTS : CL_IO;
}

static enum cl_err disk_error(void)
{
    return errno == ENOSPC || errno == EDQUOT ? CL_DISK_FULL : CL_IO;
}

static enum cl_err overwrite(const struct cl_bundle_writer *w, int64_t at, const void *bytes,
                             size_t n)
{
    return pwrite(w->fd, bytes, n, at) == (ssize_t)n ? CL_OK : disk_error();
}

/* A package has one spelling, zip.h's, whichever libarchive wrote it. Up to 3.6 it wrote that;
 * later ones leave zeros for the sizes in a local header, because a descriptor follows, and put the
 * extra fields in another order. */
static enum cl_err spell(const struct cl_bundle_writer *w, int64_t directory)
{
    uint8_t extra[CL_ZIP_EXTRA];
    enum cl_err err = CL_OK;
    cl_zip_extra((uint32_t)w->time_s, extra);
    for (size_t i = 0; i < w->count && !err; i++) {
        const struct written *file = &w->files[i];
        const int64_t name = (int64_t)(strlen(w->folder) + 1 + strlen(file->name));
        const uint32_t size = htole32(file->size), sizes[] = {size, size};
        err = overwrite(w, file->header + CL_ZIP_SIZES, sizes, sizeof sizes);
        if (!err)
            err = overwrite(w, file->header + CL_ZIP_LOCAL + name, extra, sizeof extra);
        directory += CL_ZIP_CENTRAL + name;
        if (!err)
            err = overwrite(w, directory, extra, sizeof extra);
        directory += CL_ZIP_EXTRA;
    }
    return err;
}

enum cl_err cl_bundle_commit(struct cl_bundle_writer **writer)
{
    struct cl_bundle_writer *w = *writer;
    enum cl_err err = finish_file(w);
    const int64_t directory = archive_filter_bytes(w->archive, 0);
    if (!err && archive_write_close(w->archive) != ARCHIVE_OK)
        err = failed(w);
    if (!err)
        err = spell(w, directory);
    if (!err && fsync(w->fd) != 0)
        err = disk_error();
    if (!err)
        err = take_name(w);
    if (!err)
        err = sync_directory_of(w->path);
    cl_bundle_abandon(writer); /* removes the other name; the package keeps its own */
    return err;
}

void cl_bundle_abandon(struct cl_bundle_writer **writer)
{
    struct cl_bundle_writer *w = *writer;
    if (!w)
        return;
    /* archive_write_fail would say it better, but then libarchive leaks its block */
    w->abandoned = true;
    if (w->archive)
        (void)archive_write_free(w->archive);
    cl_hasher_free(&w->hasher);
    if (w->fd >= 0)
        (void)close(w->fd);
    if (w->part && w->part[0])
        (void)unlink(w->part);
    free(w->path);
    free(w->part);
    free(w->files);
    free(w);
    *writer = NULL;
}

/* ---- reading ----------------------------------------------------------------------------- */

struct cl_bundle {
    const struct cl_source *source;
    struct cl_zip zip;
    char folder[CL_BUNDLE_NAME_MAX + 1];
    struct cl_bundle_file *files;
    size_t *sorted; /* indices by name */
    size_t count;
};

static enum cl_err find_folder(struct cl_bundle *b, struct cl_flaw *flaw)
{
    const char *first = b->zip.files[0].name, *slash = strchr(first, '/');
    size_t n = slash ? (size_t)(slash - first) : strlen(first);
    memcpy(b->folder, first, n);
    b->folder[n] = '\0';
    for (size_t i = 0; i < b->zip.count; i++) {
        const struct cl_zip_file *file = &b->zip.files[i];
        if (strncmp(file->name, b->folder, n) != 0 || file->name[n] != '/')
            return cl_flaw(flaw, CL_MALFORMED, file->name, "is not in the package's folder");
        b->files[b->count].name = file->name + n + 1;
        b->files[b->count++].size = file->size;
    }
    return CL_OK;
}

static int by_name(const void *a, const void *b, void *context)
{
    const struct cl_bundle_file *files = context;
    return strcmp(files[*(const size_t *)a].name, files[*(const size_t *)b].name);
}

enum cl_err cl_bundle_open(const struct cl_source *source, struct cl_bundle **ret_bundle,
                           struct cl_flaw *flaw)
{
    cl_cleanup(cl_bundle_close) struct cl_bundle *b = calloc(1, sizeof *b);
    if (!b)
        return CL_NO_MEMORY;
    b->source = source;
    enum cl_err err = cl_zip_read(source, &b->zip, flaw);
    if (err)
        return err;
    b->files = calloc(b->zip.count, sizeof *b->files);
    b->sorted = calloc(b->zip.count, sizeof *b->sorted);
    if (!b->files || !b->sorted)
        return CL_NO_MEMORY;
    err = find_folder(b, flaw);
    if (err)
        return err;
    for (size_t i = 0; i < b->count; i++)
        b->sorted[i] = i;
    qsort_r(b->sorted, b->count, sizeof *b->sorted, by_name, b->files);
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
    free(*bundle);
    *bundle = NULL;
}

const char *cl_bundle_folder(const struct cl_bundle *bundle)
{
    return bundle->folder;
}

size_t cl_bundle_count(const struct cl_bundle *bundle)
{
    return bundle->count;
}

const struct cl_bundle_file *cl_bundle_file(const struct cl_bundle *bundle, size_t i)
{
    return &bundle->files[i];
}

size_t cl_bundle_find(const struct cl_bundle *bundle, const char *name)
{
    size_t low = 0, high = bundle->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, bundle->files[bundle->sorted[middle]].name);
        if (order == 0)
            return bundle->sorted[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SIZE_MAX;
}

/* ---- walking ----------------------------------------------------------------------------- */

/* What reads one file after another: its files are stored, and where each lies was checked. */
struct reader {
    struct cl_crc *crc;
    struct cl_window window;
};

static void free_reader(struct reader **reader)
{
    if (*reader)
        cl_crc_free(&(*reader)->crc);
    free(*reader);
}

static enum cl_err unpack(struct reader *r, const struct cl_zip_file *file, size_t i,
                          const struct cl_bundle_visitor *visitor)
{
    for (uint64_t at = 0; at < file->size;) {
        const uint8_t *bytes = NULL;
        size_t n = file->size - at < CL_WINDOW ? (size_t)(file->size - at) : CL_WINDOW;
        enum cl_err err = cl_window_read(&r->window, file->data + at, n, &bytes);
        if (err)
            return err;
        cl_crc_put(r->crc, bytes, n);
        err = visitor->piece(visitor->context, i, bytes, n);
        if (err)
            return err;
        at += n;
    }
    uint32_t sum = 0;
    enum cl_err err = cl_crc_end(r->crc, &sum);
    if (err)
        return err;
    return sum == file->crc ? CL_OK : CL_MALFORMED;
}

enum cl_err cl_bundle_walk(struct cl_bundle *b, const struct cl_bundle_visitor *visitor,
                           struct cl_flaw *flaw)
{
    cl_cleanup(free_reader) struct reader *r = calloc(1, sizeof *r);
    if (!r)
        return CL_NO_MEMORY;
    r->window.source = b->source;
    enum cl_err err = cl_crc_new(&r->crc);
    for (size_t i = 0; i < b->count && !err; i++) {
        if (!visitor->want(visitor->context, i))
            continue;
        err = unpack(r, &b->zip.files[i], i, visitor);
        if (err == CL_MALFORMED && !flaw->what[0])
            return cl_flaw(flaw, err, b->files[i].name, "does not unpack: it was changed or cut");
        if (!err)
            err = visitor->piece(visitor->context, i, "", 0);
    }
    return err;
}
