#include "keyring/key.h"

#include "base/big_endian.h"
#include "base/encoding.h"

#include <string.h>
#include <sys/mman.h>

#define VERSION   1
#define CHECK_LEN 4
#define KEY_LEN   (1 + CL_AEAD_KEY + CL_SEED + CL_PUBLIC + CHECK_LEN)
#define HEAD_LEN  (1 + 1 + 8 + CL_HASH + CHECK_LEN)

/* ---- the key's pages --------------------------------------------------------------------- */

static enum cl_err key_alloc(struct cl_key **ret_key)
{
    void *page = mmap(NULL, sizeof(struct cl_key), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return CL_NO_MEMORY;
    /* RLIMIT_MEMLOCK may be 0: then what is swapped is the machine's own care. */
    (void)mlock(page, sizeof(struct cl_key));
    (void)madvise(page, sizeof(struct cl_key), MADV_DONTDUMP);
    (void)madvise(page, sizeof(struct cl_key), MADV_WIPEONFORK);
    *ret_key = page;
    return CL_OK;
}

void cl_key_free(struct cl_key **key)
{
    if (!*key)
        return;
    cl_wipe(*key, sizeof **key);
    munmap(*key, sizeof **key);
    *key = NULL;
}

static enum cl_err key_name(struct cl_key *key)
{
    uint8_t hash[CL_HASH];
    enum cl_err err = cl_sha256(key->public_key, CL_PUBLIC, hash);

    if (!err)
        cl_hex_encode(hash, (CL_KEY_ID - 1) / 2, key->id);
    return err;
}

/* public_key: NULL where it is not known yet. */
static enum cl_err make(const uint8_t *data_key, const uint8_t *seed, const uint8_t *public_key,
                        struct cl_key **ret_key)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    enum cl_err err = key_alloc(&key);
    if (err)
        return err;
    memcpy(key->data_key, data_key, CL_AEAD_KEY);
    memcpy(key->seed, seed, CL_SEED);
    if (public_key)
        memcpy(key->public_key, public_key, CL_PUBLIC);
    else
        err = cl_sign_public(key->seed, key->public_key);
    if (!err)
        err = key_name(key);
    if (err)
        return err;
    *ret_key = key;
    key = NULL;
    return CL_OK;
}

enum cl_err cl_key_from(const uint8_t data_key[static CL_AEAD_KEY],
                        const uint8_t seed[static CL_SEED], struct cl_key **ret_key)
{
    return make(data_key, seed, NULL, ret_key);
}

enum cl_err cl_key_new(struct cl_key **ret_key)
{
    uint8_t secret[CL_AEAD_KEY + CL_SEED];
    enum cl_err err = cl_random(secret, sizeof secret);

    if (!err)
        err = cl_key_from(secret, secret + CL_AEAD_KEY, ret_key);
    cl_wipe(secret, sizeof secret);
    return err;
}

/* ---- as text ----------------------------------------------------------------------------- */

/* Put the check behind the first n bytes, and all of it as base64 into `to`. */
static enum cl_err text_encode(uint8_t *bytes, size_t n, struct cl_buf *to)
{
    uint8_t hash[CL_HASH];
    enum cl_err err = cl_sha256(bytes, n, hash);

    if (err)
        return err;
    memcpy(bytes + n, hash, CHECK_LEN);
    return cl_base64_encode(bytes, n + CHECK_LEN, to);
}

/* The n bytes behind the text, its check included. */
static enum cl_err text_decode(const char *text, size_t len, size_t n, struct cl_buf *ret_bytes)
{
    uint8_t hash[CL_HASH];
    enum cl_err err;

    if (!text || len > CL_VALUE_MAX || cl_base64_decode(text, len, ret_bytes))
        return CL_KEY_DAMAGED;
    if (ret_bytes->len != n || ret_bytes->data[0] != VERSION)
        return CL_KEY_DAMAGED;
    err = cl_sha256(ret_bytes->data, n - CHECK_LEN, hash);
    if (err)
        return err;
    return cl_equal(hash, ret_bytes->data + n - CHECK_LEN, CHECK_LEN) ? CL_OK : CL_KEY_DAMAGED;
}

enum cl_err cl_key_encode(const struct cl_key *key, struct cl_buf *to)
{
    uint8_t bytes[KEY_LEN] = {VERSION};
    enum cl_err err;

    memcpy(bytes + 1, key->data_key, CL_AEAD_KEY);
    memcpy(bytes + 1 + CL_AEAD_KEY, key->seed, CL_SEED);
    memcpy(bytes + 1 + CL_AEAD_KEY + CL_SEED, key->public_key, CL_PUBLIC);
    err = text_encode(bytes, KEY_LEN - CHECK_LEN, to);
    cl_wipe(bytes, sizeof bytes);
    return err;
}

enum cl_err cl_key_decode(const char *text, size_t len, struct cl_key **ret_key)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_VALUE_MAX);
    enum cl_err err = text_decode(text, len, KEY_LEN, &bytes);
    if (err)
        return err;
    const uint8_t *seed = bytes.data + 1 + CL_AEAD_KEY;
    return make(bytes.data + 1, seed, seed + CL_SEED, ret_key);
}

enum cl_err cl_head_encode(const struct cl_head *head, struct cl_buf *to)
{
    uint8_t bytes[HEAD_LEN] = {VERSION, (uint8_t)head->alarm};

    cl_put_be64(bytes + 2, head->size);
    memcpy(bytes + 10, head->root.bytes, CL_HASH);
    return text_encode(bytes, HEAD_LEN - CHECK_LEN, to);
}

enum cl_err cl_head_decode(const char *text, size_t len, struct cl_head *ret_head)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_VALUE_MAX);
    enum cl_err err = text_decode(text, len, HEAD_LEN, &bytes);

    if (err)
        return err;
    if (bytes.data[1] >= CL_ERR_COUNT)
        return CL_KEY_DAMAGED;
    ret_head->size = cl_be64(bytes.data + 2);
    ret_head->alarm = (enum cl_err)bytes.data[1];
    memcpy(ret_head->root.bytes, bytes.data + 10, CL_HASH);
    return CL_OK;
}
