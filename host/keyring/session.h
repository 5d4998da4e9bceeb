/* A session of the Secret Service: how values travel between us and the keyring, so that nobody who
 * listens on the bus reads them. The algorithm is dh-ietf1024-sha256-aes128-cbc-pkcs7 and no other;
 * "plain" is never offered. (specifications.freedesktop.org/secret-service, "Transfer of Secrets")
 *
 * All of it lives in libgcrypt's locked memory. */
#ifndef CL_SESSION_H
#define CL_SESSION_H

#include "base/common.h"
#include "base/err.h"

#define CL_SESSION_ALGORITHM "dh-ietf1024-sha256-aes128-cbc-pkcs7"
#define CL_SESSION_PUBLIC    128 /* bytes of a public number: the prime has 1024 bits */
#define CL_SESSION_BLOCK     16
#define CL_SESSION_VALUE_MAX 512 /* of a value, sealed; ours are shorter */

struct cl_session;

/* A private number of our own; ret_public is what the other side is told of it, as long as the
 * prime: KWallet refuses one that is shorter. CL_CRYPTO, CL_NO_MEMORY. */
CL_MUST_USE enum cl_err cl_session_begin(struct cl_session **ret_session,
                                         uint8_t ret_public[static CL_SESSION_PUBLIC]);
void cl_session_end(struct cl_session **session); /* for cl_cleanup; accepts NULL */

/* Agree on the key with what the other side told. CL_MALFORMED: no number that makes a key. */
CL_MUST_USE enum cl_err cl_session_agree(struct cl_session *session, const uint8_t *public,
                                         size_t len);

/* Open a value, which is the session's until it opens or seals the next. CL_MALFORMED: its parts
 * have not the lengths that they must have, or not the padding. */
CL_MUST_USE enum cl_err cl_session_open(struct cl_session *session, struct cl_span iv,
                                        struct cl_span sealed, struct cl_span *ret_value);

/* Seal a value of at most CL_SESSION_VALUE_MAX - CL_SESSION_BLOCK bytes, else CL_TOO_LONG. It may
 * not be one that this session opened: that lies where it is sealed. */
CL_MUST_USE enum cl_err cl_session_seal(struct cl_session *session, struct cl_span value,
                                        uint8_t ret_iv[static CL_SESSION_BLOCK],
                                        uint8_t ret_sealed[static CL_SESSION_VALUE_MAX],
                                        size_t *ret_len);

#endif
