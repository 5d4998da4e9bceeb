/* The cage: what this process may still ask of the kernel (seccomp) and which files it may still
 * open (Landlock), so that a fault in a library cannot be made into more than the program is for.
 *
 * It is closed in two steps, each for good, and for whatever this process starts later: a base that
 * both programs stand in from their first line on, and a narrow one around an operation. A kernel
 * without either goes on without, and `doctor` says so. What it stops and what it does not:
 * docs/threat-model.md.
 *
 * A refused call answers EPERM. A build for tests may have it end the process instead, so that no
 * call is missing in the lists without a test's seeing it. */
#ifndef CL_CAGE_H
#define CL_CAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Refused from the first line on: other programs' memory, the kernel's rarely used doors, sockets
 * to anywhere but this machine, other architectures' calls. */
void cl_cage_base(void);

enum cl_cage_kind {
    CL_CAGE_LOG,     /* the keyring's bus, the log's file, threads; no program is started */
    CL_CAGE_PACKAGE, /* a stranger's package: no socket at all, no memory becomes executable */
};

struct cl_cage_place {
    const char *path; /* a folder with all in it, or a file; NULL or not there: no place */
    bool write;       /* make, change and remove files, too */
};

/* From here on only the calls of that kind, and only these places and what the system's own
 * libraries read; with no place at all files stay as they are. To be called while there is one
 * thread. */
void cl_cage_enter(enum cl_cage_kind kind, const struct cl_cage_place *places, size_t count);

/* What this kernel has of it. */
struct cl_cage_kernel {
    bool calls; /* seccomp filters */
    int files;  /* Landlock's version; 0: none */
};
struct cl_cage_kernel cl_cage_kernel(void);

#endif
