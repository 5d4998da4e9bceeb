/* The kinds of which a day or hour takes only so many, for summary*.c alone. */
#ifndef CL_SUMMARY_INTERNAL_H
#define CL_SUMMARY_INTERNAL_H

#include "log/summary.h"

struct cl_flow_kind {
    const char *name;
    int64_t lasts_ms, most;
};
extern const struct cl_flow_kind cl_flow_kinds[CL_FLOWS];

#endif
