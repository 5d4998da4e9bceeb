/* Strict JSON in: the gate makes a tree of it (tree.h), then a reader takes members by exact name
 * and says which one was missing, wrong or left over. */
#ifndef CL_READER_H
#define CL_READER_H

#include "base/common.h"
#include "base/err.h"
#include "json/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sticky: after the first fault every read returns a harmless value (0, "", NULL; those that may be
 * null, null) and changes nothing. So does a reader of nothing: of a null object, or made from a
 * reader with a fault. Each read marks its member as asked for; cl_read_end faults the first that
 * nobody asked for. */
struct cl_reader {
    const struct cl_json *object; /* borrowed; must outlive the reader and the strings it returns */
    struct cl_fault *fault;       /* borrowed; shared by a reader and those made from it */
    bool visible;  /* strings with a hidden character (unicode.h) are CL_BAD_VALUE; so are those of
                      readers made from it. For what strangers send and we keep */
    char path[64]; /* prefix of field names, "" or "page."; */
    size_t path_len;            /* not counting its NUL */
    uint64_t asked;             /* one bit a member */
    const struct cl_json *next; /* the member after the one asked for last, number next_at: */
    unsigned next_at;           /* most are asked for in the order in which they were written */
};

/* A reader of the object, or of nothing with a CL_WRONG_TYPE fault if it is not one. fault must
 * start zeroed. */
struct cl_reader cl_reader(const struct cl_json *object, const char *path, struct cl_fault *fault);

/* Strings are NUL-terminated, valid UTF-8, 1..max bytes (CL_TOO_LONG; empty is CL_BAD_VALUE),
 * borrowed from the tree. */
const char *cl_read_str(struct cl_reader *r, const char *name, size_t max);
/* The same or JSON null → NULL. */
const char *cl_read_str_or_null(struct cl_reader *r, const char *name, size_t max);
/* A string of several lines, or in base64: of any characters. */
const char *cl_read_text(struct cl_reader *r, const char *name, size_t max);
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
const struct cl_json *cl_read_array(struct cl_reader *r, const char *name, size_t max,
                                    size_t *ret_count);
struct cl_reader cl_read_item(struct cl_reader *r, const struct cl_json *array, const char *name,
                              size_t i);
/* Item i of an array of strings (1..max bytes) or of integers. */
const char *cl_read_item_str(struct cl_reader *r, const struct cl_json *array, const char *name,
                             size_t i, size_t max);
int64_t cl_read_item_int(struct cl_reader *r, const struct cl_json *array, const char *name,
                         size_t i, int64_t min, int64_t max);
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

#endif
