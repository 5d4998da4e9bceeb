/* Ed25519 signatures by keys that anybody may have made. Not by libgcrypt: 1.10 takes an S that is
 * not reduced, and ends the process at a key of small order. A file of its own, so that only those
 * programs load OpenSSL that check something. */
#include "crypto/crypto.h"

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

bool cl_sign_verify(const uint8_t public_key[static CL_PUBLIC], const void *msg, size_t len,
                    const uint8_t signature[static CL_SIGNATURE])
{
    /* The verdict must not depend on a machine's openssl.cnf. */
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        return false;
    cl_cleanup(free_pkey) EVP_PKEY *pkey =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, CL_PUBLIC);
    cl_cleanup(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    return pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
           EVP_DigestVerify(ctx, signature, CL_SIGNATURE, msg, len) == 1;
}
