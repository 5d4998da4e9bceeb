/* The end, the directory's records and the local headers of a ZIP that another program packed
 * (PKWARE APPNOTE.TXT 6.3.10). */
#include "package/repacked_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COMMENT_MAX   65535u
#define RECORDS_MAX   (4u * CL_BUNDLE_FILES_MAX) /* a Mac adds one of its own to each file */
#define DIRECTORY_MAX (24u * 1024 * 1024)        /* bytes; a package's own needs 14 MiB at most */

#define FLAG_ENCRYPTED  0x0001u
#define FLAG_DESCRIPTOR 0x0008u
#define FLAG_DEFLATE    0x0006u /* how hard the packer tried */
#define FLAG_UTF8       0x0800u

#define ZIP64_LOCATOR           20u
#define ZIP64_END               56u
#define ZIP64_LOCATOR_SIGNATURE 0x07064b50u
#define ZIP64_END_SIGNATURE     0x06064b50u

#define EXTRA_ZIP64  0x0001u
#define EXTRA_NAME   0x7075u
#define EXTRA_CIPHER 0x9901u
#define ALL_32       UINT32_MAX
#define ALL_16       UINT16_MAX
#define HOST_DARWIN  19u
#define MODE_SHIFT   16

/* ---- the end --------------------------------------------------------------------------------- */

/* The one record in the tail of the file that reaches exactly to its end. */
static enum cl_err find_end(const struct cl_source *source, uint64_t *ret_at, struct cl_flaw *flaw)
{
    const size_t n =
        source->size < COMMENT_MAX + ZIP_END ? (size_t)source->size : COMMENT_MAX + ZIP_END;
    unsigned found = 0;
    uint8_t *tail = malloc(n + 1);
    if (!tail)
        return CL_NO_MEMORY;
    enum cl_err err = cl_source_read(source, source->size - n, tail, n);
    for (size_t i = 0; !err && i + ZIP_END <= n; i++) {
        if (zip_u32(tail + i) != ZIP_END_SIGNATURE || zip_u16(tail + i + 20) != n - i - ZIP_END)
            continue;
        *ret_at = source->size - n + i;
        found++;
    }
    free(tail);
    if (err)
        return cl_flaw(flaw, CL_IO, "", "it cannot be read");
    if (found > 1)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "it has two ends");
    if (found == 0)
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "it is not a ZIP, or something follows its end, or it is cut");
    return CL_OK;
}

/* What has more than 32 bits, where there is such; it says all of it once more. */
static enum cl_err read_zip64(const struct cl_source *source, uint64_t at, struct repacked_end *end,
                              struct cl_flaw *flaw)
{
    uint8_t locator[ZIP64_LOCATOR], e[ZIP64_END];
    const bool wanted = end->size == ALL_32 || end->directory == ALL_32;
    if (at < ZIP64_LOCATOR || cl_source_read(source, at - ZIP64_LOCATOR, locator, ZIP64_LOCATOR) ||
        zip_u32(locator) != ZIP64_LOCATOR_SIGNATURE)
        return wanted ? cl_flaw(flaw, CL_MALFORMED, "", "its end refers to another that is missing")
                      : CL_OK;
    const uint64_t record = zip_u64(locator + 8);
    if (zip_u32(locator + 4) != 0 || zip_u32(locator + 16) > 1 ||
        cl_source_read(source, record, e, ZIP64_END) || zip_u32(e) != ZIP64_END_SIGNATURE ||
        record + ZIP64_END != at - ZIP64_LOCATOR || zip_u64(e + 4) != ZIP64_END - 12 ||
        zip_u64(e + 16) != 0 || zip_u64(e + 24) != zip_u64(e + 32))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "its two ends do not agree");
    const struct repacked_end large = {.count = zip_u64(e + 32),
                                       .size = zip_u64(e + 40),
                                       .directory = zip_u64(e + 48),
                                       .offset = record};
    if ((end->count != ALL_16 && end->count != large.count) ||
        (end->size != ALL_32 && end->size != large.size) ||
        (end->directory != ALL_32 && end->directory != large.directory))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "its two ends do not agree");
    *end = large;
    return CL_OK;
}

/* Where ZIP64's end follows, which says so itself, the numbers may say nothing. */
static bool is_one_part(const uint8_t e[static ZIP_END], bool zip64)
{
    const unsigned disk = zip_u16(e + 4), start = zip_u16(e + 6);
    return (disk == 0 || (zip64 && disk == ALL_16)) && (start == 0 || (zip64 && start == ALL_16)) &&
           zip_u16(e + 8) == zip_u16(e + 10);
}

enum cl_err cl_repacked_end(const struct cl_source *source, struct repacked_end *ret_end,
                            struct cl_flaw *flaw)
{
    uint8_t e[ZIP_END];
    uint64_t at = 0;
    enum cl_err err = cl_repacked_begin(source, flaw);
    if (!err)
        err = find_end(source, &at, flaw);
    if (err)
        return err;
    if (cl_source_read(source, at, e, ZIP_END))
        return cl_flaw(flaw, CL_IO, "", "it cannot be read");
    struct repacked_end end = {.count = zip_u16(e + 10),
                               .size = zip_u32(e + 12),
                               .directory = zip_u32(e + 16),
                               .offset = at};
    err = read_zip64(source, at, &end, flaw);
    if (err)
        return err;
    if (!is_one_part(e, end.offset != at))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "it is in several parts");
    if (end.count > RECORDS_MAX || end.size > DIRECTORY_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it has more files than a package may have");
    if (end.count == 0 || end.size > end.offset || end.directory != end.offset - end.size)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "its directory is not where its end says");
    *ret_end = end;
    return CL_OK;
}

/* ---- headers --------------------------------------------------------------------------------- */

static bool take_u64(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    if (end - *at < 8)
        return false;
    *value = zip_u64(*at);
    *at += 8;
    return true;
}

/* Sizes, and in the directory the offset, where the header has no room for them. */
static bool read_large(const uint8_t *at, const uint8_t *end, bool central,
                       struct repacked_entry *e)
{
    if (e->h.size == ALL_32 && !take_u64(&at, end, &e->size))
        return false;
    if (e->h.packed == ALL_32 && !take_u64(&at, end, &e->packed))
        return false;
    return !central || e->offset != ALL_32 || take_u64(&at, end, &e->offset);
}

static const char *read_extra(const uint8_t *at, size_t n, bool central, const char *name,
                              struct repacked_entry *e)
{
    const uint8_t *end = at + n;
    bool large = false;
    while (end - at >= 4) {
        const unsigned id = zip_u16(at);
        const size_t size = zip_u16(at + 2);
        at += 4;
        if ((size_t)(end - at) < size)
            return "has extra fields that are cut";
        if (id == EXTRA_CIPHER)
            return "is encrypted";
        if (id == EXTRA_NAME && !cl_repacked_names_alike(at, size, name))
            return "has two names";
        if (id == EXTRA_ZIP64 && (large || !read_large(at, at + size, central, e)))
            return "states its size in two ways";
        large |= id == EXTRA_ZIP64;
        at += size;
    }
    if (!large && (e->h.size == ALL_32 || e->h.packed == ALL_32 || e->offset == ALL_32))
        return "states no size";
    return NULL; /* less than a field's head is padding, which some programs add */
}

static const char *header_flaw(const struct zip_header *h)
{
    if (h->flags & FLAG_ENCRYPTED)
        return "is encrypted";
    if (h->flags & ~(FLAG_DESCRIPTOR | FLAG_DEFLATE | FLAG_UTF8))
        return "is packed in a way that is not read here";
    if (h->method != ZIP_STORED && h->method != ZIP_DEFLATED)
        return "is packed in a way that is not read here; unpack it, and name the folder instead";
    return NULL;
}

/* Where a system with links packed it. */
static const char *mode_flaw(const uint8_t record[static ZIP_CENTRAL], bool folder)
{
    const unsigned host = record[5], mode = zip_u32(record + 38) >> MODE_SHIFT;
    const unsigned type = mode & S_IFMT;
    if ((host != ZIP_UNIX && host != HOST_DARWIN) || type == 0)
        return NULL;
    if (type == S_IFLNK)
        return "is a link";
    return type == (folder ? S_IFDIR : S_IFREG) ? NULL : "is not a plain file";
}

enum cl_err cl_repacked_refuse(struct cl_flaw *flaw, const char *name, const char *what)
{
    const bool ours = !cl_zip_name_flaw(name, strlen(name)) && strlen(name) <= CL_BUNDLE_NAME_MAX;
    if (ours)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name, "%s", CL_SAID(what));
    return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "a file in it %s", CL_SAID(what));
}

enum cl_err cl_repacked_central(struct repacked_reading *r, uint64_t *at,
                                struct repacked_entry *ret, struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL;
    uint8_t record[ZIP_CENTRAL];
    if (cl_window_read(&r->directory, *at, ZIP_CENTRAL, &bytes) ||
        zip_u32(bytes) != ZIP_CENTRAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut or broken");
    memcpy(record, bytes, ZIP_CENTRAL);
    const size_t comment = zip_u16(record + 32);
    struct repacked_entry e = {.h = zip_header(record + ZIP_CENTRAL_HEADER),
                               .offset = zip_u32(record + 42)};
    e.size = e.h.size;
    e.packed = e.h.packed;
    if (e.h.name_len > REPACKED_NAME_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "a name in it is too long");
    if (e.h.extra_len > CL_WINDOW - REPACKED_NAME_MAX ||
        cl_window_read(&r->directory, *at + ZIP_CENTRAL, (size_t)e.h.name_len + e.h.extra_len,
                       &bytes))
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut");
    memcpy(r->name, bytes, e.h.name_len);
    r->name[e.h.name_len] = '\0';
    r->slash |= strchr(r->name, '/') != NULL;
    r->backslash |= strchr(r->name, '\\') != NULL;
    if (strlen(r->name) != e.h.name_len || !cl_repacked_name_is_sane(r->name) ||
        (r->slash && r->backslash))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "",
                       "a file in it has a name with characters that are not allowed");
    const bool folder = strchr("/\\", r->name[e.h.name_len - 1]);
    const char *what = header_flaw(&e.h);
    if (!what)
        what = mode_flaw(record, folder);
    if (!what && zip_u16(record + 34) != 0)
        what = "lies in another part";
    if (!what)
        what = read_extra(bytes + e.h.name_len, e.h.extra_len, true, r->name, &e);
    if (!what && folder && (e.size != 0 || e.h.crc != 0 || (e.packed != 0 && e.packed != 2)))
        what = "is a folder with contents";
    if (!what && e.h.method == ZIP_STORED && e.packed != e.size)
        what = "states two sizes";
    if (what)
        return cl_repacked_refuse(flaw, r->name, what);
    *at += ZIP_CENTRAL + e.h.name_len + e.h.extra_len + comment;
    *ret = e;
    return CL_OK;
}

/* What a local header says of checksum and sizes: the same, or nothing where a descriptor will. */
static bool sums_agree(const struct repacked_entry *local, const struct cl_zip_file *file)
{
    const bool later = local->h.flags & FLAG_DESCRIPTOR;
    return (local->h.crc == file->crc || (later && local->h.crc == 0)) &&
           (local->packed == file->packed || (later && local->packed == 0)) &&
           (local->size == file->size || (later && local->size == 0));
}

enum cl_err cl_repacked_local(struct repacked_reading *r, const struct repacked_stated *stated,
                              struct cl_zip_file *file, bool *ret_descriptor, struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL;
    if (cl_window_read(&r->headers, file->offset, ZIP_LOCAL, &bytes) ||
        zip_u32(bytes) != ZIP_LOCAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "a file in it has no header where its directory says");
    struct repacked_entry e = {.h = zip_header(bytes + ZIP_LOCAL_HEADER)};
    e.size = e.h.size;
    e.packed = e.h.packed;
    const size_t name_len = strlen(file->name);
    if (e.h.name_len != name_len || e.h.extra_len > CL_WINDOW - REPACKED_NAME_MAX ||
        cl_window_read(&r->headers, file->offset + ZIP_LOCAL, name_len + e.h.extra_len, &bytes) ||
        memcmp(bytes, file->name, name_len) != 0)
        return cl_repacked_refuse(flaw, file->name,
                                  "has another name in its header than in the directory");
    const char *what = read_extra(bytes + name_len, e.h.extra_len, false, file->name, &e);
    if (what)
        return cl_repacked_refuse(flaw, file->name, what);
    if (e.h.method != stated->method || e.h.flags != stated->flags || !sums_agree(&e, file))
        return cl_repacked_refuse(flaw, file->name, "has a header that differs from the directory");
    *ret_descriptor = e.h.flags & FLAG_DESCRIPTOR;
    file->data = file->offset + ZIP_LOCAL + name_len + e.h.extra_len;
    file->end = file->data + file->packed;
    return CL_OK;
}
