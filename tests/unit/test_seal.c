#include "base/encoding.h"
#include "log/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t key[CL_AEAD_KEY] = {1, 2, 3};
static const struct cl_hash earlier = {{4, 5, 6}};
#define NONCE_AT ((size_t)1 + CL_HASH) /* of an entry of today's form */

static struct cl_sealer sealer_of(uint8_t log)
{
    struct cl_sealer sealer = {.key = key};
    memset(sealer.log_id, log, sizeof sealer.log_id);
    return sealer;
}

static void unhex(const char *text, struct cl_buf *to)
{
    uint8_t *room = NULL;
    size_t n = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;
    if (n == 0)
        return;
    assert_int_equal(cl_buf_room(to, n, &room), CL_OK);
    assert_int_equal(cl_hex_decode(text, room, n), CL_OK);
}

/* Records sealed by another implementation (vectors/make_seals.mjs) open to the same bytes. */
static void opens_what_another_implementation_sealed(void **state)
{
    (void)state;
    FILE *file = fopen(CL_VECTORS "/seals.txt", "r");
    assert_non_null(file);
    unsigned type = 0;
    unsigned long long number = 0;
    char log_id[65], key_text[65], plain_text[8192], sealed_text[16384];
    unsigned count = 0;
    while (fscanf(file, "%u %llu %64s %64s %8191s %16383s", &type, &number, log_id, key_text,
                  plain_text, sealed_text) == 6) {
        uint8_t its_key[CL_AEAD_KEY];
        struct cl_sealer sealer = {.key = its_key};
        cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(16384);
        cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(16384);
        cl_cleanup(cl_buf_free) struct cl_buf opened = cl_buf(16384);
        assert_int_equal(cl_hex_decode(log_id, sealer.log_id, CL_HASH), CL_OK);
        assert_int_equal(cl_hex_decode(key_text, its_key, CL_AEAD_KEY), CL_OK);
        unhex(plain_text, &plain);
        unhex(sealed_text, &sealed);
        assert_int_equal(
            cl_unseal(&sealer, (enum cl_seal_type)type, number, sealed.data, sealed.len, &opened),
            CL_OK);
        assert_int_equal(opened.len, plain.len);
        if (plain.len > 0)
            assert_memory_equal(opened.data, plain.data, plain.len);
        struct cl_span inside;
        assert_int_equal(cl_unseal_in_place(&sealer, (enum cl_seal_type)type, number, sealed.data,
                                            sealed.len, &inside),
                         CL_OK);
        assert_int_equal(inside.len, plain.len);
        if (plain.len > 0)
            assert_memory_equal(inside.data, plain.data, plain.len);
        count++;
    }
    fclose(file);
    assert_int_equal(count, 20);
}

static void length_is_hidden(void **state)
{
    (void)state;
    static const uint8_t bytes[70000];
    static const struct {
        enum cl_seal_type type;
        size_t plain, padded;
    } rows[] = {
        {CL_SEAL_ENTRY, 0, 1792},         {CL_SEAL_ENTRY, 700, 1792},
        {CL_SEAL_ENTRY, 1788, 1792},      {CL_SEAL_ENTRY, 1789, 4096},
        {CL_SEAL_ENTRY, 65535, 131072},   {CL_SEAL_SUMMARY, 0, 256},
        {CL_SEAL_ATTACHMENT, 252, 256},   {CL_SEAL_ATTACHMENT, 253, 512},
        {CL_SEAL_ATTACHMENT, 9000, 9216}, {CL_SEAL_ATTACHMENT, 9212, 9216},
        {CL_SEAL_ATTACHMENT, 9213, 9728}, {CL_SEAL_ATTACHMENT, 65537, 67584},
    };
    struct cl_sealer sealer = sealer_of(7);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const bool told = rows[i].type == CL_SEAL_ENTRY;
        cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(CL_SEALED_MAX(sizeof bytes));
        cl_cleanup(cl_buf_free) struct cl_buf opened = cl_buf(sizeof bytes);
        assert_int_equal(cl_seal(&sealer, rows[i].type, 5, told ? &earlier : NULL, bytes,
                                 rows[i].plain, &sealed),
                         CL_OK);
        assert_int_equal(sealed.len, (told ? NONCE_AT : 1u) + CL_NONCE + rows[i].padded + CL_TAG);
        assert_int_equal(cl_unseal(&sealer, rows[i].type, 5, sealed.data, sealed.len, &opened),
                         CL_OK);
        assert_int_equal(opened.len, rows[i].plain);
    }
}

/* Every step is a whole number of units, holds what it is for, costs at most 12 % above a unit, and
 * what fills it is on no other one. */
static void steps_are_few_and_wide_enough(void **state)
{
    (void)state;
    size_t before = 0;
    unsigned steps = 0;
    for (size_t len = 0; len <= 4194304; len += len < 8192 ? 1 : 61) {
        const size_t step = cl_seal_step(CL_SEAL_ATTACHMENT, len);
        assert_true(step >= len + 4 && step % 256 == 0 && step >= before);
        assert_true(step - (len + 4) <= 256 + (len + 4) * 12 / 100);
        assert_int_equal(cl_seal_step(CL_SEAL_ATTACHMENT, step - 4), step);
        steps += step != before;
        before = step;
    }
    assert_true(steps < 300); /* of 16,385 multiples of 256 */
}

static void the_same_bytes_are_never_sealed_alike(void **state)
{
    (void)state;
    struct cl_sealer sealer = sealer_of(7);
    cl_cleanup(cl_buf_free) struct cl_buf a = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf b = cl_buf(4096);
    assert_int_equal(cl_seal(&sealer, CL_SEAL_ENTRY, 5, &earlier, "on", 2, &a), CL_OK);
    assert_int_equal(cl_seal(&sealer, CL_SEAL_ENTRY, 5, &earlier, "on", 2, &b), CL_OK);
    assert_memory_not_equal(a.data, b.data, a.len);
}

static void opens_only_in_its_place(void **state)
{
    (void)state;
    struct cl_sealer sealer = sealer_of(7);
    struct cl_sealer other = sealer_of(8);
    uint8_t other_key[CL_AEAD_KEY] = {9};
    struct cl_sealer wrong = {.key = other_key};
    memcpy(wrong.log_id, sealer.log_id, CL_HASH);
    cl_cleanup(cl_buf_free) struct cl_buf s = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(4096);
    assert_int_equal(cl_seal(&sealer, CL_SEAL_ENTRY, 5, &earlier, "on", 2, &s), CL_OK);
    assert_int_equal(cl_unseal(&sealer, CL_SEAL_ENTRY, 6, s.data, s.len, &to), CL_LOG_CHANGED);
    assert_int_equal(cl_unseal(&sealer, CL_SEAL_SUMMARY, 5, s.data, s.len, &to), CL_LOG_CHANGED);
    assert_int_equal(cl_unseal(&other, CL_SEAL_ENTRY, 5, s.data, s.len, &to), CL_LOG_CHANGED);
    assert_int_equal(cl_unseal(&wrong, CL_SEAL_ENTRY, 5, s.data, s.len, &to), CL_LOG_CHANGED);
    assert_int_equal(to.len, 0);
}

/* What was before an entry can be read without the key, and is bound to it. */
static void tells_what_was_before(void **state)
{
    (void)state;
    struct cl_sealer sealer = sealer_of(7);
    cl_cleanup(cl_buf_free) struct cl_buf s = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf summary = cl_buf(4096);
    assert_int_equal(cl_seal(&sealer, CL_SEAL_ENTRY, 5, &earlier, "on", 2, &s), CL_OK);
    assert_int_equal(cl_seal(&sealer, CL_SEAL_SUMMARY, 5, NULL, "on", 2, &summary), CL_OK);
    const struct cl_before told = cl_seal_before(s.data, s.len);
    assert_true(told.told);
    assert_memory_equal(&told.root, &earlier, sizeof earlier);
    assert_false(cl_seal_before(summary.data, summary.len).told);
    assert_false(cl_seal_before(s.data + NONCE_AT, s.len - NONCE_AT).told); /* the old form */
    assert_false(cl_seal_before(s.data, 0).told);
}

static enum cl_err open_copy(const struct cl_sealer *sealer, const struct cl_buf *sealed)
{
    struct cl_span plain;
    cl_cleanup(cl_buf_free) struct cl_buf copy = cl_buf(sealed->len);
    assert_int_equal(cl_buf_put(&copy, sealed->data, sealed->len), CL_OK);
    enum cl_err err = cl_unseal_in_place(sealer, CL_SEAL_ENTRY, 5, copy.data, copy.len, &plain);
    for (size_t i = NONCE_AT + CL_NONCE; err && copy.data[0] == 2 && i < copy.len - CL_TAG; i++)
        assert_int_equal(copy.data[i], 0);
    return err;
}

static void every_byte_and_every_length_count(void **state)
{
    (void)state;
    struct cl_sealer sealer = sealer_of(7);
    cl_cleanup(cl_buf_free) struct cl_buf s = cl_buf(4096);
    cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(4096);
    assert_int_equal(cl_seal(&sealer, CL_SEAL_ENTRY, 5, &earlier, "off", 3, &s), CL_OK);
    for (size_t i = 0; i < s.len; i++) {
        s.data[i] ^= 1;
        assert_int_equal(cl_unseal(&sealer, CL_SEAL_ENTRY, 5, s.data, s.len, &to), CL_LOG_CHANGED);
        assert_int_equal(open_copy(&sealer, &s), CL_LOG_CHANGED);
        s.data[i] ^= 1;
        assert_int_equal(cl_unseal(&sealer, CL_SEAL_ENTRY, 5, s.data, i, &to), CL_LOG_CHANGED);
    }
    assert_int_equal(cl_unseal(&sealer, CL_SEAL_ENTRY, 5, s.data, s.len, &to), CL_OK);
}

/* A good seal over a padding that we would not have made: a length too long, a step too far, or not
 * zeros; in the old form and in today's. */
static void one_padding_only(void **state)
{
    (void)state;
    static const struct {
        unsigned version;
        uint32_t length;
        size_t at, size;
    } rows[] = {
        {1, 253, 0, 256},         {1, 0xffffffff, 0, 256}, {1, 3, 255, 256}, {1, 3, 0, 512},
        {1, 3, 0, 2048},          {2, 1789, 0, 1792},      {2, 3, 0, 256},   {2, 3, 0, 4096},
        {2, 0xffffffff, 0, 1792}, {2, 3, 1791, 1792},      {2, 3, 0, 2048},
    };
    struct cl_sealer sealer = sealer_of(7);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t plain[4096] = {(uint8_t)(rows[i].length >> 24), (uint8_t)(rows[i].length >> 16),
                               (uint8_t)(rows[i].length >> 8), (uint8_t)rows[i].length};
        const bool old = rows[i].version == 1;
        uint8_t sealed[NONCE_AT + CL_NONCE + 4096 + CL_TAG] = {2};
        uint8_t *nonce = sealed + (old ? 0 : NONCE_AT);
        uint8_t ad[14 + CL_HASH + 9 + CL_HASH] = "consentlog/v1";
        const size_t ad_len = sizeof ad - (old ? CL_HASH : 0);
        ad[12] = (uint8_t)('0' + rows[i].version);
        memset(ad + 14, 7, CL_HASH);
        ad[14 + CL_HASH] = CL_SEAL_ENTRY;
        ad[14 + CL_HASH + 8] = 5;
        if (!old) {
            memcpy(sealed + 1, &earlier, CL_HASH);
            memcpy(ad + sizeof ad - CL_HASH, &earlier, CL_HASH);
        }
        if (rows[i].at > 0)
            plain[rows[i].at] = 1;
        assert_int_equal(cl_aead_seal(key, nonce, ad, ad_len, plain, rows[i].size, nonce + CL_NONCE,
                                      nonce + CL_NONCE + rows[i].size),
                         CL_OK);
        cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(4096);
        assert_int_equal(cl_unseal(&sealer, CL_SEAL_ENTRY, 5, sealed,
                                   (size_t)(nonce - sealed) + rows[i].size + CL_NONCE + CL_TAG,
                                   &to),
                         CL_LOG_CHANGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_another_implementation_sealed),
        cmocka_unit_test(length_is_hidden),
        cmocka_unit_test(steps_are_few_and_wide_enough),
        cmocka_unit_test(the_same_bytes_are_never_sealed_alike),
        cmocka_unit_test(opens_only_in_its_place),
        cmocka_unit_test(tells_what_was_before),
        cmocka_unit_test(every_byte_and_every_length_count),
        cmocka_unit_test(one_padding_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
