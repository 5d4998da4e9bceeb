#include "crypto/timestamp_internal.h"

#include "base/limits.h"
#include "base/unicode.h"
#include "crypto/crypto.h"

#include <dirent.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX    10 /* certificates between an authority and its root; they have one or two */
#define RSA_BITS_MAX 8192
#define UNREAD       0x80 /* ASN1_get_object: it could not be read */
#define AUTH_LEVEL   2    /* 112 bits: RSA below 2048 and SHA-1 in a chain lead to no root */

FREE_WITH(ESS_SIGNING_CERT, free_ess, ESS_SIGNING_CERT_free)
FREE_WITH(ESS_SIGNING_CERT_V2, free_ess2, ESS_SIGNING_CERT_V2_free)
FREE_WITH(GENERAL_NAMES, free_names, GENERAL_NAMES_free)
FREE_WITH(RSA_PSS_PARAMS, free_pss, RSA_PSS_PARAMS_free)
FREE_WITH(X509_ALGOR, free_algorithm, X509_ALGOR_free)
FREE_WITH(X509_STORE_CTX, free_context, X509_STORE_CTX_free)
FREE_WITH(X509_STORE, free_store, X509_STORE_free)
FREE_WITH(X509, free_cert, X509_free)
FREE_WITH(STACK_OF(X509), free_signers, sk_X509_free)

static void close_dir(DIR **dir)
{
    if (*dir)
        (void)closedir(*dir);
}

/* What the chain's building and checking met. The callback lets it go on, so that a signature by an
 * authority without a known root can still be told from one that does not fit. */
struct met {
    bool untrusted, expired, wrong_purpose;
    bool unproven; /* a certificate is not by whom it names, or by one who may make none */
};

/* What a chain meets that is right in itself and ends at a root which is not known here. Keys and
 * digests that are too weak are none of it: what they vouch for, anybody may have made. */
static bool is_unknown_root(int error)
{
    static const int these[] = {
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE};
    for (size_t i = 0; i < sizeof these / sizeof *these; i++)
        if (these[i] == error)
            return true;
    return false;
}

static int on_chain_error(int ok, X509_STORE_CTX *ctx)
{
    struct met *met = X509_STORE_CTX_get_ex_data(ctx, 0);
    if (ok)
        return 1;
    switch (X509_STORE_CTX_get_error(ctx)) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        met->expired = true;
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        met->wrong_purpose = met->wrong_purpose || X509_STORE_CTX_get_error_depth(ctx) == 0;
        met->untrusted = met->unproven = true;
        break;
    default:
        met->untrusted = true;
        met->unproven = met->unproven || !is_unknown_root(X509_STORE_CTX_get_error(ctx));
    }
    return 1;
}

/* The next certificate; NULL: there is none, or it cannot be read, or it is not DER, which another
 * reader would spell anew before it checks it. A phrase is given, so that an encrypted one asks
 * nobody for it. */
static X509 *next_cert(BIO *bio)
{
    char no_phrase[] = "";
    cl_cleanup(free_der) unsigned char *der = NULL;
    long length = 0;
    if (!PEM_bytes_read_bio(&der, &length, NULL, PEM_STRING_X509, bio, NULL, no_phrase))
        return NULL;
    const unsigned char *end = der;
    cl_cleanup(free_cert) X509 *cert = d2i_X509(NULL, &end, length);
    if (!cert || !cl_timestamp_signed_is_der((struct cl_span){der, (size_t)(end - der)}))
        return NULL;
    X509 *found = cert;
    cert = NULL;
    return found;
}

/* Call `take` for each certificate of a PEM text. CL_MALFORMED: there is none, or one that cannot
 * be read. */
static enum cl_err each_cert(struct cl_span pem, int (*take)(void *to, X509 *cert), void *to)
{
    cl_cleanup(free_bio) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    if (!bio)
        return CL_NO_MEMORY;
    ERR_clear_error();
    for (unsigned count = 0;; count++) {
        cl_cleanup(free_cert) X509 *cert = next_cert(bio);
        if (!cert) {
            const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            ERR_clear_error();
            return count && at_end ? CL_OK : CL_MALFORMED;
        }
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

/* Certificates by the hash of their subject, one file each, are read when they are asked for; a
 * bundle has to be parsed whole, so it comes second. */
static bool has_hashed(const char *path)
{
    cl_cleanup(close_dir) DIR *dir = opendir(path);
    const struct dirent *found;
    while (dir && (found = readdir(dir)))
        if (strspn(found->d_name, "0123456789abcdef") == 8 && strcmp(found->d_name + 8, ".0") == 0)
            return true;
    return false;
}

/* As OpenSSL's own programs have them: by the environment, or where it was built to look. */
static bool use_system(X509_STORE *store)
{
    const char *path = getenv(X509_get_default_cert_dir_env());
    if (!path)
        path = X509_get_default_cert_dir();
    if (getenv(X509_get_default_cert_file_env()) || !has_hashed(path))
        return X509_STORE_set_default_paths(store) == 1;
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    return lookup && X509_LOOKUP_add_dir(lookup, path, X509_FILETYPE_PEM) == 1;
}

static enum cl_err make_store(struct cl_span roots, X509_STORE **ret_store)
{
    cl_cleanup(free_store) X509_STORE *store = X509_STORE_new();
    if (!store || roots.len > CL_ROOTS_MAX)
        return CL_CRYPTO;
    X509_STORE_set_verify_cb(store, on_chain_error);
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(store), AUTH_LEVEL);
    X509_VERIFY_PARAM_set_depth(X509_STORE_get0_param(store), DEPTH_MAX);
    enum cl_err err = CL_OK;
    if (roots.len)
        err = each_cert(roots, into_store, store);
    else if (!use_system(store))
        err = CL_CRYPTO;
    if (err)
        return err;
    *ret_store = store;
    store = NULL;
    return CL_OK;
}

static bool same_bytes(const struct cl_buf *kept, struct cl_span asked)
{
    return kept->len == asked.len && (!asked.len || memcmp(kept->data, asked.data, asked.len) == 0);
}

/* The roots that were asked for last: a process has few sets of them and many tokens, and to parse
 * them takes longer than all else about a token. */
static enum cl_err find_store(struct cl_span roots, X509_STORE **ret_store)
{
    static struct {
        X509_STORE *store;
        struct cl_buf roots;
    } kept;
    if (!kept.store || !same_bytes(&kept.roots, roots)) {
        X509_STORE_free(kept.store);
        kept.store = NULL;
        cl_buf_free(&kept.roots);
        kept.roots = cl_buf(CL_ROOTS_MAX);
        enum cl_err err = cl_buf_put(&kept.roots, roots.data, roots.len);
        if (!err)
            err = make_store(roots, &kept.store);
        if (err)
            return err;
    }
    *ret_store = kept.store;
    return CL_OK;
}

static enum cl_err make_chain(struct cl_span pem, STACK_OF(X509) * *ret_certs)
{
    cl_cleanup(free_certs) STACK_OF(X509) *certs = sk_X509_new_null();
    if (!certs)
        return CL_NO_MEMORY;
    enum cl_err err = pem.len ? each_cert(pem, into_stack, certs) : CL_OK;
    if (err)
        return err;
    *ret_certs = certs;
    certs = NULL;
    return CL_OK;
}

/* The chain that was asked for last: packages of one authority bring the same one. It stays ours.
 */
static enum cl_err find_chain(struct cl_span pem, STACK_OF(X509) * *ret_certs)
{
    static struct {
        STACK_OF(X509) * certs;
        struct cl_buf pem;
    } kept;
    if (!kept.certs || !same_bytes(&kept.pem, pem)) {
        free_certs(&kept.certs);
        kept.certs = NULL;
        cl_buf_free(&kept.pem);
        kept.pem = cl_buf(CL_ROOTS_MAX);
        enum cl_err err =
            pem.len <= CL_ROOTS_MAX ? cl_buf_put(&kept.pem, pem.data, pem.len) : CL_MALFORMED;
        if (!err)
            err = make_chain(pem, &kept.certs);
        if (err)
            return err;
    }
    *ret_certs = kept.certs;
    return CL_OK;
}

static int digest_of(const X509_ALGOR *digest)
{
    const ASN1_OBJECT *algorithm = NULL;
    if (digest)
        X509_ALGOR_get0(&algorithm, NULL, NULL, digest);
    return algorithm ? OBJ_obj2nid(algorithm) : NID_undef;
}

/* SHA-1 and older can be made to fit something else, and no browser knows SHA-3. */
static bool is_strong(int digest)
{
    return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

/* RSA-PSS (RFC 4055) has a hash and one for its mask. Nobody takes two, and not every reader can.
 */
static bool has_one_hash(const X509_ALGOR *signature)
{
    const ASN1_OBJECT *algorithm = NULL;
    const void *value = NULL;
    int type = V_ASN1_UNDEF;
    X509_ALGOR_get0(&algorithm, &type, &value, signature);
    if (OBJ_obj2nid(algorithm) != NID_rsassaPss)
        return true;
    cl_cleanup(free_pss) RSA_PSS_PARAMS *pss =
        type == V_ASN1_SEQUENCE ? ASN1_item_unpack(value, ASN1_ITEM_rptr(RSA_PSS_PARAMS)) : NULL;
    if (!pss || !pss->hashAlgorithm || !pss->maskGenAlgorithm)
        return false; /* SHA-1, if they are not stated */
    X509_ALGOR_get0(NULL, &type, &value, pss->maskGenAlgorithm);
    cl_cleanup(free_algorithm) X509_ALGOR *mask =
        type == V_ASN1_SEQUENCE ? ASN1_item_unpack(value, ASN1_ITEM_rptr(X509_ALGOR)) : NULL;
    return mask && digest_of(mask) == digest_of(pss->hashAlgorithm);
}

static bool is_sound(CMS_SignerInfo *signer)
{
    X509_ALGOR *digest = NULL, *signature = NULL;
    CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, &signature);
    return is_strong(digest_of(digest)) && has_one_hash(signature);
}

/* The value of a signed attribute that is there once, with one value; or NULL. */
static const ASN1_STRING *attribute(CMS_SignerInfo *signer, int nid)
{
    return CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(nid), -3, V_ASN1_SEQUENCE);
}

/* ESSCertIDv2 (RFC 5035) says by which hash it names the first certificate, if not by SHA-256. */
static bool names_by_strong_hash(const ASN1_STRING *attribute)
{
    const unsigned char *p = ASN1_STRING_get0_data(attribute);
    const unsigned char *end = p + ASN1_STRING_length(attribute);
    long length = 0;
    int tag = V_ASN1_SEQUENCE, class = 0;
    for (int level = 0; level < 3 && tag == V_ASN1_SEQUENCE; level++)
        if (ASN1_get_object(&p, &length, &tag, &class, end - p) & UNREAD)
            return false;
    if (tag != V_ASN1_SEQUENCE || p == end || *p != (V_ASN1_CONSTRUCTED | V_ASN1_SEQUENCE))
        return true;
    cl_cleanup(free_algorithm) X509_ALGOR *hash = d2i_X509_ALGOR(NULL, &p, end - p);
    return is_strong(digest_of(hash));
}

/* RFC 3161, section 2.4.1 and RFC 5816: the signature itself names the certificate. */
static bool names_its_certificate(CMS_SignerInfo *signer, const STACK_OF(X509) * chain)
{
    const ASN1_STRING *one = attribute(signer, NID_id_smime_aa_signingCertificate);
    const ASN1_STRING *two = attribute(signer, NID_id_smime_aa_signingCertificateV2);
    const unsigned char *p = one ? ASN1_STRING_get0_data(one) : NULL;
    cl_cleanup(free_ess) ESS_SIGNING_CERT *ess =
        one ? d2i_ESS_SIGNING_CERT(NULL, &p, ASN1_STRING_length(one)) : NULL;
    p = two ? ASN1_STRING_get0_data(two) : NULL;
    cl_cleanup(free_ess2) ESS_SIGNING_CERT_V2 *ess2 =
        two ? d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(two)) : NULL;
    if ((one && !ess) || (two && (!ess2 || !names_by_strong_hash(two))))
        return false;
    return OSSL_ESS_check_signing_certs(ess, ess2, chain, 1) == 1;
}

/* Where the token names its authority, it is the one that signed. */
static bool names_its_signer(TS_TST_INFO *info, X509 *signer)
{
    GENERAL_NAME *tsa = TS_TST_INFO_get_tsa(info);
    if (!tsa || (tsa->type == GEN_DIRNAME &&
                 X509_NAME_cmp(tsa->d.directoryName, X509_get_subject_name(signer)) == 0))
        return true;
    cl_cleanup(free_names) GENERAL_NAMES *names =
        X509_get_ext_d2i(signer, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++)
        if (GENERAL_NAME_cmp(tsa, sk_GENERAL_NAME_value(names, i)) == 0)
            return true;
    return false;
}

/* RSA, the three curves of NIST and Ed25519. Others are as good, perhaps, but what they cost is
 * whoever's choice who made the certificate. */
static bool key_is_taken(X509 *cert)
{
    static const int curves[] = {NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1};
    const EVP_PKEY *key = X509_get0_pubkey(cert);
    char name[64];
    size_t n;
    if (!key)
        return false;
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
    case EVP_PKEY_ED25519:
        return true;
    case EVP_PKEY_EC:
        break;
    default:
        return false;
    }
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, name, sizeof name, &n) !=
            1 ||
        strcmp(name, OSSL_PKEY_EC_ENCODING_GROUP) != 0 || /* a curve of its own description */
        EVP_PKEY_get_group_name(key, name, sizeof name, &n) != 1)
        return false;
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        if (OBJ_txt2nid(name) == curves[i])
            return true;
    return false;
}

static void keep_taken(STACK_OF(X509) * certs)
{
    for (int i = sk_X509_num(certs); i-- > 0;)
        if (!key_is_taken(sk_X509_value(certs, i)))
            X509_free(sk_X509_delete(certs, i));
}

/* A longer name is cut where a character begins. */
static enum cl_err name_of(X509 *cert, char ret_name[static CL_TSA_NAME_MAX + 1])
{
    static const char more[] = "…";
    cl_cleanup(free_bio) BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        return CL_NO_MEMORY;
    const unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    if (X509_NAME_print_ex(bio, X509_get_subject_name(cert), 0, flags) < 0)
        return CL_CRYPTO;
    char *text = NULL;
    long n = BIO_get_mem_data(bio, &text);
    if (n <= 0 || !cl_text_clean((struct cl_span){(uint8_t *)text, (size_t)n}))
        return CL_TSA_MALFORMED;
    const bool cut = n > CL_TSA_NAME_MAX;
    if (cut)
        n = (long)cl_utf8_cut(text, (size_t)n, CL_TSA_NAME_MAX - strlen(more));
    memcpy(ret_name, text, (size_t)n);
    memcpy(ret_name + n, cut ? more : "", cut ? sizeof more : 1);
    return CL_OK;
}

static enum cl_err tell_chain(const STACK_OF(X509) * certs, struct cl_tsa_chain *ret)
{
    const int count = sk_X509_num(certs);
    if (count < 1 || count > CL_TSA_CHAIN_MAX)
        return CL_TSA_SIGNATURE;
    *ret = (struct cl_tsa_chain){.count = (unsigned)count};
    for (int i = 0; i < count; i++) {
        X509 *cert = sk_X509_value(certs, i);
        cl_cleanup(free_der) unsigned char *key = NULL;
        const int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &key);
        if (n <= 0 || !X509_digest(cert, EVP_sha256(), ret->link[i].certificate, NULL))
            return CL_CRYPTO;
        enum cl_err err = cl_sha256(key, (size_t)n, ret->link[i].key);
        if (err)
            return err;
    }
    X509 *last = sk_X509_value(certs, count - 1);
    ret->whole = X509_self_signed(last, 0) == 1;
    return name_of(last, ret->root);
}

/* An authority that may only name some. Programs differ in how they read that, so such a chain
 * leads to no root, here and in the page that checks, be it critical or not. */
static bool is_constrained(const STACK_OF(X509) * chain)
{
    for (int i = 0; i < sk_X509_num(chain); i++)
        if (X509_get_ext_by_NID(sk_X509_value(chain, i), NID_name_constraints, -1) >= 0)
            return true;
    return false;
}

/* By a hash that not every reader knows. The root's own signature proves nothing. */
static bool is_unread(const STACK_OF(X509) * chain)
{
    for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
        X509 *cert = sk_X509_value(chain, i);
        const X509_ALGOR *signature = NULL;
        int digest = NID_undef; /* as with Ed25519 */
        X509_get0_signature(NULL, &signature, cert);
        if (X509_get_signature_info(cert, &digest, NULL, NULL, NULL) != 1 ||
            (digest != NID_undef && !is_strong(digest)) || !has_one_hash(signature))
            return true;
    }
    return false;
}

/* Build the chain and say what it met; then the signature has to name the certificates in it. */
static enum cl_err check_chain(CMS_ContentInfo *token, X509 *signer, X509_STORE *store,
                               STACK_OF(X509) * extra, int64_t at_ms, struct met *met,
                               struct cl_tsa_chain *ret_chain)
{
    cl_cleanup(free_certs) STACK_OF(X509) *untrusted = CMS_get1_certs(token);
    cl_cleanup(free_context) X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    if (!untrusted)
        untrusted = sk_X509_new_null();
    if (!ctx || !untrusted || !X509_add_certs(untrusted, extra, X509_ADD_FLAG_UP_REF) ||
        !X509_STORE_CTX_init(ctx, store, signer, untrusted) ||
        !X509_STORE_CTX_set_ex_data(ctx, 0, met) ||
        !X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_TIMESTAMP_SIGN))
        return CL_CRYPTO;
    X509_STORE_CTX_set_time(ctx, 0, (time_t)(at_ms / 1000));
    keep_taken(untrusted);
    if (X509_verify_cert(ctx) != 1)
        return CL_TSA_SIGNATURE;
    CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(token), 0);
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
    met->untrusted = met->untrusted || is_constrained(chain) || is_unread(chain);
    if (!names_its_certificate(info, chain))
        return CL_TSA_SIGNATURE;
    if (!ret_chain)
        return CL_OK;
    /* Who issued what is told of a chain that proves it. */
    return met->unproven ? CL_TSA_SIGNATURE : tell_chain(chain, ret_chain);
}

/* The certificate that the one signer's info names, once its signature has been found to fit. */
static enum cl_err check_signature(CMS_ContentInfo *token, STACK_OF(X509) * chain,
                                   X509 **ret_signer)
{
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(token);
    if (!infos || sk_CMS_SignerInfo_num(infos) != 1 ||
        !is_sound(sk_CMS_SignerInfo_value(infos, 0)) ||
        CMS_signed_get_attr_count(sk_CMS_SignerInfo_value(infos, 0)) < 1 ||
        CMS_verify(token, chain, NULL, NULL, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1)
        return CL_TSA_SIGNATURE;
    cl_cleanup(free_signers) STACK_OF(X509) *signers = CMS_get0_signers(token);
    if (!signers || sk_X509_num(signers) != 1)
        return CL_TSA_SIGNATURE;
    *ret_signer = sk_X509_value(signers, 0); /* lives as long as the token */
    return key_is_taken(*ret_signer) ? CL_OK : CL_TSA_SIGNATURE;
}

enum cl_err cl_timestamp_trust(CMS_ContentInfo *token, TS_TST_INFO *info, struct cl_span roots,
                               struct cl_span pem, struct cl_timestamp *timestamp,
                               struct cl_tsa_chain *ret_chain)
{
    struct met met = {0};
    X509 *signer = NULL;
    X509_STORE *store = NULL;
    STACK_OF(X509) *chain = NULL;
    enum cl_err err = find_store(roots, &store);
    if (!err)
        err = find_chain(pem, &chain);
    if (!err)
        err = check_signature(token, chain, &signer);
    if (!err)
        err = check_chain(token, signer, store, chain, timestamp->time_ms, &met, ret_chain);
    if (!err && (met.wrong_purpose || !names_its_signer(info, signer)))
        err = CL_TSA_SIGNATURE;
    if (!err)
        err = name_of(signer, timestamp->authority);
    timestamp->trust = met.expired ? CL_TSA_EXPIRED : met.untrusted ? CL_TSA_UNTRUSTED : CL_OK;
    return err;
}
