/* data/certification.txt: a draft for a person to complete and sign. */
#ifndef CL_CERTIFICATION_H
#define CL_CERTIFICATION_H

#include "report/report.h"

#define CL_CERTIFICATION_MAX 65536u

/* root: of the log, as signed. */
CL_MUST_USE enum cl_err cl_certification_write(const struct cl_report *report, const char *folder,
                                               const uint8_t root[static 32], struct cl_buf *to);

#endif
