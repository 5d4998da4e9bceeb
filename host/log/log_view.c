#include "log/log_internal.h"

#include "base/encoding.h"
#include "base/limits.h"

#include <string.h>

#define PSEUDONYM_LABEL "consentlog/v1 pseudonym"

uint64_t cl_log_size(const struct cl_log *log)
{
    return log->size;
}

const struct cl_hash *cl_log_root(const struct cl_log *log)
{
    return &log->root;
}

const uint8_t *cl_log_id(const struct cl_log *log)
{
    return log->sealer.log_id;
}

const struct cl_key *cl_log_key(const struct cl_log *log)
{
    return log->key;
}

const char *cl_log_provider(const struct cl_log *log)
{
    return cl_keyring_provider(log->keyring);
}

enum cl_err cl_log_alarm(const struct cl_log *log)
{
    return log->alarm;
}

struct cl_tiles cl_log_tiles(const struct cl_log *log)
{
    return cl_store_tiles(log->store);
}

enum cl_err cl_log_entry(struct cl_log *log, uint64_t seq, struct cl_buf *to)
{
    struct cl_hash leaf;
    struct cl_hash stored;
    struct cl_tiles tiles = cl_store_tiles(log->store);
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    if (seq >= log->size)
        return CL_ABSENT;
    enum cl_err err = cl_log_unseal(log, seq, &entry);
    if (err == CL_ABSENT)
        return CL_LOG_CHANGED; /* a row is gone from the middle */
    if (!err)
        err = cl_merkle_leaf(entry.data, entry.len, &leaf);
    if (!err)
        err = tiles.get(tiles.context, 0, seq / CL_TILE_WIDTH, (unsigned)(seq % CL_TILE_WIDTH), 1,
                        &stored);
    if (!err && memcmp(&leaf, &stored, sizeof leaf) != 0)
        err = CL_LOG_CHANGED;
    return err ? err : cl_buf_put(to, entry.data, entry.len);
}

bool cl_log_is_lost(enum cl_err err)
{
    return err == CL_ABSENT || err == CL_LOG_CHANGED || err == CL_LOG_DAMAGED ||
           err == CL_MALFORMED;
}

enum cl_err cl_log_pseudonym(const struct cl_log *log, const char *id,
                             char ret_text[static CL_PSEUDONYM])
{
    uint8_t key[CL_HASH];
    uint8_t mac[CL_HASH];
    enum cl_err err =
        cl_hmac(log->key->data_key, CL_AEAD_KEY, PSEUDONYM_LABEL, sizeof PSEUDONYM_LABEL - 1, key);
    if (!err)
        err = cl_hmac(key, sizeof key, id, strlen(id), mac);
    cl_wipe(key, sizeof key);
    if (!err)
        cl_hex_encode(mac, 16, ret_text);
    return err;
}

enum cl_err cl_log_unseal(struct cl_log *log, uint64_t seq, struct cl_buf *to)
{
    struct cl_before before;
    return cl_log_unseal_told(log, seq, to, &before);
}

enum cl_err cl_log_unseal_told(struct cl_log *log, uint64_t seq, struct cl_buf *to,
                               struct cl_before *ret_before)
{
    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(CL_SEALED_MAX(CL_ENTRY_MAX));
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = cl_store_entry(log->store, seq, &sealed);
    if (!err)
        err = cl_unseal(&log->sealer, CL_SEAL_ENTRY, seq, sealed.data, sealed.len, &entry);
    if (err)
        return err == CL_TOO_LONG ? CL_LOG_CHANGED : err;
    *ret_before = cl_seal_before(sealed.data, sealed.len);
    return cl_buf_put(to, entry.data, entry.len);
}
