/* Where the log is, and whether that place is its owner's alone. */
#ifndef CL_PATHS_H
#define CL_PATHS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* $XDG_DATA_HOME/consentlog/log.sqlite, else ~/.local/share/…; appended with NUL to `to`. A
 * relative XDG_DATA_HOME is ignored, as the XDG Base Directory Specification says. CL_IO when there
 * is no home either. */
CL_MUST_USE enum cl_err cl_paths_log(struct cl_buf *to);

/* Open the folder of the log at `path`, made (0700, with its parents) if `make`. CL_LOG_ABSENT,
 * CL_LOG_UNSAFE (a link, not ours, or writable by others), CL_DISK_FULL, CL_IO. */
CL_MUST_USE enum cl_err cl_paths_folder(const char *path, bool make, int *ret_fd);

/* Look at the log's file before SQLite does, made (0600) if `create`. Closed again before SQLite
 * opens it: closing any descriptor of a file drops the POSIX locks that this process holds on it.
 * CL_LOG_ABSENT (missing, or of length 0 and not `create`), and as cl_paths_folder. */
CL_MUST_USE enum cl_err cl_paths_file(const char *path, bool create);

/* Is that inode a plain file (or, `directory`, a directory) of ours that nobody else can write?
 * CL_LOG_UNSAFE, CL_IO. */
CL_MUST_USE enum cl_err cl_paths_safe(int fd, bool directory);

/* What errno says of a place that could not be opened or made. */
CL_MUST_USE enum cl_err cl_paths_errno(void);

#endif
