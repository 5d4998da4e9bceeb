#include "package/zip.h"

#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define END_SIZE        22
#define DESCRIPTOR_SIZE 16

/* The largest record that is accepted; bounds the memory for names. */
#define RECORD_MAX (CL_ZIP_CENTRAL + CL_BUNDLE_NAME_MAX + CL_ZIP_EXTRA)

#define END_SIGNATURE        0x06054b50u
#define CENTRAL_SIGNATURE    0x02014b50u
#define LOCAL_SIGNATURE      0x04034b50u
#define DESCRIPTOR_SIGNATURE 0x08074b50u

#define FLAG_DESCRIPTOR 0x0008u /* checksum and sizes stand after the data as well */
#define STORED          0
#define UNIX            3
#define PLAIN_FILE      (0100644u << 16) /* a file that its owner writes and all read */

/* "UT" 5 bytes: flags 1, modification time; "ux" 11 bytes: version 1, two owners of four bytes, all
 * zero. */
#define EXTRA_TIME 5

/* ---- bytes ------------------------------------------------------------------------------- */

enum cl_err cl_source_file(int fd, struct cl_source *ret_source)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0)
        return CL_IO;
    *ret_source = (struct cl_source){.fd = fd, .size = (uint64_t)st.st_size};
    return CL_OK;
}

enum cl_err cl_source_read(const struct cl_source *source, uint64_t at, void *ret_bytes, size_t n)
{
    if (at > source->size || n > source->size - at)
        return CL_IO;
    if (source->fd < 0) {
        memcpy(ret_bytes, source->bytes + at, n);
        return CL_OK;
    }
    uint8_t *to = ret_bytes;
    while (n > 0) {
        ssize_t got = pread(source->fd, to, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return CL_IO;
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return CL_OK;
}

enum cl_err cl_window_read(struct cl_window *w, uint64_t at, size_t n, const uint8_t **ret_bytes)
{
    const uint64_t size = w->source->size;
    if (n > CL_WINDOW || at > size || n > size - at)
        return CL_IO;
    if (w->source->fd < 0) {
        *ret_bytes = w->source->bytes + at;
        return CL_OK;
    }
    if (at < w->at || at - w->at > w->len || n > w->len - (at - w->at)) {
        size_t len = size - at < CL_WINDOW ? (size_t)(size - at) : CL_WINDOW;
        w->len = 0; /* if reading fails half-way, nothing is here */
        enum cl_err err = cl_source_read(w->source, at, w->bytes, len);
        if (err)
            return err;
        w->at = at;
        w->len = len;
    }
    *ret_bytes = w->bytes + (at - w->at);
    return CL_OK;
}

enum cl_err cl_flaw(struct cl_flaw *flaw, enum cl_err err, const char *file, const char *format,
                    ...)
{
    va_list args;
    va_start(args, format);
    (void)snprintf(flaw->file, sizeof flaw->file, "%s", file);
    (void)vsnprintf(flaw->what, sizeof flaw->what, format, args);
    va_end(args);
    return err;
}

static uint16_t u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* ---- names ------------------------------------------------------------------------------- */

static const char *component_flaw(const char *part, size_t n)
{
    if (n == 0)
        return "has an empty part in its path";
    if (n <= 2 && part[0] == '.' && part[n - 1] == '.')
        return "climbs out of its folder";
    if (part[n - 1] == '.' || part[0] == '.')
        return "has a part that begins or ends with a full stop";
    return NULL;
}

static const char *name_flaw(const char *name, size_t n)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
    if (n == 0)
        return "has no name";
    if (strlen(name) != n || strspn(name, allowed) != n)
        return "has a name with characters that are not allowed";
    for (const char *part = name;;) {
        const char *slash = strchr(part, '/');
        size_t len = slash ? (size_t)(slash - part) : strlen(part);
        const char *flaw = component_flaw(part, len);
        if (flaw || !slash)
            return flaw;
        part = slash + 1;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct cl_zip_file *const *x = a, *const *y = b;
    return strcasecmp((*x)->name, (*y)->name);
}

static bool is_file(struct cl_zip_file **sorted, size_t count, const char *name)
{
    const struct cl_zip_file wanted = {.name = name}, *key = &wanted;
    struct cl_zip_file **found = bsearch(&key, sorted, count, sizeof *sorted, by_name);
    return found != NULL;
}

/* Two files of one name, by whatever spelling, or a file that is also a folder. */
static enum cl_err check_collisions(struct cl_zip_file **sorted, size_t count, struct cl_flaw *flaw)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = sorted[i]->name;
        if (i > 0 && strcasecmp(sorted[i - 1]->name, name) == 0)
            return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name, "is there twice");
        char folder[CL_BUNDLE_NAME_MAX + 1];
        for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
            (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
            if (is_file(sorted, count, folder))
                return cl_flaw(flaw, CL_PACKAGE_UNSAFE, folder, "is both a file and a folder");
        }
    }
    return CL_OK;
}

static enum cl_err check_names(const struct cl_zip *zip, struct cl_flaw *flaw)
{
    struct cl_zip_file **sorted = calloc(zip->count, sizeof *sorted);
    if (!sorted)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < zip->count; i++)
        sorted[i] = &zip->files[i];
    qsort(sorted, zip->count, sizeof *sorted, by_name);
    enum cl_err err = check_collisions(sorted, zip->count, flaw);
    free(sorted);
    return err;
}

/* ---- headers ----------------------------------------------------------------------------- */

/* What both headers of a file say, in the same order. */
struct header {
    uint16_t version, flags, method, name_len, extra_len;
    uint32_t time, crc, packed, size;
};

static struct header read_header(const uint8_t *p)
{
    return (struct header){.version = u16(p),
                           .flags = u16(p + 2),
                           .method = u16(p + 4),
                           .time = u32(p + 6),
                           .crc = u32(p + 10),
                           .packed = u32(p + 14),
                           .size = u32(p + 18),
                           .name_len = u16(p + 22),
                           .extra_len = u16(p + 24)};
}

static const char *header_flaw(const struct header *h)
{
    if (h->flags & 1u)
        return "is encrypted";
    if (h->method != STORED)
        return "is compressed; a package stores its files, so this one was packed again";
    if (h->flags != FLAG_DESCRIPTOR || (h->version != 10 && h->version != 20))
        return "is packed in another way than a package's files are";
    if (h->size == UINT32_MAX || h->packed != h->size)
        return "states two sizes, or one that needs ZIP64";
    return NULL;
}

/* One time for all files, in both of its spellings, so that no byte of the headers is free. */
struct moment {
    bool known;
    uint32_t dos, unix_s;
};

static enum cl_err check_moment(struct moment *moment, uint32_t dos, uint32_t unix_s,
                                const char *name, struct cl_flaw *flaw)
{
    if (!moment->known)
        *moment = (struct moment){true, dos, unix_s};
    if (moment->dos != dos || moment->unix_s != unix_s)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name, "states another time than the other files");
    return CL_OK;
}

void cl_zip_extra(uint32_t unix_s, uint8_t ret_extra[static CL_ZIP_EXTRA])
{
    static const uint8_t extra[CL_ZIP_EXTRA] = {'U', 'T', 5, 0, 1, 0, 0, 0, 0, 'u', 'x', 11,
                                                0,   1,   4, 0, 0, 0, 0, 4, 0, 0,   0,   0};
    memcpy(ret_extra, extra, sizeof extra);
    for (unsigned i = 0; i < sizeof unix_s; i++)
        ret_extra[EXTRA_TIME + i] = (uint8_t)(unix_s >> 8 * i);
}

/* An unknown field could carry a second name (0x7075), second sizes (0x0001) or a cipher (0x9901).
 */
static enum cl_err check_extra(struct cl_window *w, uint64_t at, const struct header *h,
                               const char *name, struct moment *moment, struct cl_flaw *flaw)
{
    uint8_t expected[CL_ZIP_EXTRA];
    const uint8_t *extra = NULL;
    if (h->extra_len != CL_ZIP_EXTRA || cl_window_read(w, at, CL_ZIP_EXTRA, &extra))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name,
                       "has other extra fields than a package's files");
    const uint32_t unix_s = u32(extra + EXTRA_TIME);
    cl_zip_extra(unix_s, expected);
    if (memcmp(extra, expected, sizeof expected) != 0)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name,
                       "has other extra fields than a package's files");
    return check_moment(moment, h->time, unix_s, name, flaw);
}

/* "PK\7\8", then checksum and sizes once more. */
static enum cl_err check_descriptor(struct cl_window *w, const struct header *h,
                                    struct cl_zip_file *file, struct cl_flaw *flaw)
{
    const uint8_t *d = NULL;
    if (cl_window_read(w, file->end, DESCRIPTOR_SIZE, &d) || u32(d) != DESCRIPTOR_SIGNATURE ||
        u32(d + 4) != h->crc || u32(d + 8) != h->packed || u32(d + 12) != h->size)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                       "has a data descriptor that differs from the directory");
    file->end += DESCRIPTOR_SIZE;
    return CL_OK;
}

/* The local header of a file that the directory describes. Only the checksum is left to the
 * descriptor. */
static enum cl_err check_local(struct cl_window *w, const struct header *central,
                               struct cl_zip_file *file, struct moment *moment,
                               struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL, *name = NULL;
    if (cl_window_read(w, file->offset, CL_ZIP_LOCAL, &bytes) || u32(bytes) != LOCAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, file->name, "has no header where the directory says");
    const struct header local = read_header(bytes + 4);
    if (local.version != central->version || local.flags != central->flags ||
        local.method != central->method || local.packed != central->packed ||
        local.size != central->size || local.name_len != central->name_len || local.crc != 0)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                       "has a header that differs from the directory");
    uint64_t at = file->offset + CL_ZIP_LOCAL;
    if (cl_window_read(w, at, local.name_len, &name))
        return cl_flaw(flaw, CL_MALFORMED, file->name, "has a header that is cut");
    if (memcmp(name, file->name, local.name_len) != 0)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                       "has another name in its header than in the directory");
    at += local.name_len;
    enum cl_err err = check_extra(w, at, &local, file->name, moment, flaw);
    if (err)
        return err;
    file->data = at + local.extra_len;
    file->end = file->data + local.packed;
    return check_descriptor(w, central, file, flaw);
}

/* A plain file and nothing that points elsewhere; no comment, no other disk. */
static const char *attributes_flaw(const uint8_t record[static CL_ZIP_CENTRAL], uint16_t version)
{
    uint32_t attributes = u32(record + 38);
    if (attributes >> 28 == S_IFLNK >> 12)
        return "is a link";
    if (u16(record + 4) != (UNIX << 8 | version) || attributes != PLAIN_FILE)
        return "is not a plain file";
    if (u16(record + 32) || u16(record + 34) || u16(record + 36))
        return "has a comment, lies on another disk or claims to be text";
    return NULL;
}

/* One record of the central directory; *at moves behind it. The name goes into name_room. */
static enum cl_err read_central(struct cl_window *w, uint64_t *at, char *name_room,
                                struct moment *moment, struct cl_zip_file *ret_file,
                                struct header *ret_header, struct cl_flaw *flaw)
{
    const uint8_t *record = NULL, *name = NULL;
    uint8_t bytes[CL_ZIP_CENTRAL];
    if (cl_window_read(w, *at, CL_ZIP_CENTRAL, &record) || u32(record) != CENTRAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut or broken");
    memcpy(bytes, record, CL_ZIP_CENTRAL);
    const struct header h = read_header(bytes + 6);
    if (h.name_len > CL_BUNDLE_NAME_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "a name in it is longer than %u bytes",
                       CL_BUNDLE_NAME_MAX);
    if (cl_window_read(w, *at + CL_ZIP_CENTRAL, h.name_len, &name))
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut");
    memcpy(name_room, name, h.name_len);
    name_room[h.name_len] = '\0';
    const char *what = name_flaw(name_room, h.name_len);
    if (what)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "a file in it %s", what);
    what = header_flaw(&h);
    if (!what)
        what = attributes_flaw(bytes, h.version);
    if (what)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name_room, "%s", what);
    *ret_file = (struct cl_zip_file){
        .name = name_room, .size = h.size, .offset = u32(bytes + 42), .crc = h.crc};
    *ret_header = h;
    *at += CL_ZIP_CENTRAL + h.name_len;
    enum cl_err err = check_extra(w, *at, &h, name_room, moment, flaw);
    *at += h.extra_len;
    return err;
}

/* ---- the whole ----------------------------------------------------------------------------- */

struct end {
    uint64_t directory, offset; /* where the directory begins, and where this record does */
    size_t count;
};

static enum cl_err read_end(const struct cl_source *source, struct end *ret_end,
                            struct cl_flaw *flaw)
{
    uint8_t e[END_SIZE];
    if (source->size < END_SIZE)
        return cl_flaw(flaw, CL_MALFORMED, "", "it is too short for a ZIP");
    if (source->size > CL_BUNDLE_SIZE_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it is larger than 4 GiB");
    struct end end = {.offset = source->size - END_SIZE};
    if (cl_source_read(source, end.offset, e, sizeof e))
        return cl_flaw(flaw, CL_IO, "", "it cannot be read");
    if (u32(e) != END_SIGNATURE || u16(e + 20) != 0)
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "it is not a ZIP, or something follows its end, or it is cut");
    end.count = u16(e + 10);
    end.directory = u32(e + 16);
    if (u32(e + 4) != 0 || u16(e + 8) != end.count || end.count == 0 ||
        end.count >= CL_BUNDLE_FILES_MAX || end.directory + u32(e + 12) != end.offset)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "its directory is not where its end says");
    if (end.offset - end.directory > end.count * RECORD_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "its directory is larger than its files need");
    *ret_end = end;
    return CL_OK;
}

/* The directory and the files' own headers are read side by side. */
struct windows {
    struct cl_window directory, headers;
};

static enum cl_err read_files(struct windows *w, const struct end *end, struct cl_zip *zip,
                              struct cl_flaw *flaw)
{
    uint64_t at = end->directory, next = 0;
    struct moment moment = {0};
    char *room = zip->names;
    for (size_t i = 0; i < end->count; i++) {
        struct header h = {0};
        struct cl_zip_file *file = &zip->files[i];
        file->name = room; /* where read_central puts it */
        *room = '\0';
        enum cl_err err = read_central(&w->directory, &at, room, &moment, file, &h, flaw);
        if (!err && file->offset != next)
            err = cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                          "does not follow the file before it, so something could hide between");
        if (!err)
            err = check_local(&w->headers, &h, file, &moment, flaw);
        if (err)
            return err;
        next = file->end;
        room += strlen(room) + 1;
        zip->count++;
    }
    if (next != end->directory || at != end->offset)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "something hides before or in its directory");
    return CL_OK;
}

static void free_windows(struct windows **windows)
{
    free(*windows);
}

enum cl_err cl_zip_read(const struct cl_source *source, struct cl_zip *ret_zip,
                        struct cl_flaw *flaw)
{
    struct end end = {0};
    cl_cleanup(free_windows) struct windows *windows = NULL;
    cl_cleanup(cl_zip_free) struct cl_zip zip = {0};
    enum cl_err err = read_end(source, &end, flaw);
    if (err)
        return err;
    /* names cannot need more room than the directory that holds them */
    zip.names = malloc((size_t)(end.offset - end.directory) + CL_BUNDLE_NAME_MAX + 2);
    zip.files = calloc(end.count, sizeof *zip.files);
    windows = calloc(1, sizeof *windows);
    if (!zip.names || !zip.files || !windows)
        return CL_NO_MEMORY;
    windows->directory.source = windows->headers.source = source;
    err = read_files(windows, &end, &zip, flaw);
    if (!err)
        err = check_names(&zip, flaw);
    if (err)
        return err;
    *ret_zip = zip;
    zip = (struct cl_zip){0};
    return CL_OK;
}

void cl_zip_free(struct cl_zip *zip)
{
    free(zip->files);
    free(zip->names);
    *zip = (struct cl_zip){0};
}
