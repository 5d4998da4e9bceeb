#include "package/zip.h"

#include "package/zip_internal.h"

#include "base/common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* The largest record that is accepted; bounds the memory for names. */
#define RECORD_MAX (ZIP_CENTRAL + CL_BUNDLE_NAME_MAX + ZIP_EXTRA)

const uint8_t zip_extra[ZIP_EXTRA] = {'C', 'L', 2, 0, 'v', '1'};

/* ---- names ----------------------------------------------------------------------------------- */

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

const char *cl_zip_name_flaw(const char *name, size_t n)
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
    return found;
}

static enum cl_err check_collisions(struct cl_zip_file **sorted, size_t count, struct cl_flaw *flaw)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = sorted[i]->name;
        if (i > 0 && strcasecmp(sorted[i - 1]->name, name) == 0)
            return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name, "is there twice");
        char folder[CL_BUNDLE_NAME_MAX + 1];
        for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
            if (i > 0 && strncasecmp(sorted[i - 1]->name, name, (size_t)(slash - name) + 1) == 0)
                continue; /* looked for already */
            (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
            if (is_file(sorted, count, folder))
                return cl_flaw(flaw, CL_PACKAGE_UNSAFE, folder, "is both a file and a folder");
        }
    }
    return CL_OK;
}

enum cl_err cl_zip_check_names(const struct cl_zip *zip, struct cl_flaw *flaw)
{
    struct cl_zip_file **sorted = calloc(zip->count + 1, sizeof *sorted);
    if (!sorted)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < zip->count; i++)
        sorted[i] = &zip->files[i];
    qsort(sorted, zip->count, sizeof *sorted, by_name);
    enum cl_err err = check_collisions(sorted, zip->count, flaw);
    free(sorted);
    return err;
}

/* ---- headers --------------------------------------------------------------------------------- */

/* The directory and the files' own headers are read side by side. */
struct reading {
    struct cl_window directory, headers;
    uint32_t moment; /* one for all files, so that no byte of the headers is free */
    bool has_moment;
};

static const char *header_flaw(const struct zip_header *h)
{
    if (h->flags & 1u)
        return "is encrypted";
    if (!zip_header_is_ours(h))
        return "is packed in another way than a package's files are";
    if (h->size == UINT32_MAX || h->packed != h->size)
        return "states two sizes, or one that needs ZIP64";
    return NULL;
}

/* An unknown field could carry a second name (0x7075), second sizes (0x0001) or a cipher (0x9901).
 */
static enum cl_err check_extra(struct cl_window *w, uint64_t at, const char *name,
                               struct cl_flaw *flaw)
{
    const uint8_t *extra = NULL;
    if (cl_window_read(w, at, ZIP_EXTRA, &extra) || memcmp(extra, zip_extra, ZIP_EXTRA) != 0)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name,
                       "has other extra fields than a package's files");
    return CL_OK;
}

/* The local header of a file that the directory describes. */
static enum cl_err check_local(struct cl_window *w, const struct zip_header *central,
                               struct cl_zip_file *file, struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL, *name = NULL;
    if (cl_window_read(w, file->offset, ZIP_LOCAL, &bytes) || zip_u32(bytes) != ZIP_LOCAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, file->name, "has no header where the directory says");
    const struct zip_header local = zip_header(bytes + ZIP_LOCAL_HEADER);
    if (local.version != central->version || local.flags != central->flags ||
        local.method != central->method || local.time != central->time ||
        local.crc != central->crc || local.packed != central->packed ||
        local.size != central->size || local.name_len != central->name_len ||
        local.extra_len != central->extra_len)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                       "has a header that differs from the directory");
    uint64_t at = file->offset + ZIP_LOCAL;
    if (cl_window_read(w, at, local.name_len, &name))
        return cl_flaw(flaw, CL_MALFORMED, file->name, "has a header that is cut");
    if (memcmp(name, file->name, local.name_len) != 0)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                       "has another name in its header than in the directory");
    at += local.name_len;
    file->data = at + local.extra_len;
    file->end = file->data + local.packed;
    return check_extra(w, at, file->name, flaw);
}

/* A plain file and nothing that points elsewhere; no comment, no other disk. */
static const char *attributes_flaw(const uint8_t record[static ZIP_CENTRAL])
{
    uint32_t attributes = zip_u32(record + 38);
    if (attributes >> 28 == S_IFLNK >> 12)
        return "is a link";
    if (zip_u16(record + 4) != ZIP_MADE_BY || attributes != ZIP_PLAIN)
        return "is not a plain file";
    if (zip_u16(record + 32) || zip_u16(record + 34) || zip_u16(record + 36))
        return "has a comment, lies on another disk or claims to be text";
    return NULL;
}

/* One record of the central directory; *at moves behind it. The name goes into name_room. */
static enum cl_err read_central(struct reading *r, uint64_t *at, char *name_room,
                                struct cl_zip_file *ret_file, struct zip_header *ret_header,
                                struct cl_flaw *flaw)
{
    const uint8_t *record = NULL, *name = NULL;
    uint8_t bytes[ZIP_CENTRAL];
    if (cl_window_read(&r->directory, *at, ZIP_CENTRAL, &record) ||
        zip_u32(record) != ZIP_CENTRAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut or broken");
    memcpy(bytes, record, ZIP_CENTRAL);
    const struct zip_header h = zip_header(bytes + ZIP_CENTRAL_HEADER);
    if (h.name_len > CL_BUNDLE_NAME_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "a name in it is longer than %u bytes",
                       CL_BUNDLE_NAME_MAX);
    if (cl_window_read(&r->directory, *at + ZIP_CENTRAL, h.name_len, &name))
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut");
    memcpy(name_room, name, h.name_len);
    name_room[h.name_len] = '\0';
    const char *what = cl_zip_name_flaw(name_room, h.name_len);
    if (what)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "a file in it %s", CL_SAID(what));
    what = header_flaw(&h);
    if (!what)
        what = attributes_flaw(bytes);
    if (what)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name_room, "%s", CL_SAID(what));
    *ret_file = (struct cl_zip_file){.name = name_room,
                                     .size = h.size,
                                     .packed = h.packed,
                                     .offset = zip_u32(bytes + 42),
                                     .crc = h.crc};
    *ret_header = h;
    *at += ZIP_CENTRAL + h.name_len + h.extra_len;
    return check_extra(&r->directory, *at - h.extra_len, name_room, flaw);
}

static enum cl_err check_moment(struct reading *r, const struct zip_header *h, const char *name,
                                struct cl_flaw *flaw)
{
    if (!r->has_moment)
        r->moment = h->time;
    r->has_moment = true;
    if (r->moment != h->time)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name, "states another time than the other files");
    return CL_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct end {
    uint64_t directory, offset; /* where the directory begins, and where this record does */
    size_t count;
};

static enum cl_err read_end(const struct cl_source *source, struct end *ret_end,
                            struct cl_flaw *flaw)
{
    uint8_t e[ZIP_END];
    if (source->size < ZIP_END)
        return cl_flaw(flaw, CL_MALFORMED, "", "it is too short for a ZIP");
    if (source->size > CL_BUNDLE_SIZE_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it is larger than 4 GiB");
    struct end end = {.offset = source->size - ZIP_END};
    if (cl_source_read(source, end.offset, e, sizeof e))
        return cl_flaw(flaw, CL_IO, "", "it cannot be read");
    if (zip_u32(e) != ZIP_END_SIGNATURE || zip_u16(e + 20) != 0)
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "it is not a ZIP, or something follows its end, or it is cut");
    end.count = zip_u16(e + 10);
    end.directory = zip_u32(e + 16);
    if (zip_u32(e + 4) != 0 || zip_u16(e + 8) != end.count || end.count == 0 ||
        end.count >= CL_BUNDLE_FILES_MAX || end.directory + zip_u32(e + 12) != end.offset)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "its directory is not where its end says");
    if (end.offset - end.directory > end.count * RECORD_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "its directory is larger than its files need");
    *ret_end = end;
    return CL_OK;
}

static enum cl_err read_files(struct reading *r, const struct end *end, struct cl_zip *zip,
                              struct cl_flaw *flaw)
{
    uint64_t at = end->directory, next = 0;
    char *room = zip->names;
    for (size_t i = 0; i < end->count; i++) {
        struct zip_header h = {0};
        struct cl_zip_file *file = &zip->files[i];
        file->name = room; /* where read_central puts it */
        *room = '\0';
        enum cl_err err = read_central(r, &at, room, file, &h, flaw);
        if (!err)
            err = check_moment(r, &h, file->name, flaw);
        if (!err && file->offset != next)
            err = cl_flaw(flaw, CL_PACKAGE_UNSAFE, file->name,
                          "does not follow the file before it, so something could hide between");
        if (!err)
            err = check_local(&r->headers, &h, file, flaw);
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

static void free_reading(struct reading **reading)
{
    free(*reading);
}

enum cl_err cl_zip_read(const struct cl_source *source, struct cl_zip *ret_zip,
                        struct cl_flaw *flaw)
{
    struct end end = {0};
    cl_cleanup(free_reading) struct reading *reading = NULL;
    cl_cleanup(cl_zip_free) struct cl_zip zip = {0};
    enum cl_err err = read_end(source, &end, flaw);
    if (err)
        return err;
    /* names cannot need more room than the directory that holds them */
    zip.names = malloc((size_t)(end.offset - end.directory) + CL_BUNDLE_NAME_MAX + 2);
    zip.files = calloc(end.count, sizeof *zip.files);
    reading = calloc(1, sizeof *reading);
    if (!zip.names || !zip.files || !reading)
        return CL_NO_MEMORY;
    reading->directory.source = reading->headers.source = source;
    err = read_files(reading, &end, &zip, flaw);
    if (!err)
        err = cl_zip_check_names(&zip, flaw);
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

/* ---- whose it is ----------------------------------------------------------------------------- */

/* A header at `at`, of which `fixed` bytes stand before the name. */
static bool header_is_ours(const struct cl_source *source, uint64_t at, uint32_t signature,
                           unsigned begin, unsigned fixed)
{
    uint8_t bytes[ZIP_CENTRAL], extra[ZIP_EXTRA];
    if (cl_source_read(source, at, bytes, fixed) || zip_u32(bytes) != signature)
        return false;
    const struct zip_header h = zip_header(bytes + begin);
    return zip_header_is_ours(&h) &&
           cl_source_read(source, at + fixed + h.name_len, extra, ZIP_EXTRA) == CL_OK &&
           memcmp(extra, zip_extra, ZIP_EXTRA) == 0;
}

bool cl_zip_is_ours(const struct cl_source *source)
{
    uint8_t end[ZIP_END];
    if (header_is_ours(source, 0, ZIP_LOCAL_SIGNATURE, ZIP_LOCAL_HEADER, ZIP_LOCAL))
        return true;
    return source->size >= ZIP_END &&
           cl_source_read(source, source->size - ZIP_END, end, ZIP_END) == CL_OK &&
           zip_u32(end) == ZIP_END_SIGNATURE &&
           header_is_ours(source, zip_u32(end + 16), ZIP_CENTRAL_SIGNATURE, ZIP_CENTRAL_HEADER,
                          ZIP_CENTRAL);
}
