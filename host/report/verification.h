/* A package, verified and told: one run, one model. What the checks (package/verifier.h) find,
 * which authorities' answers count and what the entries say against each other makes one picture,
 * of which verdict, text, JSON and report are made; nothing is told that was not checked. After the
 * checks of the package come two more:
 *
 * contents: every disclosed entry, against itself and against those before it
 * (entry/consistency.h); derived: what lies beside the entries for people and for other programs,
 * made again and compared.
 *
 * Both give remarks and spoil nothing: the signature is the owner's in any case. */
#ifndef CL_VERIFICATION_H
#define CL_VERIFICATION_H

#include "base/language.h"
#include "package/verifier.h"
#include "report/model.h"
#include "report/zone.h"

struct cl_verification {
    struct cl_verified verified; /* its remarks are all of them */
    struct cl_model *model;      /* of a good package; else NULL */
    uint64_t findings, unread,
        misleading;      /* of contents; files of derived that are not as derived */
    int64_t made_ms;     /* when the package was made, by its owner, or its last entry */
    struct cl_zone zone; /* of its report's times */
};

/* Run everything; the options' callbacks are told of both. CL_OK: ret->verified.good says how it
 * ended. CL_PACKAGE_CHANGED: it became another while it was looked at. Free with
 * cl_verification_free. */
CL_MUST_USE enum cl_err cl_verification_run(const struct cl_source *source,
                                            const struct cl_verify_options *options,
                                            struct cl_verification *ret);
void cl_verification_free(struct cl_verification *v); /* for cl_cleanup */

/* The report (report.h) of a good package, whatever the one in it says; to is at most
 * CL_REPORT_MAX. The owner's name is left out, for no entry has it. */
CL_MUST_USE enum cl_err cl_verification_report(const struct cl_verification *v,
                                               enum cl_language language, struct cl_buf *to);

#endif
