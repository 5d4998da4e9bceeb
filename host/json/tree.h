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
/* The form of a text: where its scalars (what is no object and no array) stand, and its tree. A
 * text that is the same but for some scalars has been looked at already, but for them. Lines of a
 * log are mostly of one form. Whoever has a form sets its tree to NULL; the rest is the parser's.
 */
#define CL_FORM_MAX 128 /* scalars; a text with so many or more has none */
struct cl_form_scalar {
    uint32_t begin, end; /* in the text */
    uint32_t value;      /* its number */
};
struct cl_form {
    struct cl_json *tree; /* or NULL */
    const uint8_t *text;
    uint32_t len;
    unsigned count;
    struct cl_form_scalar scalar[CL_FORM_MAX];
};

/* The same where there is room for it already: front is aligned for everything, and moves behind
 * what was taken of it. CL_TOO_LONG: there is too little; then CL_BAD_JSON may be found later.
 * `form` is NULL or that of the text before, and will be this one's; bytes and room must outlive
 * it. A text of the same form makes its tree out of the one before, with whose strings nothing
 * happens: whoever keeps a tree sets the form's to NULL. What is found is the same with and
 * without. */
struct cl_room {
    uint8_t *at;
    size_t len;
};
CL_MUST_USE enum cl_err cl_json_parse_in(const uint8_t *bytes, size_t len, struct cl_room *room,
                                         struct cl_form *form, const struct cl_json **ret_tree);
void cl_json_free(struct cl_json **tree); /* wipes nothing: never parse secrets; for cl_cleanup */

#endif
