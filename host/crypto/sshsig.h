/* SSH signatures of files: OpenSSH's PROTOCOL.sshsig, Ed25519 over SHA-512, in their armour.
 *
 * The namespace is consentlog-evidence@v1 and the identity in allowed_signers is consentlog, so
 * that ssh-keygen -Y verify -f allowed_signers -I consentlog -n consentlog-evidence@v1 -s FILE.sig
 * < FILE checks it. Covered: the message, the namespace and the names of the algorithms. */
#ifndef CL_SSHSIG_H
#define CL_SSHSIG_H

#include "base/buf.h"
#include "crypto/crypto.h"

#define CL_SSHSIG_NAMESPACE "consentlog-evidence@v1"
#define CL_SSHSIG_IDENTITY  "consentlog"

/* "SHA256:" and 43 digits of base64, as `ssh-keygen -l` prints it, and NUL. */
#define CL_FINGERPRINT 51

/* Append the armoured signature of the message. */
CL_MUST_USE enum cl_err cl_sshsig_sign(const uint8_t seed[static CL_SEED], const void *msg,
                                       size_t len, struct cl_buf *to);

/* CL_MALFORMED, also for another algorithm, namespace or version; CL_OTHER_KEY; CL_BAD_SIGNATURE.
 */
CL_MUST_USE enum cl_err cl_sshsig_verify(const uint8_t *armoured, size_t armoured_len,
                                         const uint8_t public_key[static CL_PUBLIC],
                                         const void *msg, size_t len);

/* Append the one line of allowed_signers, with its newline. */
CL_MUST_USE enum cl_err cl_sshsig_allowed(const uint8_t public_key[static CL_PUBLIC],
                                          struct cl_buf *to);

/* Append the key as "-----BEGIN PUBLIC KEY-----" (RFC 8410), for openssl. */
CL_MUST_USE enum cl_err cl_sshsig_pem(const uint8_t public_key[static CL_PUBLIC],
                                      struct cl_buf *to);

/* The key's fingerprint. */
CL_MUST_USE enum cl_err cl_sshsig_fingerprint(const uint8_t public_key[static CL_PUBLIC],
                                              char ret_text[static CL_FINGERPRINT]);

#endif
