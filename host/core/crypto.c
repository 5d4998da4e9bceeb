#include "crypto.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* ---- the library ------------------------------------------------------------------------- */

/* PKCS #7 (timestamp.c) knows digests by number, and a digest learns its number when it is first
 * fetched: from the table that NO_ADD_ALL_DIGESTS leaves empty. So those that time authorities use
 * are put in before any fetch. */
static bool add_digests(void)
{
    return EVP_add_digest(EVP_sha1()) && EVP_add_digest(EVP_sha256()) &&
           EVP_add_digest(EVP_sha384()) && EVP_add_digest(EVP_sha512());
}

/* A host lives for one message. So nothing of OpenSSL is loaded that is not used (its configuration
 * file and error strings above all), algorithms are fetched at their first use and kept, and
 * nothing is taken down at exit: the process's end does it. */
static void init_once(void)
{
    static bool done;
    if (done)
        return;
    done = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                                   OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                                   OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_ATEXIT,
                               NULL) == 1 &&
           add_digests();
}

static const EVP_MD *sha256(void)
{
    static EVP_MD *md;
    if (!md) {
        init_once();
        md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    }
    return md;
}

static const EVP_CIPHER *aes_256_gcm(void)
{
    static EVP_CIPHER *cipher;
    if (!cipher) {
        init_once();
        cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    }
    return cipher;
}

static void free_md_ctx(EVP_MD_CTX **ctx)
{
    EVP_MD_CTX_free(*ctx);
}

static void free_cipher_ctx(EVP_CIPHER_CTX **ctx)
{
    EVP_CIPHER_CTX_free(*ctx);
}

static void free_pkey(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
}

/* ---- randomness -------------------------------------------------------------------------- */

/* The kernel's generator. OpenSSL's would be seeded from it, at 200 kB and a tenth of a millisecond
 * in each process, which a nonce and a salt do not repay. */
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

struct part {
    const void *bytes;
    size_t len;
};

static enum cl_err hash_parts(const struct part *parts, size_t count,
                              uint8_t ret_hash[static CL_HASH])
{
    const EVP_MD *md = sha256();
    cl_cleanup(free_md_ctx) EVP_MD_CTX *ctx = md ? EVP_MD_CTX_new() : NULL;
    if (!ctx || EVP_DigestInit_ex(ctx, md, NULL) != 1)
        return CL_CRYPTO;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len && EVP_DigestUpdate(ctx, parts[i].bytes, parts[i].len) != 1)
            return CL_CRYPTO;
    }
    uint8_t hash[CL_HASH];
    if (EVP_DigestFinal_ex(ctx, hash, NULL) != 1)
        return CL_CRYPTO;
    memcpy(ret_hash, hash, sizeof hash);
    return CL_OK;
}

enum cl_err cl_sha256(const void *a, size_t a_len, uint8_t ret_hash[static CL_HASH])
{
    return hash_parts(&(struct part){a, a_len}, 1, ret_hash);
}

enum cl_err cl_sha256_parts(uint8_t prefix, const void *a, size_t a_len, const void *b,
                            size_t b_len, uint8_t ret_hash[static CL_HASH])
{
    const struct part parts[] = {{&prefix, 1}, {a, a_len}, {b, b_len}};
    return hash_parts(parts, 3, ret_hash);
}

struct cl_hasher {
    EVP_MD_CTX *ctx;
};

enum cl_err cl_hasher_new(struct cl_hasher **ret_hasher)
{
    struct cl_hasher *hasher = calloc(1, sizeof *hasher);
    if (!hasher)
        return CL_NO_MEMORY;
    hasher->ctx = EVP_MD_CTX_new();
    const EVP_MD *md = sha256();
    if (!md || !hasher->ctx || EVP_DigestInit_ex(hasher->ctx, md, NULL) != 1) {
        cl_hasher_free(&hasher);
        return CL_CRYPTO;
    }
    *ret_hasher = hasher;
    return CL_OK;
}

enum cl_err cl_hasher_put(struct cl_hasher *hasher, const void *bytes, size_t n)
{
    if (n == 0)
        return CL_OK;
    return EVP_DigestUpdate(hasher->ctx, bytes, n) == 1 ? CL_OK : CL_CRYPTO;
}

enum cl_err cl_hasher_end(struct cl_hasher *hasher, uint8_t ret_hash[static CL_HASH])
{
    uint8_t hash[CL_HASH];
    if (EVP_DigestFinal_ex(hasher->ctx, hash, NULL) != 1 ||
        EVP_DigestInit_ex(hasher->ctx, NULL, NULL) != 1)
        return CL_CRYPTO;
    memcpy(ret_hash, hash, sizeof hash);
    return CL_OK;
}

void cl_hasher_free(struct cl_hasher **hasher)
{
    if (!*hasher)
        return;
    EVP_MD_CTX_free((*hasher)->ctx);
    free(*hasher);
    *hasher = NULL;
}

enum cl_err cl_sha512(const void *bytes, size_t n, uint8_t ret_hash[static CL_HASH_512])
{
    uint8_t hash[CL_HASH_512];
    size_t got = 0;
    init_once();
    if (EVP_Q_digest(NULL, "SHA2-512", NULL, n ? bytes : "", n, hash, &got) != 1 ||
        got != sizeof hash)
        return CL_CRYPTO;
    memcpy(ret_hash, hash, sizeof hash);
    return CL_OK;
}

enum cl_err cl_hmac(const uint8_t *key, size_t key_len, const void *data, size_t len,
                    uint8_t ret_mac[static CL_HASH])
{
    init_once();
    uint8_t mac[CL_HASH];
    size_t got = 0;
    /* EVP takes a NULL key for "keep the one before", which an empty key is not. */
    const void *k = key_len ? (const void *)key : "";
    if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA2-256", NULL, k, key_len, data, len, mac, sizeof mac,
                   &got) ||
        got != sizeof mac)
        return CL_CRYPTO;
    memcpy(ret_mac, mac, sizeof mac);
    cl_wipe(mac, sizeof mac);
    return CL_OK;
}

/* ---- AES-256-GCM ------------------------------------------------------------------------- */

static bool fits_evp(size_t ad_len, size_t len)
{
    return ad_len <= INT_MAX && len <= INT_MAX;
}

enum cl_err cl_aead_seal(const uint8_t key[static CL_AEAD_KEY],
                         const uint8_t nonce[static CL_NONCE], const void *ad, size_t ad_len,
                         const void *plain, size_t len, uint8_t *ret_sealed,
                         uint8_t ret_tag[static CL_TAG])
{
    if (!fits_evp(ad_len, len))
        return CL_TOO_LONG;
    const EVP_CIPHER *cipher = aes_256_gcm();
    cl_cleanup(free_cipher_ctx) EVP_CIPHER_CTX *ctx = cipher ? EVP_CIPHER_CTX_new() : NULL;
    int n;
    if (!ctx || EVP_EncryptInit_ex2(ctx, cipher, key, nonce, NULL) != 1)
        return CL_CRYPTO;
    if (ad_len && EVP_EncryptUpdate(ctx, NULL, &n, ad, (int)ad_len) != 1)
        return CL_CRYPTO;
    if (len && EVP_EncryptUpdate(ctx, ret_sealed, &n, plain, (int)len) != 1)
        return CL_CRYPTO;
    uint8_t none[CL_TAG]; /* GCM is a stream: the end brings no bytes */
    if (EVP_EncryptFinal_ex(ctx, none, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, CL_TAG, ret_tag) != 1)
        return CL_CRYPTO;
    return CL_OK;
}

static enum cl_err open_into(EVP_CIPHER_CTX *ctx, const void *ad, size_t ad_len,
                             const uint8_t *sealed, size_t len, const uint8_t *tag, uint8_t *plain)
{
    int n;
    if (ad_len && EVP_DecryptUpdate(ctx, NULL, &n, ad, (int)ad_len) != 1)
        return CL_CRYPTO;
    if (len && EVP_DecryptUpdate(ctx, plain, &n, sealed, (int)len) != 1)
        return CL_CRYPTO;
    uint8_t expected[CL_TAG]; /* the control takes a pointer that is not const */
    memcpy(expected, tag, sizeof expected);
    if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, CL_TAG, expected) != 1)
        return CL_CRYPTO;
    uint8_t none[CL_TAG];
    return EVP_DecryptFinal_ex(ctx, none, &n) == 1 ? CL_OK : CL_LOG_CHANGED;
}

enum cl_err cl_aead_open(const uint8_t key[static CL_AEAD_KEY],
                         const uint8_t nonce[static CL_NONCE], const void *ad, size_t ad_len,
                         const uint8_t *sealed, size_t len, const uint8_t tag[static CL_TAG],
                         uint8_t *ret_plain)
{
    if (!fits_evp(ad_len, len))
        return CL_TOO_LONG;
    const EVP_CIPHER *cipher = aes_256_gcm();
    cl_cleanup(free_cipher_ctx) EVP_CIPHER_CTX *ctx = cipher ? EVP_CIPHER_CTX_new() : NULL;
    if (!ctx || EVP_DecryptInit_ex2(ctx, cipher, key, nonce, NULL) != 1)
        return CL_CRYPTO;
    enum cl_err err = open_into(ctx, ad, ad_len, sealed, len, tag, ret_plain);
    if (err)
        cl_wipe(ret_plain, len);
    return err;
}

/* ---- Ed25519 ----------------------------------------------------------------------------- */

static EVP_PKEY *private_key(const uint8_t seed[static CL_SEED])
{
    init_once();
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, CL_SEED);
}

enum cl_err cl_sign_public(const uint8_t seed[static CL_SEED], uint8_t ret_public[static CL_PUBLIC])
{
    cl_cleanup(free_pkey) EVP_PKEY *pkey = private_key(seed);
    uint8_t public_key[CL_PUBLIC];
    size_t n = sizeof public_key;
    if (!pkey || EVP_PKEY_get_raw_public_key(pkey, public_key, &n) != 1 || n != sizeof public_key)
        return CL_CRYPTO;
    memcpy(ret_public, public_key, sizeof public_key);
    return CL_OK;
}

enum cl_err cl_sign(const uint8_t seed[static CL_SEED], const void *msg, size_t len,
                    uint8_t ret_signature[static CL_SIGNATURE])
{
    cl_cleanup(free_pkey) EVP_PKEY *pkey = private_key(seed);
    cl_cleanup(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t signature[CL_SIGNATURE];
    size_t n = sizeof signature;
    if (!pkey || !ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
        EVP_DigestSign(ctx, signature, &n, msg, len) != 1 || n != sizeof signature)
        return CL_CRYPTO;
    memcpy(ret_signature, signature, sizeof signature);
    return CL_OK;
}

bool cl_sign_verify(const uint8_t public_key[static CL_PUBLIC], const void *msg, size_t len,
                    const uint8_t signature[static CL_SIGNATURE])
{
    init_once();
    cl_cleanup(free_pkey) EVP_PKEY *pkey =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, CL_PUBLIC);
    cl_cleanup(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    return pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
           EVP_DigestVerify(ctx, signature, CL_SIGNATURE, msg, len) == 1;
}

/* ---- memory ------------------------------------------------------------------------------ */

bool cl_equal(const void *a, const void *b, size_t n)
{
    return n == 0 || CRYPTO_memcmp(a, b, n) == 0;
}

void cl_wipe(void *p, size_t n)
{
    if (n)
        explicit_bzero(p, n);
}

/* ---- base64 ------------------------------------------------------------------------------ */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum cl_err cl_base64_encode(const void *bytes, size_t n, struct cl_buf *to)
{
    const uint8_t *in = bytes;
    if (n == 0)
        return CL_OK;
    if (n > SIZE_MAX / 2)
        return CL_TOO_LONG;
    uint8_t *out;
    enum cl_err err = cl_buf_room(to, (n + 2) / 3 * 4, &out);
    if (err)
        return err;
    for (size_t i = 0; i < n; i += 3, out += 4) {
        size_t left = n - i;
        uint32_t bits = (uint32_t)in[i] << 16;
        bits |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        bits |= left > 2 ? in[i + 2] : 0;
        out[0] = (uint8_t)base64_digits[bits >> 18];
        out[1] = (uint8_t)base64_digits[bits >> 12 & 63];
        out[2] = left > 1 ? (uint8_t)base64_digits[bits >> 6 & 63] : '=';
        out[3] = left > 2 ? (uint8_t)base64_digits[bits & 63] : '=';
    }
    return CL_OK;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four digits to up to three bytes; 0 when they are not a canonical group. Padding only in the last
 * one. */
static size_t decode_group(const char *text, bool last, uint8_t ret_bytes[static 3])
{
    size_t digits = 4;
    while (last && digits > 2 && text[digits - 1] == '=')
        digits--;
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < digits ? base64_value(text[i]) : 0;
        if (value < 0)
            return 0;
        bits = bits << 6 | (uint32_t)value;
    }
    size_t n = digits - 1;
    if (bits & (0xFFFFFFu >> (8 * n))) /* bits that no byte holds must be zero */
        return 0;
    for (size_t i = 0; i < 3; i++)
        ret_bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
    return n;
}

enum cl_err cl_base64_decode(const char *text, size_t n, struct cl_buf *to)
{
    if (n % 4 != 0)
        return CL_BAD_VALUE;
    size_t before = to->len;
    for (size_t i = 0; i < n; i += 4) {
        uint8_t group[3];
        size_t got = decode_group(text + i, i + 4 == n, group);
        enum cl_err err = got ? cl_buf_put(to, group, got) : CL_BAD_VALUE;
        cl_wipe(group, sizeof group);
        if (err) {
            if (to->data)
                cl_wipe(to->data + before, to->len - before);
            to->len = before;
            return err;
        }
    }
    return CL_OK;
}

/* ---- hexadecimal ------------------------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

void cl_hex_encode(const void *bytes, size_t n, char *ret_text)
{
    const uint8_t *in = bytes;
    for (size_t i = 0; i < n; i++) {
        *ret_text++ = hex_digits[in[i] >> 4];
        *ret_text++ = hex_digits[in[i] & 15];
    }
    *ret_text = '\0';
}

static unsigned hex_value(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

enum cl_err cl_hex_decode(const char *text, uint8_t *ret_bytes, size_t n)
{
    if (n > SIZE_MAX / 2 || strspn(text, hex_digits) != 2 * n || text[2 * n] != '\0')
        return CL_BAD_VALUE;
    for (size_t i = 0; i < n; i++)
        ret_bytes[i] = (uint8_t)(hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]));
    return CL_OK;
}
