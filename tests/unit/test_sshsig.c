#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/sshsig.h"

#include <stdio.h>
#include <string.h>

static const char message[] = "the bytes that are signed\n";
static uint8_t seed[CL_SEED], public_key[CL_PUBLIC];

static int setup(void **state)
{
    (void)state;
    memset(seed, 7, sizeof seed);
    return (int)cl_sign_public(seed, public_key);
}

static size_t golden(const char *path, uint8_t *ret_bytes, size_t max)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(ret_bytes, 1, max, f);
    (void)fclose(f);
    return n;
}

/* Ed25519 is deterministic, so the same key and message give the same file: the golden ones are
 * ssh-keygen's and openssl's (tests/evidence/golden.sh). */
static void written_as_ssh_keygen_writes_it(void **state)
{
    (void)state;
    uint8_t expected[1024];
    cl_cleanup(cl_buf_free) struct cl_buf sig = cl_buf(4096), allowed = cl_buf(1024),
                                          pem = cl_buf(1024);
    char fingerprint[CL_FINGERPRINT];

    assert_int_equal(cl_sshsig_sign(seed, message, strlen(message), &sig), CL_OK);
    size_t n = golden(CL_VECTORS "/evidence/ssh-keygen.sig", expected, sizeof expected);
    assert_int_equal(sig.len, n);
    assert_memory_equal(sig.data, expected, n);

    assert_int_equal(cl_sshsig_allowed(public_key, &allowed), CL_OK);
    n = golden(CL_VECTORS "/evidence/allowed_signers", expected, sizeof expected);
    assert_int_equal(allowed.len, n);
    assert_memory_equal(allowed.data, expected, n);

    assert_int_equal(cl_sshsig_pem(public_key, &pem), CL_OK);
    n = golden(CL_VECTORS "/evidence/openssl-public.pem", expected, sizeof expected);
    assert_int_equal(pem.len, n);
    assert_memory_equal(pem.data, expected, n);

    assert_int_equal(cl_sshsig_fingerprint(public_key, fingerprint), CL_OK);
    n = golden(CL_VECTORS "/evidence/ssh-keygen.fingerprint", expected, sizeof expected);
    assert_int_equal(strlen(fingerprint) + 1, n);
    assert_memory_equal(fingerprint, expected, n - 1);
}

static enum cl_err check(const struct cl_buf *sig, const char *text)
{
    return cl_sshsig_verify(sig->data, sig->len, public_key, text, strlen(text));
}

static void verified_and_refused(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf sig = cl_buf(4096);
    uint8_t other[CL_PUBLIC];
    assert_int_equal(cl_sshsig_sign(seed, message, strlen(message), &sig), CL_OK);
    assert_int_equal(check(&sig, message), CL_OK);
    assert_int_equal(check(&sig, "other bytes\n"), CL_BAD_SIGNATURE);
    assert_int_equal(check(&sig, ""), CL_BAD_SIGNATURE);
    memset(other, 1, sizeof other);
    assert_int_equal(cl_sshsig_verify(sig.data, sig.len, other, message, strlen(message)),
                     CL_OTHER_KEY);
}

static void every_byte_matters(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf sig = cl_buf(4096);
    assert_int_equal(cl_sshsig_sign(seed, message, strlen(message), &sig), CL_OK);
    for (size_t i = 0; i < sig.len; i++) {
        for (unsigned bit = 1; bit < 256; bit <<= 1) {
            sig.data[i] ^= (uint8_t)bit;
            assert_int_not_equal(check(&sig, message), CL_OK);
            sig.data[i] ^= (uint8_t)bit;
        }
        assert_int_not_equal(cl_sshsig_verify(sig.data, i, public_key, message, strlen(message)),
                             CL_OK);
    }
    assert_int_equal(cl_buf_put_str(&sig, "\n"), CL_OK);
    assert_int_equal(check(&sig, message), CL_MALFORMED);
}

/* An empty line says nothing, and is not there: all programs take the same bytes or none does. */
static void no_line_is_empty(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf sig = cl_buf(4096);
    assert_int_equal(cl_sshsig_sign(seed, message, strlen(message), &sig), CL_OK);
    for (size_t i = 0; i < sig.len; i++) {
        cl_cleanup(cl_buf_free) struct cl_buf more = cl_buf(4096);
        if (sig.data[i] != '\n')
            continue;
        assert_int_equal(cl_buf_put(&more, sig.data, i + 1), CL_OK);
        assert_int_equal(cl_buf_put(&more, sig.data + i, sig.len - i), CL_OK);
        assert_int_equal(check(&more, message), CL_MALFORMED);
    }
}

/* Good signatures by ssh-keygen itself with the same key, but for something else. */
static void foreign_kinds(void **state)
{
    (void)state;
    static const char *const paths[] = {CL_VECTORS "/evidence/bad/namespace-file.sig",
                                        CL_VECTORS "/evidence/bad/hash-sha256.sig"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        uint8_t bytes[1024];
        size_t n = golden(paths[i], bytes, sizeof bytes);
        assert_int_equal(cl_sshsig_verify(bytes, n, public_key, message, strlen(message)),
                         CL_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_as_ssh_keygen_writes_it), cmocka_unit_test(verified_and_refused),
        cmocka_unit_test(every_byte_matters), cmocka_unit_test(no_line_is_empty),
        cmocka_unit_test(foreign_kinds)};
    return cmocka_run_group_tests(tests, setup, NULL);
}
