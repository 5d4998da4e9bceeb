/* The package's ZIP, written from the front: what a local header states of its file, it is told
 * when the file has passed. */
#include "package/zip.h"

#include "base/array.h"
#include "package/zip_internal.h"

#include "base/buf.h"
#include "base/io.h"
#include "crypto/crypto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (256u * 1024)

struct written {
    char *name; /* owned */
    uint32_t offset, size, crc;
};

struct cl_zip_writer {
    int fd;
    uint32_t moment;
    struct cl_crc *crc;
    struct written *files;
    size_t count, room;
    uint64_t size;      /* of the open file */
    uint64_t at;        /* of the block in the output */
    uint64_t directory; /* bytes that it will need */
    size_t held;
    bool open;
    uint8_t block[BLOCK];
};

/* ---- bytes ----------------------------------------------------------------------------------- */

static enum cl_err flush(struct cl_zip_writer *w)
{
    enum cl_err err = cl_io_write(w->fd, w->block, w->held);
    if (err)
        return err;
    w->at += w->held;
    w->held = 0;
    return CL_OK;
}

static enum cl_err put(struct cl_zip_writer *w, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    while (n > 0) {
        size_t part = BLOCK - w->held < n ? BLOCK - w->held : n;
        memcpy(w->block + w->held, from, part);
        w->held += part;
        from += part;
        n -= part;
        enum cl_err err = w->held == BLOCK ? flush(w) : CL_OK;
        if (err)
            return err;
    }
    return CL_OK;
}

/* Over what was put before. */
static enum cl_err amend(struct cl_zip_writer *w, uint64_t at, const uint8_t *bytes, size_t n)
{
    if (at < w->at && at + n > w->at) {
        enum cl_err err = flush(w);
        if (err)
            return err;
    }
    if (at >= w->at) {
        memcpy(w->block + (at - w->at), bytes, n);
        return CL_OK;
    }
    if (pwrite(w->fd, bytes, n, (off_t)at) == (ssize_t)n)
        return CL_OK;
    return cl_io_error(errno);
}

/* ---- headers --------------------------------------------------------------------------------- */

struct out {
    uint8_t bytes[ZIP_CENTRAL];
    size_t len;
};

static void out_u16(struct out *o, uint32_t value)
{
    o->bytes[o->len++] = (uint8_t)value;
    o->bytes[o->len++] = (uint8_t)(value >> 8);
}

static void out_u32(struct out *o, uint32_t value)
{
    out_u16(o, value & 0xffffu);
    out_u16(o, value >> 16);
}

/* What both headers say, in the same order. */
static void out_header(struct out *o, const struct cl_zip_writer *w, const struct written *file)
{
    out_u16(o, ZIP_VERSION);
    out_u16(o, 0);
    out_u16(o, ZIP_STORED);
    out_u32(o, w->moment);
    out_u32(o, file->crc);
    out_u32(o, file->size);
    out_u32(o, file->size);
    out_u16(o, (uint32_t)strlen(file->name));
    out_u16(o, ZIP_EXTRA);
}

static enum cl_err put_header(struct cl_zip_writer *w, const struct out *o, const char *name)
{
    enum cl_err err = put(w, o->bytes, o->len);
    if (!err)
        err = put(w, name, strlen(name));
    return err ? err : put(w, zip_extra, ZIP_EXTRA);
}

static enum cl_err put_local(struct cl_zip_writer *w, const struct written *file)
{
    struct out o = {.len = 0};
    out_u32(&o, ZIP_LOCAL_SIGNATURE);
    out_header(&o, w, file);
    return put_header(w, &o, file->name);
}

static enum cl_err put_central(struct cl_zip_writer *w, const struct written *file)
{
    struct out o = {.len = 0};
    out_u32(&o, ZIP_CENTRAL_SIGNATURE);
    out_u16(&o, ZIP_MADE_BY);
    out_header(&o, w, file);
    out_u32(&o, 0); /* no comment, first disk */
    out_u16(&o, 0); /* not said to be text */
    out_u32(&o, ZIP_PLAIN);
    out_u32(&o, file->offset);
    return put_header(w, &o, file->name);
}

/* In UTC; a ZIP's years are those from 1980 to 2107, and its seconds even. */
static uint32_t dos_moment(int64_t time_ms)
{
    const time_t seconds = (time_t)(time_ms / 1000);
    struct tm t;
    if (!gmtime_r(&seconds, &t) || t.tm_year < 80)
        return 1u << 21 | 1u << 16;
    if (t.tm_year > 207)
        t.tm_year = 207;
    return (uint32_t)(t.tm_year - 80) << 25 | (uint32_t)(t.tm_mon + 1) << 21 |
           (uint32_t)t.tm_mday << 16 | (uint32_t)t.tm_hour << 11 | (uint32_t)t.tm_min << 5 |
           (uint32_t)t.tm_sec / 2;
}

/* ---- files ----------------------------------------------------------------------------------- */

enum cl_err cl_zip_writer_new(int fd, int64_t time_ms, struct cl_zip_writer **ret_writer)
{
    cl_cleanup(cl_zip_writer_free) struct cl_zip_writer *w = calloc(1, sizeof *w);
    if (!w)
        return CL_NO_MEMORY;
    w->fd = fd;
    w->moment = dos_moment(time_ms);
    enum cl_err err = cl_crc_new(&w->crc);
    if (err)
        return err;
    *ret_writer = w;
    w = NULL;
    return CL_OK;
}

void cl_zip_writer_free(struct cl_zip_writer **writer)
{
    struct cl_zip_writer *w = *writer;
    if (!w)
        return;
    for (size_t i = 0; i < w->count; i++)
        free(w->files[i].name);
    free(w->files);
    cl_crc_free(&w->crc);
    free(w);
    *writer = NULL;
}

static enum cl_err end_file(struct cl_zip_writer *w)
{
    struct out o = {.len = 0};
    if (!w->open)
        return CL_OK;
    struct written *file = &w->files[w->count - 1];
    file->size = (uint32_t)w->size; /* below 4 GiB, as cl_zip_put sees to */
    enum cl_err err = cl_crc_end(w->crc, &file->crc);
    if (err)
        return err;
    w->open = false;
    out_u32(&o, file->crc);
    out_u32(&o, file->size);
    out_u32(&o, file->size);
    return amend(w, file->offset + ZIP_LOCAL_SUMS, o.bytes, o.len);
}

static enum cl_err remember(struct cl_zip_writer *w, const char *name)
{
    if (w->count + 1 >= CL_BUNDLE_FILES_MAX || strlen(name) > CL_BUNDLE_NAME_MAX)
        return CL_PACKAGE_LIMIT;
    enum cl_err err = CL_ARRAY_ROOM(w->files, w->room, w->count + 1);
    if (err)
        return err;
    struct written *file = &w->files[w->count];
    *file = (struct written){.name = strdup(name), .offset = (uint32_t)(w->at + w->held)};
    if (!file->name)
        return CL_NO_MEMORY;
    w->count++;
    w->directory += ZIP_CENTRAL + ZIP_EXTRA + strlen(name);
    return CL_OK;
}

/* With n bytes more, and all that still has to follow them? */
static bool fits(const struct cl_zip_writer *w, uint64_t n)
{
    const uint64_t all = w->at + w->held + w->directory + ZIP_END;
    return n <= CL_BUNDLE_SIZE_MAX - all;
}

enum cl_err cl_zip_begin(struct cl_zip_writer *w, const char *name)
{
    enum cl_err err = end_file(w);
    if (err)
        return err;
    if (!fits(w, ZIP_LOCAL + ZIP_CENTRAL + 2 * (ZIP_EXTRA + strlen(name))))
        return CL_PACKAGE_LIMIT;
    err = remember(w, name);
    if (!err)
        err = put_local(w, &w->files[w->count - 1]);
    if (err)
        return err;
    w->size = 0;
    w->open = true;
    return CL_OK;
}

enum cl_err cl_zip_put(struct cl_zip_writer *w, const void *bytes, size_t n)
{
    if (!w->open)
        return CL_BAD_VALUE;
    if (!fits(w, n))
        return CL_PACKAGE_LIMIT;
    cl_crc_put(w->crc, bytes, n);
    w->size += n;
    return put(w, bytes, n);
}

enum cl_err cl_zip_end(struct cl_zip_writer *w)
{
    struct out o = {.len = 0};
    enum cl_err err = end_file(w);
    const uint64_t from = w->at + w->held;
    for (size_t i = 0; i < w->count && !err; i++)
        err = put_central(w, &w->files[i]);
    if (err)
        return err;
    out_u32(&o, ZIP_END_SIGNATURE);
    out_u32(&o, 0); /* one disk */
    out_u16(&o, (uint32_t)w->count);
    out_u16(&o, (uint32_t)w->count);
    out_u32(&o, (uint32_t)(w->at + w->held - from));
    out_u32(&o, (uint32_t)from);
    out_u16(&o, 0); /* no comment */
    err = put(w, o.bytes, o.len);
    return err ? err : flush(w);
}
