#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 256

struct cl_buf cl_buf(size_t max)
{
    return (struct cl_buf){.max = max};
}

/* Doubling keeps the copies linear; never past max, and no overflow because cap ≤ max. */
static size_t next_cap(const struct cl_buf *buf, size_t need)
{
    size_t cap = buf->cap > buf->max / 2 ? buf->max : buf->cap * 2;
    if (cap < FIRST_CAP)
        cap = FIRST_CAP < buf->max ? FIRST_CAP : buf->max;
    return cap < need ? need : cap;
}

/* Not realloc: it would leave a copy of the old bytes behind in freed memory. */
static enum cl_err grow(struct cl_buf *buf, size_t need)
{
    size_t cap = next_cap(buf, need);
    uint8_t *data = malloc(cap);
    if (!data)
        return CL_NO_MEMORY;
    if (buf->data) {
        memcpy(data, buf->data, buf->len);
        explicit_bzero(buf->data, buf->cap);
    }
    free(buf->data);
    buf->data = data;
    buf->cap = cap;
    return CL_OK;
}

enum cl_err cl_buf_room(struct cl_buf *buf, size_t n, uint8_t **ret_room)
{
    if (n > buf->max - buf->len)
        return CL_TOO_LONG;
    if (n > buf->cap - buf->len || !buf->data) {
        enum cl_err err = grow(buf, buf->len + n);
        if (err)
            return err;
    }
    *ret_room = buf->data + buf->len;
    buf->len += n;
    return CL_OK;
}

enum cl_err cl_buf_put(struct cl_buf *buf, const void *bytes, size_t n)
{
    if (n == 0)
        return CL_OK;
    uint8_t *room;
    enum cl_err err = cl_buf_room(buf, n, &room);
    if (err)
        return err;
    memcpy(room, bytes, n);
    return CL_OK;
}

enum cl_err cl_buf_put_str(struct cl_buf *buf, const char *str)
{
    return cl_buf_put(buf, str, strlen(str));
}

void cl_buf_clear(struct cl_buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->cap);
    buf->len = 0;
}

void cl_buf_free(struct cl_buf *buf)
{
    cl_buf_clear(buf);
    free(buf->data);
    buf->data = NULL;
    buf->cap = 0;
}

bool cl_equal(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    volatile uint8_t differs = 0; /* volatile: no early end, and no vector of comparisons */
    for (size_t i = 0; i < n; i++)
        differs = (uint8_t)(differs | (x[i] ^ y[i]));
    return differs == 0;
}

void cl_wipe(void *p, size_t n)
{
    if (n)
        explicit_bzero(p, n);
}
