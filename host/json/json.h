/* Strict JSON in, exact JSON out.
 *
 * In: a gate refuses everything that cJSON would let through and two readers could understand
 * differently (I-JSON, RFC 7493, narrowed; but noncharacters pass, as Unicode's Corrigendum 9 would
 * have it): repeated names, also when spelled differently, \u0000 and raw NUL, broken escapes, lone
 * surrogates, invalid UTF-8, raw control characters, a BOM, anything before or after the value,
 * white space too, leading zeros, −0, fractions and exponents, integers beyond ±(2^53 − 1), nesting
 * beyond CL_JSON_DEPTH_MAX, objects of more than CL_JSON_MEMBERS_MAX members, texts of more than
 * CL_JSON_VALUES_MAX values. Then cJSON parses. Then a reader takes members by exact name and says
 * which one was missing, wrong or left over.
 *
 * Out: a writer that appends members in the order they are given, one spelling for each value. */
#ifndef CL_JSON_H
#define CL_JSON_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

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

/* Gate, then parse. The tree is owned by the caller: cl_json_free. CL_BAD_JSON, CL_NO_MEMORY. */
CL_MUST_USE enum cl_err cl_json_parse(const uint8_t *bytes, size_t len, struct cJSON **ret_tree);
/* Of a text that has passed the gate. */
CL_MUST_USE enum cl_err cl_json_parse_gated(const uint8_t *bytes, size_t len,
                                            struct cJSON **ret_tree);
void cl_json_free(struct cJSON **tree); /* wipes nothing: never parse secrets; for cl_cleanup */

/* ---- reading ----------------------------------------------------------------------------- */

/* Sticky: after the first fault every read returns a harmless value (0, "", NULL; those that may be
 * null, null) and changes nothing. So does a reader of nothing: of a null object, or made from a
 * reader with a fault. Each read marks its member as asked for; cl_read_end faults the first that
 * nobody asked for. */
struct cl_reader {
    const struct cJSON *object; /* borrowed; must outlive the reader and the strings it returns */
    struct cl_fault *fault;     /* borrowed; shared by a reader and those made from it */
    char path[64];              /* prefix of field names, "" or "page." */
    uint64_t asked;             /* one bit a member */
    const struct cJSON *next;   /* the member after the one asked for last, number next_at: */
    unsigned next_at;           /* most are asked for in the order in which they were written */
};

/* A reader of the object, or of nothing with a CL_WRONG_TYPE fault if it is not one. fault must
 * start zeroed. */
struct cl_reader cl_reader(const struct cJSON *object, const char *path, struct cl_fault *fault);

/* Strings are NUL-terminated, valid UTF-8, 1..max bytes (CL_TOO_LONG; empty is CL_BAD_VALUE),
 * borrowed from the tree. */
const char *cl_read_str(struct cl_reader *r, const char *name, size_t max);
/* The same or JSON null → NULL. */
const char *cl_read_str_or_null(struct cl_reader *r, const char *name, size_t max);
/* Index in a NULL-terminated list of names; CL_BAD_VALUE otherwise. _or_null: null → -1. */
int cl_read_enum(struct cl_reader *r, const char *name, const char *const *names);
int cl_read_enum_or_null(struct cl_reader *r, const char *name, const char *const *names);
int64_t cl_read_int(struct cl_reader *r, const char *name, int64_t min, int64_t max);
bool cl_read_bool(struct cl_reader *r, const char *name);
enum cl_tri cl_read_tri(struct cl_reader *r, const char *name);
/* Milliseconds since 1970 of an RFC 3339 text as cl_time_parse takes it; CL_BAD_VALUE before 1970.
 * _or_null: null → -1. */
int64_t cl_read_time(struct cl_reader *r, const char *name);
int64_t cl_read_time_or_null(struct cl_reader *r, const char *name);
/* A reader of a member object. _or_null: sets *ret_null instead of faulting. */
struct cl_reader cl_read_object(struct cl_reader *r, const char *name);
struct cl_reader cl_read_object_or_null(struct cl_reader *r, const char *name, bool *ret_null);
/* A member array of 0..max items; NULL after a fault. cl_read_item makes the reader of item i
 * ("name[i]."). */
const struct cJSON *cl_read_array(struct cl_reader *r, const char *name, size_t max,
                                  size_t *ret_count);
struct cl_reader cl_read_item(struct cl_reader *r, const struct cJSON *array, const char *name,
                              size_t i);
/* Item i of an array of strings (1..max bytes) or of integers. */
const char *cl_read_item_str(struct cl_reader *r, const struct cJSON *array, const char *name,
                             size_t i, size_t max);
int64_t cl_read_item_int(struct cl_reader *r, const struct cJSON *array, const char *name, size_t i,
                         int64_t min, int64_t max);
/* Is the member there at all? For optional members; does not mark it. */
bool cl_read_has(const struct cl_reader *r, const char *name);
/* Add a fault of one's own, if there is none yet. */
void cl_read_fail(struct cl_reader *r, const char *name, enum cl_err err);

/* The first fault, or CL_UNKNOWN_MEMBER for one that nobody asked for, or CL_OK. */
CL_MUST_USE enum cl_err cl_read_end(struct cl_reader *r);
/* The same for a reader made from another: the fault is shared, so the outer one's end will tell
 * it. */
static inline void cl_read_close(struct cl_reader *r)
{
    enum cl_err shared = cl_read_end(r);
    (void)shared;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* Sticky as well: cl_json_end tells the first error. Names are literals of ours and are not
 * escaped. name is NULL inside arrays and at the top. Strings: '"', '\' and U+0000..U+001F are
 * escaped (\b \f \n \r \t, else \u00xx in lower case), all else stands as it is. */
struct cl_json_writer {
    struct cl_buf *to; /* borrowed */
    enum cl_err err;
    bool comma;
    int depth;
};

struct cl_json_writer cl_json_writer(struct cl_buf *to);
void cl_json_object(struct cl_json_writer *w, const char *name);
void cl_json_object_end(struct cl_json_writer *w);
void cl_json_array(struct cl_json_writer *w, const char *name);
void cl_json_array_end(struct cl_json_writer *w);
void cl_json_str(struct cl_json_writer *w, const char *name, const char *value); /* NULL → null */
void cl_json_int(struct cl_json_writer *w, const char *name, int64_t value);
void cl_json_bool(struct cl_json_writer *w, const char *name, bool value);
void cl_json_tri(struct cl_json_writer *w, const char *name, enum cl_tri value);
void cl_json_time(struct cl_json_writer *w, const char *name, int64_t ms); /* negative → null */
void cl_json_hex(struct cl_json_writer *w, const char *name, const void *bytes, size_t n);
void cl_json_base64(struct cl_json_writer *w, const char *name, const void *bytes, size_t n);
/* Bytes that are JSON already, e.g. an entry; with name NULL in an object, members of it. */
void cl_json_raw(struct cl_json_writer *w, const char *name, const void *json, size_t n);
CL_MUST_USE enum cl_err cl_json_end(struct cl_json_writer *w);

#endif
