#include "package/inflate.h"

#include "base/common.h"

#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* what goes in is only read from */
#include <zlib.h>

#define PIECE 65536u

struct cl_inflate {
    z_stream stream;
    bool ended, begun;
    uint8_t piece[PIECE];
};

enum cl_err cl_inflate_new(bool zlib, struct cl_inflate **ret_inflate)
{
    cl_cleanup(cl_inflate_free) struct cl_inflate *i = calloc(1, sizeof *i);
    if (!i)
        return CL_NO_MEMORY;
    if (inflateInit2(&i->stream, zlib ? MAX_WBITS : -MAX_WBITS) != Z_OK)
        return CL_NO_MEMORY;
    i->begun = true;
    *ret_inflate = i;
    i = NULL;
    return CL_OK;
}

enum cl_err cl_inflate_again(struct cl_inflate *i)
{
    i->ended = false;
    return inflateReset(&i->stream) == Z_OK ? CL_OK : CL_NO_MEMORY;
}

void cl_inflate_free(struct cl_inflate **inflate)
{
    if (!*inflate)
        return;
    if ((*inflate)->begun)
        (void)inflateEnd(&(*inflate)->stream);
    free(*inflate);
    *inflate = NULL;
}

enum cl_err cl_inflate_put(struct cl_inflate *i, const uint8_t *bytes, size_t n,
                           cl_inflate_take *take, void *context)
{
    if (n > UINT_MAX || (n > 0 && i->ended))
        return CL_MALFORMED;
    i->stream.next_in = bytes;
    i->stream.avail_in = (uInt)n;
    do {
        i->stream.next_out = i->piece;
        i->stream.avail_out = PIECE;
        int result = inflate(&i->stream, Z_NO_FLUSH);
        if (result == Z_MEM_ERROR)
            return CL_NO_MEMORY;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return CL_MALFORMED;
        i->ended = result == Z_STREAM_END;
        const size_t got = PIECE - i->stream.avail_out;
        enum cl_err err = got ? take(context, i->piece, got) : CL_OK;
        if (err)
            return err;
    } while (!i->ended && (i->stream.avail_in > 0 || i->stream.avail_out == 0));
    return i->stream.avail_in == 0 ? CL_OK : CL_MALFORMED;
}

bool cl_inflate_ended(const struct cl_inflate *i)
{
    return i->ended;
}
