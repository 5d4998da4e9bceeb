#include "cli/authority.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "cli/counted.h"

#include <string.h>
#include <strings.h>

/* The public keys of the roots of the authorities that the extension offers, as SHA-256 of the
 * SubjectPublicKeyInfo; the certificates, where they are from and when they were taken stand in
 * extension/verifier/roots.js, and a test holds this to them. */
static const struct offered {
    const char *host, *root, *key;
} offered[] = {
    /* https://freetsa.org/files/cacert.pem, 2026-11-28 */
    {"freetsa.org", "www.freetsa.org",
     "52c54ba340885605314daa1857c8763b94087d05c636092938d4e2d1818e99b5"},
    /* Mozilla, by Debian ca-certificates 20230311, 2026-11-28 */
    {"timestamp.digicert.com", "DigiCert Trusted Root G4",
     "59df317bfa9f4f0ab7ca514d7772296aa2c765b87664d08b96e57399e364729c"},
    {"timestamp.digicert.com", "DigiCert Assured ID Root CA",
     "23f2edff3ede90259a9e30f40af8f912a5e5b3694e6938440341f6060e014ffa"},
    {"timestamp.sectigo.com", "USERTrust RSA Certification Authority",
     "c784333d20bcd742b9fdc3236f4e509b8937070e73067e254dd3bf9c45bf4dde"},
    /* of the qualified service at that host; its SHA-1 is that of Sectigo's eIDAS Time Stamping
     * Policy and Practice Statement 1.1.4, Annex C */
    {"timestamp.sectigo.com", "Sectigo Qualified Time Stamping Root R45",
     "249a62465e28d403786fd9c9517e89052ae36f3a3610dc196505e56c38ea4ca7"},
};

void authority_free(struct authority *authority)
{
    cl_buf_free(&authority->certificates);
}

/* From the host on, of an address that has a scheme. */
static const char *host_in(const char *url)
{
    return strstr(url, "://") + 3;
}

bool authority_is_url(const char *url)
{
    if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
        return false;
    const char *host = host_in(url);
    if (memchr(host, '@', strcspn(host, "/?#"))) /* whom it names is not where it leads */
        return false;
    for (const char *p = url; *p; p++)
        if (*p <= ' ' || *p > '~' || strchr("\"<>\\'", *p))
            return false;
    return strlen(url) <= CL_AUTHORITY_MAX;
}

enum cl_err authority_recall(struct cl_log *log, const char *url, struct authority *ret)
{
    const struct cl_authority *list = NULL;
    size_t count = 0;
    *ret = (struct authority){.record = {.seq = UINT64_MAX},
                              .certificates = cl_buf(CL_ATTACHMENT_MAX)};
    enum cl_err err = cl_log_authorities(log, &list, &count);
    if (err)
        return err;
    memcpy(ret->record.url, url, strlen(url) + 1);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].url, url) == 0)
            ret->record = list[i];
    if (ret->record.seq == UINT64_MAX)
        return CL_OK;
    err = counted_chain(log, ret->record.seq, &ret->chain, &ret->certificates);
    ret->heard = !err;
    return err == CL_ABSENT ? CL_OK : err;
}

const uint8_t *authority_root(const struct cl_tsa_chain *chain)
{
    return chain->link[chain->count - 1].certificate;
}

static bool leads_to(const struct cl_tsa_chain *chain, const uint8_t key[static CL_HASH])
{
    for (unsigned i = 0; i < chain->count; i++)
        if (memcmp(chain->link[i].key, key, CL_HASH) == 0)
            return true;
    return false;
}

/* scheme://host, then a port, a path or nothing. */
static bool is_at(const char *url, const char *host)
{
    const char *at = host_in(url);
    const size_t n = strlen(host);
    return strncasecmp(at, host, n) == 0 && (at[n] == '\0' || strchr(":/?#", at[n]) != NULL);
}

/* Of an address that nobody knows any root will do, the first time. */
static bool is_known_root(const char *url, const struct cl_tsa_chain *chain)
{
    bool known = false;
    for (size_t i = 0; i < sizeof offered / sizeof *offered; i++) {
        uint8_t key[CL_HASH];
        if (!is_at(url, offered[i].host))
            continue;
        known = true;
        if (cl_hex_decode(offered[i].key, key, sizeof key) == CL_OK && leads_to(chain, key))
            return true;
    }
    return !known;
}

enum cl_err authority_judge(struct cl_log *log, const struct authority *authority,
                            const struct cl_tsa_chain *chain)
{
    struct cl_authority record = authority->record;
    if (memcmp(record.accepted, authority_root(chain), CL_HASH) == 0)
        return CL_OK;
    /* One whose first answer cannot be read any more is kept to what nobody knows: its owner says.
     */
    const bool first = record.seq == UINT64_MAX;
    if (authority->heard ? leads_to(chain, authority->chain.link[authority->chain.count - 1].key)
                         : first && is_known_root(record.url, chain))
        return CL_OK;
    memcpy(record.refused, authority_root(chain), CL_HASH);
    enum cl_err err = cl_log_put_authority(log, &record);
    return err ? err : CL_TSA_ROOT;
}

enum cl_err authority_accept(struct cl_log *log, const char *url,
                             const uint8_t root[static CL_HASH])
{
    cl_cleanup(authority_free) struct authority authority = {0};
    enum cl_err err = authority_recall(log, url, &authority);
    if (err)
        return err;
    memset(authority.record.refused, 0, CL_HASH);
    memcpy(authority.record.accepted, root, CL_HASH);
    return cl_log_put_authority(log, &authority.record);
}
