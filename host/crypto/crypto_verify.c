/* Ed25519 signatures by keys that anybody may have made. Not by libgcrypt: 1.10 takes an S that is
 * not reduced, and ends the process at a key of small order. A file of its own, so that only those
 * programs load OpenSSL that check something. */
#include "crypto/crypto.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

static void free_pkey(EVP_PKEY **pkey)
{
    EVP_PKEY_free(*pkey);
}

static void free_md_ctx(EVP_MD_CTX **ctx)
{
    EVP_MD_CTX_free(*ctx);
}

/* The eight points whose order divides eight, by their y; the sign of x is no matter. */
static const uint8_t small_order[][CL_PUBLIC] = {
    {0},
    {1},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

/* y below p = 2^255 − 19, little-endian and without the sign of x? */
static bool is_reduced(const uint8_t y[static CL_PUBLIC])
{
    if (y[CL_PUBLIC - 1] != 0x7f || y[0] < 0xed)
        return true;
    for (size_t i = 1; i < CL_PUBLIC - 1; i++)
        if (y[i] != 0xff)
            return true;
    return false;
}

bool cl_public_key_is_sound(const uint8_t public_key[static CL_PUBLIC])
{
    uint8_t y[CL_PUBLIC];
    memcpy(y, public_key, sizeof y);
    y[CL_PUBLIC - 1] &= 0x7f;
    for (size_t i = 0; i < sizeof small_order / sizeof *small_order; i++)
        if (memcmp(y, small_order[i], sizeof y) == 0)
            return false;
    return is_reduced(y);
}

/* The verdict must not depend on a machine's openssl.cnf. */
static bool begin(void)
{
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
}

void cl_sign_verify_begin(void)
{
    (void)begin();
}

bool cl_sign_verify(const uint8_t public_key[static CL_PUBLIC], const void *msg, size_t len,
                    const uint8_t signature[static CL_SIGNATURE])
{
    if (!cl_public_key_is_sound(public_key) || !cl_public_key_is_sound(signature) || !begin())
        return false;
    cl_cleanup(free_pkey) EVP_PKEY *pkey =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, CL_PUBLIC);
    cl_cleanup(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    return pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
           EVP_DigestVerify(ctx, signature, CL_SIGNATURE, msg, len) == 1;
}
