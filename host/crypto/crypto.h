/* Hash, MAC, AEAD and signing by libgcrypt; beside them randomness. The way to the keyring brings
 * libgcrypt into the host anyway, where OpenSSL would cost a third more memory and a third
 * of the time of a record. Only cl_sign_verify is OpenSSL's, in crypto_verify.c. Nothing is set up
 * before it is first used; not for several threads. */
#ifndef CL_CRYPTO_H
#define CL_CRYPTO_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CL_AEAD_KEY  32 /* AES-256 */
#define CL_NONCE     12 /* GCM, 96 bits, random */
#define CL_TAG       16
#define CL_SEED      32 /* Ed25519 private key (RFC 8032) */
#define CL_PUBLIC    32
#define CL_SIGNATURE 64

/* Set libgcrypt up, for who uses it beside this module. */
CL_MUST_USE enum cl_err cl_crypto_begin(void);

/* From the kernel, getrandom(2). Waits, at boot, until it is seeded. */
CL_MUST_USE enum cl_err cl_random(uint8_t *ret_bytes, size_t n);

/* SHA-256 over prefix ‖ a ‖ b; any part may be empty (NULL, 0). */
CL_MUST_USE enum cl_err cl_sha256(const void *a, size_t a_len, uint8_t ret_hash[static CL_HASH]);
CL_MUST_USE enum cl_err cl_sha256_parts(uint8_t prefix, const void *a, size_t a_len, const void *b,
                                        size_t b_len, uint8_t ret_hash[static CL_HASH]);

/* SHA-256 of bytes that come in pieces: new, then put …, end, and again put …, end; free. */
struct cl_hasher;
CL_MUST_USE enum cl_err cl_hasher_new(struct cl_hasher **ret_hasher);
CL_MUST_USE enum cl_err cl_hasher_put(struct cl_hasher *hasher, const void *bytes, size_t n);
CL_MUST_USE enum cl_err cl_hasher_end(struct cl_hasher *hasher, uint8_t ret_hash[static CL_HASH]);
void cl_hasher_free(struct cl_hasher **hasher); /* for cl_cleanup */

/* CRC-32 as ZIP has it, of bytes that come in pieces: new, then put …, end, and again; free. It
 * finds accidents and holds nobody off. */
struct cl_crc;
CL_MUST_USE enum cl_err cl_crc_new(struct cl_crc **ret_crc);
void cl_crc_put(struct cl_crc *crc, const void *bytes, size_t n);
CL_MUST_USE enum cl_err cl_crc_end(struct cl_crc *crc, uint32_t *ret_sum);
void cl_crc_free(struct cl_crc **crc); /* for cl_cleanup */

/* SHA-512, which SSH signatures hash with. */
#define CL_HASH_512 64
CL_MUST_USE enum cl_err cl_sha512(const void *bytes, size_t n,
                                  uint8_t ret_hash[static CL_HASH_512]);

/* HMAC-SHA-256 (RFC 2104). */
CL_MUST_USE enum cl_err cl_hmac(const uint8_t *key, size_t key_len, const void *data, size_t len,
                                uint8_t ret_mac[static CL_HASH]);

/* AES-256-GCM (NIST SP 800-38D). ret_sealed takes len bytes, ret_tag CL_TAG. */
CL_MUST_USE enum cl_err cl_aead_seal(const uint8_t key[static CL_AEAD_KEY],
                                     const uint8_t nonce[static CL_NONCE], const void *ad,
                                     size_t ad_len, const void *plain, size_t len,
                                     uint8_t *ret_sealed, uint8_t ret_tag[static CL_TAG]);
/* CL_MISMATCH when the tag does not fit; ret_plain is then wiped. */
CL_MUST_USE enum cl_err cl_aead_open(const uint8_t key[static CL_AEAD_KEY],
                                     const uint8_t nonce[static CL_NONCE], const void *ad,
                                     size_t ad_len, const uint8_t *sealed, size_t len,
                                     const uint8_t tag[static CL_TAG], uint8_t *ret_plain);

/* Ed25519 (RFC 8032). The seed is one of ours: libgcrypt is not made for keys that others chose. */
CL_MUST_USE enum cl_err cl_sign_public(const uint8_t seed[static CL_SEED],
                                       uint8_t ret_public[static CL_PUBLIC]);
CL_MUST_USE enum cl_err cl_sign(const uint8_t seed[static CL_SEED], const void *msg, size_t len,
                                uint8_t ret_signature[static CL_SIGNATURE]);
/* Is it a point that has a key of its own? Not one of small order, for which a signature by nobody
 * fits every message, nor one that is not spelled as RFC 8032, section 5.1.2, spells it. */
CL_MUST_USE bool cl_public_key_is_sound(const uint8_t public_key[static CL_PUBLIC]);
/* True if and only if the signature is good; for keys and signatures from anywhere. The key and R
 * have to be sound, and S is below the group's order. */
CL_MUST_USE bool cl_sign_verify(const uint8_t public_key[static CL_PUBLIC], const void *msg,
                                size_t len, const uint8_t signature[static CL_SIGNATURE]);

/* Have the library that checks others' signatures made ready, which reads files that a cage may not
 * hold. */
void cl_sign_verify_begin(void);

#endif
