#include "log/seal.h"

#include "base/big_endian.h"
#include "base/limits.h"

#include <string.h>

#define LABEL    "consentlog/v2" /* with its NUL */
#define LABEL_1  "consentlog/v1" /* as long */
#define AD_MAX   (sizeof LABEL + CL_HASH + 1 + 8 + CL_HASH)
#define LENGTH   4
#define UNIT     256u
#define ENTRY    1792u /* two such rows fit into a page of 4096 bytes of SQLite's */
#define ENTRY_2  4096u
#define VERSION  2
#define OVERHEAD (CL_NONCE + CL_TAG)

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
        size_t step = ENTRY_2;
        while (step < n)
            step *= 2;
        return n <= ENTRY ? ENTRY : step;
    }
    const unsigned exponent = log2_of(n);
    const unsigned kept = log2_of(exponent) + 1;
    const unsigned loose = exponent > kept ? exponent - kept : 0;
    return round_up(round_up(n, (size_t)1 << loose), UNIT);
}

struct ad {
    size_t len;
    uint8_t bytes[AD_MAX];
};

static struct ad associated_data(const struct cl_sealer *sealer,
                                 const char label[static sizeof LABEL], enum cl_seal_type type,
                                 uint64_t number, const uint8_t *before)
{
    struct ad ad = {.len = AD_MAX - CL_HASH};
    memcpy(ad.bytes, label, sizeof LABEL);
    memcpy(ad.bytes + sizeof LABEL, sealer->log_id, CL_HASH);
    ad.bytes[sizeof LABEL + CL_HASH] = (uint8_t)type;
    cl_put_be64(ad.bytes + sizeof LABEL + CL_HASH + 1, number);
    if (!before)
        return ad;
    memcpy(ad.bytes + ad.len, before, CL_HASH);
    ad.len = AD_MAX;
    return ad;
}

static enum cl_err pad(enum cl_seal_type type, const void *bytes, size_t len, struct cl_buf *to)
{
    uint8_t length[LENGTH];
    uint8_t *room = NULL;
    cl_put_be32(length, (uint32_t)len);
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

/* One room for all parts, so that `to` is unchanged when it is too small. */
static enum cl_err put_parts(const uint8_t *before, const uint8_t nonce[static CL_NONCE],
                             const struct cl_buf *sealed, const uint8_t tag[static CL_TAG],
                             struct cl_buf *to)
{
    uint8_t *room = NULL;
    const size_t told = before ? CL_HASH : 0;
    enum cl_err err = cl_buf_room(to, 1 + told + OVERHEAD + sealed->len, &room);
    if (err)
        return err;
    *room++ = VERSION;
    if (told > 0)
        memcpy(room, before, told);
    memcpy(room + told, nonce, CL_NONCE);
    memcpy(room + told + CL_NONCE, sealed->data, sealed->len);
    memcpy(room + told + CL_NONCE + sealed->len, tag, CL_TAG);
    return CL_OK;
}

enum cl_err cl_seal(const struct cl_sealer *sealer, enum cl_seal_type type, uint64_t number,
                    const struct cl_hash *before, const void *bytes, size_t len, struct cl_buf *to)
{
    const uint8_t *told = before ? before->bytes : NULL;
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
    const struct ad ad = associated_data(sealer, LABEL, type, number, told);
    err = cl_aead_seal(sealer->key, nonce, ad.bytes, ad.len, plain.data, plain.len, room, tag);
    return err ? err : put_parts(told, nonce, &sealed, tag, to);
}

/* What is sealed, told by its length: `first` is where the nonce begins. */
struct form {
    size_t first;
    const char *label;
};

static bool form_of(enum cl_seal_type type, const uint8_t *sealed, size_t len, struct form *ret)
{
    if (len < OVERHEAD + UNIT)
        return false;
    *ret = (struct form){.first = (len - OVERHEAD) % UNIT, .label = LABEL_1};
    if (ret->first == 0)
        return true;
    ret->label = LABEL;
    return sealed[0] == VERSION && ret->first == (type == CL_SEAL_ENTRY ? 1 + CL_HASH : 1);
}

struct cl_before cl_seal_before(const uint8_t *sealed, size_t len)
{
    struct form form;
    struct cl_before before = {.told = false};
    if (!form_of(CL_SEAL_ENTRY, sealed, len, &form) || form.first == 0)
        return before;
    before.told = true;
    memcpy(before.root.bytes, sealed + 1, CL_HASH);
    return before;
}

/* The length fits, the step is its own, and what follows is zeros: one spelling only. */
static bool padding_fits(const struct form *form, enum cl_seal_type type, const uint8_t *plain,
                         size_t n, size_t *ret_len)
{
    const size_t len = cl_be32(plain);
    if (len > n - LENGTH ||
        n != (form->first ? cl_seal_step(type, len) : round_up(LENGTH + len, UNIT)))
        return false;
    for (size_t i = LENGTH + len; i < n; i++)
        if (plain[i] != 0)
            return false;
    *ret_len = len;
    return true;
}

/* From the nonce on, before which stands what the form has more; into room for all that is sealed,
 * len - OVERHEAD bytes. */
static enum cl_err unseal(const struct cl_sealer *sealer, const struct form *form,
                          enum cl_seal_type type, uint64_t number, const uint8_t *sealed,
                          size_t len, uint8_t *room, struct cl_span *ret_plain)
{
    const size_t n = len - OVERHEAD;
    size_t inner = 0;
    const struct ad ad = associated_data(sealer, form->label, type, number,
                                         form->first > CL_HASH ? sealed - CL_HASH : NULL);
    enum cl_err err = cl_aead_open(sealer->key, sealed, ad.bytes, ad.len, sealed + CL_NONCE, n,
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
    if (!form_of(type, sealed, len, &form))
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
    if (!form_of(type, sealed, len, &form))
        return CL_LOG_CHANGED;
    sealed += form.first;
    return unseal(sealer, &form, type, number, sealed, len - form.first, sealed + CL_NONCE,
                  ret_plain);
}
