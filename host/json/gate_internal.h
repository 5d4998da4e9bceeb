/* The gate as it goes over a text; for gate.c and tree.c alone. */
#ifndef CL_GATE_INTERNAL_H
#define CL_GATE_INTERNAL_H

#include "base/common.h"
#include "base/limits.h"
#include "json/tree.h"

struct gate {
    const uint8_t *at;
    const uint8_t *end;
    unsigned depth;
    unsigned values, values_max;
    struct cl_json *nodes; /* one a value, in the order in which they begin; or NULL */
    const uint8_t *start;
    uint8_t *copy; /* with nodes: where strings go, each as far in as it stands behind the start */
    struct cl_form *form; /* to be made of it; or NULL */
};

/* What begins where it stands; with a node, what is made of it. False: it is refused. */
CL_MUST_USE bool gate_bare_value(struct gate *g);
/* The same of what is no object and no array. */
CL_MUST_USE bool gate_scalar(struct gate *g, struct cl_json *node);

/* So many values a text can have: in one that is closed, each but the first has a character of its
 * own and one that sets it apart. */
static inline unsigned gate_values_of(size_t len)
{
    return len / 2 + 1 < CL_JSON_VALUES_MAX ? (unsigned)(len / 2 + 1) : CL_JSON_VALUES_MAX;
}

#endif
