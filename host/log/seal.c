#include "log/seal.h"

#include "base/limits.h"

#include <string.h>

#define LABEL    "consentlog/v2" /* with its NUL */
#define LABEL_1  "consentlog/v1" /* as long */
#define AD_SIZE  (sizeof LABEL + CL_HASH + 1 + 8)
#define LENGTH   4
#define UNIT     256u
#define ENTRY    2048u
#define VERSION  2
#define OVERHEAD (CL_NONCE + CL_TAG)

static void put_be(uint8_t *to, uint64_t value, size_t n)
{
    while (n-- > 0) {
        to[n] = (uint8_t)value;
        value >>= 8;
    }
}

static unsigned log2_of(size_t n)
{
    unsigned bits = 0;
    while (n >>= 1)
        bits++;
    return bits;
}

static size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

size_t cl_seal_step(enum cl_seal_type type, size_t len)
{
    const size_t n = LENGTH + len;
    if (type == CL_SEAL_ENTRY) {
        size_t step = ENTRY;
        while (step < n)
            step *= 2;
        return step;
    }
    const unsigned exponent = log2_of(n);
    const unsigned kept = log2_of(exponent) + 1;
    const unsigned loose = exponent > kept ? exponent - kept : 0;
    return round_up(round_up(n, (size_t)1 << loose), UNIT);
}

static void associated_data(const struct cl_sealer *sealer, const char label[static sizeof LABEL],
                            enum cl_seal_type type, uint64_t number, uint8_t ret_ad[static AD_SIZE])
{
    memcpy(ret_ad, label, sizeof LABEL);
    memcpy(ret_ad + sizeof LABEL, sealer->log_id, CL_HASH);
    ret_ad[sizeof LABEL + CL_HASH] = (uint8_t)type;
    put_be(ret_ad + sizeof LABEL + CL_HASH + 1, number, 8);
}

static enum cl_err pad(enum cl_seal_type type, const void *bytes, size_t len, struct cl_buf *to)
{
    uint8_t length[LENGTH];
    uint8_t *room = NULL;
    put_be(length, len, LENGTH);
    enum cl_err err = cl_buf_put(to, length, LENGTH);
    if (!err && len > 0)
        err = cl_buf_put(to, bytes, len);
    const size_t zeros = cl_seal_step(type, len) - LENGTH - len;
    if (!err && zeros > 0)
        err = cl_buf_room(to, zeros, &room);
    if (!err && zeros > 0)
        memset(room, 0, zeros);
    return err;
}

enum cl_err cl_seal(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                    const void *bytes, size_t len, struct cl_buf *to)
{
    uint8_t ad[AD_SIZE];
    uint8_t nonce[CL_NONCE];
    uint8_t tag[CL_TAG];
    uint8_t *room = NULL;
    if (len > CL_STORED_MAX)
        return CL_TOO_LONG;
    cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(cl_seal_step(type, len));
    enum cl_err err = pad(type, bytes, len, &plain);
    if (!err)
        err = cl_random(nonce, sizeof nonce);
    if (err)
        return err;

    cl_cleanup(cl_buf_free) struct cl_buf sealed = cl_buf(plain.len);
    err = cl_buf_room(&sealed, plain.len, &room);
    if (err)
        return err;
    associated_data(sealer, LABEL, type, number, ad);
    err = cl_aead_seal(sealer->key, nonce, ad, sizeof ad, plain.data, plain.len, room, tag);
    if (err)
        return err;

    /* One room for all parts, so that `to` is unchanged when it is too small. */
    err = cl_buf_room(to, 1 + OVERHEAD + sealed.len, &room);
    if (err)
        return err;
    *room++ = VERSION;
    memcpy(room, nonce, CL_NONCE);
    memcpy(room + CL_NONCE, sealed.data, sealed.len);
    memcpy(room + CL_NONCE + sealed.len, tag, CL_TAG);
    return CL_OK;
}

/* What is sealed, told by its length: `first` is where the nonce begins. */
struct form {
    size_t first;
    const char *label;
};

static bool form_of(const uint8_t *sealed, size_t len, struct form *ret)
{
    if (len < OVERHEAD + UNIT)
        return false;
    *ret = (struct form){.first = (len - OVERHEAD) % UNIT};
    ret->label = ret->first == 1 ? LABEL : LABEL_1;
    return ret->first == 0 || (ret->first == 1 && sealed[0] == VERSION);
}

/* The length fits, the step is its own, and what follows is zeros: one spelling only. */
static bool padding_fits(const struct form *form, enum cl_seal_type type, const uint8_t *plain,
                         size_t n, size_t *ret_len)
{
    size_t len = (size_t)plain[0] << 24 | (size_t)plain[1] << 16 | (size_t)plain[2] << 8 | plain[3];
    if (len > n - LENGTH ||
        n != (form->first ? cl_seal_step(type, len) : round_up(LENGTH + len, UNIT)))
        return false;
    for (size_t i = LENGTH + len; i < n; i++)
        if (plain[i] != 0)
            return false;
    *ret_len = len;
    return true;
}

/* From the nonce on, into room for all that is sealed, len - OVERHEAD bytes. */
static enum cl_err unseal(const struct cl_sealer *sealer, const struct form *form,
                          enum cl_seal_type type, uint64_t number, const uint8_t *sealed,
                          size_t len, uint8_t *room, struct cl_span *ret_plain)
{
    const size_t n = len - OVERHEAD;
    uint8_t ad[AD_SIZE];
    size_t inner = 0;
    associated_data(sealer, form->label, type, number, ad);
    enum cl_err err = cl_aead_open(sealer->key, sealed, ad, sizeof ad, sealed + CL_NONCE, n,
                                   sealed + CL_NONCE + n, room);
    if (err)
        return err == CL_MISMATCH ? CL_LOG_CHANGED : err;
    if (!padding_fits(form, type, room, n, &inner)) {
        cl_wipe(room, n);
        return CL_LOG_CHANGED;
    }
    *ret_plain = (struct cl_span){room + LENGTH, inner};
    return CL_OK;
}

enum cl_err cl_unseal(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                      const uint8_t *sealed, size_t len, struct cl_buf *to)
{
    uint8_t *room = NULL;
    struct cl_span inner;
    struct form form;
    if (!form_of(sealed, len, &form))
        return CL_LOG_CHANGED;
    sealed += form.first;
    len -= form.first;
    cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(len - OVERHEAD);
    enum cl_err err = cl_buf_room(&plain, len - OVERHEAD, &room);
    if (!err)
        err = unseal(sealer, &form, type, number, sealed, len, room, &inner);
    return err ? err : cl_buf_put(to, inner.data, inner.len);
}

enum cl_err cl_unseal_in_place(const struct cl_sealer *sealer, enum cl_seal_type type,
                               uint64_t number, uint8_t *sealed, size_t len,
                               struct cl_span *ret_plain)
{
    struct form form;
    if (!form_of(sealed, len, &form))
        return CL_LOG_CHANGED;
    sealed += form.first;
    return unseal(sealer, &form, type, number, sealed, len - form.first, sealed + CL_NONCE,
                  ret_plain);
}
