/* A gate that refuses everything that cJSON would let through and two readers could understand
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

/* The gate, and where the members of the outermost object stand, in its order and spelling, without
 * the space around them; none if the value is no object. For texts of which there are so many that
 * a tree of each would take longer than all the rest. */
struct cl_json_member {
    struct cl_span name, value; /* borrowed from the text; the name without its quotes */
};
struct cl_json_members {
    size_t count;
    bool escaped; /* a name is not spelled as it reads */
    struct cl_json_member member[CL_JSON_MEMBERS_MAX];
};
CL_MUST_USE enum cl_err cl_json_gate_members(const uint8_t *bytes, size_t len,
                                             struct cl_json_members *ret);

/* The gate, and where the scalars stand that are values: strings with their quotes, numbers, true,
 * false, null, in order. CL_TOO_LONG when they are more than there is room for. */
#define CL_JSON_SCALARS_MAX 128
struct cl_json_scalars {
    size_t count;
    struct cl_span scalar[CL_JSON_SCALARS_MAX]; /* borrowed from the text */
};
CL_MUST_USE enum cl_err cl_json_gate_scalars(const uint8_t *bytes, size_t len,
                                             struct cl_json_scalars *ret);
/* How many bytes the scalar has that they begin with; 0 if they begin with none that passes. */
CL_MUST_USE size_t cl_json_gate_scalar(const uint8_t *bytes, size_t len);

#endif
