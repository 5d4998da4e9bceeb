/* What lies in a package beside the entries, made again and compared. */
#ifndef CL_REDERIVE_H
#define CL_REDERIVE_H

#include "report/verification.h"

/* The files that can be made again, in the order of the package. */
enum cl_derived_file {
    CL_DERIVED_INSTRUCTIONS,
    CL_DERIVED_BAG_INFO,
    CL_DERIVED_CERTIFICATION,
    CL_DERIVED_RECORDS,
    CL_DERIVED_HISTORY,
    CL_DERIVED_REPORT,
    CL_DERIVED_FILES
};
extern const char *const cl_derived_names[];

struct cl_rederived {
    bool there[CL_DERIVED_FILES], same[CL_DERIVED_FILES];
    uint8_t table[CL_HASH]; /* given: of the table, as it is if every flip was saved */
};

/* Of a good package, before its authorities' answers are counted in the model: what is packed tells
 * no time of theirs. Also ends the model, and sets made_ms. CL_PACKAGE_CHANGED: it is no longer the
 * one that was checked. */
CL_MUST_USE enum cl_err cl_rederive(const struct cl_source *source, struct cl_verification *v,
                                    struct cl_rederived *ret);

#endif
