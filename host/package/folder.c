/* A package that lies unpacked in a folder. */
#include "package/repacked.h"

#include "base/array.h"
#include "base/buf.h"
#include "base/common.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 4    /* a package's own is two, and it may lie in another folder */
#define PATH_ROOM 1024 /* bytes */
#define NAMES_MAX (32u * 1024 * 1024)
#define FILES_MAX (4u * CL_BUNDLE_FILES_MAX) /* systems add some of their own */

struct walk {
    struct cl_flaw *flaw;
    struct cl_buf names; /* one behind the other, each with its NUL */
    uint64_t *sizes;
    size_t count, room;
    char path[PATH_ROOM];
};

static void close_dir(DIR **dir)
{
    if (*dir)
        (void)closedir(*dir);
}

static enum cl_err add(struct walk *w, uint64_t size)
{
    if (w->count == FILES_MAX)
        return cl_flaw(w->flaw, CL_PACKAGE_LIMIT, "", "it has more files than a package may have");
    enum cl_err err = CL_ARRAY_ROOM(w->sizes, w->room, w->count + 1);
    if (err)
        return err;
    w->sizes[w->count++] = size;
    return cl_buf_put(&w->names, w->path, strlen(w->path) + 1);
}

static enum cl_err walk(struct walk *w, int fd, unsigned depth);

static enum cl_err look_at(struct walk *w, int folder, const char *name, size_t stem,
                           unsigned depth)
{
    struct stat st;
    const size_t n = strlen(name);
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return cl_flaw(w->flaw, CL_IO, "", "a file in it cannot be read");
    if (stem + n + 2 > sizeof w->path)
        return cl_flaw(w->flaw, CL_PACKAGE_LIMIT, "", "a name in it is too long");
    memcpy(w->path + stem, name, n + 1);
    if (S_ISREG(st.st_mode))
        return add(w, (uint64_t)st.st_size);
    if (!S_ISDIR(st.st_mode))
        return cl_flaw(w->flaw, CL_PACKAGE_UNSAFE, "",
                       "it holds something that is neither a file nor a folder");
    memcpy(w->path + stem + n, "/", 2);
    return walk(w, openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                depth + 1);
}

/* Takes the descriptor. */
static enum cl_err walk(struct walk *w, int fd, unsigned depth)
{
    cl_cleanup(close_dir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const size_t stem = strlen(w->path);
    const struct dirent *found;
    if (!dir) {
        if (fd >= 0)
            (void)close(fd);
        return cl_flaw(w->flaw, CL_IO, "", "a folder in it cannot be read");
    }
    if (depth > DEPTH_MAX)
        return cl_flaw(w->flaw, CL_PACKAGE_LIMIT, "", "its folders are too deep");
    while ((found = readdir(dir))) {
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
            continue;
        enum cl_err err = look_at(w, dirfd(dir), found->d_name, stem, depth);
        if (err)
            return err;
        w->path[stem] = '\0';
    }
    return CL_OK;
}

static enum cl_err into_zip(struct walk *w, struct cl_zip *ret_zip)
{
    cl_cleanup(cl_zip_free) struct cl_zip zip = {.count = w->count};
    zip.files = calloc(w->count + 1, sizeof *zip.files);
    zip.names = malloc(w->names.len + 1);
    if (!zip.files || !zip.names)
        return CL_NO_MEMORY;
    if (w->names.len)
        memcpy(zip.names, w->names.data, w->names.len);
    const char *name = zip.names;
    for (size_t i = 0; i < w->count; i++, name += strlen(name) + 1)
        zip.files[i] =
            (struct cl_zip_file){.name = name, .size = w->sizes[i], .packed = w->sizes[i]};
    *ret_zip = zip;
    zip = (struct cl_zip){0};
    return CL_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct cl_zip_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

enum cl_err cl_folder_read(int fd, struct cl_zip *ret_zip, struct cl_flaw *flaw)
{
    struct walk w = {.flaw = flaw, .names = cl_buf(NAMES_MAX)};
    enum cl_err err = walk(&w, openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
    if (err == CL_TOO_LONG)
        err = cl_flaw(flaw, CL_PACKAGE_LIMIT, "", "it has more files than a package may have");
    if (!err)
        err = into_zip(&w, ret_zip);
    cl_buf_free(&w.names);
    free(w.sizes);
    if (err)
        return err;
    if (ret_zip->count)
        qsort(ret_zip->files, ret_zip->count, sizeof *ret_zip->files, by_name);
    return CL_OK;
}
