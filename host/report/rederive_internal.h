/* A package whose derived files are made again, for rederive*.c alone. */
#ifndef CL_REDERIVE_INTERNAL_H
#define CL_REDERIVE_INTERNAL_H

#include "base/language.h"
#include "package/bundle.h"
#include "package/layout.h"
#include "report/rederive.h"

#include <string.h>

struct rederiving {
    struct cl_bundle *bundle;
    struct cl_verification *v;
    char folder[CL_LAYOUT_NAME];
    enum cl_language language; /* of the report in the package */
};

/* ---- what is read again may have become another: then nothing is told but CL_PACKAGE_CHANGED ----
 */

/* A file that has a name of its own, as it was checked. */
static inline const struct cl_verified_file *rederiving_checked(const struct rederiving *d,
                                                                const char *name)
{
    size_t i = 0;
    while (strcmp(cl_layout_files[i].name, name) != 0)
        i++;
    return &d->v->verified.files[i];
}

/* Was it there, and has it this hash? */
static inline bool rederiving_is(const struct rederiving *d, const char *name,
                                 const uint8_t hash[static CL_HASH])
{
    const struct cl_verified_file *was = rederiving_checked(d, name);
    return was->there && memcmp(was->hash, hash, CL_HASH) == 0;
}

/* An error in reading what could be read when it was checked. */
static inline enum cl_err rederiving_changed(enum cl_err err)
{
    const bool other = err && err != CL_IO && err != CL_NO_MEMORY && err != CL_CRYPTO;
    return other ? CL_PACKAGE_CHANGED : err;
}

/* The entries once more: is the table the one that they make? Also holds the roots that they state
 * against those before them. */
CL_MUST_USE enum cl_err cl_rederiving_table(struct rederiving *d, bool *ret_same);

#endif
