#include "crypto/proof.h"
#include "export/export_internal.h"
#include "package/layout.h"

#include <stdlib.h>
#include <string.h>

/* Proofs of neighbours read the same tiles, so the last one of each level is kept. */
struct kept_tiles {
    const struct cl_tiles *tiles;
    uint64_t size; /* of the log */
    struct kept_tile {
        uint64_t index;
        unsigned width; /* 0: none yet */
        struct cl_hash hashes[CL_TILE_WIDTH];
    } level[CL_TILE_LEVELS];
};

static void free_tiles(struct kept_tiles **kept)
{
    free(*kept);
}

static enum cl_err keep_tile(struct kept_tiles *kept, unsigned level, uint64_t index)
{
    struct kept_tile *tile = &kept->level[level];
    const uint64_t all = kept->size >> (level * CL_TILE_HEIGHT), first = index * CL_TILE_WIDTH;
    const uint64_t left = all > first ? all - first : 0;
    const unsigned width = left < CL_TILE_WIDTH ? (unsigned)left : CL_TILE_WIDTH;
    tile->width = 0;
    enum cl_err err = kept->tiles->get(kept->tiles->context, level, index, 0, width, tile->hashes);
    if (err)
        return err;
    tile->index = index;
    tile->width = width;
    return CL_OK;
}

static enum cl_err get_kept(void *context, unsigned level, uint64_t index, unsigned from,
                            unsigned count, struct cl_hash *ret_hashes)
{
    struct kept_tiles *kept = context;
    struct kept_tile *tile = &kept->level[level];
    if (tile->width == 0 || tile->index != index) {
        enum cl_err err = keep_tile(kept, level, index);
        if (err)
            return err;
    }
    if (from > tile->width || count > tile->width - from)
        return CL_LOG_DAMAGED;
    memcpy(ret_hashes, &tile->hashes[from], count * sizeof *ret_hashes);
    return CL_OK;
}

static enum cl_err put_proof(struct exporting *x, struct cl_prover *prover, uint64_t seq)
{
    cl_cleanup(cl_buf_free) struct cl_buf file = cl_buf(CL_PROOF_FILE_MAX);
    char name[CL_LAYOUT_NAME];
    struct cl_proof proof;
    enum cl_err err = cl_prover_inclusion(prover, seq, &proof);
    if (!err)
        err = cl_proof_write(seq, &proof, x->note.data, x->note.len, &file);
    cl_layout_proof(seq, name);
    return err ? err : cl_exporting_put(x, name, &file);
}

enum cl_err cl_exporting_proofs(struct exporting *x)
{
    cl_cleanup(free_tiles) struct kept_tiles *kept = calloc(1, sizeof *kept);
    if (!kept)
        return CL_NO_MEMORY;
    kept->tiles = &x->source->tiles;
    kept->size = x->source->size;
    const struct cl_tiles tiles = {.context = kept, .get = get_kept};
    struct cl_prover prover = {.tiles = &tiles, .size = kept->size};
    const bool all = x->observations <= CL_EXPORT_PROOFS_MAX;
    const uint64_t first = all ? 0 : x->observations; /* of the ring, the oldest */
    enum cl_err err = CL_OK;
    x->out.proofs = all ? (unsigned)x->observations : CL_EXPORT_PROOFS_MAX;
    for (uint64_t i = first; i < first + x->out.proofs && !err; i++)
        err = put_proof(x, &prover, x->proved[i % CL_EXPORT_PROOFS_MAX]);
    return err;
}
