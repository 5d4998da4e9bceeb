#include "log/paths.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/unicode.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- which folder ---------------------------------------------------------------------------- */

static const char *absolute(const char *variable)
{
    const char *path = getenv(variable);
    return path && path[0] == '/' ? path : NULL;
}

static bool is_below(const char *path, const char *folder, const char *name)
{
    size_t n = folder ? strlen(folder) : 0;
    return n > 0 && strncmp(path, folder, n) == 0 && strncmp(path + n, name, strlen(name)) == 0;
}

/* A terminal inside a snap or a Flatpak gives its own folder for data to what runs in it. */
static bool is_sandboxes(const char *data, const char *home)
{
    return is_below(data, home, "/snap/") || is_below(data, home, "/.var/app/") ||
           is_below(data, absolute("SNAP_USER_DATA"), "/") ||
           is_below(data, absolute("SNAP_USER_COMMON"), "/");
}

/* As the environment spells it. */
static enum cl_err data_folder(struct cl_buf *to)
{
    const char *home = absolute("SNAP_REAL_HOME");
    const char *data = absolute("XDG_DATA_HOME");
    if (!home)
        home = absolute("HOME");
    if (data && !is_sandboxes(data, home))
        return cl_buf_put_str(to, data);
    if (!home)
        return CL_IO;
    enum cl_err err = cl_buf_put_str(to, home);
    return err ? err : cl_buf_put_str(to, "/.local/share");
}

bool cl_paths_is_redirected(void)
{
    const char *home = absolute("SNAP_REAL_HOME");
    const char *data = absolute("XDG_DATA_HOME");
    return data && is_sandboxes(data, home ? home : absolute("HOME"));
}

/* What is there of `path` by its real name, and the rest as it is. */
static enum cl_err resolve(const char *path, struct cl_buf *to)
{
    char near[PATH_MAX];
    char real[PATH_MAX] = "";
    size_t there = strlen(path);
    if (there >= sizeof near)
        return CL_PATH_LONG;
    memcpy(near, path, there + 1);
    while (there > 0 && !realpath(near, real)) {
        struct stat st;
        if (errno != ENOENT)
            return cl_paths_errno();
        if (lstat(near, &st) == 0) /* a link that leads nowhere, as to a disk that is not there */
            return CL_LOG_LINKED;
        while (there > 0 && near[there - 1] != '/') /* one name less */
            there--;
        while (there > 0 && near[there - 1] == '/')
            there--;
        near[there] = '\0';
    }
    bool is_root = there == 0 || strcmp(real, "/") == 0;
    enum cl_err err = is_root ? CL_OK : cl_buf_put_str(to, real);
    return err ? err : cl_buf_put_str(to, path + there);
}

static bool is_utf8(const struct cl_buf *text)
{
    uint32_t point;
    for (size_t at = 0, n; at < text->len; at += n) {
        n = cl_utf8_decode(text->data + at, text->len - at, &point);
        if (n == 0)
            return false;
    }
    return true;
}

/* Root in the home of somebody else, by sudo, would leave folders there that they cannot use. */
static enum cl_err check_owner(const char *path)
{
    struct stat st;
    char near[PATH_MAX];
    if (geteuid() != 0 || strlen(path) >= sizeof near)
        return CL_OK;
    memcpy(near, path, strlen(path) + 1);
    while (stat(near, &st) != 0) {
        char *slash = strrchr(near, '/');
        if (slash == near || !slash)
            return CL_OK;
        *slash = '\0';
    }
    return st.st_uid == 0 ? CL_OK : CL_LOG_NOT_YOURS;
}

static enum cl_err name_file(struct cl_buf *to)
{
    enum cl_err err = cl_buf_put_str(to, "/consentlog/log.sqlite");
    return err ? err : cl_buf_put(to, "", 1);
}

enum cl_err cl_paths_spelled(struct cl_buf *to)
{
    enum cl_err err = data_folder(to);
    return err ? err : name_file(to);
}

enum cl_err cl_paths_log(struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf folder = cl_buf(PATH_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf real = cl_buf(PATH_MAX);
    enum cl_err err = data_folder(&folder);
    if (!err)
        err = cl_buf_put(&folder, "", 1);
    if (!err)
        err = resolve((const char *)folder.data, &real);
    if (!err && !is_utf8(&real))
        err = CL_PATH_ENCODING;
    if (!err)
        err = cl_buf_put(to, real.data, real.len);
    if (!err)
        err = cl_buf_put(&real, "", 1);
    if (!err)
        err = check_owner((const char *)real.data);
    if (!err)
        err = name_file(to);
    if (err == CL_TOO_LONG || (!err && to->len - 1 > CL_LOG_PATH_MAX))
        return CL_PATH_LONG;
    return err;
}

enum cl_err cl_paths_trace(const char *path, struct cl_buf *to)
{
    const char *name = strrchr(path, '/');
    while (name && name > path && name[-1] != '/') /* the folder's */
        name--;
    if (!name || name == path)
        return CL_LOG_UNSAFE;
    enum cl_err err = cl_buf_put(to, path, (size_t)(name - path));
    if (!err)
        err = cl_buf_put_str(to, "consentlog.known");
    return err ? err : cl_buf_put(to, "", 1);
}

bool cl_paths_concerns(enum cl_err err)
{
    return err == CL_LOG_LINKED || err == CL_LOG_UNSAFE || err == CL_LOG_NOT_YOURS ||
           err == CL_DISK_READ_ONLY;
}

enum cl_err cl_paths_sentence(enum cl_err about, struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(PATH_MAX);
    enum cl_err err = cl_buf_put_str(to, cl_err_sentence(about));
    if (!err && cl_paths_concerns(about) && cl_paths_spelled(&path) == CL_OK) {
        const char *text = (const char *)path.data;
        uint32_t point;
        bool whole = true;
        for (size_t at = 0, n = 1; whole && at + 1 < path.len; at += n)
            whole = (n = cl_utf8_decode(path.data + at, path.len - at, &point)) > 0;
        if (whole)
            err = cl_buf_put_str(to, " The log: ");
        if (!err && whole)
            err = cl_buf_put_str(to, text);
    }
    return err ? err : cl_buf_put(to, "", 1);
}

/* ---- what is there --------------------------------------------------------------------------- */

enum cl_err cl_paths_errno(void)
{
    switch (errno) {
    case ENOENT:
        return CL_LOG_ABSENT;
    case ELOOP:
        return CL_LOG_LINKED;
    case EROFS:
        return CL_DISK_READ_ONLY;
    case ENAMETOOLONG:
        return CL_PATH_LONG;
    case ENOTDIR:
    case EISDIR:
    case ENXIO: /* a socket */
    case EACCES:
        return CL_LOG_UNSAFE;
    default:
        return cl_io_error(errno);
    }
}

enum cl_err cl_paths_safe(int fd, bool directory)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return CL_IO;
    if (directory ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
        return CL_LOG_UNSAFE;
    if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return CL_LOG_UNSAFE;
    return CL_OK;
}

/* Of a folder that is a link, open says ENOTDIR. */
static bool is_link(const char *path)
{
    struct stat st;
    const int kept = errno;
    const bool link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    errno = kept;
    return link;
}

enum cl_err cl_paths_folder(const char *path, bool make, int *ret_fd)
{
    const char *slash = strrchr(path, '/');
    if (path[0] != '/' || slash == path)
        return CL_LOG_UNSAFE;

    cl_cleanup(cl_buf_free) struct cl_buf dir = cl_buf(4096);
    enum cl_err err = cl_buf_put(&dir, path, (size_t)(slash - path));
    if (!err)
        err = cl_buf_put(&dir, "", 1);
    if (!err && make)
        err = cl_io_make_folders((char *)dir.data, 0700) ? CL_OK : cl_paths_errno();
    if (make && err == CL_LOG_ABSENT) /* as below /proc: nobody can make it */
        err = CL_IO;
    if (err)
        return err;

    cl_cleanup(close_fd) int fd =
        open((const char *)dir.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return is_link((const char *)dir.data) ? CL_LOG_LINKED : cl_paths_errno();
    err = cl_paths_safe(fd, true);
    if (err)
        return err;
    *ret_fd = fd;
    fd = -1;
    return CL_OK;
}

/* What SQLite opens beside the file without a look at it: a pipe there would be waited for. */
static enum cl_err check_beside(const char *path)
{
    static const char *const ends[] = {"-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf name = cl_buf(PATH_MAX + 16);
        struct stat st;
        enum cl_err err = cl_buf_put_str(&name, path);
        if (!err)
            err = cl_buf_put(&name, ends[i], strlen(ends[i]) + 1);
        if (err)
            return err;
        if (lstat((const char *)name.data, &st) == 0 && !S_ISREG(st.st_mode))
            return S_ISLNK(st.st_mode) ? CL_LOG_LINKED : CL_LOG_UNSAFE;
    }
    return CL_OK;
}

enum cl_err cl_paths_file(const char *path, bool create, bool *ret_read_only)
{
    const int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    cl_cleanup(close_fd) int fd = open(path, flags | O_RDWR | (create ? O_CREAT : 0), 0600);
    *ret_read_only = fd < 0 && errno == EROFS;
    if (*ret_read_only)
        fd = open(path, flags | O_RDONLY);
    if (fd < 0)
        return cl_paths_errno();
    enum cl_err err = cl_paths_safe(fd, false);
    if (!err)
        err = check_beside(path);
    if (err || create)
        return err;
    off_t length = lseek(fd, 0, SEEK_END);
    if (length < 0)
        return CL_IO;
    return length == 0 ? CL_LOG_ABSENT : CL_OK;
}
