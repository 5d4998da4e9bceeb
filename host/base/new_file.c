#include "base/new_file.h"

#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_BEGIN  "unfinished-"
#define PART_END    ".consentlog"
#define PART_DIGITS 16
#define PART_TRIES  3

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
}

/* ---- under another name meanwhile --------------------------------------------------------- */

static bool is_part(const char *name)
{
    const size_t begin = sizeof PART_BEGIN - 1;
    return strncmp(name, PART_BEGIN, begin) == 0 &&
           strspn(name + begin, "0123456789abcdef") == PART_DIGITS &&
           strcmp(name + begin + PART_DIGITS, PART_END) == 0;
}

/* Nobody's: ours by its owner, and no process has it locked. */
static void remove_abandoned(int folder, const char *name)
{
    struct stat st, now;
    const int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        fstatat(folder, name, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_dev == st.st_dev &&
        now.st_ino == st.st_ino)
        (void)unlinkat(folder, name, 0);
    (void)close(fd);
}

static void sweep(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));)
        if (is_part(entry->d_name))
            remove_abandoned(dirfd(dir), entry->d_name);
    (void)closedir(dir);
}

static void forget_part(struct cl_new_file *f)
{
    free(f->part);
    f->part = NULL;
}

/* Locked before anything is in it. One that another has taken for abandoned before that has no name
 * any more, or will have none: CL_ABSENT. */
static enum cl_err make_part(struct cl_new_file *f)
{
    uint64_t random = 0;
    struct stat st;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return CL_IO;
    if (asprintf(&f->part, "%s/" PART_BEGIN "%016" PRIx64 PART_END, f->beside, random) < 0) {
        f->part = NULL;
        return CL_NO_MEMORY;
    }
    f->fd = open(f->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f->fd < 0) {
        const enum cl_err err = cl_io_error(errno);
        forget_part(f); /* not ours to remove */
        return err;
    }
    const bool taken = flock(f->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && fstat(f->fd, &st) == 0 && st.st_nlink > 0)
        return CL_OK;
    (void)close(f->fd);
    f->fd = -1;
    forget_part(f);
    return CL_ABSENT;
}

/* A name of its own, so that two exports cannot meet. */
static enum cl_err open_part(struct cl_new_file *f)
{
    enum cl_err err = CL_ABSENT;
    sweep(f->beside);
    for (int i = 0; i < PART_TRIES && err == CL_ABSENT; i++)
        err = make_part(f);
    return err == CL_ABSENT ? CL_IO : err;
}

/* -------------------------------------------------------------------------------------------- */

/* One without a name is gone when the process is, however it ends. Not every file system has such,
 * and not every one that has gives them a name later. */
static enum cl_err open_file(struct cl_new_file *f)
{
    f->fd = open(f->beside, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (f->fd >= 0)
        return CL_OK;
    return errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT ? open_part(f)
                                                                     : cl_io_error(errno);
}

void cl_new_file_abandon(struct cl_new_file *f)
{
    if (f->part)
        (void)unlink(f->part); /* before the lock on it goes */
    if (f->path && f->fd >= 0)
        (void)close(f->fd);
    free(f->path);
    free(f->part);
    free(f->beside);
    *f = (struct cl_new_file){.fd = -1};
}

enum cl_err cl_new_file_open(const char *path, struct cl_new_file *ret_file)
{
    struct stat st;
    *ret_file = (struct cl_new_file){.fd = -1};
    if (lstat(path, &st) == 0)
        return CL_EXISTS;
    struct cl_new_file f = {.fd = -1, .path = strdup(path), .beside = folder_of(path)};
    enum cl_err err = f.path && f.beside ? open_file(&f) : CL_NO_MEMORY;
    if (err)
        cl_new_file_abandon(&f);
    *ret_file = f;
    return err;
}

/* link(2) fails on an existing name where rename(2) would replace it. File systems without links
 * (FAT on a memory stick) get the rename that refuses. */
static enum cl_err take_name(struct cl_new_file *f)
{
    char self[64];
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", f->fd);
    const char *from = f->part ? f->part : self;
    if (linkat(AT_FDCWD, from, AT_FDCWD, f->path, AT_SYMLINK_FOLLOW) == 0)
        return CL_OK;
    if (errno == EEXIST)
        return CL_EXISTS;
    if (f->part && renameat2(AT_FDCWD, f->part, AT_FDCWD, f->path, RENAME_NOREPLACE) == 0)
        return CL_OK;
    return errno == EEXIST ? CL_EXISTS : CL_IO;
}

enum cl_err cl_new_file_commit(struct cl_new_file *f)
{
    enum cl_err err = fsync(f->fd) == 0 ? CL_OK : cl_io_error(errno);
    if (!err)
        err = take_name(f);
    if (!err)
        err = cl_io_sync_folder(f->beside);
    cl_new_file_abandon(f); /* removes the other name; the file keeps its own */
    return err;
}
