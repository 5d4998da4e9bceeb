#include "package/source.h"

#include "base/unicode.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum cl_err cl_source_file(int fd, struct cl_source *ret_source)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0)
        return CL_IO;
    *ret_source = (struct cl_source){.fd = fd, .size = (uint64_t)st.st_size};
    return CL_OK;
}

enum cl_err cl_source_open(int fd, struct cl_source *ret_source)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode))
        return cl_source_file(fd, ret_source);
    *ret_source = (struct cl_source){.fd = fd, .folder = true};
    return CL_OK;
}

enum cl_err cl_source_read(const struct cl_source *source, uint64_t at, void *ret_bytes, size_t n)
{
    if (source->folder || at > source->size || n > source->size - at)
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

void cl_flaw_say(struct cl_flaw *flaw, const char *file, const char *format, va_list args)
{
    (void)snprintf(flaw->file, sizeof flaw->file, "%s", file);
    (void)vsnprintf(flaw->what, sizeof flaw->what, CL_SAID(format), args);
    cl_utf8_trim(flaw->file);
    cl_utf8_trim(flaw->what);
}

enum cl_err cl_flaw(struct cl_flaw *flaw, enum cl_err err, const char *file, const char *format,
                    ...)
{
    va_list args;
    va_start(args, format);
    cl_flaw_say(flaw, file, format, args);
    va_end(args);
    return err;
}
