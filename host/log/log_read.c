#include "log/log_internal.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define RUN_BYTES (1024u * 1024) /* sealed entries that are held at once; one fits in any case */

struct cl_log_reader {
    struct cl_log *log;
    uint64_t first;             /* of the run that was read */
    unsigned opened, count;     /* of its entries, from the first on: opened already; in all */
    uint64_t single_until;      /* up to here the file cannot be read in runs: something is amiss */
    struct cl_buf sealed;       /* one behind the other; each is opened where it stands, and once */
    size_t ends[CL_TILE_WIDTH]; /* where in `sealed` each ends */
    struct cl_hash leaves[CL_TILE_WIDTH];
};

enum cl_err cl_log_reader_new(struct cl_log *log, struct cl_log_reader **ret_reader)
{
    struct cl_log_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return CL_NO_MEMORY;
    reader->log = log;
    reader->sealed = cl_buf(RUN_BYTES);
    *ret_reader = reader;
    return CL_OK;
}

void cl_log_reader_free(struct cl_log_reader **reader)
{
    if (!*reader)
        return;
    cl_buf_free(&(*reader)->sealed);
    free(*reader);
    *reader = NULL;
}

static bool holds(const struct cl_log_reader *reader, uint64_t seq)
{
    return seq >= reader->first + reader->opened && seq - reader->first < reader->count;
}

/* From seq to the end of its tile, so that the leaf hashes are one piece too. */
static enum cl_err load(struct cl_log_reader *reader, uint64_t seq)
{
    struct cl_log *log = reader->log;
    const struct cl_tiles tiles = cl_store_tiles(log->store);
    const unsigned from = (unsigned)(seq % CL_TILE_WIDTH);
    const uint64_t left = log->size - seq;
    unsigned count = CL_TILE_WIDTH - from;
    if (left < count)
        count = (unsigned)left;
    reader->first = seq;
    reader->opened = reader->count = 0;
    cl_buf_clear(&reader->sealed);
    enum cl_err err =
        cl_store_entries(log->store, seq, count, &reader->sealed, reader->ends, &count);
    if (!err)
        err = tiles.get(tiles.context, 0, seq / CL_TILE_WIDTH, from, count, reader->leaves);
    if (err)
        reader->single_until = seq + CL_TILE_WIDTH - from;
    else
        reader->count = count;
    return err;
}

static enum cl_err check_leaf(struct cl_span entry, const struct cl_hash *stored,
                              struct cl_hash *ret_leaf)
{
    enum cl_err err = cl_merkle_leaf(entry.data, entry.len, ret_leaf);
    if (!err && memcmp(ret_leaf, stored, sizeof *stored) != 0)
        err = CL_LOG_CHANGED;
    return err;
}

static enum cl_err open_held(struct cl_log_reader *reader, uint64_t seq, struct cl_buf *to,
                             struct cl_hash *ret_leaf)
{
    const unsigned i = (unsigned)(seq - reader->first);
    const size_t begin = i > 0 ? reader->ends[i - 1] : 0;
    struct cl_span entry;
    reader->opened = i + 1;
    enum cl_err err =
        cl_unseal_in_place(&reader->log->sealer, CL_SEAL_ENTRY, seq, reader->sealed.data + begin,
                           reader->ends[i] - begin, &entry);
    if (!err && entry.len > CL_ENTRY_MAX)
        err = CL_LOG_CHANGED;
    if (!err && ret_leaf)
        err = check_leaf(entry, &reader->leaves[i], ret_leaf);
    return err ? err : cl_buf_put(to, entry.data, entry.len);
}

static enum cl_err open_single(struct cl_log_reader *reader, uint64_t seq, struct cl_buf *to,
                               struct cl_hash *ret_leaf)
{
    const size_t before = to->len;
    enum cl_err err = cl_log_entry(reader->log, seq, to);
    if (err || !ret_leaf)
        return err;
    return cl_merkle_leaf(to->data + before, to->len - before, ret_leaf);
}

enum cl_err cl_log_reader_entry(struct cl_log_reader *reader, uint64_t seq, struct cl_buf *to,
                                struct cl_hash *ret_leaf)
{
    if (seq >= reader->log->size)
        return CL_ABSENT;
    if (!holds(reader, seq) && (seq < reader->single_until || load(reader, seq) != CL_OK))
        return open_single(reader, seq, to, ret_leaf);
    return open_held(reader, seq, to, ret_leaf);
}
