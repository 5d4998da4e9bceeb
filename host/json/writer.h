/* Exact JSON out: members in the order they are given, one spelling for each value. */
#ifndef CL_WRITER_H
#define CL_WRITER_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Append JSON as it can be shown to a person: each hidden character (unicode.h) above ASCII as its
 * number, which means the same to a reader, and each byte that is no UTF-8 as U+FFFD, so that JSON
 * it stays. Below ASCII's end the writer has escaped what hides. */
CL_MUST_USE enum cl_err cl_json_visible(struct cl_span json, struct cl_buf *to);

#endif
