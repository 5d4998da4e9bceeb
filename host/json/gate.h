/* A gate that refuses everything that two readers could understand
 * differently (I-JSON, RFC 7493, narrowed; but noncharacters pass, as Unicode's Corrigendum 9 would
 * have it): repeated names, also when spelled differently, \u0000 and raw NUL, broken escapes, lone
 * surrogates, invalid UTF-8, raw control characters, a BOM, anything before or after the value,
 * white space too, leading zeros, −0, fractions and exponents, integers beyond ±(2^53 − 1), nesting
 * beyond CL_JSON_DEPTH_MAX, objects of more than CL_JSON_MEMBERS_MAX members, texts of more than
 * CL_JSON_VALUES_MAX values. */
#ifndef CL_GATE_H
#define CL_GATE_H

#include "base/common.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Only the gate: CL_OK or CL_BAD_JSON. */
CL_MUST_USE enum cl_err cl_json_gate(const uint8_t *bytes, size_t len);

#endif
