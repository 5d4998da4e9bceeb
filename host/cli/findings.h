/* What a check of the whole log finds, shown as it is found. */
#ifndef CL_FINDINGS_H
#define CL_FINDINGS_H

#include "log/log.h"
#include "json/writer.h"

struct findings {
    struct cl_verdict verdict;
    uint64_t open; /* faults that nobody has acknowledged */
};

/* Check the log with progress on a terminal. Each finding goes to `json` (as an item of an array
 * that is open there) or, if that is NULL, as a line to stdout. */
CL_MUST_USE enum cl_err findings_run(struct cl_log *log, struct cl_json_writer *json,
                                     struct findings *ret);

#endif
