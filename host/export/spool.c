#include "export/spool.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536

struct cl_spool {
    int fd;
    uint64_t written; /* what is in the file */
    size_t held;      /* what waits in the block */
    uint8_t block[BLOCK];
};

/* Not every file system has files without a name; then it has one for a moment. */
static int open_file(const char *folder)
{
    char name[4096];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
        return fd;
    int n = snprintf(name, sizeof name, "%s/.consentlog-XXXXXX", folder);
    if (n < 0 || (size_t)n >= sizeof name)
        return -1;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(name);
    return fd;
}

static int open_beside(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return open_file(".");
    if (slash == path)
        return open_file("/");
    char *folder = strndup(path, (size_t)(slash - path));
    int fd = folder ? open_file(folder) : -1;
    const int why = errno;
    free(folder);
    errno = why;
    return fd;
}

enum cl_err cl_spool_new(const char *path, struct cl_spool **ret_spool)
{
    struct cl_spool *spool = calloc(1, sizeof *spool);
    if (!spool)
        return CL_NO_MEMORY;
    spool->fd = open_beside(path);
    if (spool->fd < 0) {
        const enum cl_err err = cl_io_error(errno);
        free(spool);
        return err;
    }
    *ret_spool = spool;
    return CL_OK;
}

void cl_spool_free(struct cl_spool **spool)
{
    if (!*spool)
        return;
    (void)close((*spool)->fd);
    free(*spool);
    *spool = NULL;
}

static enum cl_err flush(struct cl_spool *spool)
{
    enum cl_err err = cl_io_write(spool->fd, spool->block, spool->held);
    if (err)
        return err;
    spool->written += spool->held;
    spool->held = 0;
    return CL_OK;
}

enum cl_err cl_spool_put(struct cl_spool *spool, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    while (n > 0) {
        size_t part = BLOCK - spool->held < n ? BLOCK - spool->held : n;
        memcpy(spool->block + spool->held, from, part);
        spool->held += part;
        from += part;
        n -= part;
        enum cl_err err = spool->held == BLOCK ? flush(spool) : CL_OK;
        if (err)
            return err;
    }
    return CL_OK;
}

uint64_t cl_spool_size(const struct cl_spool *spool)
{
    return spool->written + spool->held;
}

enum cl_err cl_spool_copy(struct cl_spool *spool, uint64_t from, uint64_t to,
                          struct cl_bundle_writer *writer)
{
    uint8_t piece[16384];
    enum cl_err err = flush(spool);
    while (!err && from < to) {
        size_t want = to - from < sizeof piece ? (size_t)(to - from) : sizeof piece;
        ssize_t n = pread(spool->fd, piece, want, (off_t)from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return CL_IO;
        err = cl_bundle_put(writer, piece, (size_t)n);
        from += (uint64_t)n;
    }
    return err;
}
