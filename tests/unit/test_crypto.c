#include "base/encoding.h"
#include "crypto/crypto.h"
#include "vectors.h"

#include <sys/resource.h>
#include <unistd.h>

/* ---- hash -------------------------------------------------------------------------------- */

static void sha256_published(void **state)
{
    (void)state;
    struct vectors v = vectors_open("sha256.txt");
    char *field[2];
    while (vectors_next(&v, field, 2)) {
        struct bytes msg = vector_bytes(field[0]);
        uint8_t hash[CL_HASH];
        char text[2 * CL_HASH + 1];
        assert_int_equal(cl_sha256(msg.at, msg.len, hash), CL_OK);
        cl_hex_encode(hash, sizeof hash, text);
        assert_string_equal(text, field[1]);
        free(msg.at);
    }
}

/* FIPS 180-4's third example. */
static void sha256_of_a_million(void **state)
{
    (void)state;
    size_t n = 1000000;
    char *as = malloc(n);
    uint8_t hash[CL_HASH];
    char text[2 * CL_HASH + 1];
    assert_non_null(as);
    memset(as, 'a', n);
    assert_int_equal(cl_sha256(as, n, hash), CL_OK);
    cl_hex_encode(hash, sizeof hash, text);
    assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(as);
}

static void parts_are_their_concatenation(void **state)
{
    (void)state;
    static const char whole[] = "\x01left and right";
    uint8_t expected[CL_HASH];
    uint8_t hash[CL_HASH];
    assert_int_equal(cl_sha256(whole, 15, expected), CL_OK);
    for (size_t cut = 0; cut <= 14; cut++) {
        assert_int_equal(cl_sha256_parts(1, whole + 1, cut, whole + 1 + cut, 14 - cut, hash),
                         CL_OK);
        assert_memory_equal(hash, expected, CL_HASH);
    }
    assert_int_equal(cl_sha256_parts(2, whole + 1, 14, NULL, 0, hash), CL_OK);
    assert_memory_not_equal(hash, expected, CL_HASH);
    assert_int_equal(cl_sha256_parts(1, whole + 1, 13, NULL, 0, hash), CL_OK);
    assert_memory_not_equal(hash, expected, CL_HASH);
}

/* ---- checksum ---------------------------------------------------------------------------- */

static uint32_t crc_of(const char *text, size_t cut)
{
    struct cl_crc *crc = NULL;
    uint32_t sum = 0;
    assert_int_equal(cl_crc_new(&crc), CL_OK);
    cl_crc_put(crc, "of another text", 15);
    assert_int_equal(cl_crc_end(crc, &sum), CL_OK);
    cl_crc_put(crc, text, cut);
    cl_crc_put(crc, text + cut, strlen(text) - cut);
    assert_int_equal(cl_crc_end(crc, &sum), CL_OK);
    cl_crc_free(&crc);
    cl_crc_free(&crc);
    return sum;
}

/* The check value of CRC-32/ISO-HDLC, and one by Python's zlib. */
static void crc_published(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= 9; cut++)
        assert_int_equal(crc_of("123456789", cut), 0xcbf43926);
    assert_int_equal(crc_of("", 0), 0);
    assert_int_equal(crc_of("The quick brown fox jumps over the lazy dog", 20), 0x414fa339);
    assert_int_not_equal(crc_of("123456788", 0), 0xcbf43926);
}

/* ---- MAC --------------------------------------------------------------------------------- */

static void check_hmac(const char *file)
{
    struct vectors v = vectors_open(file);
    char *field[4];
    while (vectors_next(&v, field, 4)) {
        struct bytes key = vector_bytes(field[1]);
        struct bytes msg = vector_bytes(field[2]);
        struct bytes mac = vector_bytes(field[3]);
        uint8_t got[CL_HASH];
        assert_int_equal(cl_hmac(key.at, key.len, msg.at, msg.len, got), CL_OK);
        assert_int_equal(cl_equal(got, mac.at, CL_HASH), vector_good(field[0]));
        free(key.at);
        free(msg.at);
        free(mac.at);
    }
}

static void hmac_published(void **state)
{
    (void)state;
    check_hmac("hmac-rfc4231.txt");
    check_hmac("hmac-wycheproof.txt");
}

static void hmac_of_nothing(void **state)
{
    (void)state;
    uint8_t mac[CL_HASH];
    char text[2 * CL_HASH + 1];
    assert_int_equal(cl_hmac(NULL, 0, NULL, 0, mac), CL_OK);
    cl_hex_encode(mac, sizeof mac, text);
    assert_string_equal(text, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* ---- AES-256-GCM ------------------------------------------------------------------------- */

struct aead {
    struct bytes key, nonce, ad, plain, sealed, tag;
};

static struct aead aead_of(char **field)
{
    struct aead a = {
        vector_bytes(field[1]), vector_bytes(field[2]), vector_bytes(field[3]),
        vector_bytes(field[4]), vector_bytes(field[5]), vector_bytes(field[6]),
    };
    assert_int_equal(a.key.len, CL_AEAD_KEY);
    assert_int_equal(a.nonce.len, CL_NONCE);
    assert_int_equal(a.tag.len, CL_TAG);
    assert_int_equal(a.plain.len, a.sealed.len);
    return a;
}

static void aead_free(struct aead *a)
{
    struct bytes *all[] = {&a->key, &a->nonce, &a->ad, &a->plain, &a->sealed, &a->tag};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]->at);
}

static enum cl_err aead_open(const struct aead *a, uint8_t *plain)
{
    return cl_aead_open(a->key.at, a->nonce.at, a->ad.at, a->ad.len, a->sealed.at, a->sealed.len,
                        a->tag.at, plain);
}

static void check_good_aead(const struct aead *a)
{
    uint8_t *out = malloc(a->plain.len + 1);
    uint8_t tag[CL_TAG];
    assert_non_null(out);
    assert_int_equal(cl_aead_seal(a->key.at, a->nonce.at, a->ad.at, a->ad.len, a->plain.at,
                                  a->plain.len, out, tag),
                     CL_OK);
    assert_memory_equal(out, a->sealed.at, a->sealed.len);
    assert_memory_equal(tag, a->tag.at, CL_TAG);
    assert_int_equal(aead_open(a, out), CL_OK);
    assert_memory_equal(out, a->plain.at, a->plain.len);
    free(out);
}

static void check_bad_aead(const struct aead *a)
{
    uint8_t *out = malloc(a->plain.len + 1);
    assert_non_null(out);
    memset(out, 0xEE, a->plain.len + 1);
    assert_int_equal(aead_open(a, out), CL_MISMATCH);
    for (size_t i = 0; i < a->plain.len; i++)
        assert_int_equal(out[i], 0);
    assert_int_equal(out[a->plain.len], 0xEE);
    free(out);
}

static void check_aead(const char *file)
{
    struct vectors v = vectors_open(file);
    char *field[7];
    while (vectors_next(&v, field, 7)) {
        struct aead a = aead_of(field);
        if (vector_good(field[0]))
            check_good_aead(&a);
        else
            check_bad_aead(&a);
        aead_free(&a);
    }
}

static void aead_published(void **state)
{
    (void)state;
    check_aead("aes-gcm-mcgrew.txt");
    check_aead("aes-gcm-wycheproof.txt");
}

/* Whichever bit of whichever part is changed, and wherever it is cut. */
static void aead_changed_is_refused(void **state)
{
    (void)state;
    struct vectors v = vectors_open("aes-gcm-mcgrew.txt");
    char *field[7];
    while (vectors_next(&v, field, 7)) {
        struct aead a = aead_of(field);
        struct bytes *parts[] = {&a.key, &a.nonce, &a.ad, &a.sealed, &a.tag};
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            for (size_t bit = 0; bit < 8 * parts[p]->len; bit++) {
                parts[p]->at[bit / 8] ^= (uint8_t)(1u << bit % 8);
                check_bad_aead(&a);
                parts[p]->at[bit / 8] ^= (uint8_t)(1u << bit % 8);
            }
        }
        while (a.sealed.len > 0) {
            a.sealed.len--;
            a.plain.len--;
            check_bad_aead(&a);
        }
        aead_free(&a);
    }
}

static void aead_refuses_what_cannot_be_meant(void **state)
{
    (void)state;
    uint8_t key[CL_AEAD_KEY] = {0};
    uint8_t tag[CL_TAG] = {0};
    uint8_t out = 9;
    size_t huge = (size_t)INT32_MAX + 1;
    assert_int_equal(cl_aead_seal(key, key, NULL, 0, &out, huge, &out, tag), CL_TOO_LONG);
    assert_int_equal(cl_aead_seal(key, key, &out, huge, &out, 1, &out, tag), CL_TOO_LONG);
    assert_int_equal(cl_aead_open(key, key, NULL, 0, &out, huge, tag, &out), CL_TOO_LONG);
    assert_int_equal(out, 9);
}

/* ---- Ed25519 ----------------------------------------------------------------------------- */

static void sign_published(void **state)
{
    (void)state;
    struct vectors v = vectors_open("ed25519-rfc8032.txt");
    char *field[4];
    while (vectors_next(&v, field, 4)) {
        struct bytes seed = vector_bytes(field[0]);
        struct bytes public = vector_bytes(field[1]);
        struct bytes msg = vector_bytes(field[2]);
        struct bytes expected = vector_bytes(field[3]);
        uint8_t got[CL_SIGNATURE];
        assert_int_equal(cl_sign_public(seed.at, got), CL_OK);
        assert_memory_equal(got, public.at, CL_PUBLIC);
        assert_int_equal(cl_sign(seed.at, msg.at, msg.len, got), CL_OK);
        assert_memory_equal(got, expected.at, CL_SIGNATURE);
        assert_true(cl_sign_verify(public.at, msg.at, msg.len, got));
        free(seed.at);
        free(public.at);
        free(msg.at);
        free(expected.at);
    }
}

static void verify_published(void **state)
{
    (void)state;
    struct vectors v = vectors_open("ed25519-wycheproof.txt");
    char *field[4];
    while (vectors_next(&v, field, 4)) {
        struct bytes public = vector_bytes(field[1]);
        struct bytes msg = vector_bytes(field[2]);
        struct bytes signature = vector_bytes(field[3]);
        assert_int_equal(public.len, CL_PUBLIC);
        assert_int_equal(signature.len, CL_SIGNATURE);
        assert_int_equal(cl_sign_verify(public.at, msg.at, msg.len, signature.at),
                         vector_good(field[0]));
        free(public.at);
        free(msg.at);
        free(signature.at);
    }
}

static void signature_changed_is_refused(void **state)
{
    (void)state;
    uint8_t seed[CL_SEED] = {7};
    uint8_t public[CL_PUBLIC];
    uint8_t signature[CL_SIGNATURE];
    uint8_t msg[] = "what was signed";
    assert_int_equal(cl_sign_public(seed, public), CL_OK);
    assert_int_equal(cl_sign(seed, msg, sizeof msg, signature), CL_OK);
    assert_true(cl_sign_verify(public, msg, sizeof msg, signature));
    assert_false(cl_sign_verify(public, msg, sizeof msg - 1, signature));
    assert_false(cl_sign_verify(public, NULL, 0, signature));
    for (unsigned bit = 0; bit < 8 * CL_SIGNATURE; bit++) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(cl_sign_verify(public, msg, sizeof msg, signature));
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (unsigned bit = 0; bit < 8 * sizeof msg; bit++) {
        msg[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(cl_sign_verify(public, msg, sizeof msg, signature));
        msg[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void random_differs(void **state)
{
    (void)state;
    uint8_t draws[64][16];
    for (size_t i = 0; i < 64; i++) {
        assert_int_equal(cl_random(draws[i], sizeof draws[i]), CL_OK);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(draws[i], draws[j], sizeof draws[i]);
    }
    uint8_t more[1000] = {0};
    assert_int_equal(cl_random(more, 999), CL_OK);
    assert_int_equal(more[999], 0);
    assert_int_equal(cl_random(more, 0), CL_OK);
}

static void equal_and_wipe(void **state)
{
    (void)state;
    uint8_t a[33] = "0123456789abcdef0123456789abcdef";
    uint8_t b[33] = "0123456789abcdef0123456789abcdef";
    assert_true(cl_equal(a, b, 32));
    assert_true(cl_equal(NULL, NULL, 0));
    for (size_t i = 0; i < 32; i++) {
        b[i] ^= 1;
        assert_false(cl_equal(a, b, 32));
        assert_true(cl_equal(a, b, i));
        b[i] ^= 1;
    }
    cl_wipe(a, 31);
    for (size_t i = 0; i < 31; i++)
        assert_int_equal(a[i], 0);
    assert_int_equal(a[31], 'f');
    cl_wipe(NULL, 0);
}

/* RFC 4648, section 10, and all 256 values. */
static void base64_round(void **state)
{
    (void)state;
    static const char *const published[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff", "+/8="},
    };
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(100);
        cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(100);
        const char *plain = published[i][0];
        const char *coded = published[i][1];
        assert_int_equal(cl_base64_encode(plain, strlen(plain), &text), CL_OK);
        assert_int_equal(text.len, strlen(coded));
        assert_int_equal(cl_base64_decode(coded, strlen(coded), &bytes), CL_OK);
        assert_int_equal(bytes.len, strlen(plain));
        if (*plain) {
            assert_memory_equal(text.data, coded, text.len);
            assert_memory_equal(bytes.data, plain, bytes.len);
        }
    }
    uint8_t all[256];
    for (unsigned i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)i;
    for (size_t n = 0; n <= sizeof all; n++) {
        cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(400);
        cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(256);
        assert_int_equal(cl_base64_encode(all, n, &text), CL_OK);
        assert_int_equal(cl_base64_decode((const char *)text.data, text.len, &bytes), CL_OK);
        assert_int_equal(bytes.len, n);
        if (n)
            assert_memory_equal(bytes.data, all, n);
        uint8_t exact[257] = {0};
        const char *coded = n ? (const char *)text.data : "";
        for (size_t size = n ? n - 1 : 0; size <= n + 1; size++)
            assert_int_equal(cl_base64_exact(coded, text.len, exact, size),
                             size == n ? CL_OK : CL_BAD_VALUE);
        assert_int_equal(cl_base64_exact(coded, text.len, exact, n), CL_OK);
        assert_memory_equal(exact, all, n);
        assert_int_equal(exact[n], 0);
    }
}

static void base64_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "Z",    "Zg",       "Zg=",      "Zg===",  "Z===",         "====",       "=",    "Zh==",
        "Zm9=", "Zg==Zg==", "Zm8=Zm8=", "Zm9v\n", " Zm9",         "Zm9v    ",   "Zm-v", "Zm_v",
        "Zm9*", "Zg=a",     "Z=g=",     "Zm\n9",  "Zg==\n\n\n\n", "\xc3\xa4Zg",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf to = cl_buf(100);
        assert_int_equal(cl_buf_put_str(&to, "kept"), CL_OK);
        if (cl_base64_decode(bad[i], strlen(bad[i]), &to) != CL_BAD_VALUE)
            fail_msg("taken: %s", bad[i]);
        assert_int_equal(to.len, 4);
        assert_memory_equal(to.data, "kept", 4);
        for (size_t size = 0; size <= 8; size++) {
            uint8_t exact[8];
            if (cl_base64_exact(bad[i], strlen(bad[i]), exact, size) != CL_BAD_VALUE)
                fail_msg("taken for %zu bytes: %s", size, bad[i]);
        }
    }
    cl_cleanup(cl_buf_free) struct cl_buf small = cl_buf(4);
    assert_int_equal(cl_base64_decode("Zm9vYmFy", 8, &small), CL_TOO_LONG);
    assert_int_equal(cl_base64_encode("foobar", 6, &small), CL_TOO_LONG);
    assert_int_equal(small.len, 0);
    assert_int_equal(cl_base64_decode("Zm9v\0Zm9", 8, &small), CL_BAD_VALUE);
    assert_int_equal(small.len, 0);
}

static void hex_both_ways(void **state)
{
    (void)state;
    uint8_t bytes[4] = {0};
    char text[9];
    cl_hex_encode("\x00\x7f\x80\xff", 4, text);
    assert_string_equal(text, "007f80ff");
    assert_int_equal(cl_hex_decode("007f80ff", bytes, 4), CL_OK);
    assert_memory_equal(bytes, "\x00\x7f\x80\xff", 4);
    cl_hex_encode(NULL, 0, text);
    assert_string_equal(text, "");
    assert_int_equal(cl_hex_decode("", bytes, 0), CL_OK);

    static const char *const bad[] = {"",          "007f80f",  "007f80ff0", "007f80fff0",
                                      "007F80ff",  "0x7f80ff", "007f80fg",  "007f80ffg",
                                      "007f80ff ", " 07f80ff", "007f80f ",  "-07f80ff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t untouched[4] = {1, 2, 3, 4};
        assert_int_equal(cl_hex_decode(bad[i], untouched, 4), CL_BAD_VALUE);
        assert_memory_equal(untouched, "\1\2\3\4", 4);
    }
}

/* Where no memory may be locked, as in many containers, everything works all the same. Root may
 * always, so it is not root that sets the library up. */
static int set_up_without_locked_memory(void **state)
{
    (void)state;
    const struct rlimit none = {0, 0};
    uint8_t hash[CL_HASH];
    bool root = geteuid() == 0;
    assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
    assert_int_equal(root ? seteuid(65534) : 0, 0);
    enum cl_err err = cl_sha256("", 0, hash);
    assert_int_equal(root ? seteuid(0) : 0, 0);
    return (int)err;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_published),
        cmocka_unit_test(sha256_of_a_million),
        cmocka_unit_test(parts_are_their_concatenation),
        cmocka_unit_test(crc_published),
        cmocka_unit_test(hmac_published),
        cmocka_unit_test(hmac_of_nothing),
        cmocka_unit_test(aead_published),
        cmocka_unit_test(aead_changed_is_refused),
        cmocka_unit_test(aead_refuses_what_cannot_be_meant),
        cmocka_unit_test(sign_published),
        cmocka_unit_test(verify_published),
        cmocka_unit_test(signature_changed_is_refused),
        cmocka_unit_test(random_differs),
        cmocka_unit_test(equal_and_wipe),
        cmocka_unit_test(base64_round),
        cmocka_unit_test(base64_refuses),
        cmocka_unit_test(hex_both_ways),
    };
    return cmocka_run_group_tests(tests, set_up_without_locked_memory, NULL);
}
