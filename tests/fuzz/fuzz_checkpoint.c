/* Signed notes and verifier keys. The note is opened with the key that signed the golden one. */
#include "crypto/checkpoint.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cl_vkey key;
    struct cl_vkey any;
    struct cl_checkpoint head;
    if (!key.name[0]) {
        uint8_t seed[CL_SEED], public_key[CL_PUBLIC], log_id[CL_HASH];
        memset(seed, 7, sizeof seed);
        for (unsigned i = 0; i < CL_HASH; i++)
            log_id[i] = (uint8_t)i;
        if (cl_sign_public(seed, public_key) || cl_vkey_make(log_id, public_key, &key))
            return 0;
    }
    if (cl_checkpoint_open(data, size, &key, &head) == CL_OK && head.size > INT64_MAX)
        abort();
    if (cl_vkey_parse(data, size, &any) == CL_OK && strlen(any.name) > CL_ORIGIN_MAX)
        abort();
    return 0;
}
