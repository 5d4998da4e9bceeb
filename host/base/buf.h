/* Bytes that grow up to a maximum fixed at birth, and are wiped when they grow or go. */
#ifndef CL_BUF_H
#define CL_BUF_H

#include "base/common.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cl_buf {
    uint8_t *data; /* owned; NULL while empty */
    size_t len;    /* bytes used */
    size_t cap;    /* bytes reserved */
    size_t max;    /* bytes allowed */
};

/* An empty buffer that will hold at most max bytes. Reserves nothing yet. */
struct cl_buf cl_buf(size_t max);

/* Append n bytes. CL_TOO_LONG above max, CL_NO_MEMORY; the buffer is unchanged on failure. */
CL_MUST_USE enum cl_err cl_buf_put(struct cl_buf *buf, const void *bytes, size_t n);
CL_MUST_USE enum cl_err cl_buf_put_str(struct cl_buf *buf, const char *str);

/* Append n bytes of room and hand it out; valid until the next put. */
CL_MUST_USE enum cl_err cl_buf_room(struct cl_buf *buf, size_t n, uint8_t **ret_room);

/* Wipe the contents and keep the memory. */
void cl_buf_clear(struct cl_buf *buf);

/* Wipe and free. Accepts a zeroed or freed buffer; for cl_cleanup. */
void cl_buf_free(struct cl_buf *buf);

/* Compare in constant time. */
CL_MUST_USE bool cl_equal(const void *a, const void *b, size_t n);

/* Overwrite so that the compiler cannot drop it. */
void cl_wipe(void *p, size_t n);

#endif
