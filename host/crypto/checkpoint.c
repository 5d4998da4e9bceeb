#include "crypto/checkpoint.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TYPE_ED25519   0x01
#define EM_DASH_SPACE  "\xe2\x80\x94 "
#define SIGNATURES_MAX 100  /* Go's note package stops there too; the standard asks for 16 */
#define SIGNED_MAX     8192 /* bytes of one signature: post-quantum ones come near 5 kB */

/* ---- keys -------------------------------------------------------------------------------- */

static enum cl_err key_id(const char *name, const uint8_t public_key[static CL_PUBLIC],
                          uint8_t ret_id[static CL_KEY_HASH])
{
    uint8_t bytes[CL_ORIGIN_MAX + 2 + CL_PUBLIC];
    uint8_t hash[CL_HASH];
    size_t n = strlen(name);
    memcpy(bytes, name, n);
    bytes[n] = '\n';
    bytes[n + 1] = TYPE_ED25519;
    memcpy(bytes + n + 2, public_key, CL_PUBLIC);
    enum cl_err err = cl_sha256(bytes, n + 2 + CL_PUBLIC, hash);
    if (err)
        return err;
    memcpy(ret_id, hash, CL_KEY_HASH);
    return CL_OK;
}

static bool name_is_good(struct cl_span name)
{
    return name.len > 0 && cl_text_clean(name) && !cl_text_has_space(name) &&
           !memchr(name.data, '+', name.len);
}

enum cl_err cl_vkey_make(const uint8_t log_id[static CL_HASH],
                         const uint8_t public_key[static CL_PUBLIC], struct cl_vkey *ret_key)
{
    struct cl_vkey key = {.name = CL_ORIGIN_PREFIX};
    cl_hex_encode(log_id, 8, key.name + sizeof CL_ORIGIN_PREFIX - 1);
    memcpy(key.public_key, public_key, CL_PUBLIC);
    enum cl_err err = key_id(key.name, public_key, key.id);
    if (err)
        return err;
    *ret_key = key;
    return CL_OK;
}

enum cl_err cl_vkey_write(const struct cl_vkey *key, struct cl_buf *to)
{
    char middle[2 * CL_KEY_HASH + 3] = "+";
    uint8_t typed[1 + CL_PUBLIC] = {TYPE_ED25519};
    cl_hex_encode(key->id, CL_KEY_HASH, middle + 1);
    middle[2 * CL_KEY_HASH + 1] = '+';
    memcpy(typed + 1, key->public_key, CL_PUBLIC);
    enum cl_err err = cl_buf_put_str(to, key->name);
    if (!err)
        err = cl_buf_put_str(to, middle);
    return err ? err : cl_base64_encode(typed, sizeof typed, to);
}

enum cl_err cl_vkey_parse(const uint8_t *bytes, size_t len, struct cl_vkey *ret_key)
{
    const uint8_t *plus = len ? memchr(bytes, '+', len) : NULL;
    if (!plus)
        return CL_MALFORMED;
    struct cl_span name = {bytes, (size_t)(plus - bytes)};
    struct cl_span rest = {plus + 1, len - name.len - 1};
    uint8_t typed[1 + CL_PUBLIC], id[CL_KEY_HASH];
    if (name.len > CL_ORIGIN_MAX || !name_is_good(name) || rest.len < 2 * CL_KEY_HASH + 1 ||
        rest.data[2 * CL_KEY_HASH] != '+' ||
        cl_span_hex((struct cl_span){rest.data, 2 * CL_KEY_HASH}, id, CL_KEY_HASH) != CL_OK)
        return CL_MALFORMED;
    rest.data += 2 * CL_KEY_HASH + 1;
    rest.len -= 2 * CL_KEY_HASH + 1;
    enum cl_err err = cl_span_base64(rest, typed, sizeof typed);
    if (err)
        return err;
    struct cl_vkey key = {0};
    memcpy(key.name, name.data, name.len);
    memcpy(key.public_key, typed + 1, CL_PUBLIC);
    err = key_id(key.name, key.public_key, key.id);
    if (err)
        return err;
    if (typed[0] != TYPE_ED25519 || memcmp(id, key.id, CL_KEY_HASH) != 0)
        return CL_MALFORMED;
    *ret_key = key;
    return CL_OK;
}

/* ---- writing ----------------------------------------------------------------------------- */

static enum cl_err put_body(const struct cl_vkey *key, const struct cl_checkpoint *head,
                            struct cl_buf *to)
{
    char size[24];
    (void)snprintf(size, sizeof size, "\n%" PRIu64 "\n", head->size);
    enum cl_err err = cl_buf_put_str(to, key->name);
    if (!err)
        err = cl_buf_put_str(to, size);
    if (!err)
        err = cl_base64_encode(head->root.bytes, CL_HASH, to);
    return err ? err : cl_buf_put_str(to, "\n");
}

static enum cl_err put_signature(const struct cl_vkey *key, const uint8_t signed_[static 68],
                                 struct cl_buf *to)
{
    enum cl_err err = cl_buf_put_str(to, "\n" EM_DASH_SPACE);
    if (!err)
        err = cl_buf_put_str(to, key->name);
    if (!err)
        err = cl_buf_put_str(to, " ");
    if (!err)
        err = cl_base64_encode(signed_, CL_KEY_HASH + CL_SIGNATURE, to);
    return err ? err : cl_buf_put_str(to, "\n");
}

enum cl_err cl_checkpoint_sign(const struct cl_vkey *key, const uint8_t seed[static CL_SEED],
                               const struct cl_checkpoint *head, struct cl_buf *to)
{
    cl_cleanup(cl_buf_free) struct cl_buf note = cl_buf(CL_NOTE_MAX);
    uint8_t signature[CL_KEY_HASH + CL_SIGNATURE];
    enum cl_err err = put_body(key, head, &note);
    if (err)
        return err;
    memcpy(signature, key->id, CL_KEY_HASH);
    err = cl_sign(seed, note.data, note.len, signature + CL_KEY_HASH);
    if (!err)
        err = put_signature(key, signature, &note);
    return err ? err : cl_buf_put(to, note.data, note.len);
}

/* ---- reading ----------------------------------------------------------------------------- */

/* The text, with its final newline, ends at the last empty line. */
static enum cl_err split(struct cl_span note, struct cl_span *ret_text,
                         struct cl_span *ret_signatures)
{
    if (note.len > CL_NOTE_MAX || !cl_text_clean(note))
        return CL_MALFORMED;
    for (size_t i = note.len; i >= 2; i--) {
        if (note.data[i - 1] != '\n' || note.data[i - 2] != '\n')
            continue;
        *ret_text = (struct cl_span){note.data, i - 1};
        *ret_signatures = (struct cl_span){note.data + i, note.len - i};
        return ret_signatures->len ? CL_OK : CL_MALFORMED;
    }
    return CL_MALFORMED;
}

/* One signature line: well formed whoever signed; checked if it is this key's. */
static enum cl_err check_line(struct cl_span line, struct cl_span text, const struct cl_vkey *key,
                              bool *ret_ours)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(SIGNED_MAX);
    if (!cl_take_prefix(&line, EM_DASH_SPACE))
        return CL_MALFORMED;
    const uint8_t *space = line.len ? memchr(line.data, ' ', line.len) : NULL;
    if (!space)
        return CL_MALFORMED;
    struct cl_span name = {line.data, (size_t)(space - line.data)};
    size_t text_len = line.len - name.len - 1;
    if (!name_is_good(name) || text_len == 0)
        return CL_MALFORMED;
    enum cl_err err = cl_base64_decode((const char *)space + 1, text_len, &bytes);
    if (err == CL_NO_MEMORY)
        return err;
    if (err || bytes.len <= CL_KEY_HASH)
        return CL_MALFORMED;
    *ret_ours = cl_span_is(name, key->name) && memcmp(bytes.data, key->id, CL_KEY_HASH) == 0;
    if (!*ret_ours)
        return CL_OK;
    if (bytes.len != CL_KEY_HASH + CL_SIGNATURE ||
        !cl_sign_verify(key->public_key, text.data, text.len, bytes.data + CL_KEY_HASH))
        return CL_BAD_SIGNATURE;
    return CL_OK;
}

static enum cl_err check_signatures(struct cl_span lines, struct cl_span text,
                                    const struct cl_vkey *key)
{
    bool signed_by_us = false;
    unsigned count = 0;
    while (lines.len > 0) {
        struct cl_span line;
        bool ours = false;
        if (++count > SIGNATURES_MAX || !cl_take_line(&lines, &line))
            return CL_MALFORMED;
        enum cl_err err = check_line(line, text, key, &ours);
        if (err)
            return err;
        if (ours && signed_by_us)
            return CL_MALFORMED; /* once is enough, and each costs a check */
        signed_by_us |= ours;
    }
    return signed_by_us ? CL_OK : CL_OTHER_KEY;
}

static enum cl_err read_body(struct cl_span text, const struct cl_vkey *key,
                             struct cl_checkpoint *ret_head)
{
    struct cl_span origin, size, root, extension;
    if (!cl_take_line(&text, &origin) || !cl_take_line(&text, &size) ||
        !cl_take_line(&text, &root) || origin.len == 0)
        return CL_MALFORMED;
    struct cl_checkpoint head;
    enum cl_err err = cl_span_decimal(size, &head.size);
    if (!err)
        err = cl_span_base64(root, head.root.bytes, CL_HASH);
    if (err)
        return err;
    while (text.len > 0)
        if (!cl_take_line(&text, &extension) || extension.len == 0)
            return CL_MALFORMED;
    if (!cl_span_is(origin, key->name))
        return CL_OTHER_KEY;
    *ret_head = head;
    return CL_OK;
}

enum cl_err cl_checkpoint_open(const uint8_t *bytes, size_t len, const struct cl_vkey *key,
                               struct cl_checkpoint *ret_head)
{
    struct cl_span text, signatures;
    struct cl_checkpoint head;
    enum cl_err err = split((struct cl_span){bytes, len}, &text, &signatures);
    if (!err)
        err = check_signatures(signatures, text, key);
    if (!err)
        err = read_body(text, key, &head);
    if (err)
        return err;
    *ret_head = head;
    return CL_OK;
}
