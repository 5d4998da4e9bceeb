/* Answers of time authorities, and the same bytes as query and as roots. The query's nonce is new
 * in each run, so an answer that is accepted would be a forgery. */
#include "crypto/timestamp.h"
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t file[] = "what is stamped\n";
    static struct cl_buf query;
    const struct cl_span input = {data, size}, stamped = {file, sizeof file - 1};
    struct cl_timestamp stamp;
    if (!query.len) {
        query = cl_buf(1024);
        if (cl_timestamp_query(stamped, &query))
            return 0;
    }
    const struct cl_span asked = {query.data, query.len};
    const struct cl_stamped as[] = {{.file = stamped, .query = asked, .reply = input},
                                    {.file = stamped, .query = input, .reply = input}};
    for (size_t i = 0; i < sizeof as / sizeof *as; i++)
        if (cl_timestamp_check(&as[i], input, &stamp) == CL_OK)
            abort(); /* nobody signed an answer to a nonce that was just made */
    struct cl_buf chain = cl_buf(65536);
    if (cl_timestamp_chain(input, &chain) == CL_OK && chain.len > 65536)
        abort();
    cl_buf_free(&chain);
    return 0;
}
