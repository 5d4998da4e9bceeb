/* What a text says that passed the gate (gate.h): its values, one behind the other in one piece of
 * memory, with their strings. The gate makes it while it reads; nothing is read twice. */
#ifndef CL_TREE_H
#define CL_TREE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cl_json_type {
    CL_JSON_NULL,
    CL_JSON_FALSE,
    CL_JSON_TRUE,
    CL_JSON_NUMBER,
    CL_JSON_STRING,
    CL_JSON_ARRAY,
    CL_JSON_OBJECT
};

struct cl_json {
    enum cl_json_type type;
    uint32_t count;   /* items of an array, members of an object, bytes of a string */
    const char *name; /* of a member, NUL-terminated; else NULL */
    union {
        const char *text; /* NUL-terminated, valid UTF-8 without NUL */
        int64_t number;
        const struct cl_json *first; /* item or member */
    };
    const struct cl_json *next; /* beside it */
};

/* Gate and tree at once. The tree is owned by the caller: cl_json_free. CL_BAD_JSON, CL_NO_MEMORY.
 */
CL_MUST_USE enum cl_err cl_json_parse(const uint8_t *bytes, size_t len, struct cl_json **ret_tree);
/* The same where there is room for it already: front is aligned for everything, and moves behind
 * what was taken of it. CL_TOO_LONG: there is too little; then CL_BAD_JSON may be found later. */
struct cl_room {
    uint8_t *at;
    size_t len;
};
CL_MUST_USE enum cl_err cl_json_parse_in(const uint8_t *bytes, size_t len, struct cl_room *room,
                                         const struct cl_json **ret_tree);
void cl_json_free(struct cl_json **tree); /* wipes nothing: never parse secrets; for cl_cleanup */

#endif
