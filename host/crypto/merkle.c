#include "crypto/merkle.h"

#include <stdbool.h>

/* RFC 9162, section 2.1.1: one byte keeps leaves and nodes apart. */
#define LEAF 0x00
#define NODE 0x01

enum cl_err cl_merkle_leaf(const void *entry, size_t len, struct cl_hash *ret_leaf)
{
    return cl_sha256_parts(LEAF, entry, len, NULL, 0, ret_leaf->bytes);
}

enum cl_err cl_merkle_node(const struct cl_hash *left, const struct cl_hash *right,
                           struct cl_hash *ret_node)
{
    return cl_sha256_parts(NODE, left->bytes, CL_HASH, right->bytes, CL_HASH, ret_node->bytes);
}

static enum cl_err empty_root(struct cl_hash *ret_root)
{
    return cl_sha256(NULL, 0, ret_root->bytes);
}

/* ---- from tiles -------------------------------------------------------------------------- */

/* The root of a complete subtree from its `count` hashes, a power of two; overwrites them. */
static enum cl_err fold(struct cl_hash *hashes, unsigned count, struct cl_hash *ret_root)
{
    for (; count > 1; count /= 2) {
        for (size_t i = 0; i < count / 2; i++) {
            enum cl_err err = cl_merkle_node(&hashes[2 * i], &hashes[2 * i + 1], &hashes[i]);
            if (err)
                return err;
        }
    }
    *ret_root = hashes[0];
    return CL_OK;
}

/* A hash that may not be there yet, and to whose left others are joined. */
struct joined {
    bool any;
    struct cl_hash hash;
};

static enum cl_err join_left(const struct cl_hash *left, struct joined *right)
{
    if (right->any)
        return cl_merkle_node(left, &right->hash, &right->hash);
    right->any = true;
    right->hash = *left;
    return CL_OK;
}

/* Join the complete subtrees that `width` neighbours make, from the smallest at the right to the
 * largest. */
static enum cl_err join_width(struct cl_hash *hashes, unsigned width, struct joined *right)
{
    while (width > 0) {
        unsigned count = width & -width;
        struct cl_hash root;
        width -= count;
        enum cl_err err = fold(hashes + width, count, &root);
        if (!err)
            err = join_left(&root, right);
        if (err)
            return err;
    }
    return CL_OK;
}

/* The Merkle tree hash of leaves begin..end − 1, where begin is a multiple of a power of two that
 * is no less than their number, as it is wherever RFC 9162 splits a tree. Then digit `level` of
 * that number, to the base 256, says how many hashes of one tile of that level belong to it. */
static enum cl_err range_hash(const struct cl_tiles *tiles, uint64_t begin, uint64_t end,
                              struct cl_hash *ret_hash)
{
    struct joined right = {.any = false};
    for (unsigned level = 0; level < CL_TILE_LEVELS; level++) {
        unsigned shift = level * CL_TILE_HEIGHT;
        unsigned width = (end - begin) >> shift & (CL_TILE_WIDTH - 1);
        if (width == 0)
            continue;
        uint64_t first = (end >> shift) - width;
        struct cl_hash hashes[CL_TILE_WIDTH];
        enum cl_err err = tiles->get(tiles->context, level, first / CL_TILE_WIDTH,
                                     first % CL_TILE_WIDTH, width, hashes);
        if (!err)
            err = join_width(hashes, width, &right);
        if (err)
            return err;
    }
    *ret_hash = right.hash;
    return CL_OK;
}

enum cl_err cl_merkle_append(const struct cl_tiles *tiles, uint64_t size,
                             const struct cl_hash *leaf)
{
    if (size == UINT64_MAX)
        return CL_LOG_FULL;
    struct cl_hash hash = *leaf;
    for (unsigned level = 0; level < CL_TILE_LEVELS; level++) {
        uint64_t position = size >> (level * CL_TILE_HEIGHT);
        uint64_t index = position / CL_TILE_WIDTH;
        unsigned width = position % CL_TILE_WIDTH;
        enum cl_err err = tiles->put(tiles->context, level, index, width, &hash);
        if (err || width < CL_TILE_WIDTH - 1)
            return err;
        /* The tile is full: its root is the next hash of the tile above. */
        struct cl_hash hashes[CL_TILE_WIDTH];
        err = tiles->get(tiles->context, level, index, 0, CL_TILE_WIDTH, hashes);
        if (!err)
            err = fold(hashes, CL_TILE_WIDTH, &hash);
        if (err)
            return err;
    }
    return CL_OK;
}

enum cl_err cl_merkle_root(const struct cl_tiles *tiles, uint64_t size, struct cl_hash *ret_root)
{
    return size ? range_hash(tiles, 0, size, ret_root) : empty_root(ret_root);
}

/* ---- from leaves ------------------------------------------------------------------------- */

/* One hash for each bit of size, the largest subtree first; pushing is counting in binary. */
enum cl_err cl_merkle_push(struct cl_merkle_stack *stack, const struct cl_hash *leaf)
{
    if (stack->size == UINT64_MAX)
        return CL_LOG_FULL;
    struct cl_hash hash = *leaf;
    unsigned depth = stack->depth;
    for (uint64_t carry = stack->size; carry & 1; carry >>= 1) {
        enum cl_err err = cl_merkle_node(&stack->hashes[--depth], &hash, &hash);
        if (err)
            return err;
    }
    stack->hashes[depth] = hash;
    stack->depth = depth + 1;
    stack->size++;
    return CL_OK;
}

enum cl_err cl_merkle_stack_tiles(const struct cl_tiles *tiles, uint64_t size,
                                  struct cl_merkle_stack *ret_stack)
{
    struct cl_merkle_stack stack = {.size = size};
    for (unsigned level = CL_TILE_LEVELS; level-- > 0;) {
        const uint64_t end = size >> (level * CL_TILE_HEIGHT);
        const unsigned width = end % CL_TILE_WIDTH;
        struct cl_hash hashes[CL_TILE_WIDTH];
        enum cl_err err =
            width ? tiles->get(tiles->context, level, end / CL_TILE_WIDTH, 0, width, hashes)
                  : CL_OK;
        unsigned done = 0;
        for (unsigned count = CL_TILE_WIDTH / 2; !err && count > 0; count /= 2) {
            if (!(width & count))
                continue;
            err = fold(hashes + done, count, &stack.hashes[stack.depth++]);
            done += count;
        }
        if (err)
            return err;
    }
    *ret_stack = stack;
    return CL_OK;
}

enum cl_err cl_merkle_stack_root(const struct cl_merkle_stack *stack, struct cl_hash *ret_root)
{
    if (stack->depth == 0)
        return empty_root(ret_root);
    struct joined right = {.any = false};
    for (unsigned i = stack->depth; i-- > 0;) {
        enum cl_err err = join_left(&stack->hashes[i], &right);
        if (err)
            return err;
    }
    *ret_root = right.hash;
    return CL_OK;
}

/* ---- proofs ------------------------------------------------------------------------------ */

/* Where RFC 9162 splits n > 1 leaves: the largest power of two below n. */
static uint64_t split(uint64_t n)
{
    uint64_t k = UINT64_C(1) << 63;
    while (k >= n)
        k >>= 1;
    return k;
}

/* Proofs begin at the bottom. */
static void turn_round(const struct cl_proof *passed, struct cl_proof *ret_proof)
{
    unsigned count = passed->count;
    for (unsigned i = 0; i < count; i++)
        ret_proof->hashes[i] = passed->hashes[count - 1 - i];
    ret_proof->count = count;
}

/* The hash of a sibling, kept from the last proof where that passed it too. */
static enum cl_err sibling_hash(struct cl_prover *prover, unsigned depth, uint64_t begin,
                                uint64_t end, struct cl_hash *ret_hash)
{
    struct cl_prover_sibling *kept = &prover->siblings[depth];
    if (kept->begin != begin || kept->end != end) {
        struct cl_hash hash;
        enum cl_err err = range_hash(prover->tiles, begin, end, &hash);
        if (err)
            return err;
        *kept = (struct cl_prover_sibling){begin, end, hash};
    }
    *ret_hash = kept->hash;
    return CL_OK;
}

enum cl_err cl_prover_inclusion(struct cl_prover *prover, uint64_t index,
                                struct cl_proof *ret_proof)
{
    struct cl_proof passed = {0};
    uint64_t begin = 0, end = prover->size;
    if (index >= end)
        return CL_ABSENT;
    while (end - begin > 1) {
        const uint64_t middle = begin + split(end - begin);
        const bool left = index < middle;
        enum cl_err err = sibling_hash(prover, passed.count, left ? middle : begin,
                                       left ? end : middle, &passed.hashes[passed.count]);
        if (err)
            return err;
        passed.count++;
        *(left ? &end : &begin) = middle;
    }
    turn_round(&passed, ret_proof);
    return CL_OK;
}

static bool same(const struct cl_hash *a, const struct cl_hash *b)
{
    return cl_equal(a->bytes, b->bytes, CL_HASH);
}

/* Names below are those of RFC 9162: fn and sn are the node's position and the last one of its
 * level. */
struct climb {
    uint64_t fn, sn;
};

/* Does the next sibling stand to the left? Skips the levels where the node has none. */
static bool sibling_is_left(struct climb *at)
{
    if (!(at->fn & 1) && at->fn != at->sn)
        return false;
    while (!(at->fn & 1) && at->fn != 0) {
        at->fn >>= 1;
        at->sn >>= 1;
    }
    return true;
}

static void go_up(struct climb *at)
{
    at->fn >>= 1;
    at->sn >>= 1;
}

/* Section 2.1.3.2. */
enum cl_err cl_merkle_check_inclusion(const struct cl_proof *proof, uint64_t index, uint64_t size,
                                      const struct cl_hash *leaf, const struct cl_hash *root)
{
    if (index >= size || proof->count > CL_PROOF_MAX)
        return CL_MISMATCH;
    struct climb at = {index, size - 1};
    struct cl_hash r = *leaf;
    for (unsigned i = 0; i < proof->count; i++) {
        const struct cl_hash *p = &proof->hashes[i];
        if (at.sn == 0)
            return CL_MISMATCH;
        enum cl_err err =
            sibling_is_left(&at) ? cl_merkle_node(p, &r, &r) : cl_merkle_node(&r, p, &r);
        if (err)
            return err;
        go_up(&at);
    }
    return at.sn == 0 && same(&r, root) ? CL_OK : CL_MISMATCH;
}
