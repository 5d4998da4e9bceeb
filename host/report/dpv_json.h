/* data/consent-records.jsonld: the changes in W3C's Data Privacy Vocabulary (w3id.org/dpv, version
 * 2). Each is an observation of what a setting showed. Whether that was consent is for a lawyer to
 * say: so a status other than unknown is given only where the member was seen to act, and no
 * conformance to ISO/IEC TS 27560 is claimed. */
#ifndef CL_DPV_JSON_H
#define CL_DPV_JSON_H

#include "report/report.h"

#define CL_RECORDS_MAX (48u * 1024 * 1024)

CL_MUST_USE enum cl_err cl_dpv_json_write(const struct cl_report *report, struct cl_buf *to);

#endif
