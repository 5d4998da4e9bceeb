/* verify with packages to look at: evidence that somebody else's log gave out. Needs neither log
 * nor keyring. */
#ifndef CL_PACKAGES_H
#define CL_PACKAGES_H

#include "report/words.h"

#include "base/buf.h"

#include <stdbool.h>

struct packages_choice {
    bool json;
    const char *fingerprint; /* --key, or NULL */
    const char *roots;       /* --tsa-roots: a PEM file, or NULL for the system's */
    const char *report;      /* --report: a file to make, or NULL */
    enum cl_language language;
};

/* The whole PEM file, appended to `to`; what is wrong is said on stderr. */
CL_MUST_USE enum cl_err packages_read_roots(const char *path, struct cl_buf *to);

/* Verify each, and hold each against the one before it. Returns an exit code: the worst of them. */
int packages_verify(const struct packages_choice *choice, char **paths, int count);

#endif
