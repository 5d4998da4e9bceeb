/* Sealing: AES-256-GCM with a random nonce and associated data that names the log, the type and the
 * number.
 *
 * sealed = nonce[12] ‖ ciphertext ‖ tag[16]; plaintext = u32be length ‖ bytes ‖ zeros up to a
 * multiple of 256, so that the length does not tell "on" from "off". Associated data =
 * "consentlog/v1\0" ‖ log_id[32] ‖ u8 type ‖ u64be number. */
#ifndef CL_SEAL_H
#define CL_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "crypto/crypto.h"

enum cl_seal_type {
    CL_SEAL_ENTRY = 1,      /* number: seq */
    CL_SEAL_SUMMARY = 2,    /* number: tree size it belongs to */
    CL_SEAL_ATTACHMENT = 3, /* number: seq of the entry that first brought it */
};

struct cl_sealer {
    const uint8_t *key; /* CL_AEAD_KEY bytes, borrowed */
    uint8_t log_id[CL_HASH];
};

/* Append the sealed form to `to`. */
CL_MUST_USE enum cl_err cl_seal(const struct cl_sealer *sealer, enum cl_seal_type type,
                                uint64_t number, const void *bytes, size_t len, struct cl_buf *to);

/* Append the plain bytes to `to`. CL_LOG_CHANGED when the tag or the padding does not fit. */
CL_MUST_USE enum cl_err cl_unseal(const struct cl_sealer *sealer, enum cl_seal_type type,
                                  uint64_t number, const uint8_t *sealed, size_t len,
                                  struct cl_buf *to);
/* The same where the sealed bytes stand, which become the plain ones, or zeros on failure. */
CL_MUST_USE enum cl_err cl_unseal_in_place(const struct cl_sealer *sealer, enum cl_seal_type type,
                                           uint64_t number, uint8_t *sealed, size_t len,
                                           struct cl_span *ret_plain);

#endif
