/* Which root a time authority's certificates lead to. The one of its first answer is kept to, for
 * whoever is on the way to it, or has taken its address, could answer under another; of those that
 * the extension offers it is known beforehand. An owner who knows better accepts another one. */
#ifndef CL_AUTHORITY_H
#define CL_AUTHORITY_H

#include "crypto/timestamp.h"
#include "log/log.h"

/* What is known of an address. Free with authority_free. */
struct authority {
    struct cl_authority record; /* what the log remembers; of a new one only the address */
    bool heard;                 /* it has answered: then also */
    struct cl_tsa_chain chain;  /* where that led */
    struct cl_buf certificates; /* that came with it, PEM */
};
void authority_free(struct authority *authority); /* for cl_cleanup */

CL_MUST_USE enum cl_err authority_recall(struct cl_log *log, const char *url,
                                         struct authority *ret);

/* May an answer that leads there be kept? CL_TSA_ROOT: no, and the log remembers which root it was.
 */
CL_MUST_USE enum cl_err authority_judge(struct cl_log *log, const struct authority *authority,
                                        const struct cl_tsa_chain *chain);

/* The SHA-256 of the certificate that the chain ends with. */
const uint8_t *authority_root(const struct cl_tsa_chain *chain);

/* Accept the root of that SHA-256 for the address from now on. */
CL_MUST_USE enum cl_err authority_accept(struct cl_log *log, const char *url,
                                         const uint8_t root[static CL_HASH]);

/* As a browser would say it: printable ASCII without blanks. */
bool authority_is_url(const char *url);

#endif
