#include "cli/manifest.h"

#include "base/io.h"

#include "cli/terminal.h"
#include "manifest_text.h"
#include "json/reader.h"
#include "json/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST_PROGRAM  "/consentlog-host"
#define HOST_PATH_MAX 4096
#define BEFORE_ID     ", \"chrome-extension://"
#define AFTER_ID      "/\""

static const struct {
    const char *before, *after; /* of the host's path */
} texts[] = {
    [BROWSER_CHROMIUM] = {CHROMIUM_BEFORE, CHROMIUM_AFTER},
    [BROWSER_GECKO] = {GECKO_BEFORE, GECKO_AFTER},
};

/* The text with the ids that ship with us. */
static enum cl_err put_plain(enum browser_kind kind, const char *host, struct cl_buf *to)
{
    enum cl_err err = cl_buf_put_str(to, texts[kind].before);
    if (err != CL_OK)
        return err;
    struct cl_json_writer w = cl_json_writer(to);
    cl_json_str(&w, NULL, host);
    err = cl_json_end(&w);
    return err == CL_OK ? cl_buf_put_str(to, texts[kind].after) : err;
}

/* Where the list of ids closes, as bytes from the text's end. */
static size_t after_ids(enum browser_kind kind)
{
    return strlen(strrchr(texts[kind].after, ']'));
}

enum cl_err manifest_text(enum browser_kind kind, const char *host, bool for_all, struct cl_buf *to)
{
    enum cl_err err = put_plain(kind, host, to);
    if (err != CL_OK || kind != BROWSER_CHROMIUM)
        return err;
    struct packed_ids ids = packed_ids(host, for_all);
    to->len -= after_ids(kind);
    for (size_t i = 0; i < ids.count && err == CL_OK; i++) {
        cl_cleanup(term_free) char *origin = term_format("%s%s%s", BEFORE_ID, ids.ids[i], AFTER_ID);
        err = cl_buf_put_str(to, origin);
    }
    return err == CL_OK ? cl_buf_put_str(to, strrchr(texts[kind].after, ']')) : err;
}

/* Takes one more id, as it is written above, from the front of what is left. */
static bool take_id(const char **at, const char *end, char id[static PACKED_ID_LEN + 1])
{
    const size_t before = strlen(BEFORE_ID), after = strlen(AFTER_ID);
    if ((size_t)(end - *at) < before + PACKED_ID_LEN + after ||
        memcmp(*at, BEFORE_ID, before) != 0 ||
        memcmp(*at + before + PACKED_ID_LEN, AFTER_ID, after) != 0)
        return false;
    memcpy(id, *at + before, PACKED_ID_LEN);
    id[PACKED_ID_LEN] = '\0';
    *at += before + PACKED_ID_LEN + after;
    return strspn(id, "abcdefghijklmnop") == PACKED_ID_LEN;
}

/* False if something else than ids stands between the two. */
static bool compare_ids(const char *at, const char *end, const struct packed_ids *here,
                        struct manifest_ids *ret)
{
    char id[PACKED_ID_LEN + 1];
    bool named[PACKED_MAX] = {false};
    while (at < end) {
        bool is_here = false;
        if (!take_id(&at, end, id))
            return false;
        for (size_t i = 0; i < here->count; i++)
            if (strcmp(here->ids[i], id) == 0)
                is_here = named[i] = true;
        if (!is_here)
            memcpy(ret->gone, id, sizeof id);
    }
    for (size_t i = 0; i < here->count; i++)
        if (!named[i])
            memcpy(ret->lacking, here->ids[i], sizeof id);
    return true;
}

bool manifest_compare(enum browser_kind kind, const char *host, bool for_all,
                      const struct cl_buf *there, struct manifest_ids *ret)
{
    cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(MANIFEST_MAX);
    *ret = (struct manifest_ids){0};
    if (put_plain(kind, host, &plain) != CL_OK || there->len < plain.len)
        return false;
    const size_t tail = after_ids(kind), head = plain.len - tail;
    const char *text = (const char *)there->data, *end = text + there->len - tail;
    if (memcmp(text, plain.data, head) != 0 || memcmp(end, plain.data + head, tail) != 0)
        return false;
    if (kind != BROWSER_CHROMIUM)
        return there->len == plain.len;
    struct packed_ids here = packed_ids(host, for_all);
    return compare_ids(text + head, end, &here, ret);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The host that a manifest of ours names, or NULL if it is not one. New string. Trailing white
 * space is not strict JSON, but every editor and our own template leaves a newline. */
static char *our_host(const struct cl_buf *bytes)
{
    size_t len = bytes->len;
    while (len > 0 && strchr(" \r\n\t", bytes->data[len - 1]))
        len--;
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    if (cl_json_parse(bytes->data, len, &tree) != CL_OK)
        return NULL;
    struct cl_fault fault = {0};
    struct cl_reader r = cl_reader(tree, "", &fault);
    const char *name = cl_read_str(&r, "name", 256);
    const char *host = cl_read_str(&r, "path", HOST_PATH_MAX);
    if (fault.err != CL_OK || strcmp(name, MANIFEST_NAME) != 0 || !ends_with(host, HOST_PROGRAM))
        return NULL;
    return term_format("%s", host);
}

static bool read_whole(int fd, struct cl_buf *to)
{
    uint8_t chunk[4096];
    for (ssize_t n; (n = read(fd, chunk, sizeof chunk)) != 0;)
        if (n < 0 || cl_buf_put(to, chunk, (size_t)n) != CL_OK)
            return false;
    return true;
}

enum manifest_is manifest_look(const char *file, struct cl_buf *ret_bytes, char **ret_host)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? MANIFEST_ABSENT
               : errno == ELOOP                    ? MANIFEST_FOREIGN
                                                   : MANIFEST_UNREADABLE;
    struct stat st;
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(MANIFEST_MAX);
    bool whole = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_whole(fd, &bytes);
    close(fd);
    char *host = whole ? our_host(&bytes) : NULL;
    if (!host)
        return MANIFEST_FOREIGN;
    if (ret_host)
        *ret_host = host;
    else
        free(host);
    if (ret_bytes && cl_buf_put(ret_bytes, bytes.data, bytes.len) != CL_OK)
        return MANIFEST_UNREADABLE;
    return MANIFEST_OURS;
}

static bool fill(int fd, const struct cl_buf *text)
{
    return write(fd, text->data, text->len) == (ssize_t)text->len && fchmod(fd, 0644) == 0 &&
           fsync(fd) == 0;
}

bool manifest_write(const char *file, const struct cl_buf *text, unsigned folder_mode)
{
    cl_cleanup(term_free) char *copy = term_format("%s", file);
    char *folder = dirname(copy);
    if (!cl_io_make_folders(folder, folder_mode))
        return false;
    cl_cleanup(term_free) char *temporary = term_format("%s/." MANIFEST_FILE ".XXXXXX", folder);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return false;
    bool good = fill(fd, text);
    good = close(fd) == 0 && good && rename(temporary, file) == 0;
    int kept = errno;
    if (!good)
        unlink(temporary);
    errno = kept;
    return good && cl_io_sync_folder(folder) == CL_OK;
}

bool manifest_remove(const char *file)
{
    cl_cleanup(term_free) char *copy = term_format("%s", file);
    return unlink(file) == 0 && cl_io_sync_folder(dirname(copy)) == CL_OK;
}

static bool is_in_home(const char *folder)
{
    const char *home = getenv("HOME");
    size_t n = home ? strlen(home) : 0;
    return n > 1 && strncmp(folder, home, n) == 0 && (folder[n] == '/' || folder[n] == '\0');
}

/* What to do about a folder in which nothing can be put, for that reason. */
static char *remedy(const char *folder, const struct stat *st, int why)
{
    if (why == EROFS)
        return term_format("%s is on a disk that cannot be written to", folder);
    if (why != EACCES)
        return term_format("Look at %s and move it away", folder);
    if (st->st_uid == geteuid())
        return term_format("Make the folder writable: chmod u+rwx '%s'", folder);
    if (is_in_home(folder)) /* by sudo, once */
        return term_format("Take the folder back: sudo chown \"$USER\" '%s'", folder);
    return term_format("%s belongs to another user", folder);
}

char *manifest_obstacle(const char *file)
{
    cl_cleanup(term_free) char *copy = term_format("%s", file);
    const char *folder = dirname(copy);
    struct stat st;
    while (lstat(folder, &st) != 0 && strcmp(folder, "/") != 0) /* a dangling link is there too */
        folder = dirname(copy);
    cl_cleanup(term_free) char *inside = term_format("%s/.", folder); /* fails of a file */
    if (access(inside, W_OK | X_OK) == 0)
        return NULL;
    int why = errno;
    (void)stat(folder, &st); /* else the link's */
    char *what = remedy(folder, &st, why);
    errno = why;
    return what;
}

char *manifest_own_host(void)
{
    cl_cleanup(term_free) char *self = realpath("/proc/self/exe", NULL);
    if (!self)
        return NULL;
    const char *folder = dirname(self);
    cl_cleanup(term_free) char *installed = term_format("%s/" HOST_FROM_BIN, folder);
    cl_cleanup(term_free) char *beside = term_format("%s" HOST_PROGRAM, folder);
    char *host = realpath(installed, NULL);
    return host ? host : realpath(beside, NULL);
}
