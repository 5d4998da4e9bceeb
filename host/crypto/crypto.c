#include "crypto/crypto.h"

#include "base/big_endian.h"

#include <errno.h>
#include <gcrypt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* ---- the library ------------------------------------------------------------------------- */

#define SECURE_POOL 16384 /* bytes of locked memory, for the schedules of keys */

#if GCRYPT_VERSION_NUMBER < 0x010b00
static void say_nothing(void *data, int level, const char *format, va_list args)
{
    (void)data;
    (void)level;
    (void)format;
    (void)args;
}

static void be_silent(void)
{
    gcry_set_log_handler(say_nothing, NULL);
}
#else
/* libgcrypt 1.11 takes no handler any more. */
static void be_silent(void) {}
#endif

/* libsecret sets libgcrypt up too, when it is the first to need it; its way is as good as ours, and
 * ours is good enough for it. */
static bool set_up(void)
{
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
        return true;
    if (!gcry_check_version("1.9.0"))
        return false;
    be_silent();
    gcry_control(GCRYCTL_DISABLE_SECMEM_WARN);
    /* It says so when the pool cannot be locked. RLIMIT_MEMLOCK may be 0: then what is swapped is
     * the machine's own care. */
    (void)gcry_control(GCRYCTL_INIT_SECMEM, SECURE_POOL, 0);
    return !gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

/* At first use: a host that only says hello never comes here. */
static bool ready(void)
{
    static bool done;
    if (!done)
        done = set_up();
    return done;
}

enum cl_err cl_crypto_begin(void)
{
    return ready() ? CL_OK : CL_CRYPTO;
}

static void free_sexp(gcry_sexp_t *sexp)
{
    gcry_sexp_release(*sexp);
}

/* ---- randomness -------------------------------------------------------------------------- */

/* From the kernel, without the pool and the mixing of a library's own generator. */
enum cl_err cl_random(uint8_t *ret_bytes, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t r = getrandom(ret_bytes + got, n - got, 0);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return CL_CRYPTO;
        got += (size_t)r;
    }
    return CL_OK;
}

/* ---- hash and MAC ------------------------------------------------------------------------ */

static gcry_buffer_t part(const void *bytes, size_t n)
{
    gcry_buffer_t part = {.len = n};
    memcpy(&part.data, &bytes, sizeof part.data); /* only read from, though its type does not say */
    return part;
}

/* Not gcry_md_hash_buffer, which ends the process when it cannot. */
static enum cl_err hash_parts(int algorithm, unsigned flags, const gcry_buffer_t *parts, int count,
                              uint8_t *ret_hash)
{
    if (!ready() || gcry_md_hash_buffers(algorithm, flags, ret_hash, parts, count))
        return CL_CRYPTO;
    return CL_OK;
}

enum cl_err cl_sha256(const void *a, size_t a_len, uint8_t ret_hash[static CL_HASH])
{
    const gcry_buffer_t all = part(a, a_len);
    return hash_parts(GCRY_MD_SHA256, 0, &all, 1, ret_hash);
}

enum cl_err cl_sha256_parts(uint8_t prefix, const void *a, size_t a_len, const void *b,
                            size_t b_len, uint8_t ret_hash[static CL_HASH])
{
    const gcry_buffer_t parts[] = {part(&prefix, 1), part(a, a_len), part(b, b_len)};
    return hash_parts(GCRY_MD_SHA256, 0, parts, 3, ret_hash);
}

struct cl_hasher {
    gcry_md_hd_t md;
};

enum cl_err cl_hasher_new(struct cl_hasher **ret_hasher)
{
    struct cl_hasher *hasher = calloc(1, sizeof *hasher);
    if (!hasher)
        return CL_NO_MEMORY;
    if (!ready() || gcry_md_open(&hasher->md, GCRY_MD_SHA256, 0)) {
        cl_hasher_free(&hasher);
        return CL_CRYPTO;
    }
    *ret_hasher = hasher;
    return CL_OK;
}

enum cl_err cl_hasher_put(struct cl_hasher *hasher, const void *bytes, size_t n)
{
    if (n)
        gcry_md_write(hasher->md, bytes, n);
    return CL_OK;
}

enum cl_err cl_hasher_end(struct cl_hasher *hasher, uint8_t ret_hash[static CL_HASH])
{
    const uint8_t *hash = gcry_md_read(hasher->md, GCRY_MD_SHA256);
    if (!hash)
        return CL_CRYPTO;
    memcpy(ret_hash, hash, CL_HASH);
    gcry_md_reset(hasher->md);
    return CL_OK;
}

void cl_hasher_free(struct cl_hasher **hasher)
{
    if (!*hasher)
        return;
    gcry_md_close((*hasher)->md);
    free(*hasher);
    *hasher = NULL;
}

/* ---- checksum ---------------------------------------------------------------------------- */

struct cl_crc {
    gcry_md_hd_t md;
};

enum cl_err cl_crc_new(struct cl_crc **ret_crc)
{
    struct cl_crc *crc = calloc(1, sizeof *crc);
    if (!crc)
        return CL_NO_MEMORY;
    if (!ready() || gcry_md_open(&crc->md, GCRY_MD_CRC32, 0)) {
        cl_crc_free(&crc);
        return CL_CRYPTO;
    }
    *ret_crc = crc;
    return CL_OK;
}

void cl_crc_put(struct cl_crc *crc, const void *bytes, size_t n)
{
    if (n)
        gcry_md_write(crc->md, bytes, n);
}

enum cl_err cl_crc_end(struct cl_crc *crc, uint32_t *ret_sum)
{
    const uint8_t *b = gcry_md_read(crc->md, GCRY_MD_CRC32);
    if (!b)
        return CL_CRYPTO;
    *ret_sum = cl_be32(b);
    gcry_md_reset(crc->md);
    return CL_OK;
}

void cl_crc_free(struct cl_crc **crc)
{
    if (!*crc)
        return;
    gcry_md_close((*crc)->md); /* accepts NULL */
    free(*crc);
    *crc = NULL;
}

/* ---- other hashes ------------------------------------------------------------------------ */

enum cl_err cl_sha512(const void *bytes, size_t n, uint8_t ret_hash[static CL_HASH_512])
{
    const gcry_buffer_t all = part(bytes, n);
    return hash_parts(GCRY_MD_SHA512, 0, &all, 1, ret_hash);
}

enum cl_err cl_hmac(const uint8_t *key, size_t key_len, const void *data, size_t len,
                    uint8_t ret_mac[static CL_HASH])
{
    const gcry_buffer_t parts[] = {part(key, key_len), part(data, len)};
    return hash_parts(GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC, parts, 2, ret_mac);
}

/* ---- AES-256-GCM ------------------------------------------------------------------------- */

static void close_cipher(gcry_cipher_hd_t *cipher)
{
    gcry_cipher_close(*cipher);
}

/* Far above anything of ours and far below where GCM ends: a length beyond is somebody's mistake,
 * found before it is worked on. */
static bool length_fits(size_t ad_len, size_t len)
{
    return ad_len <= INT_MAX && len <= INT_MAX;
}

static enum cl_err start_cipher(const uint8_t *key, const uint8_t *nonce, const void *ad,
                                size_t ad_len, gcry_cipher_hd_t *ret_cipher)
{
    if (!ready() ||
        gcry_cipher_open(ret_cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, GCRY_CIPHER_SECURE))
        return CL_CRYPTO;
    if (gcry_cipher_setkey(*ret_cipher, key, CL_AEAD_KEY) ||
        gcry_cipher_setiv(*ret_cipher, nonce, CL_NONCE) ||
        (ad_len && gcry_cipher_authenticate(*ret_cipher, ad, ad_len)))
        return CL_CRYPTO;
    return CL_OK;
}

enum cl_err cl_aead_seal(const uint8_t key[static CL_AEAD_KEY],
                         const uint8_t nonce[static CL_NONCE], const void *ad, size_t ad_len,
                         const void *plain, size_t len, uint8_t *ret_sealed,
                         uint8_t ret_tag[static CL_TAG])
{
    if (!length_fits(ad_len, len))
        return CL_TOO_LONG;
    cl_cleanup(close_cipher) gcry_cipher_hd_t cipher = NULL;
    enum cl_err err = start_cipher(key, nonce, ad, ad_len, &cipher);
    if (err)
        return err;
    if ((len && gcry_cipher_encrypt(cipher, ret_sealed, len, plain, len)) ||
        gcry_cipher_gettag(cipher, ret_tag, CL_TAG))
        return CL_CRYPTO;
    return CL_OK;
}

enum cl_err cl_aead_open(const uint8_t key[static CL_AEAD_KEY],
                         const uint8_t nonce[static CL_NONCE], const void *ad, size_t ad_len,
                         const uint8_t *sealed, size_t len, const uint8_t tag[static CL_TAG],
                         uint8_t *ret_plain)
{
    if (!length_fits(ad_len, len))
        return CL_TOO_LONG;
    cl_cleanup(close_cipher) gcry_cipher_hd_t cipher = NULL;
    enum cl_err err = start_cipher(key, nonce, ad, ad_len, &cipher);
    if (!err && len && gcry_cipher_decrypt(cipher, ret_plain, len, sealed, len))
        err = CL_CRYPTO;
    if (!err && gcry_cipher_checktag(cipher, tag, CL_TAG))
        err = CL_MISMATCH;
    if (err)
        cl_wipe(ret_plain, len);
    return err;
}

/* ---- Ed25519, with a key of ours ---------------------------------------------------------- */
/* Signatures of others are checked in crypto_verify.c. */

/* libgcrypt takes keys and signatures as S-expressions. One made of secure memory lies in secure
 * memory, and is wiped when it is released. */
static enum cl_err private_key(const uint8_t seed[static CL_SEED], gcry_sexp_t *ret_key)
{
    uint8_t *secret = ready() ? gcry_malloc_secure(CL_SEED) : NULL;
    if (!secret)
        return CL_CRYPTO;
    memcpy(secret, seed, CL_SEED);
    gcry_error_t error = gcry_sexp_build(
        ret_key, NULL, "(private-key (ecc (curve Ed25519) (flags eddsa) (d %b)))", CL_SEED, secret);
    cl_wipe(secret, CL_SEED);
    gcry_free(secret);
    return error ? CL_CRYPTO : CL_OK;
}

static enum cl_err message(const void *msg, size_t len, gcry_sexp_t *ret_data)
{
    if (len > INT_MAX)
        return CL_TOO_LONG;
    return gcry_sexp_build(ret_data, NULL, "(data (flags eddsa) (hash-algo sha512) (value %b))",
                           (int)len, len ? msg : "")
               ? CL_CRYPTO
               : CL_OK;
}

/* The n bytes that stand behind `name` in an expression. */
static enum cl_err bytes_of(gcry_sexp_t all, const char *name, size_t n, uint8_t *ret_bytes)
{
    cl_cleanup(free_sexp) gcry_sexp_t one = gcry_sexp_find_token(all, name, 0);
    size_t got = 0;
    const char *bytes = one ? gcry_sexp_nth_data(one, 1, &got) : NULL;
    if (!bytes || got != n)
        return CL_CRYPTO;
    memcpy(ret_bytes, bytes, n);
    return CL_OK;
}

enum cl_err cl_sign_public(const uint8_t seed[static CL_SEED], uint8_t ret_public[static CL_PUBLIC])
{
    cl_cleanup(free_sexp) gcry_sexp_t key = NULL;
    cl_cleanup(free_sexp) gcry_sexp_t public_key = NULL;
    gcry_ctx_t curve = NULL;
    enum cl_err err = private_key(seed, &key);
    if (err || gcry_mpi_ec_new(&curve, key, NULL))
        return CL_CRYPTO;
    gcry_error_t error = gcry_pubkey_get_sexp(&public_key, GCRY_PK_GET_PUBKEY, curve);
    gcry_ctx_release(curve);
    return error ? CL_CRYPTO : bytes_of(public_key, "q", CL_PUBLIC, ret_public);
}

enum cl_err cl_sign(const uint8_t seed[static CL_SEED], const void *msg, size_t len,
                    uint8_t ret_signature[static CL_SIGNATURE])
{
    cl_cleanup(free_sexp) gcry_sexp_t key = NULL;
    cl_cleanup(free_sexp) gcry_sexp_t data = NULL;
    cl_cleanup(free_sexp) gcry_sexp_t made = NULL;
    uint8_t signature[CL_SIGNATURE];
    enum cl_err err = private_key(seed, &key);
    if (!err)
        err = message(msg, len, &data);
    if (!err && gcry_pk_sign(&made, data, key))
        err = CL_CRYPTO;
    if (!err)
        err = bytes_of(made, "r", CL_SIGNATURE / 2, signature);
    if (!err)
        err = bytes_of(made, "s", CL_SIGNATURE / 2, signature + CL_SIGNATURE / 2);
    if (!err)
        memcpy(ret_signature, signature, sizeof signature);
    return err;
}
