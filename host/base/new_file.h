/* A file that is there whole or not at all: written without a name, or with another one beside it,
 * synced, and given its name at the end; never over one that is there.
 *
 * Another name is needed where the file system has no files without one, and outlives a process
 * that is killed. Whoever writes holds a lock on the file; what lies in the folder under such a
 * name with no lock on it is nobody's, and is removed by the next one that writes there. */
#ifndef CL_NEW_FILE_H
#define CL_NEW_FILE_H

#include "base/err.h"

struct cl_new_file {
    int fd;       /* to write to, and to seek in */
    char *path;   /* the name to be; owned */
    char *part;   /* the one meanwhile; NULL: none. Owned */
    char *beside; /* the folder of both; owned */
};

/* CL_EXISTS, CL_DISK_FULL, CL_IO, CL_NO_MEMORY. */
CL_MUST_USE enum cl_err cl_new_file_open(const char *path, struct cl_new_file *ret_file);
/* Sync it, give it its name (CL_EXISTS if that was taken meanwhile), sync its folder. Whatever
 * comes out, the file is closed, and on failure gone. */
CL_MUST_USE enum cl_err cl_new_file_commit(struct cl_new_file *file);
/* Leave nothing behind. Accepts what is zeroed and what is gone; for cl_cleanup. */
void cl_new_file_abandon(struct cl_new_file *file);

#endif
