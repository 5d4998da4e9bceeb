/* Sealing: AES-256-GCM with a random nonce and associated data that names the log, the type and the
 * number.
 *
 * sealed = 0x02 ‖ before ‖ nonce[12] ‖ ciphertext ‖ tag[16]; plaintext = u32be length ‖ bytes ‖
 * zeros up to a step, so that lengths tell little (cl_seal_step). Associated data =
 * "consentlog/v2\0" ‖ log_id[32] ‖ u8 type ‖ u64be number ‖ before.
 *
 * before: of an entry, the root of the tree of all entries before it (32 bytes). A log has branches
 * after a roll-back that was acknowledged, or where its copy went on at a second computer, and an
 * entry of one must not pass for one of the other. The root stands in the record too, so that an
 * entry can be read whatever became of those before it. Of an attachment or a summary: nothing; an
 * entry names the one by its hash, and the other names its tree.
 *
 * Before there were steps, the first byte was the nonce's, all was filled up to the next multiple
 * of 256, the label was "consentlog/v1\0", and there was no `before`. Such records are opened and
 * no longer made. Steps are multiples of 256 too, so the length alone tells which it is. */
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
    CL_SEAL_PART = 4,       /* number: CL_EXHIBIT_PARTS times that, and the part's, from 0 */
};

struct cl_sealer {
    const uint8_t *key; /* CL_AEAD_KEY bytes, borrowed */
    uint8_t log_id[CL_HASH];
};

/* The length of the plaintext with its u32be and zeros. Entries: 1792, in which every usual look
 * of the setting fits whatever it saw, so that SQLite has two in a page, or a power of two from
 * 4096 on. Attachments and summaries: Padmé (Nikitin et al., "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", 2019), which keeps log2 log2 of a length, at most
 * 12 % above it, in whole units of 256. */
CL_MUST_USE size_t cl_seal_step(enum cl_seal_type type, size_t len);

/* What a sealed entry, attachment or summary of so many bytes may have at most. */
#define CL_SEALED_MAX(len) (2 * (size_t)(len) + 4096)

/* What an entry says was before it; those of the old form say nothing. */
struct cl_before {
    bool told;
    struct cl_hash root;
};

/* Append the sealed form to `to`. `before` is for entries, and NULL for the others. */
CL_MUST_USE enum cl_err cl_seal(const struct cl_sealer *sealer, enum cl_seal_type type,
                                uint64_t number, const struct cl_hash *before, const void *bytes,
                                size_t len, struct cl_buf *to);

/* What a sealed entry says; to be believed when it opens. */
struct cl_before cl_seal_before(const uint8_t *sealed, size_t len);

/* Append the plain bytes to `to`. CL_LOG_CHANGED when the tag or the padding does not fit. */
CL_MUST_USE enum cl_err cl_unseal(const struct cl_sealer *sealer, enum cl_seal_type type,
                                  uint64_t number, const uint8_t *sealed, size_t len,
                                  struct cl_buf *to);
/* The same where the sealed bytes stand, which become the plain ones, or zeros on failure. */
CL_MUST_USE enum cl_err cl_unseal_in_place(const struct cl_sealer *sealer, enum cl_seal_type type,
                                           uint64_t number, uint8_t *sealed, size_t len,
                                           struct cl_span *ret_plain);

#endif
