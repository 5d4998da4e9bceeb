#include "keyring/session.h"

#include "base/buf.h"
#include "crypto/crypto.h"

#include <gcrypt.h>
#include <string.h>

#define KEY 16 /* AES-128 */
/* Bytes of the private number. It need not be as long as the prime: with a safe prime, twice the
 * strength wanted is enough (NIST SP 800-56A rev. 3, 5.6.1.1.1; RFC 7919, 5.2; van Oorschot and
 * Wiener, "On Diffie-Hellman Key Agreement with Short Exponents", 1996), and AES-128's 128 bits are
 * more than this group of 1024 bits has to give (some 80). Four times as long costs four times the
 * time, in every message. */
#define PRIVATE 32

struct cl_session {
    gcry_mpi_t prime, private;
    uint8_t key[KEY];
    uint8_t value[CL_SESSION_VALUE_MAX];
};

/* The Second Oakley Group, RFC 2409, 6.2; its generator is 2. */
static const uint8_t prime[CL_SESSION_PUBLIC] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x34,
    0xc4, 0xc6, 0x62, 0x8b, 0x80, 0xdc, 0x1c, 0xd1, 0x29, 0x02, 0x4e, 0x08, 0x8a, 0x67, 0xcc, 0x74,
    0x02, 0x0b, 0xbe, 0xa6, 0x3b, 0x13, 0x9b, 0x22, 0x51, 0x4a, 0x08, 0x79, 0x8e, 0x34, 0x04, 0xdd,
    0xef, 0x95, 0x19, 0xb3, 0xcd, 0x3a, 0x43, 0x1b, 0x30, 0x2b, 0x0a, 0x6d, 0xf2, 0x5f, 0x14, 0x37,
    0x4f, 0xe1, 0x35, 0x6d, 0x6d, 0x51, 0xc2, 0x45, 0xe4, 0x85, 0xb5, 0x76, 0x62, 0x5e, 0x7e, 0xc6,
    0xf4, 0x4c, 0x42, 0xe9, 0xa6, 0x37, 0xed, 0x6b, 0x0b, 0xff, 0x5c, 0xb6, 0xf4, 0x06, 0xb7, 0xed,
    0xee, 0x38, 0x6b, 0xfb, 0x5a, 0x89, 0x9f, 0xa5, 0xae, 0x9f, 0x24, 0x11, 0x7c, 0x4b, 0x1f, 0xe6,
    0x49, 0x28, 0x66, 0x51, 0xec, 0xe6, 0x53, 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

static void release(gcry_mpi_t *number)
{
    gcry_mpi_release(*number);
}

static void close_cipher(gcry_cipher_hd_t *cipher)
{
    gcry_cipher_close(*cipher);
}

/* ---- the key ------------------------------------------------------------------------------- */

/* The number as long as the prime, with zeros in front. */
static bool spell(gcry_mpi_t number, uint8_t ret_bytes[static CL_SESSION_PUBLIC])
{
    size_t n = 0;

    if (gcry_mpi_print(GCRYMPI_FMT_USG, ret_bytes, CL_SESSION_PUBLIC, &n, number))
        return false;
    memmove(ret_bytes + CL_SESSION_PUBLIC - n, ret_bytes, n);
    memset(ret_bytes, 0, CL_SESSION_PUBLIC - n);
    return true;
}

/* In locked memory, because the bytes that it is read from are. */
static bool choose(struct cl_session *session)
{
    uint8_t *bytes = session->value;

    if (gcry_mpi_scan(&session->prime, GCRYMPI_FMT_USG, prime, sizeof prime, NULL) ||
        cl_random(bytes, PRIVATE))
        return false;
    bytes[0] |= 0x80; /* of that length */
    const bool read = !gcry_mpi_scan(&session->private, GCRYMPI_FMT_USG, bytes, PRIVATE, NULL);
    cl_wipe(bytes, PRIVATE);
    return read;
}

enum cl_err cl_session_begin(struct cl_session **ret_session,
                             uint8_t ret_public[static CL_SESSION_PUBLIC])
{
    cl_cleanup(cl_session_end) struct cl_session *session = NULL;
    cl_cleanup(release) gcry_mpi_t two = NULL, public = NULL;
    enum cl_err err = cl_crypto_begin();

    if (!err)
        session = gcry_calloc_secure(1, sizeof *session);
    if (err || !session)
        return err ? err : CL_NO_MEMORY;
    two = gcry_mpi_set_ui(NULL, 2);
    public = gcry_mpi_new(8 * CL_SESSION_PUBLIC);
    if (!choose(session))
        return CL_CRYPTO;
    gcry_mpi_powm(public, two, session->private, session->prime);
    if (!spell(public, ret_public))
        return CL_CRYPTO;
    *ret_session = session;
    session = NULL;
    return CL_OK;
}

void cl_session_end(struct cl_session **session)
{
    if (!*session)
        return;
    gcry_mpi_release((*session)->prime);
    gcry_mpi_release((*session)->private);
    gcry_free(*session); /* which wipes what is locked */
    *session = NULL;
}

/* Not 0 and 1, nor the prime less 1: with those everybody knows the key. (SP 800-56A, 5.6.2.3.2) */
static bool makes_a_key(gcry_mpi_t public, gcry_mpi_t modulus)
{
    cl_cleanup(release) gcry_mpi_t last = gcry_mpi_new(8 * CL_SESSION_PUBLIC);

    gcry_mpi_sub_ui(last, modulus, 1);
    return gcry_mpi_cmp_ui(public, 1) > 0 && gcry_mpi_cmp(public, last) < 0;
}

/* HKDF (RFC 5869) with SHA-256, neither salt nor info, and its first block. */
static enum cl_err derive(const uint8_t shared[static CL_SESSION_PUBLIC], uint8_t ret_key[KEY])
{
    static const uint8_t no_salt[CL_HASH], first = 1;
    uint8_t extracted[CL_HASH], expanded[CL_HASH];
    enum cl_err err = cl_hmac(no_salt, sizeof no_salt, shared, CL_SESSION_PUBLIC, extracted);

    if (!err)
        err = cl_hmac(extracted, sizeof extracted, &first, 1, expanded);
    if (!err)
        memcpy(ret_key, expanded, KEY);
    cl_wipe(extracted, sizeof extracted);
    cl_wipe(expanded, sizeof expanded);
    return err;
}

enum cl_err cl_session_agree(struct cl_session *session, const uint8_t *public, size_t len)
{
    cl_cleanup(release) gcry_mpi_t theirs = NULL, shared = NULL;
    enum cl_err err = CL_CRYPTO;
    size_t sign = 0; /* bytes of it, with which KWallet spells the number */

    while (len - sign > CL_SESSION_PUBLIC && public[sign] == 0)
        sign++;
    if (len == 0 || len - sign > CL_SESSION_PUBLIC ||
        gcry_mpi_scan(&theirs, GCRYMPI_FMT_USG, public + sign, len - sign, NULL) ||
        !makes_a_key(theirs, session->prime))
        return CL_MALFORMED;
    shared = gcry_mpi_snew(8 * CL_SESSION_PUBLIC);
    gcry_mpi_powm(shared, theirs, session->private, session->prime);
    if (spell(shared, session->value))
        err = derive(session->value, session->key);
    cl_wipe(session->value, CL_SESSION_PUBLIC);
    return err;
}

/* ---- values -------------------------------------------------------------------------------- */

static bool open_cipher(const struct cl_session *session, const uint8_t *iv,
                        gcry_cipher_hd_t *ret_cipher)
{
    return !gcry_cipher_open(ret_cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC,
                             GCRY_CIPHER_SECURE) &&
           !gcry_cipher_setkey(*ret_cipher, session->key, KEY) &&
           !gcry_cipher_setiv(*ret_cipher, iv, CL_SESSION_BLOCK);
}

/* Of PKCS #7: each of the last n bytes says n. 0: it is none. */
static size_t padding_of(const uint8_t *bytes, size_t len)
{
    const size_t n = bytes[len - 1];

    if (n == 0 || n > CL_SESSION_BLOCK)
        return 0;
    for (size_t i = 1; i <= n; i++)
        if (bytes[len - i] != n)
            return 0;
    return n;
}

enum cl_err cl_session_open(struct cl_session *session, struct cl_span iv, struct cl_span sealed,
                            struct cl_span *ret_value)
{
    cl_cleanup(close_cipher) gcry_cipher_hd_t cipher = NULL;

    if (iv.len != CL_SESSION_BLOCK || sealed.len == 0 || sealed.len > sizeof session->value ||
        sealed.len % CL_SESSION_BLOCK != 0)
        return CL_MALFORMED;
    if (!open_cipher(session, iv.data, &cipher) ||
        gcry_cipher_decrypt(cipher, session->value, sizeof session->value, sealed.data, sealed.len))
        return CL_CRYPTO;
    const size_t padding = padding_of(session->value, sealed.len);
    if (padding == 0)
        return CL_MALFORMED;
    *ret_value = (struct cl_span){session->value, sealed.len - padding};
    return CL_OK;
}

enum cl_err cl_session_seal(struct cl_session *session, struct cl_span value,
                            uint8_t ret_iv[static CL_SESSION_BLOCK],
                            uint8_t ret_sealed[static CL_SESSION_VALUE_MAX], size_t *ret_len)
{
    cl_cleanup(close_cipher) gcry_cipher_hd_t cipher = NULL;
    const size_t padding = CL_SESSION_BLOCK - value.len % CL_SESSION_BLOCK;
    enum cl_err err = cl_random(ret_iv, CL_SESSION_BLOCK);

    if (err || value.len > CL_SESSION_VALUE_MAX - CL_SESSION_BLOCK)
        return err ? err : CL_TOO_LONG;
    memcpy(session->value, value.data, value.len);
    memset(session->value + value.len, (int)padding, padding);
    *ret_len = value.len + padding;
    if (!open_cipher(session, ret_iv, &cipher) ||
        gcry_cipher_encrypt(cipher, ret_sealed, CL_SESSION_VALUE_MAX, session->value, *ret_len))
        err = CL_CRYPTO;
    cl_wipe(session->value, *ret_len);
    return err;
}
