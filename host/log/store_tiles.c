#include "log/store_internal.h"

#include <string.h>

static enum cl_err tile_id(unsigned level, uint64_t index, sqlite3_int64 *ret_id)
{
    if (level >= CL_TILE_LEVELS || index >= 1ull << 56)
        return CL_LOG_FULL;
    *ret_id = (sqlite3_int64)((uint64_t)level << 56 | index);
    return CL_OK;
}

static enum cl_err get_hashes(void *context, unsigned level, uint64_t index, unsigned from,
                              unsigned count, struct cl_hash *ret_hashes)
{
    struct cl_store *store = context;
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    sqlite3_int64 id = 0;
    enum cl_err err = tile_id(level, index, &id);
    if (!err)
        err = cl_store_prepare(store, GET_TILE, &stmt);
    if (err)
        return err;
    size_t wanted = (size_t)count * CL_HASH;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)from * CL_HASH + 1); /* substr counts from 1 */
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)wanted);
    err = cl_store_one_row(store, stmt);
    if (err)
        return err == CL_ABSENT ? CL_LOG_DAMAGED : err;
    const void *bytes = sqlite3_column_blob(stmt, 0);
    if ((size_t)sqlite3_column_bytes(stmt, 0) != wanted || (!bytes && wanted > 0))
        return CL_LOG_DAMAGED;
    if (wanted > 0)
        memcpy(ret_hashes, bytes, wanted);
    return CL_OK;
}

static enum cl_err put_hash(void *context, unsigned level, uint64_t index, unsigned width,
                            const struct cl_hash *hash)
{
    struct cl_store *store = context;
    sqlite3_int64 id = 0;
    enum cl_err err = tile_id(level, index, &id);
    if (err)
        return err;
    if (width == 0)
        return cl_store_put_numbered(store, NEW_TILE, (uint64_t)id, hash->bytes, CL_HASH);

    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    err = cl_store_prepare(store, GROW_TILE, &stmt);
    if (err)
        return err;
    sqlite3_bind_int64(stmt, 1, id);
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)width * CL_HASH);
    err = cl_store_bind_blob(store, stmt, 2, hash->bytes, CL_HASH);
    if (!err)
        err = cl_store_no_row(store, stmt);
    if (!err && sqlite3_changes(store->db) != 1)
        err = CL_LOG_CHANGED; /* the tile is not as wide as the tree says */
    return err;
}

struct cl_tiles cl_store_tiles(struct cl_store *store)
{
    return (struct cl_tiles){.context = store, .get = get_hashes, .put = put_hash};
}

enum cl_err cl_store_drop_tiles(struct cl_store *store)
{
    cl_cleanup(cl_store_reset) sqlite3_stmt *stmt = NULL;
    enum cl_err err = cl_store_prepare(store, DROP_TILES, &stmt);
    return err ? err : cl_store_no_row(store, stmt);
}
