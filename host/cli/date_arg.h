/* Moments as a person types them. */
#ifndef CL_DATE_ARG_H
#define CL_DATE_ARG_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-21": the day in the local time zone, its first millisecond, or its last if `end`.
 * RFC 3339 with a zone ("2026-11-21T18:00:00Z", "2026-11-21T19:00:00.5+01:00"): that moment; if
 * `end`, the last millisecond that begins with what was typed. CL_BAD_VALUE for anything else, and
 * for days that do not exist. */
CL_MUST_USE enum cl_err date_arg_parse(const char *text, bool end, int64_t *ret_ms);

#endif
