/* Deflated bytes, opened again in fixed memory. The one place that calls zlib. */
#ifndef CL_INFLATE_H
#define CL_INFLATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cl_inflate;

/* RFC 1951 as a ZIP has it, or with zlib's header and checksum around it (RFC 1950), as a PNG has.
 */
CL_MUST_USE enum cl_err cl_inflate_new(bool zlib, struct cl_inflate **ret_inflate);
/* Begin with another stream. */
CL_MUST_USE enum cl_err cl_inflate_again(struct cl_inflate *inflate);
void cl_inflate_free(struct cl_inflate **inflate); /* for cl_cleanup */

/* Give it n bytes; `take` is told what they open to, piece by piece, and an error from it ends
 * this. CL_MALFORMED: the stream is broken, or something follows its end. */
typedef enum cl_err cl_inflate_take(void *context, const uint8_t *bytes, size_t n);
CL_MUST_USE enum cl_err cl_inflate_put(struct cl_inflate *inflate, const uint8_t *bytes, size_t n,
                                       cl_inflate_take *take, void *context);
/* Has the stream come to its end? */
CL_MUST_USE bool cl_inflate_ended(const struct cl_inflate *inflate);

#endif
