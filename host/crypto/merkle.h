/* The RFC 6962 / RFC 9162 SHA-256 tree, kept as c2sp.org/tlog-tiles of height 8.
 *
 * Tile (level, index) of width w holds the hashes of level 8 × level at positions index × 256 … + w
 * − 1, 32 bytes each. The store keeps one row a tile and grows it to the right; no hash, once
 * written, ever changes. */
#ifndef CL_MERKLE_H
#define CL_MERKLE_H

#include "base/err.h"
#include "crypto/crypto.h"

#include <stddef.h>
#include <stdint.h>

#define CL_TILE_HEIGHT 8
#define CL_TILE_WIDTH  256
#define CL_TILE_LEVELS 8 /* 256^8 = 2^64 leaves */

/* SHA-256(00 ‖ entry), RFC 9162 section 2.1.1. */
CL_MUST_USE enum cl_err cl_merkle_leaf(const void *entry, size_t len, struct cl_hash *ret_leaf);
/* SHA-256(01 ‖ left ‖ right). */
CL_MUST_USE enum cl_err cl_merkle_node(const struct cl_hash *left, const struct cl_hash *right,
                                       struct cl_hash *ret_node);

/* Where hashes live. get: read `count` hashes of the tile from position `from`; CL_LOG_DAMAGED if
 * it is shorter. put: append one hash to the tile (level, index), which has `width` hashes now. put
 * may be NULL for readers. */
struct cl_tiles {
    void *context;
    enum cl_err (*get)(void *context, unsigned level, uint64_t index, unsigned from, unsigned count,
                       struct cl_hash *ret_hashes);
    enum cl_err (*put)(void *context, unsigned level, uint64_t index, unsigned width,
                       const struct cl_hash *hash);
};

/* Append a leaf to the tree of `size` leaves. Touches O(log n) tiles. */
CL_MUST_USE enum cl_err cl_merkle_append(const struct cl_tiles *tiles, uint64_t size,
                                         const struct cl_hash *leaf);

/* The root of the first `size` leaves: SHA-256("") for 0. Reads O(log n) tiles, hashes O(256 log
 * n). */
CL_MUST_USE enum cl_err cl_merkle_root(const struct cl_tiles *tiles, uint64_t size,
                                       struct cl_hash *ret_root);

/* A whole tree's root from leaves given one after another, in O(log n) memory; for verifying. */
struct cl_merkle_stack {
    uint64_t size;
    unsigned depth;
    struct cl_hash hashes[64];
};
CL_MUST_USE enum cl_err cl_merkle_push(struct cl_merkle_stack *stack, const struct cl_hash *leaf);
/* The same as if the first `size` leaves had been pushed, from their tiles. */
CL_MUST_USE enum cl_err cl_merkle_stack_tiles(const struct cl_tiles *tiles, uint64_t size,
                                              struct cl_merkle_stack *ret_stack);
CL_MUST_USE enum cl_err cl_merkle_stack_root(const struct cl_merkle_stack *stack,
                                             struct cl_hash *ret_root);

/* An inclusion proof (RFC 9162 section 2.1.3); at most 64 hashes. */
#define CL_PROOF_MAX 64
struct cl_proof {
    unsigned count;
    struct cl_hash hashes[CL_PROOF_MAX];
};
/* For many leaves of one tree, best in ascending order: a hash that two neighbours have in
 * common is made once, so that a proof costs O(log n) hashes and not O(256 log n). `tiles` is
 * borrowed. */
struct cl_prover {
    const struct cl_tiles *tiles;
    uint64_t size;
    struct cl_prover_sibling { /* of the last proof, at that depth below the root */
        uint64_t begin, end;   /* its leaves; end 0: none yet */
        struct cl_hash hash;
    } siblings[CL_PROOF_MAX];
};
CL_MUST_USE enum cl_err cl_prover_inclusion(struct cl_prover *prover, uint64_t index,
                                            struct cl_proof *ret_proof);
/* CL_MISMATCH when the proof does not lead to the root. */
CL_MUST_USE enum cl_err cl_merkle_check_inclusion(const struct cl_proof *proof, uint64_t index,
                                                  uint64_t size, const struct cl_hash *leaf,
                                                  const struct cl_hash *root);

#endif
