#include "log/seal.h"

#include <string.h>

#define LABEL    "consentlog/v1" /* with its NUL */
#define AD_SIZE  (sizeof LABEL + CL_HASH + 1 + 8)
#define LENGTH   4
#define PAD_TO   256u
#define OVERHEAD (CL_NONCE + CL_TAG)

static void put_be(uint8_t *to, uint64_t value, size_t n)
{
    while (n-- > 0) {
        to[n] = (uint8_t)value;
        value >>= 8;
    }
}

static void associated_data(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                            uint8_t ret_ad[static AD_SIZE])
{
    memcpy(ret_ad, LABEL, sizeof LABEL);
    memcpy(ret_ad + sizeof LABEL, sealer->log_id, CL_HASH);
    ret_ad[sizeof LABEL + CL_HASH] = (uint8_t)type;
    put_be(ret_ad + sizeof LABEL + CL_HASH + 1, number, 8);
}

static enum cl_err pad(const void *bytes, size_t len, struct cl_buf *to)
{
    static const uint8_t zeros[PAD_TO];
    uint8_t length[LENGTH];
    put_be(length, len, LENGTH);
    enum cl_err err = cl_buf_put(to, length, LENGTH);
    if (!err && len > 0)
        err = cl_buf_put(to, bytes, len);
    if (err)
        return err;
    return cl_buf_put(to, zeros, (PAD_TO - to->len % PAD_TO) % PAD_TO);
}

enum cl_err cl_seal(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                    const void *bytes, size_t len, struct cl_buf *to)
{
    uint8_t ad[AD_SIZE];
    uint8_t nonce[CL_NONCE];
    uint8_t tag[CL_TAG];
    uint8_t *room = NULL;
    if (len > UINT32_MAX - PAD_TO)
        return CL_TOO_LONG;
    cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(len + LENGTH + PAD_TO);
    enum cl_err err = pad(bytes, len, &plain);
    if (!err)
        err = cl_random(nonce, sizeof nonce);
    if (err)
        return err;

    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(plain.len);
    err = cl_buf_room(&sealed, plain.len, &room);
    if (err)
        return err;
    associated_data(sealer, type, number, ad);
    err = cl_aead_seal(sealer->key, nonce, ad, sizeof ad, plain.data, plain.len, room, tag);
    if (err)
        return err;

    /* One room for all three parts, so that `to` is unchanged when it is too small. */
    err = cl_buf_room(to, OVERHEAD + sealed.len, &room);
    if (err)
        return err;
    memcpy(room, nonce, CL_NONCE);
    memcpy(room + CL_NONCE, sealed.data, sealed.len);
    memcpy(room + CL_NONCE + sealed.len, tag, CL_TAG);
    return CL_OK;
}

/* The length fits, the block count is the smallest that does, and what follows is zeros: one
 * spelling only. */
static bool padding_fits(const uint8_t *plain, size_t n, size_t *ret_len)
{
    size_t len = (size_t)plain[0] << 24 | (size_t)plain[1] << 16 | (size_t)plain[2] << 8 | plain[3];
    if (len > n - LENGTH || n - LENGTH - len >= PAD_TO)
        return false;
    for (size_t i = LENGTH + len; i < n; i++)
        if (plain[i] != 0)
            return false;
    *ret_len = len;
    return true;
}

/* Into room for all that is sealed, len - OVERHEAD bytes. */
static enum cl_err unseal(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                          const uint8_t *sealed, size_t len, uint8_t *room,
                          struct cl_span *ret_plain)
{
    const size_t n = len - OVERHEAD;
    uint8_t ad[AD_SIZE];
    size_t inner = 0;
    associated_data(sealer, type, number, ad);
    enum cl_err err = cl_aead_open(sealer->key, sealed, ad, sizeof ad, sealed + CL_NONCE, n,
                                   sealed + CL_NONCE + n, room);
    if (err)
        return err == CL_MISMATCH ? CL_LOG_CHANGED : err;
    if (!padding_fits(room, n, &inner)) {
        cl_wipe(room, n);
        return CL_LOG_CHANGED;
    }
    *ret_plain = (struct cl_span){room + LENGTH, inner};
    return CL_OK;
}

static bool length_fits(size_t len)
{
    return len >= OVERHEAD + PAD_TO && (len - OVERHEAD) % PAD_TO == 0;
}

enum cl_err cl_unseal(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                      const uint8_t *sealed, size_t len, struct cl_buf *to)
{
    uint8_t *room = NULL;
    struct cl_span inner;
    if (!length_fits(len))
        return CL_LOG_CHANGED;
    cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(len - OVERHEAD);
    enum cl_err err = cl_buf_room(&plain, len - OVERHEAD, &room);
    if (!err)
        err = unseal(sealer, type, number, sealed, len, room, &inner);
    return err ? err : cl_buf_put(to, inner.data, inner.len);
}

enum cl_err cl_unseal_in_place(const struct cl_sealer *sealer, enum cl_seal_type type,
                               uint64_t number, uint8_t *sealed, size_t len,
                               struct cl_span *ret_plain)
{
    if (!length_fits(len))
        return CL_LOG_CHANGED;
    return unseal(sealer, type, number, sealed, len, sealed + CL_NONCE, ret_plain);
}
