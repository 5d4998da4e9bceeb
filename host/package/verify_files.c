/* The package's files: which there are, what the manifests say of them, whose key it is, and what
 * it signed. */
#include "package/verifier_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAGIT "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

static const struct {
    const char *name;
    enum role role;
    bool required;
    uint32_t max; /* bytes, for those that are kept */
} known[] = {
    {"VERIFY.txt", ROLE_INSTRUCTIONS, true, 65536},
    {"bag-info.txt", ROLE_BAG_INFO, true, 4096},
    {"bagit.txt", ROLE_BAGIT, true, 256},
    {"data/allowed_signers", ROLE_ALLOWED, true, 1024},
    {"data/certification.txt", ROLE_PLAIN, false, 0},
    {"data/checkpoint", ROLE_CHECKPOINT, true, CL_NOTE_MAX},
    {"data/consent-records.jsonld", ROLE_PLAIN, false, 0},
    {"data/entries.jsonl", ROLE_ENTRIES, true, 0},
    {"data/history.csv", ROLE_PLAIN, false, 0},
    {"data/public-key.pem", ROLE_PEM, true, 1024},
    {"data/report.html", ROLE_PLAIN, false, 0},
    {"data/vkey", ROLE_VKEY, true, 1024},
    {"manifest-sha256.txt", ROLE_MANIFEST, true, CL_MANIFEST_MAX},
    {"tagmanifest-sha256.txt", ROLE_TAG_MANIFEST, true, 4096},
    {"tagmanifest-sha256.txt.sig", ROLE_SIGNATURE, true, CL_SSHSIG_MAX},
};
#define KNOWN (sizeof known / sizeof *known)

/* ---- layout ------------------------------------------------------------------------------ */

static struct cl_span span(const char *text)
{
    return (struct cl_span){(const uint8_t *)text, strlen(text)};
}

static bool cut_suffix(struct cl_span *name, const char *suffix)
{
    size_t n = strlen(suffix);
    if (name->len < n || memcmp(name->data + name->len - n, suffix, n) != 0)
        return false;
    name->len -= n;
    return true;
}

/* "<seq>.tlog-proof" */
static bool is_proof(struct cl_span name, struct item *item)
{
    item->role = ROLE_PROOF;
    return cut_suffix(&name, ".tlog-proof") && cl_span_decimal(name, &item->number) == CL_OK;
}

/* "<size>-<n>.<what>" */
static bool is_stamp(struct cl_span name, struct item *item)
{
    static const struct {
        const char *suffix;
        enum role role;
    } kinds[] = {{".chain.pem", ROLE_STAMP_CHAIN},
                 {".checkpoint", ROLE_STAMP_CHECKPOINT},
                 {".tsq", ROLE_STAMP_QUERY},
                 {".tsr", ROLE_STAMP_REPLY}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct cl_span stem = name;
        const uint8_t *dash;
        if (!cut_suffix(&stem, kinds[i].suffix))
            continue;
        if (stem.len == 0 || !(dash = memchr(stem.data, '-', stem.len)))
            return false;
        struct cl_span size = {stem.data, (size_t)(dash - stem.data)};
        struct cl_span ordinal = {dash + 1, stem.len - size.len - 1};
        item->role = kinds[i].role;
        return cl_span_decimal(size, &item->number) == CL_OK && item->number > 0 &&
               cl_span_decimal(ordinal, &item->ordinal) == CL_OK;
    }
    return false;
}

/* "<sha256>.<ext>": the name is a promise about the contents, held against them by
 * check_attachments. */
static bool is_attachment(struct cl_span name, struct item *item)
{
    uint8_t hash[CL_HASH];
    item->role = ROLE_ATTACHMENT;
    if (name.len < 2 * CL_HASH + 2 || name.len > 2 * CL_HASH + 9 || name.data[2 * CL_HASH] != '.')
        return false;
    for (size_t i = 2 * CL_HASH + 1; i < name.len; i++)
        if (!((name.data[i] >= 'a' && name.data[i] <= 'z') ||
              (name.data[i] >= '0' && name.data[i] <= '9')))
            return false;
    return cl_span_hex((struct cl_span){name.data, 2 * CL_HASH}, hash, CL_HASH) == CL_OK;
}

static bool recognise(const char *name, struct item *item)
{
    for (size_t i = 0; i < KNOWN; i++) {
        if (strcmp(known[i].name, name) != 0)
            continue;
        item->role = known[i].role;
        return true;
    }
    struct cl_span rest = span(name);
    if (cl_take_prefix(&rest, "data/proofs/"))
        return is_proof(rest, item);
    if (cl_take_prefix(&rest, "data/timestamps/"))
        return is_stamp(rest, item);
    if (cl_take_prefix(&rest, "data/attachments/"))
        return is_attachment(rest, item);
    return false;
}

static enum cl_err check_known(struct verifier *v)
{
    for (size_t i = 0; i < KNOWN; i++) {
        size_t at = cl_bundle_find(v->bundle, known[i].name);
        if (at == SIZE_MAX && known[i].required)
            return cl_flaw(&v->flaw, CL_MALFORMED, known[i].name, "is missing");
        if (at != SIZE_MAX && known[i].max && cl_bundle_file(v->bundle, at)->size > known[i].max)
            return cl_flaw(&v->flaw, CL_PACKAGE_LIMIT, known[i].name,
                           "is larger than %" PRIu32 " bytes", known[i].max);
    }
    return CL_OK;
}

static int by_number(const void *a, const void *b, void *context)
{
    const struct item *items = context;
    uint64_t x = items[*(const size_t *)a].number, y = items[*(const size_t *)b].number;
    return x < y ? -1 : x > y;
}

static int by_size(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    return x->size < y->size ? -1 : x->size > y->size;
}

/* Where the walk through the entries has to stop and remember something. */
static enum cl_err list_stops(struct verifier *v)
{
    size_t count = cl_bundle_count(v->bundle);
    v->proofs = calloc(count, sizeof *v->proofs);
    v->marks = calloc(count + 1, sizeof *v->marks);
    if (!v->proofs || !v->marks)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (v->items[i].role == ROLE_PROOF)
            v->proofs[v->proof_count++] = i;
        if (v->items[i].role == ROLE_STAMP_REPLY)
            v->marks[v->mark_count++].size = v->items[i].number;
    }
    if (v->options->earlier)
        v->marks[v->mark_count++].size = v->options->earlier->head.size;
    qsort_r(v->proofs, v->proof_count, sizeof *v->proofs, by_number, v->items);
    qsort(v->marks, v->mark_count, sizeof *v->marks, by_size);
    return CL_OK;
}

enum cl_err check_layout(struct verifier *v)
{
    size_t count = cl_bundle_count(v->bundle);
    v->items = calloc(count, sizeof *v->items);
    if (!v->items)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const char *name = cl_bundle_file(v->bundle, i)->name;
        v->items[i].seq = UINT64_MAX;
        if (!recognise(name, &v->items[i]))
            return cl_flaw(&v->flaw, CL_MALFORMED, name, "is not a file of an evidence package");
        v->of += cl_bundle_file(v->bundle, i)->size;
    }
    enum cl_err err = check_known(v);
    if (!err)
        err = list_stops(v);
    if (err)
        return err;
    return cl_flaw(&v->flaw, CL_OK, "",
                   "every file is one that a package has, and none is missing");
}

/* ---- bag --------------------------------------------------------------------------------- */

struct hashing {
    struct verifier *v;
    struct cl_hasher *hasher;
};

static bool want_small(void *context, size_t i)
{
    const struct hashing *h = context;
    return h->v->items[i].role != ROLE_ENTRIES;
}

static enum cl_err hash_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct hashing *h = context;
    struct item *item = &h->v->items[i];
    if (n == 0)
        return cl_hasher_end(h->hasher, item->hash);
    verifier_progress(h->v, n);
    enum cl_err err = cl_hasher_put(h->hasher, bytes, n);
    if (!err && item->role < ROLE_KEPT)
        err = cl_buf_put(&h->v->kept[item->role], bytes, n);
    return err;
}

/* All but the entries, which name some of them by hash. */
static enum cl_err hash_files(struct verifier *v)
{
    struct hashing h = {.v = v};
    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].role < ROLE_KEPT)
            v->kept[known[i].role] = cl_buf(known[i].max);
    enum cl_err err = cl_hasher_new(&h.hasher);
    const struct cl_bundle_visitor visitor = {&h, want_small, hash_piece};
    if (!err)
        err = cl_bundle_walk(v->bundle, &visitor, &v->flaw);
    cl_hasher_free(&h.hasher);
    return err;
}

static int by_hash(const void *a, const void *b, void *context)
{
    const struct item *items = context;
    return memcmp(items[*(const size_t *)a].hash, items[*(const size_t *)b].hash, CL_HASH);
}

static enum cl_err sort_by_hash(struct verifier *v)
{
    size_t count = cl_bundle_count(v->bundle);
    v->by_hash = calloc(count, sizeof *v->by_hash);
    if (!v->by_hash)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        if (v->items[i].role != ROLE_ENTRIES)
            v->by_hash[v->by_hash_count++] = i;
    qsort_r(v->by_hash, v->by_hash_count, sizeof *v->by_hash, by_hash, v->items);
    return CL_OK;
}

static bool is_payload(const char *name)
{
    return strncmp(name, "data/", 5) == 0;
}

/* Is it one that this manifest has to list? The tag manifest lists neither itself nor its
 * signature. */
static bool belongs(const struct verifier *v, size_t i, bool payload)
{
    enum role role = v->items[i].role;
    return role != ROLE_TAG_MANIFEST && role != ROLE_SIGNATURE &&
           is_payload(cl_bundle_file(v->bundle, i)->name) == payload;
}

static enum cl_err check_line(struct verifier *v, const char *manifest, bool payload,
                              struct cl_span line, char last[static CL_BUNDLE_NAME_MAX + 1])
{
    uint8_t hash[CL_HASH];
    char name[CL_BUNDLE_NAME_MAX + 1] = "";
    if (line.len < 2 * CL_HASH + 3 || line.len > 2 * CL_HASH + 2 + CL_BUNDLE_NAME_MAX ||
        cl_span_hex((struct cl_span){line.data, 2 * CL_HASH}, hash, CL_HASH) != CL_OK ||
        memcmp(line.data + 2 * CL_HASH, "  ", 2) != 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, manifest,
                       "has a line that is not a SHA-256, two spaces and a name");
    memcpy(name, line.data + 2 * CL_HASH + 2, line.len - 2 * CL_HASH - 2);
    if (strcmp(last, name) >= 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, manifest, "does not list its files in order");
    memcpy(last, name, sizeof name);
    size_t i = cl_bundle_find(v->bundle, name);
    if (i == SIZE_MAX || !belongs(v, i, payload))
        return cl_flaw(&v->flaw, CL_MALFORMED, name, "is listed in %s, but is not there", manifest);
    if (memcmp(hash, v->items[i].hash, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name,
                       "was changed: its SHA-256 is not that of %s", manifest);
    return CL_OK;
}

/* The one file that has to be in the manifest and is not: the first that sorts where a line is
 * missing. */
static enum cl_err name_unlisted(struct verifier *v, const char *manifest, bool payload)
{
    const struct cl_buf *text = &v->kept[payload ? ROLE_MANIFEST : ROLE_TAG_MANIFEST];
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++) {
        char ending[CL_BUNDLE_NAME_MAX + 4];
        const char *name = cl_bundle_file(v->bundle, i)->name;
        int n = snprintf(ending, sizeof ending, "  %s\n", name);
        if (belongs(v, i, payload) &&
            (text->len == 0 || !memmem(text->data, text->len, ending, (size_t)n)))
            return cl_flaw(&v->flaw, CL_MALFORMED, name, "is there, but not listed in %s",
                           manifest);
    }
    return cl_flaw(&v->flaw, CL_MALFORMED, manifest, "does not list every file");
}

static enum cl_err check_manifest(struct verifier *v, bool payload)
{
    const char *manifest = payload ? "manifest-sha256.txt" : "tagmanifest-sha256.txt";
    const struct cl_buf *text = &v->kept[payload ? ROLE_MANIFEST : ROLE_TAG_MANIFEST];
    struct cl_span rest = {text->data, text->len}, line;
    char last[CL_BUNDLE_NAME_MAX + 1] = "";
    size_t lines = 0, files = 0;
    while (cl_take_line(&rest, &line)) {
        enum cl_err err = check_line(v, manifest, payload, line, last);
        if (err)
            return err;
        lines++;
    }
    if (rest.len)
        return cl_flaw(&v->flaw, CL_MALFORMED, manifest, "does not end with a newline");
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++)
        files += belongs(v, i, payload);
    return lines == files ? CL_OK : name_unlisted(v, manifest, payload);
}

/* "Payload-Oxum: <bytes>.<files>" (RFC 8493, section 2.2.2): cheap, and the first thing that other
 * tools look at. */
static enum cl_err check_oxum(struct verifier *v)
{
    char expected[64];
    uint64_t bytes = 0, files = 0;
    struct cl_span rest = {v->kept[ROLE_BAG_INFO].data, v->kept[ROLE_BAG_INFO].len}, line;
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++) {
        if (!is_payload(cl_bundle_file(v->bundle, i)->name))
            continue;
        bytes += cl_bundle_file(v->bundle, i)->size;
        files++;
    }
    (void)snprintf(expected, sizeof expected, "Payload-Oxum: %" PRIu64 ".%" PRIu64, bytes, files);
    while (cl_take_line(&rest, &line))
        if (cl_span_is(line, expected))
            return CL_OK;
    return cl_flaw(&v->flaw, CL_MALFORMED, "bag-info.txt", "does not say \"%s\"", expected);
}

enum cl_err check_bag(struct verifier *v)
{
    enum cl_err err = hash_files(v);
    if (!err)
        err = sort_by_hash(v);
    if (!err)
        err = walk_entries(v);
    if (err)
        return err;
    const struct cl_buf *bagit = &v->kept[ROLE_BAGIT];
    if (!cl_span_is((struct cl_span){bagit->data, bagit->len}, BAGIT))
        return cl_flaw(&v->flaw, CL_MALFORMED, "bagit.txt", "is not that of BagIt 1.0 in UTF-8");
    err = check_manifest(v, false);
    if (!err)
        err = check_manifest(v, true);
    if (!err)
        err = check_oxum(v);
    if (err)
        return err;
    return cl_flaw(&v->flaw, CL_OK, "", "every file is listed, and its SHA-256 fits");
}

/* ---- key, signature, checkpoint -------------------------------------------------------------- */

static bool same(const struct cl_buf *a, const struct cl_buf *b)
{
    return a->len == b->len && cl_equal(a->data, b->data, a->len);
}

enum cl_err check_key(struct verifier *v)
{
    cl_cleanup(cl_buf_free) struct cl_buf allowed = cl_buf(1024), pem = cl_buf(1024);
    struct cl_vkey *key = &v->out.state.key;
    const struct cl_buf *text = &v->kept[ROLE_VKEY];
    struct cl_span rest = {text->data, text->len}, line;
    if (!cl_take_line(&rest, &line) || rest.len != 0 ||
        cl_vkey_parse(line.data, line.len, key) != CL_OK ||
        strncmp(key->name, "consentlog/", 11) != 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, "data/vkey",
                       "is not a verifier key of a consentlog");
    enum cl_err err = cl_sshsig_allowed(key->public_key, &allowed);
    if (!err)
        err = cl_sshsig_pem(key->public_key, &pem);
    if (!err)
        err = cl_sshsig_fingerprint(key->public_key, v->out.fingerprint);
    if (err)
        return err;
    if (!same(&allowed, &v->kept[ROLE_ALLOWED]))
        return cl_flaw(&v->flaw, CL_OTHER_KEY, "data/allowed_signers",
                       "is not of the key in data/vkey");
    if (!same(&pem, &v->kept[ROLE_PEM]))
        return cl_flaw(&v->flaw, CL_OTHER_KEY, "data/public-key.pem",
                       "is not of the key in data/vkey");
    const char *wanted = v->options->fingerprint;
    if (wanted && strcmp(wanted, v->out.fingerprint) != 0)
        return cl_flaw(&v->flaw, CL_OTHER_KEY, "data/vkey", "is the key %s, not the one expected",
                       v->out.fingerprint);
    return cl_flaw(&v->flaw, CL_OK, "", wanted ? "%s, as expected" : "%s", v->out.fingerprint);
}

enum cl_err check_signature(struct verifier *v)
{
    const struct cl_buf *sig = &v->kept[ROLE_SIGNATURE], *signed_ = &v->kept[ROLE_TAG_MANIFEST];
    enum cl_err err = cl_sshsig_verify(sig->data, sig->len, v->out.state.key.public_key,
                                       signed_->data, signed_->len);
    if (err)
        return cl_flaw(&v->flaw, err, "tagmanifest-sha256.txt.sig", "%s", cl_err_what(err));
    return cl_flaw(&v->flaw, CL_OK, "", "that key signed the list of all files");
}

enum cl_err check_checkpoint(struct verifier *v)
{
    const struct cl_buf *note = &v->kept[ROLE_CHECKPOINT];
    enum cl_err err =
        cl_checkpoint_open(note->data, note->len, &v->out.state.key, &v->out.state.head);
    if (err)
        return cl_flaw(&v->flaw, err, "data/checkpoint", "%s", cl_err_what(err));
    return cl_flaw(&v->flaw, CL_OK, "", "that key signed a log of %" PRIu64 " entries",
                   v->out.state.head.size);
}
