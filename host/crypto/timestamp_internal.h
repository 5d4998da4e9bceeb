/* What the files of the timestamp share: OpenSSL's own types, which no other header names. */
#ifndef CL_TIMESTAMP_INTERNAL_H
#define CL_TIMESTAMP_INTERNAL_H

#include "crypto/timestamp.h"

#include <openssl/cms.h>
#include <openssl/ts.h>

/* A function for cl_cleanup that frees what OpenSSL made. */
#define FREE_WITH(type, name, destroy)                                                             \
    static inline void name(type **p)                                                              \
    {                                                                                              \
        destroy(*p);                                                                               \
    }

FREE_WITH(BIO, free_bio, BIO_free_all)
FREE_WITH(unsigned char, free_der, OPENSSL_free)

static inline void free_certs(STACK_OF(X509) * *certs)
{
    sk_X509_pop_free(*certs, X509_free);
}

/* Whether in an answer what is signed (certificates and attributes) is spelled as DER has it: each
 * length stated, in the shortest way, and what has elements in it tagged so. OpenSSL takes other
 * spellings and checks the signature over the right one, other readers do not; and somebody on the
 * way could spell it anew. Around that lengths may be as BER has them, as some authorities do. */
CL_MUST_USE bool cl_timestamp_is_der(struct cl_span reply);
/* The same of what is so from end to end: a query, and what a token says (RFC 3161: DER). */
CL_MUST_USE bool cl_timestamp_signed_is_der(struct cl_span bytes);

/* Who signed the token: its signature fits, its signer may do so, is named by it, and leads to a
 * root or not (timestamp->trust). Fills in the authority, and the chain unless NULL. roots and pem
 * as in cl_timestamp_check. CL_TSA_SIGNATURE. */
CL_MUST_USE enum cl_err cl_timestamp_trust(CMS_ContentInfo *token, TS_TST_INFO *info,
                                           struct cl_span roots, struct cl_span pem,
                                           struct cl_timestamp *timestamp,
                                           struct cl_tsa_chain *ret_chain);

#endif
