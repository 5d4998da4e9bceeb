/* Proof files of single entries. */
#include "crypto/proof.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cl_vkey key;
    uint64_t index = 0;
    struct cl_proof proof;
    struct cl_checkpoint head;
    if (!key.name[0]) {
        uint8_t seed[CL_SEED], public_key[CL_PUBLIC], log_id[CL_HASH] = {0};
        memset(seed, 7, sizeof seed);
        if (cl_sign_public(seed, public_key) || cl_vkey_make(log_id, public_key, &key))
            return 0;
    }
    struct cl_span note;
    if (cl_proof_split(data, size, &index, &proof, &note) != CL_OK)
        return 0;
    if (proof.count > CL_PROOF_MAX || note.data < data || note.data + note.len > data + size)
        abort();
    const struct cl_hash leaf = {{0}};
    if (cl_checkpoint_open(note.data, note.len, &key, &head) == CL_OK &&
        cl_merkle_check_inclusion(&proof, index, head.size, &leaf, &head.root) == CL_OK)
        abort(); /* no tree has a leaf whose hash is zero */
    return 0;
}
