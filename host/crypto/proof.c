#include "crypto/proof.h"

#include "base/encoding.h"

#include <inttypes.h>
#include <stdio.h>

#define HEADER "c2sp.org/tlog-proof@v1"

enum cl_err cl_proof_write(uint64_t index, const struct cl_proof *proof, const uint8_t *checkpoint,
                           size_t checkpoint_len, struct cl_buf *to)
{
    char head[64];
    (void)snprintf(head, sizeof head, HEADER "\nindex %" PRIu64 "\n", index);
    enum cl_err err = cl_buf_put_str(to, head);
    for (unsigned i = 0; i < proof->count && !err; i++) {
        err = cl_base64_encode(proof->hashes[i].bytes, CL_HASH, to);
        if (!err)
            err = cl_buf_put_str(to, "\n");
    }
    if (!err)
        err = cl_buf_put_str(to, "\n");
    return err ? err : cl_buf_put(to, checkpoint, checkpoint_len);
}

/* The lines up to the empty one. */
static enum cl_err read_path(struct cl_span *rest, struct cl_proof *ret_proof)
{
    struct cl_span line;
    ret_proof->count = 0;
    while (cl_take_line(rest, &line)) {
        if (line.len == 0)
            return CL_OK;
        if (ret_proof->count == CL_PROOF_MAX)
            return CL_MALFORMED;
        enum cl_err err = cl_span_base64(line, ret_proof->hashes[ret_proof->count].bytes, CL_HASH);
        if (err)
            return err;
        ret_proof->count++;
    }
    return CL_MALFORMED;
}

enum cl_err cl_proof_split(const uint8_t *bytes, size_t len, uint64_t *ret_index,
                           struct cl_proof *ret_proof, struct cl_span *ret_checkpoint)
{
    struct cl_span rest = {bytes, len}, line;
    uint64_t index = 0;
    if (len > CL_PROOF_FILE_MAX || !cl_take_line(&rest, &line) || !cl_span_is(line, HEADER) ||
        !cl_take_line(&rest, &line) || !cl_take_prefix(&line, "index "))
        return CL_MALFORMED;
    enum cl_err err = cl_span_decimal(line, &index);
    if (!err)
        err = read_path(&rest, ret_proof);
    if (err)
        return err;
    *ret_index = index;
    *ret_checkpoint = rest;
    return CL_OK;
}
