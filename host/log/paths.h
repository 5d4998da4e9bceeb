/* Where the log is, and whether that place is its owner's alone. */
#ifndef CL_PATHS_H
#define CL_PATHS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* $XDG_DATA_HOME/consentlog/log.sqlite, else ~/.local/share/…; appended with NUL to `to`. One log
 * has one place: the folder for data by its real name, however it is spelled. A relative
 * XDG_DATA_HOME is ignored, as the XDG Base Directory Specification says; so is one that a snap or
 * a Flatpak gave to the terminal in it, where a second log would begin. CL_IO when there is no home
 * either, CL_PATH_ENCODING, CL_PATH_LONG, CL_LOG_NOT_YOURS (root in the home of somebody else). */
CL_MUST_USE enum cl_err cl_paths_log(struct cl_buf *to);
/* The same as the environment spells it: what logs were kept under before. */
CL_MUST_USE enum cl_err cl_paths_spelled(struct cl_buf *to);
/* The file beside the folder of the log at `path` that tells, when the folder is gone, which log
 * was in it; appended with NUL. CL_LOG_UNSAFE. */
CL_MUST_USE enum cl_err cl_paths_trace(const char *path, struct cl_buf *to);
/* XDG_DATA_HOME is one of a sandbox and is not used. */
bool cl_paths_is_redirected(void);

/* The sentence of an error, with the log's path where it is about that; with NUL. */
CL_MUST_USE enum cl_err cl_paths_sentence(enum cl_err about, struct cl_buf *to);
/* Is it about where the log is? */
bool cl_paths_concerns(enum cl_err err);

/* Open the folder of the log at `path`, made (0700, with its parents) if `make`. CL_LOG_ABSENT,
 * CL_LOG_LINKED, CL_LOG_UNSAFE (not ours, or writable by others), CL_DISK_FULL, CL_DISK_READ_ONLY,
 * CL_IO. */
CL_MUST_USE enum cl_err cl_paths_folder(const char *path, bool make, int *ret_fd);

/* Look at the log's file before SQLite does, made (0600) if `create`; *ret_read_only: it can only
 * be read, because the disk cannot be written. Closed again before SQLite opens it: closing any
 * descriptor of a file drops the POSIX locks that this process holds on it. CL_LOG_ABSENT (missing,
 * or of length 0 and not `create`), and as cl_paths_folder. */
CL_MUST_USE enum cl_err cl_paths_file(const char *path, bool create, bool *ret_read_only);

/* Is that inode a plain file (or, `directory`, a directory) of ours that nobody else can write?
 * CL_LOG_UNSAFE, CL_IO. */
CL_MUST_USE enum cl_err cl_paths_safe(int fd, bool directory);

/* What errno says of a place that could not be opened or made. */
CL_MUST_USE enum cl_err cl_paths_errno(void);

#endif
