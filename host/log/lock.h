/* One lock for the file and the keyring's head together: flock(2) on "log.lock" in the log's
 * directory.
 *
 * SQLite's own locks end with a commit; the keyring's head is advanced after it, so both need one
 * that spans them. A reader holds it shared while it compares file and head, a writer exclusively
 * for as long as the log is open.
 *
 * The lock file outlives the log's file: it says which key that had, so that a log whose key is out
 * of sight too, in a database that is closed, is missed all the same. So does a file beside the
 * folder (cl_paths_trace), which outlives that. */
#ifndef CL_LOCK_H
#define CL_LOCK_H

#include "base/err.h"
#include "keyring/key.h"

#include <stdbool.h>

/* Take the lock of the log at `path`, waiting at most CL_WAIT_MS: whoever lets go of it and wants
 * it again comes after one who waits. A writer makes the directory (0700, with its parents) and the
 * lock file (0600) if they are missing. The descriptor is close-on-exec. CL_LOG_ABSENT (no
 * directory, or no lock file and not `exclusive`), CL_LOG_BUSY, CL_LOG_UNSAFE (a directory or lock
 * file that is not ours, not plain, or writable by others), CL_DISK_FULL, CL_IO. */
CL_MUST_USE enum cl_err cl_lock_take(const char *path, bool exclusive, int *ret_fd);

/* Release and set to -1. Accepts -1; for cl_cleanup. */
void cl_lock_release(int *fd);

/* The id of the key of the log at `path` that was last written there, by the lock (or -1) or by
 * what stands beside the folder; "" where none is known. */
void cl_lock_recall(const char *path, int fd, char ret_key_id[static CL_KEY_ID]);
/* Keep it in both, if it is another one. To be called once the log is on the disk: where that was
 * cut off there never was one. Of no help where the disk is full. */
void cl_lock_remember(const char *path, int fd, const char key_id[static CL_KEY_ID]);

#endif
