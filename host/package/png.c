#include "package/png.h"

#include "base/big_endian.h"
#include "package/inflate.h"

#include "crypto/crypto.h"
#include "entry/attachment.h"

#include <string.h>

#define SIGNATURE  8u
#define CHUNK_HEAD 8u /* length, type; then the data, then a checksum of 4 bytes */
#define HEADER     13u
#define FILTERS    5u
/* What the widest screen gives in the richest pixels that a browser draws. */
#define PIXELS_MAX (4ull * CL_PICTURE_SIDE_MAX * CL_PICTURE_SIDE_MAX)

enum { GREY = 0, COLOUR = 2, PALETTE = 3, GREY_ALPHA = 4, COLOUR_ALPHA = 6 };

/* One of the seven pictures that an interlaced one is sent as; a plain one is its only pass. */
struct pass {
    uint32_t rows;
    uint64_t row; /* bytes, the filter's number before the pixels included */
};

struct decoder {
    struct cl_inflate *inflate;
    struct cl_crc *crc;
    struct pass passes[7];
    unsigned pass, pass_count;
    uint32_t row; /* of the pass */
    uint64_t at;  /* byte of the row */
    uint8_t colour;
    bool palette, data, data_over, ended;
};

/* ---- rows ------------------------------------------------------------------------------------ */

static void skip_empty(struct decoder *d)
{
    while (d->pass < d->pass_count &&
           (d->row == d->passes[d->pass].rows || d->passes[d->pass].row <= 1)) {
        d->pass++;
        d->row = 0;
    }
}

/* What comes out of the stream: rows, each with a filter that there is, and nothing after them. */
static enum cl_err take_rows(void *context, const uint8_t *bytes, size_t n)
{
    struct decoder *d = context;
    while (n > 0) {
        if (d->pass == d->pass_count || (d->at == 0 && *bytes >= FILTERS))
            return CL_MALFORMED;
        const uint64_t left = d->passes[d->pass].row - d->at;
        const size_t some = n < left ? n : (size_t)left;
        d->at += some;
        bytes += some;
        n -= some;
        if (some < left)
            continue;
        d->at = 0;
        d->row++;
        skip_empty(d);
    }
    return CL_OK;
}

static uint64_t row_bytes(uint32_t width, unsigned bits)
{
    return width ? 1 + ((uint64_t)width * bits + 7) / 8 : 0;
}

/* Adam7: where each pass begins and how far apart its pixels are. */
static void plan(struct decoder *d, uint32_t width, uint32_t height, unsigned bits, bool interlaced)
{
    static const struct {
        uint8_t x, y, dx, dy;
    } adam7[7] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                  {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    d->pass_count = interlaced ? 7 : 1;
    d->passes[0] = (struct pass){height, row_bytes(width, bits)};
    for (unsigned i = 0; interlaced && i < 7; i++) {
        const uint32_t w = (width + adam7[i].dx - 1 - adam7[i].x) / adam7[i].dx;
        const uint32_t h = (height + adam7[i].dy - 1 - adam7[i].y) / adam7[i].dy;
        d->passes[i] = (struct pass){h, row_bytes(w, bits)};
    }
    skip_empty(d);
}

static enum cl_err begin(struct decoder *d, const uint8_t *header)
{
    static const uint8_t samples[] = {
        [GREY] = 1, [COLOUR] = 3, [PALETTE] = 1, [GREY_ALPHA] = 2, [COLOUR_ALPHA] = 4};
    const uint32_t width = cl_be32(header), height = cl_be32(header + 4);
    d->colour = header[9]; /* cl_is_png has looked at all of them */
    plan(d, width, height, (unsigned)header[8] * samples[d->colour], header[12] == 1);
    return row_bytes(width, (unsigned)header[8] * samples[d->colour]) * height <=
                   PIXELS_MAX + height
               ? CL_OK
               : CL_MALFORMED;
}

/* ---- chunks ---------------------------------------------------------------------------------- */

static bool is(const uint8_t *type, const char *name)
{
    return memcmp(type, name, 4) == 0;
}

static enum cl_err take_chunk(struct decoder *d, const uint8_t *type, const uint8_t *data, size_t n)
{
    if (d->ended || is(type, "IHDR"))
        return CL_MALFORMED;
    d->data_over |= d->data && !is(type, "IDAT");
    if (is(type, "IDAT")) {
        if (d->data_over || (d->colour == PALETTE && !d->palette))
            return CL_MALFORMED;
        d->data = true;
        return cl_inflate_put(d->inflate, data, n, take_rows, d);
    }
    if (is(type, "PLTE")) {
        if (d->palette || d->data || n == 0 || n % 3 || n > 3 * 256 || d->colour == GREY ||
            d->colour == GREY_ALPHA)
            return CL_MALFORMED;
        d->palette = true;
        return CL_OK;
    }
    d->ended = is(type, "IEND");
    if (d->ended)
        return n == 0 && d->data && cl_inflate_ended(d->inflate) && d->pass == d->pass_count
                   ? CL_OK
                   : CL_MALFORMED;
    return type[0] & 0x20 ? CL_OK : CL_MALFORMED; /* one that nobody needs to know */
}

/* The next chunk, from its length to its checksum. */
static enum cl_err next_chunk(struct decoder *d, struct cl_span *rest, const uint8_t **ret_type,
                              struct cl_span *ret_data)
{
    uint32_t sum = 0;
    if (rest->len < CHUNK_HEAD + 4)
        return CL_MALFORMED;
    const size_t n = cl_be32(rest->data);
    if (n > rest->len - CHUNK_HEAD - 4)
        return CL_MALFORMED;
    *ret_type = rest->data + 4;
    *ret_data = (struct cl_span){rest->data + CHUNK_HEAD, n};
    cl_crc_put(d->crc, *ret_type, 4 + n);
    enum cl_err err = cl_crc_end(d->crc, &sum);
    if (!err && sum != cl_be32(ret_data->data + n))
        err = CL_MALFORMED;
    rest->data += CHUNK_HEAD + n + 4;
    rest->len -= CHUNK_HEAD + n + 4;
    return err;
}

static enum cl_err decode(struct decoder *d, struct cl_span rest)
{
    const uint8_t *type = NULL;
    struct cl_span data;
    rest.data += SIGNATURE;
    rest.len -= SIGNATURE;
    enum cl_err err = next_chunk(d, &rest, &type, &data);
    if (!err)
        err = is(type, "IHDR") && data.len == HEADER ? begin(d, data.data) : CL_MALFORMED;
    while (!err && rest.len > 0) {
        err = next_chunk(d, &rest, &type, &data);
        if (!err)
            err = take_chunk(d, type, data.data, data.len);
    }
    return !err && !d->ended ? CL_MALFORMED : err;
}

enum cl_err cl_png_check(struct cl_span bytes)
{
    struct decoder d = {0};
    if (!cl_is_png(bytes))
        return CL_MALFORMED;
    enum cl_err err = cl_crc_new(&d.crc);
    if (!err)
        err = cl_inflate_new(true, &d.inflate);
    if (!err)
        err = decode(&d, bytes);
    cl_crc_free(&d.crc);
    cl_inflate_free(&d.inflate);
    return err;
}
