/* A package whose derived files are made again, for rederive*.c alone. */
#ifndef CL_REDERIVE_INTERNAL_H
#define CL_REDERIVE_INTERNAL_H

#include "base/language.h"
#include "package/bundle.h"
#include "package/layout.h"
#include "report/rederive.h"

struct rederiving {
    struct cl_bundle *bundle;
    struct cl_verification *v;
    char folder[CL_LAYOUT_NAME];
    enum cl_language language; /* of the report in the package */
};

/* What is read again may have become another: then nothing is told but CL_PACKAGE_CHANGED. Was the
 * file there when it was checked, and has it this hash? */
CL_MUST_USE bool cl_rederiving_is(const struct rederiving *d, const char *name,
                                  const uint8_t hash[static CL_HASH]);
/* An error in reading what could be read when it was checked. */
CL_MUST_USE enum cl_err cl_rederiving_changed(enum cl_err err);

/* The entries once more: is the table the one that they make? Also holds the roots that they state
 * against those before them. */
CL_MUST_USE enum cl_err cl_rederiving_table(struct rederiving *d, bool *ret_same);

#endif
