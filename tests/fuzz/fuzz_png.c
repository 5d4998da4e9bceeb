/* Pictures of strangers: whatever comes, it is a picture or it is not, in bounded time and memory;
 * and one with a byte behind it, or without its last, never is. */
#include "fuzz.h"
#include "package/png.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum cl_err err = cl_png_check((struct cl_span){data, size});
    always(err == CL_OK || err == CL_MALFORMED);
    if (err)
        return 0;
    uint8_t *longer = malloc(size + 1);
    always(longer != NULL);
    memcpy(longer, data, size);
    longer[size] = 0;
    always(cl_png_check((struct cl_span){longer, size + 1}) == CL_MALFORMED);
    always(cl_png_check((struct cl_span){longer, size - 1}) == CL_MALFORMED);
    free(longer);
    return 0;
}
