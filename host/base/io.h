/* Descriptors: whole reads and writes, and keeping the message pipe apart from stdio. */
#ifndef CL_IO_H
#define CL_IO_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the number of a system error (errno(3)) means here: CL_DISK_FULL, CL_NO_MEMORY,
 * CL_DISK_READ_ONLY, CL_FILE_LIMIT, else CL_IO. */
CL_MUST_USE enum cl_err cl_io_error(int number);

/* Make the folder at that absolute path and those above it that are missing; only those that are
 * made get the mode, whatever the umask. The path is cut at each slash in turn and is whole again
 * afterwards. Those that are made are on the disk then. False with errno. */
CL_MUST_USE bool cl_io_make_folders(char *path, unsigned mode);

/* A name that was given or taken in that folder is on the disk. CL_IO, and errno tells. */
CL_MUST_USE enum cl_err cl_io_sync_folder(const char *folder);

/* Read until n bytes are there or the end comes; *ret_got says how many. CL_IO on error. */
CL_MUST_USE enum cl_err cl_io_read(int fd, void *bytes, size_t n, size_t *ret_got);

/* Write all n bytes. What cl_io_error says; CL_IO for a closed pipe too (SIGPIPE must be ignored).
 */
CL_MUST_USE enum cl_err cl_io_write(int fd, const void *bytes, size_t n);

/* Move descriptors 0 and 1 to private close-on-exec ones; leave /dev/null as 0 and stderr as 1, so
 * that nothing a library prints can become part of a message. To be called before any library runs.
 */
CL_MUST_USE enum cl_err cl_io_take_stdio(int *ret_in, int *ret_out);

/* Are there descriptors enough for an operation and its libraries (CL_FILES_FREE)? Else CL_IO. */
CL_MUST_USE enum cl_err cl_io_room(void);

/* No core dump, no ptrace by the same user's other processes (prctl PR_SET_DUMPABLE), SIGPIPE
 * ignored, umask 077, and none of the environment variables that redirect libsecret (SNAP_NAME,
 * SECRET_BACKEND, SECRET_SERVICE_BUS_NAME, SECRET_FILE_TEST_PATH, SECRET_FILE_TEST_PASSWORD); and
 * no file that is opened later gets the number of a standard one that is missing. Both programs
 * start with it. */
CL_MUST_USE enum cl_err cl_io_harden(void);

/* Is that file, which must be an absolute path without links, root's or ours, and its folder, and
 * can nobody else write either, nor anybody, or another user who owns one, put another in place of
 * a folder above? A group counts as nobody if it is our own, above always, and in a folder of
 * root's in /usr/local if that is the group's, too; for root an owner above does as well.
 * CL_PROGRAM_UNSAFE, and then which of them it is: "" if the path is none. */
#define CL_IO_WHERE 4096
CL_MUST_USE enum cl_err cl_io_program_safe(const char *path, char ret_where[static CL_IO_WHERE]);

#endif
