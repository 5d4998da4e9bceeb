#include "base/encoding.h"
#include "crypto/merkle.h"
#include "vectors.h"

/* ---- a store in memory ------------------------------------------------------------------- */

/* Tiles as a store keeps them, with a count of what was read. Every width is checked. */
struct memory {
    struct cl_hash *tiles[3]; /* by level */
    uint64_t widths[3];       /* hashes of the level in all tiles */
    uint64_t capacity[3];
    unsigned gets;
    unsigned fail_after; /* gets that succeed before one fails; 0: none fails */
};

static enum cl_err memory_get(void *context, unsigned level, uint64_t index, unsigned from,
                              unsigned count, struct cl_hash *ret_hashes)
{
    struct memory *m = context;
    uint64_t first = index * CL_TILE_WIDTH + from;
    m->gets++;
    if (m->fail_after && m->gets > m->fail_after)
        return CL_IO;
    assert_true(count > 0 && from + count <= CL_TILE_WIDTH);
    if (level >= 3 || first + count > m->widths[level])
        return CL_LOG_DAMAGED;
    memcpy(ret_hashes, &m->tiles[level][first], count * sizeof *ret_hashes);
    return CL_OK;
}

static enum cl_err memory_put(void *context, unsigned level, uint64_t index, unsigned width,
                              const struct cl_hash *hash)
{
    struct memory *m = context;
    assert_true(level < 3);
    assert_int_equal(index * CL_TILE_WIDTH + width, m->widths[level]);
    if (m->widths[level] == m->capacity[level]) {
        m->capacity[level] = m->capacity[level] ? 2 * m->capacity[level] : 256;
        m->tiles[level] = realloc(m->tiles[level], m->capacity[level] * sizeof *hash);
        assert_non_null(m->tiles[level]);
    }
    m->tiles[level][m->widths[level]++] = *hash;
    return CL_OK;
}

static void memory_free(struct memory *m)
{
    for (size_t i = 0; i < 3; i++)
        free(m->tiles[i]);
}

static struct cl_tiles tiles_of(struct memory *m)
{
    return (struct cl_tiles){.context = m, .get = memory_get, .put = memory_put};
}

static struct cl_hash leaf_of(uint64_t i)
{
    struct cl_hash leaf;
    assert_int_equal(cl_merkle_leaf(&i, sizeof i, &leaf), CL_OK);
    return leaf;
}

static void grow_to(struct memory *m, uint64_t size)
{
    struct cl_tiles tiles = tiles_of(m);
    for (uint64_t i = m->widths[0]; i < size; i++) {
        struct cl_hash leaf = leaf_of(i);
        assert_int_equal(cl_merkle_append(&tiles, i, &leaf), CL_OK);
    }
}

/* ---- RFC 9162 word by word --------------------------------------------------------------- */

static uint64_t naive_split(uint64_t n)
{
    uint64_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

/* MTH(D_n), section 2.1.1; leaves are the stored leaf hashes. */
static struct cl_hash naive_root(const struct cl_hash *leaves, uint64_t n)
{
    struct cl_hash root;
    if (n == 0) {
        assert_int_equal(cl_sha256("", 0, root.bytes), CL_OK);
        return root;
    }
    if (n == 1)
        return leaves[0];
    uint64_t k = naive_split(n);
    struct cl_hash left = naive_root(leaves, k);
    struct cl_hash right = naive_root(leaves + k, n - k);
    assert_int_equal(cl_merkle_node(&left, &right, &root), CL_OK);
    return root;
}

static void naive_add(struct cl_proof *proof, struct cl_hash hash)
{
    proof->hashes[proof->count++] = hash;
}

/* PATH(m, D_n), section 2.1.3.1. */
static void naive_path(uint64_t m, const struct cl_hash *leaves, uint64_t n, struct cl_proof *proof)
{
    if (n == 1)
        return;
    uint64_t k = naive_split(n);
    if (m < k) {
        naive_path(m, leaves, k, proof);
        naive_add(proof, naive_root(leaves + k, n - k));
    } else {
        naive_path(m - k, leaves + k, n - k, proof);
        naive_add(proof, naive_root(leaves, k));
    }
}

static void assert_same_proof(const struct cl_proof *a, const struct cl_proof *b)
{
    assert_int_equal(a->count, b->count);
    if (a->count)
        assert_memory_equal(a->hashes, b->hashes, a->count * sizeof *a->hashes);
}

/* ---- published --------------------------------------------------------------------------- */

static void published_roots(void **state)
{
    (void)state;
    struct vectors v = vectors_open("merkle-roots.txt");
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    struct cl_merkle_stack stack = {0};
    uint64_t size = 0;
    char *field[2];
    struct cl_hash root;
    while (vectors_next(&v, field, 2)) {
        struct bytes entry = vector_bytes(field[0]);
        struct cl_hash leaf;
        char text[2 * CL_HASH + 1];
        assert_int_equal(cl_merkle_leaf(entry.at, entry.len, &leaf), CL_OK);
        assert_int_equal(cl_merkle_append(&tiles, size++, &leaf), CL_OK);
        assert_int_equal(cl_merkle_push(&stack, &leaf), CL_OK);
        assert_int_equal(cl_merkle_root(&tiles, size, &root), CL_OK);
        cl_hex_encode(root.bytes, CL_HASH, text);
        assert_string_equal(text, field[1]);
        assert_int_equal(cl_merkle_stack_root(&stack, &root), CL_OK);
        cl_hex_encode(root.bytes, CL_HASH, text);
        assert_string_equal(text, field[1]);
        free(entry.at);
    }
    assert_int_equal(size, 8);
    memory_free(&m);
}

static void the_empty_tree_has_a_root(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    struct cl_merkle_stack stack = {0};
    struct cl_hash expected;
    struct cl_hash root;
    assert_int_equal(cl_sha256(NULL, 0, expected.bytes), CL_OK);
    assert_int_equal(cl_merkle_root(&tiles, 0, &root), CL_OK);
    assert_memory_equal(&root, &expected, sizeof root);
    assert_int_equal(cl_merkle_stack_root(&stack, &root), CL_OK);
    assert_memory_equal(&root, &expected, sizeof root);
}

static struct cl_hash hash_field(const char *hex)
{
    struct cl_hash hash;
    assert_int_equal(cl_hex_decode(hex, hash.bytes, CL_HASH), CL_OK);
    return hash;
}

/* False when there are more hashes than our struct has places for: such a proof cannot be said at
 * all. */
static int proof_field(const char *hex, struct cl_proof *ret)
{
    struct bytes bytes = vector_bytes(hex);
    ret->count = (unsigned)(bytes.len / CL_HASH);
    assert_int_equal(bytes.len % CL_HASH, 0);
    int fits = ret->count <= CL_PROOF_MAX;
    if (fits)
        memcpy(ret->hashes, bytes.at, bytes.len);
    free(bytes.at);
    return fits;
}

static void published_inclusion(void **state)
{
    (void)state;
    struct vectors v = vectors_open("merkle-inclusion.txt");
    char *field[6];
    while (vectors_next(&v, field, 6)) {
        struct cl_hash root = hash_field(field[3]);
        struct cl_hash leaf = hash_field(field[4]);
        struct cl_proof proof;
        if (!proof_field(field[5], &proof))
            continue;
        enum cl_err err = cl_merkle_check_inclusion(&proof, strtoull(field[1], NULL, 10),
                                                    strtoull(field[2], NULL, 10), &leaf, &root);
        assert_int_equal(err, vector_good(field[0]) ? CL_OK : CL_MISMATCH);
    }
    assert_int_equal(v.cases, 72);
}

/* ---- against the naive tree -------------------------------------------------------------- */

static void roots_agree(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    struct cl_merkle_stack stack = {0};
    for (uint64_t size = 0; size <= 600; size++) {
        grow_to(&m, size);
        struct cl_hash expected = naive_root(m.tiles[0], size);
        struct cl_hash root;
        assert_int_equal(cl_merkle_root(&tiles, size, &root), CL_OK);
        assert_memory_equal(&root, &expected, sizeof root);
        assert_int_equal(cl_merkle_stack_root(&stack, &root), CL_OK);
        assert_memory_equal(&root, &expected, sizeof root);
        struct cl_merkle_stack again = {0};
        assert_int_equal(cl_merkle_stack_tiles(&tiles, size, &again), CL_OK);
        assert_int_equal(again.size, size);
        assert_int_equal(again.depth, stack.depth);
        assert_memory_equal(again.hashes, stack.hashes, stack.depth * sizeof *stack.hashes);
        struct cl_hash leaf = leaf_of(size);
        assert_int_equal(cl_merkle_push(&stack, &leaf), CL_OK);
    }
    memory_free(&m);
}

static enum cl_err inclusion_of(const struct cl_tiles *tiles, uint64_t index, uint64_t size,
                                struct cl_proof *ret_proof)
{
    struct cl_prover prover = {.tiles = tiles, .size = size};
    return cl_prover_inclusion(&prover, index, ret_proof);
}

static void check_inclusion_of(const struct memory *m, const struct cl_tiles *tiles, uint64_t index,
                               uint64_t size, const struct cl_hash *root)
{
    struct cl_proof expected = {0};
    struct cl_proof proof;
    naive_path(index, m->tiles[0], size, &expected);
    assert_int_equal(inclusion_of(tiles, index, size, &proof), CL_OK);
    assert_same_proof(&proof, &expected);
    const struct cl_hash *leaf = &m->tiles[0][index];
    assert_int_equal(cl_merkle_check_inclusion(&proof, index, size, leaf, root), CL_OK);
    assert_int_equal(cl_merkle_check_inclusion(&proof, index + 1, size, leaf, root), CL_MISMATCH);
    assert_int_equal(cl_merkle_check_inclusion(&proof, size, size, leaf, root), CL_MISMATCH);
}

static void inclusion_agrees(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1,  2,   3,   4,   5,   6,   7,   8,   9,   31,
                                     64, 100, 255, 256, 257, 300, 511, 512, 513, 600};
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    grow_to(&m, 600);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct cl_hash root = naive_root(m.tiles[0], sizes[i]);
        uint64_t step = sizes[i] > 64 ? 7 : 1;
        for (uint64_t index = 0; index < sizes[i]; index += step)
            check_inclusion_of(&m, &tiles, index, sizes[i], &root);
        check_inclusion_of(&m, &tiles, sizes[i] - 1, sizes[i], &root);
    }
    memory_free(&m);
}

/* One prover for all leaves, whichever was asked for before. */
static void neighbours_share(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 2, 3, 255, 256, 257, 600};
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    grow_to(&m, 600);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint64_t size = sizes[i];
        struct cl_hash root = naive_root(m.tiles[0], size);
        struct cl_prover prover = {.tiles = &tiles, .size = size};
        struct cl_proof proof;
        m.gets = 0;
        for (uint64_t index = 0; index < size; index++) {
            assert_int_equal(cl_prover_inclusion(&prover, index, &proof), CL_OK);
            assert_int_equal(
                cl_merkle_check_inclusion(&proof, index, size, &m.tiles[0][index], &root), CL_OK);
        }
        assert_true(m.gets <= 3 * size);
        for (uint64_t index = 5; index < 5 + size; index++) {
            uint64_t jump = index * 211 % size;
            assert_int_equal(cl_prover_inclusion(&prover, jump, &proof), CL_OK);
            assert_int_equal(
                cl_merkle_check_inclusion(&proof, jump, size, &m.tiles[0][jump], &root), CL_OK);
        }
        assert_int_equal(cl_prover_inclusion(&prover, size, &proof), CL_ABSENT);
    }
    memory_free(&m);
}

/* Where the second level of tiles begins, fills, and gets a third above it. */
static void large_trees_agree(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {255, 256, 257, 65279, 65280, 65535, 65536, 65537, 65793};
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t size = sizes[i];
        grow_to(&m, size);
        struct cl_hash expected = naive_root(m.tiles[0], size);
        struct cl_hash root;
        m.gets = 0;
        assert_int_equal(cl_merkle_root(&tiles, size, &root), CL_OK);
        assert_memory_equal(&root, &expected, sizeof root);
        assert_in_range(m.gets, 1, 3);
        check_inclusion_of(&m, &tiles, 0, size, &expected);
        check_inclusion_of(&m, &tiles, 200, size, &expected);
        check_inclusion_of(&m, &tiles, size - 1, size, &expected);
    }
    assert_int_equal(m.widths[1], 65793 / 256);
    assert_int_equal(m.widths[2], 1);
    memory_free(&m);
}

/* ---- refusals ---------------------------------------------------------------------------- */

static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    grow_to(&m, 300);
    struct cl_hash root = naive_root(m.tiles[0], 300);
    struct cl_hash leaf = m.tiles[0][200];
    struct cl_proof inclusion;
    assert_int_equal(inclusion_of(&tiles, 200, 300, &inclusion), CL_OK);
    for (unsigned bit = 0; bit < inclusion.count * 8 * CL_HASH; bit++) {
        struct cl_proof bad = inclusion;
        bad.hashes[bit / 256].bytes[bit / 8 % 32] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(cl_merkle_check_inclusion(&bad, 200, 300, &leaf, &root), CL_MISMATCH);
    }
    for (unsigned bit = 0; bit < 8 * CL_HASH; bit++) {
        struct cl_hash bad = leaf;
        bad.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(cl_merkle_check_inclusion(&inclusion, 200, 300, &bad, &root), CL_MISMATCH);
    }
    memory_free(&m);
}

static void proofs_of_another_length_are_refused(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    grow_to(&m, 300);
    struct cl_hash root = naive_root(m.tiles[0], 300);
    struct cl_proof inclusion = {0};
    assert_int_equal(inclusion_of(&tiles, 200, 300, &inclusion), CL_OK);
    for (unsigned count = 0; count <= CL_PROOF_MAX + 1; count++) {
        struct cl_proof bad = inclusion;
        bad.count = count;
        assert_int_equal(cl_merkle_check_inclusion(&bad, 200, 300, &m.tiles[0][200], &root),
                         count == inclusion.count ? CL_OK : CL_MISMATCH);
    }
    memory_free(&m);
}

/* Each of these leads to the root that is claimed, but by more levels than a tree of that size has.
 */
static void proofs_of_a_larger_tree_are_refused(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    grow_to(&m, 3);
    struct cl_hash above = leaf_of(77);
    struct cl_hash root = naive_root(m.tiles[0], 3);
    struct cl_proof inclusion = {0};
    assert_int_equal(inclusion_of(&tiles, 1, 3, &inclusion), CL_OK);
    naive_add(&inclusion, above);
    assert_int_equal(cl_merkle_node(&above, &root, &root), CL_OK);
    assert_int_equal(cl_merkle_check_inclusion(&inclusion, 1, 3, &m.tiles[0][1], &root),
                     CL_MISMATCH);
    memory_free(&m);
}

static void what_is_not_there_is_not_proved(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    struct cl_proof proof = {.count = 7};
    struct cl_hash root;
    grow_to(&m, 10);
    assert_int_equal(inclusion_of(&tiles, 10, 10, &proof), CL_ABSENT);
    assert_int_equal(inclusion_of(&tiles, 0, 0, &proof), CL_ABSENT);
    assert_int_equal(inclusion_of(&tiles, 3, 11, &proof), CL_LOG_DAMAGED);
    assert_int_equal(cl_merkle_root(&tiles, 11, &root), CL_LOG_DAMAGED);
    assert_int_equal(cl_merkle_root(&tiles, UINT64_MAX, &root), CL_LOG_DAMAGED);
    assert_int_equal(proof.count, 7);

    struct cl_hash leaf = leaf_of(0);
    struct cl_merkle_stack full = {.size = UINT64_MAX};
    assert_int_equal(cl_merkle_append(&tiles, UINT64_MAX, &leaf), CL_LOG_FULL);
    assert_int_equal(cl_merkle_push(&full, &leaf), CL_LOG_FULL);
    memory_free(&m);
}

static void a_store_that_fails_is_heard(void **state)
{
    (void)state;
    struct memory m = {0};
    struct cl_tiles tiles = tiles_of(&m);
    struct cl_proof proof;
    struct cl_hash root;
    grow_to(&m, 600);
    for (unsigned after = 1;; after++) {
        m.gets = 0;
        m.fail_after = after;
        enum cl_err err = inclusion_of(&tiles, 77, 600, &proof);
        if (err == CL_OK)
            break;
        assert_int_equal(err, CL_IO);
        assert_true(after < 100);
    }
    m.gets = 0;
    m.fail_after = 1;
    assert_int_equal(cl_merkle_root(&tiles, 600, &root), CL_IO);
    m.fail_after = 0;
    grow_to(&m, 767);
    m.gets = 5;
    m.fail_after = 5;
    struct cl_hash leaf = leaf_of(767);
    assert_int_equal(cl_merkle_append(&tiles, 767, &leaf), CL_IO);
    memory_free(&m);
}

static void leaves_and_nodes_are_apart(void **state)
{
    (void)state;
    struct cl_hash pair[2] = {leaf_of(1), leaf_of(2)};
    struct cl_hash node;
    struct cl_hash leaf;
    struct cl_hash swapped;
    assert_int_equal(cl_merkle_node(&pair[0], &pair[1], &node), CL_OK);
    assert_int_equal(cl_merkle_leaf(pair, sizeof pair, &leaf), CL_OK);
    assert_int_equal(cl_merkle_node(&pair[1], &pair[0], &swapped), CL_OK);
    assert_memory_not_equal(&node, &leaf, sizeof node);
    assert_memory_not_equal(&node, &swapped, sizeof node);
    assert_int_equal(cl_merkle_node(&pair[0], &pair[1], &pair[0]), CL_OK);
    assert_memory_equal(&pair[0], &node, sizeof node);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_roots),
        cmocka_unit_test(the_empty_tree_has_a_root),
        cmocka_unit_test(published_inclusion),
        cmocka_unit_test(roots_agree),
        cmocka_unit_test(inclusion_agrees),
        cmocka_unit_test(neighbours_share),
        cmocka_unit_test(large_trees_agree),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(proofs_of_another_length_are_refused),
        cmocka_unit_test(proofs_of_a_larger_tree_are_refused),
        cmocka_unit_test(what_is_not_there_is_not_proved),
        cmocka_unit_test(a_store_that_fails_is_heard),
        cmocka_unit_test(leaves_and_nodes_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
