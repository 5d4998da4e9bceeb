/* Independent time: RFC 3161 queries and answers. The one place that calls OpenSSL's TS, CMS
 * and X.509.
 *
 * Signatures: RSA (PKCS #1 and PSS) of 2048 to 8192 bits, ECDSA on P-256, P-384 and P-521, and
 * Ed25519, with SHA-256 or better, as CMS has them. What else a token carries (attribute
 * certificates, revocation lists and answers of any kind) is passed over. A critical extension of
 * the token is not understood here: refused.
 *
 * An answer is good when its status is granted, it repeats the query's hash and nonce, its
 * signature fits a certificate whose one critical purpose is timestamping, and that certificate was
 * valid at the stated time and leads to a trusted root. Revocation is not looked up: that would
 * need a network. */
#ifndef CL_TIMESTAMP_H
#define CL_TIMESTAMP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Append a DER query (RFC 3161, section 2.4.1): SHA-256 of the file, a random 64-bit nonce,
 * certificates wanted. */
CL_MUST_USE enum cl_err cl_timestamp_query(struct cl_span file, struct cl_buf *to);

/* What was stamped, what was asked, what was answered, and further certificates in PEM (may be
 * empty). */
struct cl_stamped {
    struct cl_span file, query, reply, chain;
};

struct cl_timestamp {
    int64_t time_ms;                /* genTime */
    int64_t accuracy_ms;            /* as the authority states it; -1: not stated */
    int64_t earliest_ms, latest_ms; /* genTime ± accuracy; none stated: the second that it names */
    uint8_t id[CL_HASH];            /* of what was signed: one token is one, wherever it lies */
    /* The signer's subject (RFC 2253), never another certificate's; a longer one is cut. */
    char authority[CL_TSA_NAME_MAX + 1];
    enum cl_err trust; /* CL_OK, CL_TSA_UNTRUSTED or CL_TSA_EXPIRED */
};

/* Check everything; whether to accept another `trust` than CL_OK is the caller's to say. roots:
 * PEM; empty: the system's. CL_MALFORMED: the query is not one of ours; CL_TSA_MALFORMED,
 * CL_TSA_REFUSED, CL_TSA_OTHER (other bytes), CL_TSA_REPLAYED (other nonce), CL_TSA_SIGNATURE (does
 * not fit, or not a certificate for timestamps). */
CL_MUST_USE enum cl_err cl_timestamp_check(const struct cl_stamped *stamped, struct cl_span roots,
                                           struct cl_timestamp *ret_timestamp);

/* Where a token's signature leads: its signer's certificate first, each one followed by who issued
 * it, as far as they are known. By SHA-256 of the certificate (as openssl x509 -fingerprint shows
 * it), and of its public key, which stays where another authority vouches for the same one. */
#define CL_TSA_CHAIN_MAX 12
struct cl_tsa_chain {
    unsigned count; /* 1 or more */
    struct {
        uint8_t certificate[CL_HASH], key[CL_HASH];
    } link[CL_TSA_CHAIN_MAX];
    bool whole;                     /* the last one issued itself: it is a root */
    char root[CL_TSA_NAME_MAX + 1]; /* the last one's subject, as the signer's */
};

/* cl_timestamp_check, and the chain. One with RSA below 2048 bits or a certificate signed over a
 * digest as weak as SHA-1 proves nothing: CL_TSA_SIGNATURE. cl_timestamp_check finds it untrusted.
 */
CL_MUST_USE enum cl_err cl_timestamp_check_chain(const struct cl_stamped *stamped,
                                                 struct cl_span roots,
                                                 struct cl_timestamp *ret_timestamp,
                                                 struct cl_tsa_chain *ret_chain);

/* Append the certificates that the answer carries, in PEM. CL_TSA_MALFORMED. */
CL_MUST_USE enum cl_err cl_timestamp_chain(struct cl_span reply, struct cl_buf *to);

#endif
