#include "crypto/timestamp_internal.h"

#include "base/clock.h"
#include "base/limits.h"
#include "crypto/crypto.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#define NONCE 8

#define ACCURACY_SECONDS_MAX 1000000000 /* thirty years, and no sum overflows */

FREE_WITH(TS_REQ, free_req, TS_REQ_free)
FREE_WITH(TS_STATUS_INFO, free_status, TS_STATUS_INFO_free)
FREE_WITH(TS_TST_INFO, free_info, TS_TST_INFO_free)
FREE_WITH(CMS_ContentInfo, free_cms, CMS_ContentInfo_free)
FREE_WITH(TS_MSG_IMPRINT, free_imprint, TS_MSG_IMPRINT_free)
FREE_WITH(X509_ALGOR, free_algorithm, X509_ALGOR_free)
FREE_WITH(ASN1_INTEGER, free_integer, ASN1_INTEGER_free)

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

/* Is it SHA-256 of these bytes? */
static bool imprint_fits(TS_MSG_IMPRINT *imprint, const uint8_t hash[static CL_HASH])
{
    const ASN1_OBJECT *algorithm = NULL;
    const ASN1_OCTET_STRING *msg = TS_MSG_IMPRINT_get_msg(imprint);
    X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
    return OBJ_obj2nid(algorithm) == NID_sha256 && ASN1_STRING_length(msg) == CL_HASH &&
           memcmp(ASN1_STRING_get0_data(msg), hash, CL_HASH) == 0;
}

static enum cl_err read_query(struct cl_span der, const uint8_t hash[static CL_HASH],
                              TS_REQ **ret_req)
{
    const unsigned char *p = der.data;
    if (der.len == 0 || der.len > CL_TOKEN_MAX)
        return CL_MALFORMED;
    cl_cleanup(free_req) TS_REQ *req = d2i_TS_REQ(NULL, &p, (long)der.len);
    if (!req || p != der.data + der.len || !cl_timestamp_signed_is_der(der) ||
        TS_REQ_get_version(req) != 1 || !TS_REQ_get_nonce(req) || !TS_REQ_get_msg_imprint(req))
        return CL_MALFORMED;
    if (!imprint_fits(TS_REQ_get_msg_imprint(req), hash))
        return CL_TSA_OTHER;
    *ret_req = req;
    req = NULL;
    return CL_OK;
}

/* RFC 3161, section 2.4.2: TimeStampResp ::= SEQUENCE { status, timeStampToken }. Taken apart here
 * and the token read as CMS (RFC 5652): OpenSSL's own TS_RESP holds it as PKCS #7, which knows
 * neither attribute certificates nor RSA-PSS. */
static enum cl_err read_status(const unsigned char **p, const unsigned char *end)
{
    long length = 0;
    int tag = 0, class = 0;
    const int got = ASN1_get_object(p, &length, &tag, &class, end - *p);
    if (got != V_ASN1_CONSTRUCTED || tag != V_ASN1_SEQUENCE || class != V_ASN1_UNIVERSAL ||
        length != end - *p)
        return CL_TSA_MALFORMED;
    cl_cleanup(free_status) TS_STATUS_INFO *info = d2i_TS_STATUS_INFO(NULL, p, length);
    if (!info)
        return CL_TSA_MALFORMED;
    const long code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
    if (code == TS_STATUS_GRANTED || code == TS_STATUS_GRANTED_WITH_MODS)
        return CL_OK;
    return code > 0 && code <= 5 ? CL_TSA_REFUSED : CL_TSA_MALFORMED;
}

static enum cl_err read_reply(struct cl_span der, CMS_ContentInfo **ret_token)
{
    const unsigned char *p = der.data, *end = der.data + der.len;
    if (der.len == 0 || der.len > CL_TOKEN_MAX || !cl_timestamp_is_der(der))
        return CL_TSA_MALFORMED;
    enum cl_err err = read_status(&p, end);
    if (err)
        return err;
    cl_cleanup(free_cms) CMS_ContentInfo *token = d2i_CMS_ContentInfo(NULL, &p, end - p);
    if (!token || p != end || OBJ_obj2nid(CMS_get0_type(token)) != NID_pkcs7_signed ||
        OBJ_obj2nid(CMS_get0_eContentType(token)) != NID_id_smime_ct_TSTInfo)
        return CL_TSA_MALFORMED;
    *ret_token = token;
    token = NULL;
    return CL_OK;
}

/* What it says; a critical extension is one that must be understood, and none is. */
static enum cl_err read_info(CMS_ContentInfo *token, uint8_t ret_id[static CL_HASH],
                             TS_TST_INFO **ret_info)
{
    ASN1_OCTET_STRING **content = CMS_get0_content(token);
    if (!content || !*content)
        return CL_TSA_MALFORMED;
    const unsigned char *p = ASN1_STRING_get0_data(*content);
    const unsigned char *end = p + ASN1_STRING_length(*content);
    const struct cl_span said = {p, (size_t)(end - p)};
    enum cl_err err = cl_sha256(said.data, said.len, ret_id);
    cl_cleanup(free_info) TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &p, end - p);
    if (err)
        return err;
    if (!info || p != end || !cl_timestamp_signed_is_der(said) ||
        TS_TST_INFO_get_version(info) != 1 || TS_TST_INFO_get_ext_by_critical(info, 1, -1) >= 0)
        return CL_TSA_MALFORMED;
    *ret_info = info;
    info = NULL;
    return CL_OK;
}

/* RFC 3161, section 2.4.2: YYYYMMDDhhmmss[.s…]Z. ret_more: are there digits beyond milliseconds? */
static enum cl_err read_time(const ASN1_GENERALIZEDTIME *time, int64_t *ret_ms, bool *ret_more)
{
    const char *s = time ? (const char *)ASN1_STRING_get0_data(time) : NULL;
    size_t n = time ? (size_t)ASN1_STRING_length(time) : 0;
    if (!s || n < 15 || n > 26 || s[n - 1] != 'Z' || (n > 15 && (s[14] != '.' || n == 16)))
        return CL_TSA_MALFORMED;
    char ms[4] = "000", text[CL_TIME_TEXT];
    *ret_more = false;
    for (size_t i = 0; i < n - 1; i++) {
        if (i != 14 && (s[i] < '0' || s[i] > '9'))
            return CL_TSA_MALFORMED;
        if (i > 14 && i < 18)
            ms[i - 15] = s[i];
        *ret_more = *ret_more || (i >= 18 && s[i] != '0');
    }
    (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%sZ", s, s + 4, s + 6, s + 8,
                   s + 10, s + 12, ms);
    return cl_time_parse(text, ret_ms) || *ret_ms < 0 ? CL_TSA_MALFORMED : CL_OK;
}

/* Accuracy ::= SEQUENCE { seconds, millis (1..999), micros (1..999) }, none of them negative. */
static enum cl_err read_accuracy(TS_TST_INFO *info, int64_t *ret_ms)
{
    const TS_ACCURACY *accuracy = TS_TST_INFO_get_accuracy(info);
    *ret_ms = -1;
    if (!accuracy)
        return CL_OK;
    const ASN1_INTEGER *parts[] = {TS_ACCURACY_get_seconds(accuracy),
                                   TS_ACCURACY_get_millis(accuracy),
                                   TS_ACCURACY_get_micros(accuracy)};
    static const int64_t most[] = {ACCURACY_SECONDS_MAX, 999, 999};
    int64_t values[3] = {0};
    for (size_t i = 0; i < 3; i++)
        if (parts[i] &&
            (!ASN1_INTEGER_get_int64(&values[i], parts[i]) || values[i] < 0 || values[i] > most[i]))
            return CL_TSA_MALFORMED;
    *ret_ms = values[0] * 1000 + values[1] + (values[2] + 999) / 1000;
    return CL_OK;
}

/* When it was, as far as the token tells: genTime ± accuracy, or the whole second that it names. */
static enum cl_err read_moment(TS_TST_INFO *info, struct cl_timestamp *ret)
{
    bool more = false;
    enum cl_err err = read_time(TS_TST_INFO_get_time(info), &ret->time_ms, &more);
    if (!err)
        err = read_accuracy(info, &ret->accuracy_ms);
    if (err)
        return err;
    const int64_t second = ret->time_ms - ret->time_ms % 1000;
    const bool stated = ret->accuracy_ms >= 0;
    ret->earliest_ms = stated ? ret->time_ms - ret->accuracy_ms : second;
    ret->latest_ms = stated ? ret->time_ms + more + ret->accuracy_ms : second + 999;
    if (ret->earliest_ms < 0)
        ret->earliest_ms = 0;
    if (ret->latest_ms > CL_TIME_MAX_MS)
        ret->latest_ms = CL_TIME_MAX_MS;
    return CL_OK;
}

/* ---- the whole check ----------------------------------------------------------------------- */

static enum cl_err check(const struct cl_stamped *stamped, struct cl_span roots,
                         struct cl_timestamp *timestamp, struct cl_tsa_chain *ret_chain)
{
    uint8_t hash[CL_HASH];
    cl_cleanup(free_req) TS_REQ *req = NULL;
    cl_cleanup(free_cms) CMS_ContentInfo *token = NULL;
    cl_cleanup(free_info) TS_TST_INFO *info = NULL;
    enum cl_err err = cl_sha256(stamped->file.data, stamped->file.len, hash);
    if (!err)
        err = read_query(stamped->query, hash, &req);
    if (!err)
        err = read_reply(stamped->reply, &token);
    if (!err)
        err = read_info(token, timestamp->id, &info);
    if (!err)
        err = read_moment(info, timestamp);
    if (err)
        return err;
    if (!imprint_fits(TS_TST_INFO_get_msg_imprint(info), hash))
        return CL_TSA_OTHER;
    const ASN1_INTEGER *nonce = TS_TST_INFO_get_nonce(info);
    const ASN1_OBJECT *policy = TS_REQ_get_policy_id(req);
    if (!nonce || ASN1_INTEGER_cmp(nonce, TS_REQ_get_nonce(req)) != 0 ||
        (policy && OBJ_cmp(policy, TS_TST_INFO_get_policy_id(info)) != 0))
        return CL_TSA_REPLAYED;
    return cl_timestamp_trust(token, info, roots, stamped->chain, timestamp, ret_chain);
}

enum cl_err cl_timestamp_check(const struct cl_stamped *stamped, struct cl_span roots,
                               struct cl_timestamp *ret_timestamp)
{
    return cl_timestamp_check_chain(stamped, roots, ret_timestamp, NULL);
}

enum cl_err cl_timestamp_check_chain(const struct cl_stamped *stamped, struct cl_span roots,
                                     struct cl_timestamp *ret_timestamp,
                                     struct cl_tsa_chain *ret_chain)
{
    struct cl_timestamp timestamp = {0};
    enum cl_err err = check(stamped, roots, &timestamp, ret_chain);
    ERR_clear_error(); /* what OpenSSL noted on the way is said by err */
    if (!err)
        *ret_timestamp = timestamp;
    return err;
}

enum cl_err cl_timestamp_chain(struct cl_span reply, struct cl_buf *to)
{
    cl_cleanup(free_cms) CMS_ContentInfo *token = NULL;
    enum cl_err err = read_reply(reply, &token);
    cl_cleanup(free_certs) STACK_OF(X509) *certs = err ? NULL : CMS_get1_certs(token);
    cl_cleanup(free_bio) BIO *bio = BIO_new(BIO_s_mem());
    ERR_clear_error();
    if (err)
        return err;
    if (!bio)
        return CL_NO_MEMORY;
    for (int i = 0; i < sk_X509_num(certs); i++)
        if (!PEM_write_bio_X509(bio, sk_X509_value(certs, i)))
            return CL_CRYPTO;
    char *text = NULL;
    long n = BIO_get_mem_data(bio, &text);
    return n > 0 ? cl_buf_put(to, text, (size_t)n) : CL_OK;
}
