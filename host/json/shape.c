#include "json/shape.h"

#include <string.h>

enum cl_err cl_json_shape_take(struct cl_json_shape *shape, const uint8_t *bytes, size_t len)
{
    struct cl_json_scalars scalars;
    if (len > CL_JSON_SHAPE_MAX)
        return CL_TOO_LONG;
    enum cl_err err = cl_json_gate_scalars(bytes, len, &scalars);
    if (err)
        return err;
    memcpy(shape->text, bytes, len);
    shape->len = len;
    shape->count = scalars.count;
    for (size_t i = 0; i < scalars.count; i++) {
        shape->scalar[i].at = (size_t)(scalars.scalar[i].data - bytes);
        shape->scalar[i].end = shape->scalar[i].at + scalars.scalar[i].len;
    }
    return CL_OK;
}

static uint64_t load(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* How many bytes both begin with. */
static size_t alike(const uint8_t *a, const uint8_t *b, size_t n)
{
    size_t i = 0;
    while (n - i >= 16 && ((load(a + i) ^ load(b + i)) | (load(a + i + 8) ^ load(b + i + 8))) == 0)
        i += 16;
    while (n - i >= 4 && memcmp(a + i, b + i, 4) == 0)
        i += 4;
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

/* Both texts side by side: `at` in the shape's is where `in` the other one it has come to. */
struct compared {
    const struct cl_json_shape *shape;
    const uint8_t *bytes;
    size_t len, at, in;
    struct cl_json_scalars *scalars; /* those that are behind */
};

/* As far as both are the same, and the scalars that this passes wholly. One whose last byte is the
 * last that is the same may go on in the other text, so it is not passed. */
static void pass_same(struct compared *c)
{
    const struct cl_json_shape *s = c->shape;
    struct cl_json_scalars *to = c->scalars;
    size_t left = s->len - c->at < c->len - c->in ? s->len - c->at : c->len - c->in;
    size_t n = alike(s->text + c->at, c->bytes + c->in, left);
    c->at += n;
    c->in += n;
    for (; to->count < s->count && s->scalar[to->count].end < c->at; to->count++) {
        size_t at = s->scalar[to->count].at, back = c->at - at;
        to->scalar[to->count] =
            (struct cl_span){c->bytes + c->in - back, s->scalar[to->count].end - at};
    }
}

/* Where they part there must be a scalar in both. */
static bool pass_scalar(struct compared *c)
{
    const struct cl_json_shape *s = c->shape;
    size_t i = c->scalars->count;
    if (i == s->count || c->at < s->scalar[i].at)
        return false;
    const uint8_t *from = c->bytes + c->in - (c->at - s->scalar[i].at);
    size_t n = cl_json_gate_scalar(from, (size_t)(c->bytes + c->len - from));
    if (n == 0)
        return false;
    c->scalars->scalar[c->scalars->count++] = (struct cl_span){from, n};
    c->at = s->scalar[i].end;
    c->in = (size_t)(from - c->bytes) + n;
    return true;
}

bool cl_json_shape_fits(const struct cl_json_shape *shape, const uint8_t *bytes, size_t len,
                        struct cl_json_scalars *ret)
{
    struct compared c = {.shape = shape, .bytes = bytes, .len = len, .scalars = ret};
    ret->count = 0;
    if (shape->len == 0)
        return false;
    for (pass_same(&c); c.at < shape->len || c.in < len; pass_same(&c))
        if (!pass_scalar(&c))
            return false;
    return ret->count == shape->count; /* not, where the whole text is one scalar */
}
