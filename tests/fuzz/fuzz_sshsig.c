/* Armoured SSH signatures. */
#include "crypto/sshsig.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char message[] = "the bytes that are signed\n";
    uint8_t seed[CL_SEED], public_key[CL_PUBLIC];
    memset(seed, 7, sizeof seed);
    if (cl_sign_public(seed, public_key))
        return 0;
    if (cl_sshsig_verify(data, size, public_key, message, strlen(message)) == CL_OK &&
        cl_sshsig_verify(data, size, public_key, message, strlen(message) - 1) == CL_OK)
        abort();
    return 0;
}
