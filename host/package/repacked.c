#include "package/repacked.h"

#include "package/layout.h"
#include "package/zip_internal.h"

#include "base/common.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define COMMENT_MAX   65535u
#define NAME_MAX_HERE 1024u                      /* bytes of a name, folders included */
#define RECORDS_MAX   (4u * CL_BUNDLE_FILES_MAX) /* a Mac adds one of its own to each file */
#define DIRECTORY_MAX (24u * 1024 * 1024)        /* bytes; a package's own needs 14 MiB at most */
#define OPENED_MIN    (16ull * 1024 * 1024)      /* bytes that any ZIP may open to … */
#define OPENED_TIMES  64 /* … and how many times its own size: entries come to 9 */

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

/* A file as its headers have it. */
struct entry {
    struct zip_header h;
    uint64_t size, packed, offset;
};

struct reading {
    const struct cl_source *source;
    struct cl_window directory, headers;
    char name[NAME_MAX_HERE + 1];
};

static void free_reading(struct reading **reading)
{
    free(*reading);
}

/* ---- the end --------------------------------------------------------------------------------- */

struct end {
    uint64_t directory, size, count;
    uint64_t offset; /* of what follows the directory */
};

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
static enum cl_err read_zip64(const struct cl_source *source, uint64_t at, struct end *end,
                              struct cl_flaw *flaw)
{
    uint8_t locator[ZIP64_LOCATOR], e[ZIP64_END];
    const bool wanted = end->count == ALL_16 || end->size == ALL_32 || end->directory == ALL_32;
    if (at < ZIP64_LOCATOR || cl_source_read(source, at - ZIP64_LOCATOR, locator, ZIP64_LOCATOR) ||
        zip_u32(locator) != ZIP64_LOCATOR_SIGNATURE)
        return wanted ? cl_flaw(flaw, CL_MALFORMED, "", "its end refers to another that is missing")
                      : CL_OK;
    const uint64_t record = zip_u64(locator + 8);
    if (zip_u32(locator + 4) != 0 || zip_u32(locator + 16) > 1 ||
        cl_source_read(source, record, e, ZIP64_END) || zip_u32(e) != ZIP64_END_SIGNATURE ||
        record + 12 + zip_u64(e + 4) != at - ZIP64_LOCATOR || zip_u64(e + 16) != 0 ||
        zip_u64(e + 24) != zip_u64(e + 32))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "its two ends do not agree");
    const struct end large = {.count = zip_u64(e + 32),
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

static enum cl_err read_end(const struct cl_source *source, struct end *ret_end,
                            struct cl_flaw *flaw)
{
    uint8_t e[ZIP_END];
    uint64_t at = 0;
    enum cl_err err = find_end(source, &at, flaw);
    if (err)
        return err;
    if (cl_source_read(source, at, e, ZIP_END))
        return cl_flaw(flaw, CL_IO, "", "it cannot be read");
    struct end end = {.count = zip_u16(e + 10),
                      .size = zip_u32(e + 12),
                      .directory = zip_u32(e + 16),
                      .offset = at};
    if (zip_u32(e + 4) != 0 || zip_u16(e + 8) != end.count)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "it is in several parts");
    err = read_zip64(source, at, &end, flaw);
    if (err)
        return err;
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
static bool read_large(const uint8_t *at, const uint8_t *end, bool central, struct entry *e)
{
    if (e->h.size == ALL_32 && !take_u64(&at, end, &e->size))
        return false;
    if (e->h.packed == ALL_32 && !take_u64(&at, end, &e->packed))
        return false;
    return !central || e->offset != ALL_32 || take_u64(&at, end, &e->offset);
}

/* Version, checksum of the header's name, and the name once more. */
static bool names_alike(const uint8_t *at, size_t n, const char *name)
{
    return n >= 5 && n - 5 == strlen(name) && memcmp(at + 5, name, n - 5) == 0;
}

static const char *read_extra(const uint8_t *at, size_t n, bool central, const char *name,
                              struct entry *e)
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
        if (id == EXTRA_NAME && !names_alike(at, size, name))
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

static bool name_is_sane(const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)name[i] < ' ' || name[i] == '\x7f' || name[i] == '\\')
            return false;
    return n > 0 && name[0] != '/';
}

/* Names of strangers are not printed. */
static enum cl_err refuse(struct cl_flaw *flaw, const char *name, const char *what)
{
    const bool ours =
        cl_zip_name_flaw(name, strlen(name)) == NULL && strlen(name) <= CL_BUNDLE_NAME_MAX;
    if (ours)
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, name, "%s", what);
    return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "a file in it %s", what);
}

/* One record of the directory; its name is left in r->name. *at moves behind it. */
static enum cl_err read_central(struct reading *r, uint64_t *at, struct entry *ret,
                                struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL;
    uint8_t record[ZIP_CENTRAL];
    if (cl_window_read(&r->directory, *at, ZIP_CENTRAL, &bytes) ||
        zip_u32(bytes) != ZIP_CENTRAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut or broken");
    memcpy(record, bytes, ZIP_CENTRAL);
    const size_t comment = zip_u16(record + 32);
    struct entry e = {.h = zip_header(record + ZIP_CENTRAL_HEADER), .offset = zip_u32(record + 42)};
    e.size = e.h.size;
    e.packed = e.h.packed;
    if (e.h.name_len > NAME_MAX_HERE)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "a name in it is too long");
    if (e.h.extra_len > CL_WINDOW - NAME_MAX_HERE ||
        cl_window_read(&r->directory, *at + ZIP_CENTRAL, (size_t)e.h.name_len + e.h.extra_len,
                       &bytes))
        return cl_flaw(flaw, CL_MALFORMED, "", "its directory is cut");
    memcpy(r->name, bytes, e.h.name_len);
    r->name[e.h.name_len] = '\0';
    if (strlen(r->name) != e.h.name_len || !name_is_sane(r->name, e.h.name_len))
        return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "",
                       "a file in it has a name with characters that are not allowed");
    const bool folder = r->name[e.h.name_len - 1] == '/';
    const char *what = header_flaw(&e.h);
    if (!what)
        what = mode_flaw(record, folder);
    if (!what && zip_u16(record + 34) != 0)
        what = "lies in another part";
    if (!what)
        what = read_extra(bytes + e.h.name_len, e.h.extra_len, true, r->name, &e);
    if (!what && folder && e.size != 0)
        what = "is a folder with contents";
    if (!what && e.h.method == ZIP_STORED && e.packed != e.size)
        what = "states two sizes";
    if (what)
        return refuse(flaw, r->name, what);
    *at += ZIP_CENTRAL + e.h.name_len + e.h.extra_len + comment;
    *ret = e;
    return CL_OK;
}

/* What a local header says of checksum and sizes: the same, or nothing where a descriptor will. */
static bool sums_agree(const struct entry *local, const struct cl_zip_file *file)
{
    const bool later = local->h.flags & FLAG_DESCRIPTOR;
    return (local->h.crc == file->crc || (later && local->h.crc == 0)) &&
           (local->packed == file->packed || (later && local->packed == 0)) &&
           (local->size == file->size || (later && local->size == 0));
}

/* The flags and the method that the directory states, while the files are looked at. */
struct stated {
    uint16_t flags, method;
};

static enum cl_err read_local(struct reading *r, const struct stated *stated,
                              struct cl_zip_file *file, bool *ret_descriptor, struct cl_flaw *flaw)
{
    const uint8_t *bytes = NULL;
    if (cl_window_read(&r->headers, file->offset, ZIP_LOCAL, &bytes) ||
        zip_u32(bytes) != ZIP_LOCAL_SIGNATURE)
        return cl_flaw(flaw, CL_MALFORMED, "",
                       "a file in it has no header where its directory says");
    struct entry e = {.h = zip_header(bytes + ZIP_LOCAL_HEADER)};
    e.size = e.h.size;
    e.packed = e.h.packed;
    const size_t name_len = strlen(file->name);
    if (e.h.name_len != name_len || e.h.extra_len > CL_WINDOW - NAME_MAX_HERE ||
        cl_window_read(&r->headers, file->offset + ZIP_LOCAL, name_len + e.h.extra_len, &bytes) ||
        memcmp(bytes, file->name, name_len) != 0)
        return refuse(flaw, file->name, "has another name in its header than in the directory");
    const char *what = read_extra(bytes + name_len, e.h.extra_len, false, file->name, &e);
    if (what)
        return refuse(flaw, file->name, what);
    if (e.h.method != stated->method || e.h.flags != stated->flags || !sums_agree(&e, file))
        return refuse(flaw, file->name, "has a header that differs from the directory");
    *ret_descriptor = e.h.flags & FLAG_DESCRIPTOR;
    file->data = file->offset + ZIP_LOCAL + name_len + e.h.extra_len;
    file->end = file->data + file->packed;
    return CL_OK;
}

/* Checksum and sizes of four or of eight bytes, with the signature or without; as long as the gap
 * that there is. */
static bool descriptor_fits(struct reading *r, const struct cl_zip_file *file, uint64_t gap)
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
static enum cl_err search_ends(struct reading *r, const struct cl_zip_file *file, bool *ret_found)
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

/* ---- the whole ------------------------------------------------------------------------------- */

struct list {
    struct cl_zip zip;
    struct stated *stated;
    size_t name_room, name_used;
};

static void free_list(struct list *list)
{
    cl_zip_free(&list->zip);
    free(list->stated);
}

static enum cl_err read_directory(struct reading *r, const struct end *end, struct list *list,
                                  struct cl_flaw *flaw)
{
    uint64_t at = end->directory, opened = 0;
    for (uint64_t i = 0; i < end->count; i++) {
        struct entry e = {0};
        enum cl_err err = read_central(r, &at, &e, flaw);
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
        list->stated[i] = (struct stated){e.h.flags, e.h.method};
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

static enum cl_err check_file(struct reading *r, struct list *list, size_t i, uint64_t next,
                              struct cl_flaw *flaw)
{
    struct cl_zip_file *file = &list->zip.files[i];
    bool descriptor = false, found = false;
    enum cl_err err = read_local(r, &list->stated[i], file, &descriptor, flaw);
    if (err)
        return err;
    if (file->end > next || (!descriptor && file->end != next) ||
        (descriptor && !descriptor_fits(r, file, next - file->end)))
        return refuse(flaw, file->name,
                      "is not followed by the next, so something could hide between");
    if (descriptor && !file->deflated)
        err = search_ends(r, file, &found);
    if (err)
        return cl_flaw(flaw, err, "", "it cannot be read");
    if (found)
        return refuse(flaw, file->name,
                      "holds what a reader from the front would take for other files");
    return CL_OK;
}

/* End to end, in the order in which they lie. */
static enum cl_err check_files(struct reading *r, const struct end *end, struct list *list,
                               struct cl_flaw *flaw)
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
    struct end end = {0};
    cl_cleanup(free_reading) struct reading *r = NULL;
    cl_cleanup(free_list) struct list list = {0};
    if (source->size < ZIP_END)
        return cl_flaw(flaw, CL_MALFORMED, "", "it is too short for a ZIP");
    enum cl_err err = read_end(source, &end, flaw);
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
    drop_folders(&list.zip);
    *ret_zip = list.zip;
    list.zip = (struct cl_zip){0};
    return CL_OK;
}

/* ---- which of them are the package ----------------------------------------------------------- */

static const char *last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

static bool is_foreign(const char *name)
{
    static const char *const others[] = {".DS_Store",   "Thumbs.db", "desktop.ini",
                                         "Desktop.ini", "check.py",  "ROOT.pem"};
    const char *last = last_part(name);
    if (strncmp(name, "__MACOSX/", 9) == 0 || strstr(name, "/__MACOSX/") ||
        strncmp(last, "._", 2) == 0)
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(last, others[i]) == 0)
            return true;
    return false;
}

static size_t drop_foreign(struct cl_zip *zip)
{
    size_t kept = 0, all = zip->count;
    for (size_t i = 0; i < all; i++)
        if (!is_foreign(zip->files[i].name))
            zip->files[kept++] = zip->files[i];
    zip->count = kept;
    return all - kept;
}

/* The length of the path in front of the one bagit.txt that lies highest. */
static enum cl_err find_root(const struct cl_zip *zip, size_t *ret_length, const char **ret_root,
                             struct cl_flaw *flaw)
{
    unsigned found = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const char *name = zip->files[i].name, *last = last_part(name);
        if (strcmp(last, CL_FILE_BAGIT) != 0)
            continue;
        *ret_length = (size_t)(last - name);
        *ret_root = name;
        found++;
    }
    if (found > 1)
        return cl_flaw(flaw, CL_MALFORMED, "", "it holds several packages");
    if (!*ret_root)
        return cl_flaw(flaw, CL_MALFORMED, CL_FILE_BAGIT,
                       "is missing, so it is no evidence package");
    return CL_OK;
}

enum cl_err cl_repacked_root(struct cl_zip *zip, size_t *ret_length, size_t *ret_left_out,
                             struct cl_flaw *flaw)
{
    size_t length = 0;
    const char *root = NULL;
    *ret_left_out = drop_foreign(zip);
    enum cl_err err = find_root(zip, &length, &root, flaw);
    if (err || !root)
        return err;
    if (zip->count >= CL_BUNDLE_FILES_MAX)
        return cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it has more files than a package may have");
    for (size_t i = 0; i < zip->count; i++) {
        struct cl_zip_file *file = &zip->files[i];
        if (strncmp(file->name, root, length) != 0)
            return refuse(flaw, file->name, "is not in the package's folder");
        const char *inside = file->name + length;
        const char *what = cl_zip_name_flaw(inside, strlen(inside));
        if (what || strlen(inside) > CL_BUNDLE_NAME_MAX)
            return cl_flaw(flaw, CL_PACKAGE_UNSAFE, "", "a file in it %s",
                           what ? what : "has too long a name");
    }
    for (size_t i = 0; i < zip->count; i++)
        zip->files[i].name += length;
    *ret_length = length;
    return cl_zip_check_names(zip, flaw);
}

bool cl_repacked_nested(const struct cl_zip *zip, size_t *ret_i)
{
    static const char ending[] = ".zip";
    size_t found = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const char *name = zip->files[i].name;
        const size_t n = strlen(name);
        if (is_foreign(name))
            continue;
        if (n < sizeof ending || strcasecmp(name + n - strlen(ending), ending) != 0)
            return false;
        *ret_i = i;
        found++;
    }
    return found == 1;
}
