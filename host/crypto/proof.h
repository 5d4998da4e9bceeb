/* One entry's proof, for handing that entry to somebody without the rest: a c2sp.org/tlog-proof.
 *
 *   c2sp.org/tlog-proof@v1
 *   index 7
 *   base64(hash)    the inclusion path, from the leaf's sibling up (RFC 9162, 2.1.3)
 *   …
 *
 *   the signed checkpoint, verbatim */
#ifndef CL_PROOF_H
#define CL_PROOF_H

#include "base/limits.h"
#include "base/text.h"
#include "crypto/checkpoint.h"

#define CL_PROOF_FILE_MAX (CL_PROOF_MAX * 45u + 128u + CL_NOTE_MAX)

/* Append the proof file. `checkpoint` is the signed note. */
CL_MUST_USE enum cl_err cl_proof_write(uint64_t index, const struct cl_proof *proof,
                                       const uint8_t *checkpoint, size_t checkpoint_len,
                                       struct cl_buf *to);

/* Split a proof file into index, path and the checkpoint that follows, which is not looked at.
 * CL_MALFORMED; an `extra` line too, because ours have none. */
CL_MUST_USE enum cl_err cl_proof_split(const uint8_t *bytes, size_t len, uint64_t *ret_index,
                                       struct cl_proof *ret_proof, struct cl_span *ret_checkpoint);

#endif
