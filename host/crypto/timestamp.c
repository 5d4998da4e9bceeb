#include "crypto/timestamp.h"

#include "base/clock.h"
#include "base/limits.h"
#include "crypto/crypto.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define NONCE 8

/* OpenSSL 3.4 gave them names that tell who owns what. */
#if OPENSSL_VERSION_NUMBER < 0x30400000L
#define TS_VERIFY_CTX_set0_store TS_VERIFY_CTX_set_store
#define TS_VERIFY_CTX_set0_certs TS_VERIFY_CTX_set_certs
#endif

#define FREE_WITH(type, name, destroy)                                                             \
    static void name(type **p)                                                                     \
    {                                                                                              \
        destroy(*p);                                                                               \
    }
FREE_WITH(TS_REQ, free_req, TS_REQ_free)
FREE_WITH(TS_RESP, free_resp, TS_RESP_free)
FREE_WITH(TS_MSG_IMPRINT, free_imprint, TS_MSG_IMPRINT_free)
FREE_WITH(TS_VERIFY_CTX, free_verify, TS_VERIFY_CTX_free)
FREE_WITH(X509_ALGOR, free_algorithm, X509_ALGOR_free)
FREE_WITH(X509_STORE, free_store, X509_STORE_free)
FREE_WITH(X509, free_cert, X509_free)
FREE_WITH(ASN1_INTEGER, free_integer, ASN1_INTEGER_free)
FREE_WITH(BIO, free_bio, BIO_free_all)
FREE_WITH(unsigned char, free_der, OPENSSL_free)
FREE_WITH(STACK_OF(X509), free_signers, sk_X509_free)

static void free_certs(STACK_OF(X509) * *certs)
{
    sk_X509_pop_free(*certs, X509_free);
}

/* ---- asking ------------------------------------------------------------------------------ */

static TS_MSG_IMPRINT *imprint_of(struct cl_span file)
{
    uint8_t hash[CL_HASH];
    cl_cleanup(free_imprint) TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    cl_cleanup(free_algorithm) X509_ALGOR *algorithm = X509_ALGOR_new();
    if (!imprint || !algorithm || cl_sha256(file.data, file.len, hash) ||
        !X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) ||
        !TS_MSG_IMPRINT_set_algo(imprint, algorithm) ||
        !TS_MSG_IMPRINT_set_msg(imprint, hash, sizeof hash))
        return NULL;
    TS_MSG_IMPRINT *made = imprint;
    imprint = NULL;
    return made;
}

static ASN1_INTEGER *random_nonce(void)
{
    uint8_t bytes[NONCE];
    if (cl_random(bytes, sizeof bytes))
        return NULL;
    bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40); /* positive, and always as long */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    ASN1_INTEGER *nonce = number ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    BN_free(number);
    return nonce;
}

enum cl_err cl_timestamp_query(struct cl_span file, struct cl_buf *to)
{
    cl_cleanup(free_req) TS_REQ *req = TS_REQ_new();
    cl_cleanup(free_imprint) TS_MSG_IMPRINT *imprint = imprint_of(file);
    cl_cleanup(free_integer) ASN1_INTEGER *nonce = random_nonce();
    if (!req || !imprint || !nonce || !TS_REQ_set_version(req, 1) ||
        !TS_REQ_set_msg_imprint(req, imprint) || !TS_REQ_set_nonce(req, nonce) ||
        !TS_REQ_set_cert_req(req, 1))
        return CL_CRYPTO;
    cl_cleanup(free_der) unsigned char *der = NULL;
    int n = i2d_TS_REQ(req, &der);
    if (n <= 0)
        return CL_CRYPTO;
    return cl_buf_put(to, der, (size_t)n);
}

/* ---- reading ----------------------------------------------------------------------------- */

static bool octets_equal(const ASN1_OCTET_STRING *a, const uint8_t hash[static CL_HASH])
{
    return ASN1_STRING_length(a) == CL_HASH && memcmp(ASN1_STRING_get0_data(a), hash, CL_HASH) == 0;
}

/* Is it SHA-256 of these bytes? */
static bool imprint_fits(TS_MSG_IMPRINT *imprint, const uint8_t hash[static CL_HASH])
{
    const ASN1_OBJECT *algorithm = NULL;
    X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
    return OBJ_obj2nid(algorithm) == NID_sha256 &&
           octets_equal(TS_MSG_IMPRINT_get_msg(imprint), hash);
}

static enum cl_err read_query(struct cl_span der, const uint8_t hash[static CL_HASH],
                              TS_REQ **ret_req)
{
    const unsigned char *p = der.data;
    if (der.len == 0 || der.len > CL_TOKEN_MAX)
        return CL_MALFORMED;
    cl_cleanup(free_req) TS_REQ *req = d2i_TS_REQ(NULL, &p, (long)der.len);
    if (!req || p != der.data + der.len || TS_REQ_get_version(req) != 1 || !TS_REQ_get_nonce(req) ||
        !TS_REQ_get_msg_imprint(req))
        return CL_MALFORMED;
    if (!imprint_fits(TS_REQ_get_msg_imprint(req), hash))
        return CL_TSA_OTHER;
    *ret_req = req;
    req = NULL;
    return CL_OK;
}

static enum cl_err read_reply(struct cl_span der, TS_RESP **ret_resp)
{
    const unsigned char *p = der.data;
    if (der.len == 0 || der.len > CL_TOKEN_MAX)
        return CL_TSA_MALFORMED;
    cl_cleanup(free_resp) TS_RESP *resp = d2i_TS_RESP(NULL, &p, (long)der.len);
    if (!resp || p != der.data + der.len || !TS_RESP_get_status_info(resp))
        return CL_TSA_MALFORMED;
    const ASN1_INTEGER *status = TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(resp));
    long code = ASN1_INTEGER_get(status);
    if (code != TS_STATUS_GRANTED && code != TS_STATUS_GRANTED_WITH_MODS)
        return code > 0 && code <= 5 ? CL_TSA_REFUSED : CL_TSA_MALFORMED;
    PKCS7 *token = TS_RESP_get_token(resp);
    if (!token || !PKCS7_type_is_signed(token) || !TS_RESP_get_tst_info(resp))
        return CL_TSA_MALFORMED;
    *ret_resp = resp;
    resp = NULL;
    return CL_OK;
}

/* RFC 3161, section 2.4.2: YYYYMMDDhhmmss[.s…]Z. Digits beyond milliseconds are dropped. */
static enum cl_err read_time(const ASN1_GENERALIZEDTIME *time, int64_t *ret_ms)
{
    const char *s = time ? (const char *)ASN1_STRING_get0_data(time) : NULL;
    size_t n = time ? (size_t)ASN1_STRING_length(time) : 0;
    if (!s || n < 15 || n > 26 || s[n - 1] != 'Z' || (n > 15 && (s[14] != '.' || n == 16)))
        return CL_TSA_MALFORMED;
    char ms[4] = "000", text[CL_TIME_TEXT];
    for (size_t i = 0; i < n - 1; i++) {
        if (i != 14 && (s[i] < '0' || s[i] > '9'))
            return CL_TSA_MALFORMED;
        if (i > 14 && i < 18)
            ms[i - 15] = s[i];
    }
    (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%sZ", s, s + 4, s + 6, s + 8,
                   s + 10, s + 12, ms);
    return cl_time_parse(text, ret_ms) ? CL_TSA_MALFORMED : CL_OK;
}

static int64_t read_accuracy(TS_TST_INFO *info)
{
    const TS_ACCURACY *accuracy = TS_TST_INFO_get_accuracy(info);
    if (!accuracy)
        return -1;
    const ASN1_INTEGER *parts[] = {TS_ACCURACY_get_seconds(accuracy),
                                   TS_ACCURACY_get_millis(accuracy),
                                   TS_ACCURACY_get_micros(accuracy)};
    long values[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        values[i] = parts[i] ? ASN1_INTEGER_get(parts[i]) : 0;
        if (values[i] < 0 || values[i] > 86400 * 366L)
            return -1;
    }
    return values[0] * 1000L + values[1] + (values[2] + 999) / 1000;
}

/* ---- trust ------------------------------------------------------------------------------- */

/* What the chain's building and checking met. The callback lets it go on, so that a signature by an
 * authority without a known root can still be told from one that does not fit. */
struct met {
    bool untrusted, expired, wrong_purpose;
};

static int on_chain_error(int ok, X509_STORE_CTX *ctx)
{
    struct met *met = X509_STORE_get_ex_data(X509_STORE_CTX_get0_store(ctx), 0);
    if (ok)
        return 1;
    switch (X509_STORE_CTX_get_error(ctx)) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        met->expired = true;
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        met->wrong_purpose = met->wrong_purpose || X509_STORE_CTX_get_error_depth(ctx) == 0;
        met->untrusted = true;
        break;
    default:
        met->untrusted = true;
    }
    return 1;
}

/* Call `take` for each certificate of a PEM text. */
static enum cl_err each_cert(struct cl_span pem, int (*take)(void *to, X509 *cert), void *to)
{
    cl_cleanup(free_bio) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    if (!bio)
        return CL_NO_MEMORY;
    for (unsigned count = 0;; count++) {
        cl_cleanup(free_cert) X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (!cert)
            return count ? CL_OK : CL_MALFORMED;
        if (!take(to, cert))
            return CL_CRYPTO;
    }
}

static int into_store(void *to, X509 *cert)
{
    return X509_STORE_add_cert(to, cert);
}

static int into_stack(void *to, X509 *cert)
{
    if (!X509_up_ref(cert))
        return 0;
    if (sk_X509_push(to, cert))
        return 1;
    X509_free(cert);
    return 0;
}

static enum cl_err make_store(struct cl_span roots, int64_t at_ms, struct met *met,
                              X509_STORE **ret_store)
{
    cl_cleanup(free_store) X509_STORE *store = X509_STORE_new();
    if (!store || roots.len > CL_ROOTS_MAX || !X509_STORE_set_ex_data(store, 0, met))
        return CL_CRYPTO;
    X509_STORE_set_verify_cb(store, on_chain_error);
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(at_ms / 1000));
    enum cl_err err = CL_OK;
    if (roots.len)
        err = each_cert(roots, into_store, store);
    else if (!X509_STORE_set_default_paths(store))
        err = CL_CRYPTO;
    if (err)
        return err;
    *ret_store = store;
    store = NULL;
    return CL_OK;
}

static enum cl_err make_chain(struct cl_span pem, STACK_OF(X509) * *ret_certs)
{
    cl_cleanup(free_certs) STACK_OF(X509) *certs = sk_X509_new_null();
    if (!certs)
        return CL_NO_MEMORY;
    if (pem.len > CL_ROOTS_MAX)
        return CL_MALFORMED;
    enum cl_err err = pem.len ? each_cert(pem, into_stack, certs) : CL_OK;
    if (err)
        return err;
    *ret_certs = certs;
    certs = NULL;
    return CL_OK;
}

static enum cl_err verify_token(TS_REQ *req, TS_RESP *resp, X509_STORE *store,
                                STACK_OF(X509) * chain)
{
    cl_cleanup(free_verify) TS_VERIFY_CTX *ctx = TS_REQ_to_TS_VERIFY_CTX(req, NULL);
    if (!ctx || !X509_STORE_up_ref(store))
        return CL_CRYPTO;
    TS_VERIFY_CTX_set0_store(ctx, store);
    STACK_OF(X509) *certs = X509_chain_up_ref(chain);
    if (!certs)
        return CL_CRYPTO;
    TS_VERIFY_CTX_set0_certs(ctx, certs);
    TS_VERIFY_CTX_add_flags(ctx, TS_VFY_SIGNATURE);
    return TS_RESP_verify_response(ctx, resp) == 1 ? CL_OK : CL_TSA_SIGNATURE;
}

/* The certificate that the signer's info names; there is exactly one signer. */
static enum cl_err name_signer(TS_RESP *resp, STACK_OF(X509) * chain,
                               char ret_name[static CL_TSA_NAME_MAX + 1])
{
    cl_cleanup(free_signers) STACK_OF(X509) *signers =
        PKCS7_get0_signers(TS_RESP_get_token(resp), chain, 0);
    cl_cleanup(free_bio) BIO *bio = BIO_new(BIO_s_mem());
    if (!signers || !bio || sk_X509_num(signers) != 1)
        return CL_TSA_SIGNATURE;
    const unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    if (X509_NAME_print_ex(bio, X509_get_subject_name(sk_X509_value(signers, 0)), 0, flags) < 0)
        return CL_CRYPTO;
    char *text = NULL;
    long n = BIO_get_mem_data(bio, &text);
    if (n <= 0 || n > CL_TSA_NAME_MAX ||
        !cl_text_clean((struct cl_span){(uint8_t *)text, (size_t)n}))
        return CL_TSA_MALFORMED;
    memcpy(ret_name, text, (size_t)n);
    ret_name[n] = '\0';
    return CL_OK;
}

/* ---- the whole check ----------------------------------------------------------------------- */

static enum cl_err check_signed(TS_REQ *req, TS_RESP *resp, struct cl_span roots,
                                struct cl_span pem, struct cl_timestamp *timestamp)
{
    struct met met = {0};
    cl_cleanup(free_store) X509_STORE *store = NULL;
    cl_cleanup(free_certs) STACK_OF(X509) *chain = NULL;
    enum cl_err err = make_store(roots, timestamp->time_ms, &met, &store);
    if (!err)
        err = make_chain(pem, &chain);
    if (!err)
        err = verify_token(req, resp, store, chain);
    if (!err && met.wrong_purpose)
        err = CL_TSA_SIGNATURE;
    if (!err)
        err = name_signer(resp, chain, timestamp->authority);
    timestamp->trust = met.expired ? CL_TSA_EXPIRED : met.untrusted ? CL_TSA_UNTRUSTED : CL_OK;
    return err;
}

static enum cl_err check(const struct cl_stamped *stamped, struct cl_span roots,
                         struct cl_timestamp *timestamp)
{
    uint8_t hash[CL_HASH];
    cl_cleanup(free_req) TS_REQ *req = NULL;
    cl_cleanup(free_resp) TS_RESP *resp = NULL;
    enum cl_err err = cl_sha256(stamped->file.data, stamped->file.len, hash);
    if (!err)
        err = read_query(stamped->query, hash, &req);
    if (!err)
        err = read_reply(stamped->reply, &resp);
    if (err)
        return err;
    TS_TST_INFO *info = TS_RESP_get_tst_info(resp);
    if (!imprint_fits(TS_TST_INFO_get_msg_imprint(info), hash))
        return CL_TSA_OTHER;
    const ASN1_INTEGER *nonce = TS_TST_INFO_get_nonce(info);
    if (!nonce || ASN1_INTEGER_cmp(nonce, TS_REQ_get_nonce(req)) != 0)
        return CL_TSA_REPLAYED;
    err = read_time(TS_TST_INFO_get_time(info), &timestamp->time_ms);
    if (err)
        return err;
    timestamp->accuracy_ms = read_accuracy(info);
    return check_signed(req, resp, roots, stamped->chain, timestamp);
}

enum cl_err cl_timestamp_check(const struct cl_stamped *stamped, struct cl_span roots,
                               struct cl_timestamp *ret_timestamp)
{
    struct cl_timestamp timestamp = {0};
    enum cl_err err = check(stamped, roots, &timestamp);
    ERR_clear_error(); /* what OpenSSL noted on the way is said by err */
    if (!err)
        *ret_timestamp = timestamp;
    return err;
}

enum cl_err cl_timestamp_chain(struct cl_span reply, struct cl_buf *to)
{
    cl_cleanup(free_resp) TS_RESP *resp = NULL;
    enum cl_err err = read_reply(reply, &resp);
    ERR_clear_error();
    if (err)
        return err;
    STACK_OF(X509) *certs = TS_RESP_get_token(resp)->d.sign->cert;
    cl_cleanup(free_bio) BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return CL_NO_MEMORY;
    for (int i = 0; i < sk_X509_num(certs); i++)
        if (!PEM_write_bio_X509(bio, sk_X509_value(certs, i)))
            return CL_CRYPTO;
    char *text = NULL;
    long n = BIO_get_mem_data(bio, &text);
    return n > 0 ? cl_buf_put(to, text, (size_t)n) : CL_OK;
}
