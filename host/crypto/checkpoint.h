/* The log's head in public form: a c2sp.org/tlog-checkpoint, which is a c2sp.org/signed-note.
 *
 *   consentlog/9f86d081884c7d65            origin: "consentlog/" and 16 hex digits of the log id
 *   1234                                   how many entries
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=   root of their RFC 6962 tree
 *
 *   — consentlog/9f86d081884c7d65 base64(key id[4] ‖ Ed25519 signature[64])
 *
 * The signature covers the three lines with their newlines, and neither the blank line nor the
 * signature lines. */
#ifndef CL_CHECKPOINT_H
#define CL_CHECKPOINT_H

#include "base/buf.h"
#include "crypto/crypto.h"
#include "crypto/merkle.h"

#define CL_ORIGIN_PREFIX "consentlog/"
#define CL_ORIGIN_MAX    64 /* bytes of a key name; ours have 27 */
#define CL_KEY_HASH      4

/* A verifier key: "<name>+<8 hex>+<base64(01 ‖ public key)>". */
struct cl_vkey {
    char name[CL_ORIGIN_MAX + 1];
    uint8_t public_key[CL_PUBLIC];
    uint8_t id[CL_KEY_HASH]; /* SHA-256(name ‖ 0A ‖ 01 ‖ public key), its first four bytes */
};

struct cl_checkpoint {
    uint64_t size;
    struct cl_hash root;
};

/* The verifier key of the log with that id and Ed25519 key. */
CL_MUST_USE enum cl_err cl_vkey_make(const uint8_t log_id[static CL_HASH],
                                     const uint8_t public_key[static CL_PUBLIC],
                                     struct cl_vkey *ret_key);
/* Append the one-line form, without a newline. */
CL_MUST_USE enum cl_err cl_vkey_write(const struct cl_vkey *key, struct cl_buf *to);
/* Read it back. CL_MALFORMED also when the id is not the one that name and key give. */
CL_MUST_USE enum cl_err cl_vkey_parse(const uint8_t *bytes, size_t len, struct cl_vkey *ret_key);

/* Append the signed checkpoint. seed belongs to the key. */
CL_MUST_USE enum cl_err cl_checkpoint_sign(const struct cl_vkey *key,
                                           const uint8_t seed[static CL_SEED],
                                           const struct cl_checkpoint *head, struct cl_buf *to);

/* Read a checkpoint that this key has signed. Signatures by other keys are ignored, as the standard
 * demands; extension lines are covered by the signature and otherwise ignored. CL_MALFORMED, also
 * for two signatures of this key; CL_OTHER_KEY: no signature of this key, or another origin;
 * CL_BAD_SIGNATURE: one that does not fit. At most CL_NOTE_MAX bytes. */
CL_MUST_USE enum cl_err cl_checkpoint_open(const uint8_t *bytes, size_t len,
                                           const struct cl_vkey *key,
                                           struct cl_checkpoint *ret_head);

#endif
