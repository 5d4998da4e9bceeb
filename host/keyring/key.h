/* A log's key and head as values, and as the text of a keyring item: single-line base64 of
 *
 *   key:  u8 version 1 ‖ data key[32] ‖ Ed25519 seed[32] ‖ its public key[32] ‖ check[4]
 *   head: u8 version 1 ‖ u8 alarm ‖ u64be size ‖ root[32] ‖ check[4]
 *
 * where check is the first 4 bytes of SHA-256 of what precedes. The public key stands there because
 * to derive it would take a tenth of a message's time. Newlines in secrets have corrupted keyrings
 * of others, hence one line. */
#ifndef CL_KEY_H
#define CL_KEY_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/crypto.h"
#include "crypto/merkle.h"

#include <stdint.h>

#define CL_KEY_ID    17  /* 16 hex digits and NUL */
#define CL_VALUE_MAX 256 /* bytes of an item's text; ours are shorter */

/* Lives in its own locked, undumpable pages; wiped by cl_key_free. */
struct cl_key {
    uint8_t data_key[CL_AEAD_KEY];
    uint8_t seed[CL_SEED];
    uint8_t public_key[CL_PUBLIC]; /* derived */
    char id[CL_KEY_ID];            /* derived: the first 16 hex digits of SHA-256(public key) */
};

/* Fresh random key. CL_NO_MEMORY when the pages cannot be had; a refused mlock is tolerated
 * (RLIMIT_MEMLOCK 0). */
CL_MUST_USE enum cl_err cl_key_new(struct cl_key **ret_key);
/* The key that these two make. */
CL_MUST_USE enum cl_err cl_key_from(const uint8_t data_key[static CL_AEAD_KEY],
                                    const uint8_t seed[static CL_SEED], struct cl_key **ret_key);
void cl_key_free(struct cl_key **key);

/* Append the item's text. */
CL_MUST_USE enum cl_err cl_key_encode(const struct cl_key *key, struct cl_buf *to);
/* CL_KEY_DAMAGED for any other text. */
CL_MUST_USE enum cl_err cl_key_decode(const char *text, size_t len, struct cl_key **ret_key);

/* What the keyring remembers of the log. alarm is CL_OK, or what was found and not yet
 * acknowledged. */
struct cl_head {
    uint64_t size;
    struct cl_hash root;
    enum cl_err alarm;
};

CL_MUST_USE enum cl_err cl_head_encode(const struct cl_head *head, struct cl_buf *to);
/* CL_KEY_DAMAGED for any other text. */
CL_MUST_USE enum cl_err cl_head_decode(const char *text, size_t len, struct cl_head *ret_head);

#endif
