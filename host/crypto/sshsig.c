#include "crypto/sshsig.h"

#include "base/big_endian.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

#define MAGIC     "SSHSIG"
#define VERSION   1u
#define ALGORITHM "ssh-ed25519"
#define HASH_NAME "sha512"
#define BEGIN     "-----BEGIN SSH SIGNATURE-----"
#define END       "-----END SSH SIGNATURE-----"
#define WRAP      70 /* digits a line, as ssh-keygen writes them */

/* ---- the wire ---------------------------------------------------------------------------- */

/* Sticky writer of RFC 4251 values. */
struct out {
    struct cl_buf *to;
    enum cl_err err;
};

static void put(struct out *o, const void *bytes, size_t n)
{
    if (!o->err)
        o->err = cl_buf_put(o->to, bytes, n);
}

static void put_u32(struct out *o, uint32_t value)
{
    uint8_t bytes[4];
    cl_put_be32(bytes, value);
    put(o, bytes, sizeof bytes);
}

static void put_string(struct out *o, const void *bytes, size_t n)
{
    put_u32(o, (uint32_t)n);
    put(o, bytes, n);
}

static void put_text(struct out *o, const char *text)
{
    put_string(o, text, strlen(text));
}

/* An algorithm's name and its bytes: a public key or a signature. */
static enum cl_err put_named(const void *bytes, size_t n, struct cl_buf *to)
{
    struct out o = {.to = to};
    put_text(&o, ALGORITHM);
    put_string(&o, bytes, n);
    return o.err;
}

static bool take_u32(struct cl_span *rest, uint32_t *ret_value)
{
    if (rest->len < 4)
        return false;
    *ret_value = cl_be32(rest->data);
    rest->data += 4;
    rest->len -= 4;
    return true;
}

static bool take_string(struct cl_span *rest, struct cl_span *ret_string)
{
    uint32_t n = 0;
    if (!take_u32(rest, &n) || n > rest->len)
        return false;
    *ret_string = (struct cl_span){rest->data, n};
    rest->data += n;
    rest->len -= n;
    return true;
}

static bool take_text(struct cl_span *rest, const char *text)
{
    struct cl_span string;
    return take_string(rest, &string) && cl_span_is(string, text);
}

static bool take_named(struct cl_span *rest, size_t n, const uint8_t **ret_bytes)
{
    struct cl_span outer, inner;
    if (!take_string(rest, &outer) || !take_text(&outer, ALGORITHM) ||
        !take_string(&outer, &inner) || outer.len != 0 || inner.len != n)
        return false;
    *ret_bytes = inner.data;
    return true;
}

/* What is signed: magic ‖ namespace ‖ reserved ‖ hash name ‖ hash. */
static enum cl_err put_signed(const void *msg, size_t len, struct cl_buf *to)
{
    uint8_t hash[CL_HASH_512];
    struct out o = {.to = to, .err = cl_sha512(msg, len, hash)};
    put(&o, MAGIC, strlen(MAGIC));
    put_text(&o, CL_SSHSIG_NAMESPACE);
    put_text(&o, "");
    put_text(&o, HASH_NAME);
    put_string(&o, hash, sizeof hash);
    return o.err;
}

/* ---- writing ----------------------------------------------------------------------------- */

static enum cl_err put_blob(const uint8_t public_key[static CL_PUBLIC],
                            const uint8_t signature[static CL_SIGNATURE], struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf key = cl_buf(128), sig = cl_buf(128);
    struct out o = {.to = to, .err = put_named(public_key, CL_PUBLIC, &key)};
    if (!o.err)
        o.err = put_named(signature, CL_SIGNATURE, &sig);
    put(&o, MAGIC, strlen(MAGIC));
    put_u32(&o, VERSION);
    put_string(&o, key.data, key.len);
    put_text(&o, CL_SSHSIG_NAMESPACE);
    put_text(&o, "");
    put_text(&o, HASH_NAME);
    put_string(&o, sig.data, sig.len);
    return o.err;
}

static enum cl_err put_armoured(const struct cl_buf *blob, struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf digits = cl_buf(CL_SSHSIG_MAX);
    struct out o = {.to = to, .err = cl_base64_encode(blob->data, blob->len, &digits)};
    put(&o, BEGIN "\n", sizeof BEGIN);
    for (size_t i = 0; i < digits.len; i += WRAP) {
        put(&o, digits.data + i, digits.len - i < WRAP ? digits.len - i : WRAP);
        put(&o, "\n", 1);
    }
    put(&o, END "\n", sizeof END);
    return o.err;
}

enum cl_err cl_sshsig_sign(const uint8_t seed[static CL_SEED], const void *msg, size_t len,
                           struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf covered = cl_buf(256), blob = cl_buf(512),
                                          armoured = cl_buf(CL_SSHSIG_MAX);
    uint8_t public_key[CL_PUBLIC], signature[CL_SIGNATURE];
    enum cl_err err = cl_sign_public(seed, public_key);
    if (!err)
        err = put_signed(msg, len, &covered);
    if (!err)
        err = cl_sign(seed, covered.data, covered.len, signature);
    if (!err)
        err = put_blob(public_key, signature, &blob);
    if (!err)
        err = put_armoured(&blob, &armoured);
    return err ? err : cl_buf_put(to, armoured.data, armoured.len);
}

/* ---- reading ----------------------------------------------------------------------------- */

static enum cl_err strip_armour(struct cl_span text, struct cl_buf *ret_blob)
{
    cl_cleanup(cl_buf_free) struct cl_buf digits = cl_buf(CL_SSHSIG_MAX);
    struct cl_span line;
    if (text.len > CL_SSHSIG_MAX || !cl_take_line(&text, &line) || !cl_span_is(line, BEGIN))
        return CL_MALFORMED;
    enum cl_err err = CL_OK;
    bool ended = false;
    while (!err && !ended && cl_take_line(&text, &line)) {
        ended = cl_span_is(line, END);
        if (!ended) /* another reader refuses an empty line, or skips it */
            err = line.len > 0 ? cl_buf_put(&digits, line.data, line.len) : CL_MALFORMED;
    }
    if (err == CL_NO_MEMORY)
        return err;
    if (err || !ended || text.len != 0)
        return CL_MALFORMED;
    err = cl_base64_decode((const char *)digits.data, digits.len, ret_blob);
    return err && err != CL_NO_MEMORY ? CL_MALFORMED : err;
}

enum cl_err cl_sshsig_verify(const uint8_t *armoured, size_t armoured_len,
                             const uint8_t public_key[static CL_PUBLIC], const void *msg,
                             size_t len)
{
    cl_cleanup(cl_buf_free) struct cl_buf blob = cl_buf(CL_SSHSIG_MAX), covered = cl_buf(256);
    enum cl_err err = strip_armour((struct cl_span){armoured, armoured_len}, &blob);
    if (err)
        return err;
    struct cl_span rest = {blob.data, blob.len};
    const uint8_t *key = NULL, *signature = NULL;
    uint32_t version = 0;
    if (!cl_take_prefix(&rest, MAGIC) || !take_u32(&rest, &version) || version != VERSION ||
        !take_named(&rest, CL_PUBLIC, &key) || !take_text(&rest, CL_SSHSIG_NAMESPACE) ||
        !take_text(&rest, "") || !take_text(&rest, HASH_NAME) ||
        !take_named(&rest, CL_SIGNATURE, &signature) || rest.len != 0)
        return CL_MALFORMED;
    if (!cl_equal(key, public_key, CL_PUBLIC))
        return CL_OTHER_KEY;
    err = put_signed(msg, len, &covered);
    if (err)
        return err;
    return cl_sign_verify(public_key, covered.data, covered.len, signature) ? CL_OK
                                                                            : CL_BAD_SIGNATURE;
}

/* ---- the key for other programs ------------------------------------------------------------ */

static enum cl_err put_base64_text(const void *bytes, size_t n, const char *before,
                                   const char *after, struct cl_buf *to)
{
    enum cl_err err = cl_buf_put_str(to, before);
    if (!err)
        err = cl_base64_encode(bytes, n, to);
    return err ? err : cl_buf_put_str(to, after);
}

enum cl_err cl_sshsig_allowed(const uint8_t public_key[static CL_PUBLIC], struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf key = cl_buf(128);
    enum cl_err err = put_named(public_key, CL_PUBLIC, &key);
    if (err)
        return err;
    return put_base64_text(
        key.data, key.len,
        CL_SSHSIG_IDENTITY " namespaces=\"" CL_SSHSIG_NAMESPACE "\" " ALGORITHM " ", "\n", to);
}

enum cl_err cl_sshsig_pem(const uint8_t public_key[static CL_PUBLIC], struct cl_buf *to)
{
    /* SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes } */
    uint8_t der[12 + CL_PUBLIC] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                   0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    memcpy(der + 12, public_key, CL_PUBLIC);
    return put_base64_text(der, sizeof der, "-----BEGIN PUBLIC KEY-----\n",
                           "\n-----END PUBLIC KEY-----\n", to);
}

enum cl_err cl_sshsig_fingerprint(const uint8_t public_key[static CL_PUBLIC],
                                  char ret_text[static CL_FINGERPRINT])
{
    cl_cleanup(cl_buf_free) struct cl_buf key = cl_buf(128), text = cl_buf(64);
    uint8_t hash[CL_HASH];
    enum cl_err err = put_named(public_key, CL_PUBLIC, &key);
    if (!err)
        err = cl_sha256(key.data, key.len, hash);
    if (!err)
        err = put_base64_text(hash, sizeof hash, "SHA256:", "", &text);
    if (err)
        return err;
    memcpy(ret_text, text.data, CL_FINGERPRINT - 1); /* without the padding, as OpenSSH prints it */
    ret_text[CL_FINGERPRINT - 1] = '\0';
    return CL_OK;
}
