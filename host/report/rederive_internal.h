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

/* The entries once more: is the table the one that they make? Also holds the roots that they state
 * against those before them. */
CL_MUST_USE enum cl_err cl_rederiving_table(struct rederiving *d, bool *ret_same);

#endif
