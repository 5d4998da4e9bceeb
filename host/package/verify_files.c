/* The package's files: which there are, what the manifests say of them, whose key it is, and what
 * it signed. */
#include "package/verifier_internal.h"

#include "package/png.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- layout ------------------------------------------------------------------------------ */

static bool is_attachment(const struct item *item)
{
    return item->place.role == CL_ROLE_PICTURE || item->place.role == CL_ROLE_TEXT;
}

static enum cl_err check_known(struct verifier *v)
{
    for (size_t i = 0; i < CL_LAYOUT_FILES; i++) {
        size_t at = cl_bundle_find(v->bundle, cl_layout_files[i].name);
        if (at == SIZE_MAX && cl_layout_files[i].required)
            return cl_flaw(&v->flaw, CL_MALFORMED, cl_layout_files[i].name, "is missing");
        if (at != SIZE_MAX && cl_layout_files[i].max &&
            cl_bundle_file(v->bundle, at)->size > cl_layout_files[i].max)
            return cl_flaw(&v->flaw, CL_PACKAGE_LIMIT, cl_layout_files[i].name,
                           "is larger than %" PRIu32 " bytes", cl_layout_files[i].max);
    }
    return CL_OK;
}

static int by_number(const void *a, const void *b, void *context)
{
    const struct item *items = context;
    uint64_t x = items[*(const size_t *)a].place.number, y = items[*(const size_t *)b].place.number;
    return x < y ? -1 : x > y;
}

/* Of one timestamp the reply last. */
static int by_stamp(const void *a, const void *b, void *context)
{
    const struct item *items = context;
    const struct cl_place *x = &items[*(const size_t *)a].place,
                          *y = &items[*(const size_t *)b].place;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (x->ordinal != y->ordinal)
        return x->ordinal < y->ordinal ? -1 : 1;
    return x->role < y->role ? -1 : x->role > y->role;
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
    v->stamps = calloc(count, sizeof *v->stamps);
    v->marks = calloc(count + 1, sizeof *v->marks);
    if (!v->proofs || !v->stamps || !v->marks)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (v->items[i].place.role == CL_ROLE_PROOF)
            v->proofs[v->proof_count++] = i;
        if (v->items[i].place.role >= CL_ROLE_STAMP_CHAIN)
            v->stamps[v->stamp_count++] = i;
        if (v->items[i].place.role == CL_ROLE_STAMP_REPLY)
            v->marks[v->mark_count++].size = v->items[i].place.number;
    }
    if (v->options->earlier)
        v->marks[v->mark_count++].size = v->options->earlier->head.size;
    qsort_r(v->stamps, v->stamp_count, sizeof *v->stamps, by_stamp, v->items);
    qsort_r(v->proofs, v->proof_count, sizeof *v->proofs, by_number, v->items);
    qsort(v->marks, v->mark_count, sizeof *v->marks, by_size);
    return CL_OK;
}

enum cl_err verifier_check_layout(struct verifier *v)
{
    size_t count = cl_bundle_count(v->bundle);
    v->items = calloc(count, sizeof *v->items);
    if (!v->items)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const char *name = cl_bundle_file(v->bundle, i)->name;
        v->items[i].seq = UINT64_MAX;
        v->items[i].size = cl_bundle_file(v->bundle, i)->size;
        if (!cl_layout_place(name, &v->items[i].place))
            return cl_flaw(&v->flaw, CL_MALFORMED, name, "is not a file of an evidence package");
        const uint64_t most = cl_layout_max(v->items[i].place.role);
        if (v->items[i].size > most)
            return cl_flaw(&v->flaw, CL_PACKAGE_LIMIT, name, "is larger than %u bytes",
                           (unsigned)most);
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
    struct cl_buf attachment;  /* the one that passes */
    struct cl_content content; /* of the exhibit that passes */
};

static bool want_small(void *context, size_t i)
{
    const struct hashing *h = context;
    return h->v->items[i].place.role != CL_ROLE_ENTRIES;
}

/* Is it what its ending says, for whoever opens it by that? */
static enum cl_err look_inside(struct hashing *h, size_t i)
{
    struct item *item = &h->v->items[i];
    const struct cl_span bytes = {h->attachment.data, h->attachment.len};
    enum cl_err err = CL_OK;
    if (item->place.role == CL_ROLE_TEXT)
        item->another = !cl_text_clean(bytes);
    else
        err = cl_png_check(bytes);
    item->another |= err == CL_MALFORMED;
    cl_buf_clear(&h->attachment);
    return err == CL_MALFORMED ? CL_OK : err;
}

/* Which type an exhibit is of, and what a mail says of itself: to be held against its entry. */
static enum cl_err look_at_exhibit(struct hashing *h, struct item *item)
{
    struct cl_mail mail;
    item->content = cl_content_end(&h->content, &mail);
    cl_content_free(&h->content);
    h->content = cl_content();
    if (item->content != CL_CONTENT_MAIL)
        return CL_OK;
    return cl_mail_hash(mail.from, mail.date, mail.subject, mail.linkedin_signature, item->mail);
}

static enum cl_err end_file(struct hashing *h, size_t i)
{
    struct item *item = &h->v->items[i];
    enum cl_err err = CL_OK;
    if (is_attachment(item))
        err = look_inside(h, i);
    else if (item->place.role == CL_ROLE_EXHIBIT)
        err = look_at_exhibit(h, item);
    return err ? err : cl_hasher_end(h->hasher, item->hash);
}

static enum cl_err hash_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct hashing *h = context;
    struct item *item = &h->v->items[i];
    if (n == 0)
        return end_file(h, i);
    verifier_progress(h->v, n);
    enum cl_err err = cl_hasher_put(h->hasher, bytes, n);
    if (!err && item->place.role < CL_ROLE_SMALL)
        err = cl_buf_put(&h->v->kept[item->place.role], bytes, n);
    if (!err && is_attachment(item))
        err = cl_buf_put(&h->attachment, bytes, n);
    if (!err && item->place.role == CL_ROLE_EXHIBIT)
        err = cl_content_put(&h->content, bytes, n);
    return err;
}

/* All but the entries, which name some of them by hash. */
static enum cl_err hash_files(struct verifier *v)
{
    struct hashing h = {.v = v, .attachment = cl_buf(CL_ATTACHMENT_MAX), .content = cl_content()};
    for (size_t i = 0; i < CL_LAYOUT_FILES; i++)
        if (cl_layout_files[i].role < CL_ROLE_SMALL)
            v->kept[cl_layout_files[i].role] = cl_buf(cl_layout_files[i].max);
    enum cl_err err = cl_hasher_new(&h.hasher);
    const struct cl_bundle_visitor visitor = {&h, want_small, hash_piece};
    if (!err)
        err = cl_bundle_walk(v->bundle, &visitor, &v->flaw);
    cl_hasher_free(&h.hasher);
    cl_buf_free(&h.attachment);
    cl_content_free(&h.content);
    return err;
}

static int by_hash(const void *a, const void *b, void *context)
{
    const struct item *items = context;
    return memcmp(items[*(const size_t *)a].hash, items[*(const size_t *)b].hash, CL_HASH);
}

/* Of files with the same bytes the first stands for all. */
static void join(struct item *first, const struct item *item)
{
    first->answers |= item->place.role == CL_ROLE_STAMP_REPLY;
    first->attached |= item->place.role != CL_ROLE_EXHIBIT;
    if (item->place.role != CL_ROLE_EXHIBIT)
        return;
    first->enclosed = true;
    first->content = item->content;
    memcpy(first->mail, item->mail, CL_HASH);
}

static enum cl_err sort_by_hash(struct verifier *v)
{
    size_t count = cl_bundle_count(v->bundle);
    v->by_hash = calloc(count, sizeof *v->by_hash);
    if (!v->by_hash)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        if (v->items[i].place.role != CL_ROLE_ENTRIES)
            v->by_hash[v->by_hash_count++] = i;
    qsort_r(v->by_hash, v->by_hash_count, sizeof *v->by_hash, by_hash, v->items);
    for (size_t i = 0; i < v->by_hash_count; i++) {
        const size_t at = v->by_hash[i];
        const bool same = i > 0 && by_hash(&v->by_hash[i - 1], &at, v->items) == 0;
        v->items[at].first = same ? v->items[v->by_hash[i - 1]].first : at;
        join(&v->items[v->items[at].first], &v->items[at]);
    }
    return CL_OK;
}

/* Is it one that this manifest has to list? The tag manifest lists neither itself nor its
 * signature. */
static bool belongs(const struct verifier *v, size_t i, bool payload)
{
    enum cl_role role = v->items[i].place.role;
    return role != CL_ROLE_TAG_MANIFEST && role != CL_ROLE_SIGNATURE &&
           cl_layout_is_payload(cl_bundle_file(v->bundle, i)->name) == payload;
}

static enum cl_err check_line(struct verifier *v, const char *manifest, bool payload,
                              struct cl_span line, char last[static CL_BUNDLE_NAME_MAX + 1])
{
    uint8_t hash[CL_HASH];
    char name[CL_BUNDLE_NAME_MAX + 1] = "";
    if (cl_layout_listed(line, hash, name))
        return cl_flaw(&v->flaw, CL_MALFORMED, manifest,
                       "has a line that is not a SHA-256, two spaces and a name");
    if (strcmp(last, name) >= 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, manifest, "does not list its files in order");
    memcpy(last, name, sizeof name);
    size_t i = cl_bundle_find(v->bundle, name);
    if (i == SIZE_MAX || !belongs(v, i, payload))
        return cl_flaw(&v->flaw, CL_MALFORMED, name, "is listed in %s, but is not there", manifest);
    v->items[i].listed = true;
    if (memcmp(hash, v->items[i].hash, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name,
                       "was changed: its SHA-256 is not that of %s", manifest);
    return CL_OK;
}

static enum cl_err name_unlisted(struct verifier *v, const char *manifest, bool payload)
{
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++)
        if (belongs(v, i, payload) && !v->items[i].listed)
            return cl_flaw(&v->flaw, CL_MALFORMED, cl_bundle_file(v->bundle, i)->name,
                           "is there, but not listed in %s", manifest);
    return cl_flaw(&v->flaw, CL_MALFORMED, manifest, "does not list every file");
}

static enum cl_err check_manifest(struct verifier *v, bool payload)
{
    const char *manifest = payload ? CL_FILE_MANIFEST : CL_FILE_TAG_MANIFEST;
    const struct cl_buf *text = &v->kept[payload ? CL_ROLE_MANIFEST : CL_ROLE_TAG_MANIFEST];
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

static enum cl_err check_info(struct verifier *v)
{
    const struct cl_buf *text = &v->kept[CL_ROLE_BAG_INFO];
    uint64_t bytes = 0, files = 0;
    struct cl_bag_info info;
    size_t foreign = 0;
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++) {
        if (!cl_layout_is_payload(cl_bundle_file(v->bundle, i)->name))
            continue;
        bytes += cl_bundle_file(v->bundle, i)->size;
        files++;
    }
    if (cl_bag_info_read((struct cl_span){text->data, text->len}, &info, &foreign))
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_BAG_INFO,
                       "is not lines of clean text with one Payload-Oxum and no label twice");
    if (info.bytes != bytes || info.files != files)
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_BAG_INFO,
                       "does not say \"Payload-Oxum: %" PRIu64 ".%" PRIu64 "\"", bytes, files);
    v->info = info;
    if (foreign > 0)
        verifier_remark(v, CL_FILE_BAG_INFO,
                        "says things that no export says (%zu): they are the holder's word; do not "
                        "rely on them",
                        foreign);
    return CL_OK;
}

static void note_read(struct verifier *v)
{
    struct cl_verified *out = &v->out;
    for (size_t i = 0; i < CL_LAYOUT_FILES; i++) {
        const size_t at = cl_bundle_find(v->bundle, cl_layout_files[i].name);
        out->files[i].there = at != SIZE_MAX;
        if (at != SIZE_MAX)
            memcpy(out->files[i].hash, v->items[at].hash, CL_HASH);
    }
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++) {
        out->pictures |= v->items[i].place.role == CL_ROLE_PICTURE;
        out->documents |= v->items[i].place.role == CL_ROLE_TEXT;
        out->exhibits |= v->items[i].place.role == CL_ROLE_EXHIBIT;
    }
    out->payload_bytes = v->info.bytes;
    out->payload_files = v->info.files;
}

enum cl_err verifier_check_bag(struct verifier *v)
{
    enum cl_err err = hash_files(v);
    if (!err)
        err = sort_by_hash(v);
    if (!err)
        err = verifier_walk_entries(v);
    if (err)
        return err;
    const struct cl_buf *bagit = &v->kept[CL_ROLE_BAGIT];
    if (!cl_span_is((struct cl_span){bagit->data, bagit->len}, CL_BAGIT_TEXT))
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_BAGIT, "is not that of BagIt 1.0 in UTF-8");
    err = check_manifest(v, false);
    if (!err)
        err = check_manifest(v, true);
    if (!err)
        err = check_info(v);
    if (err)
        return err;
    note_read(v);
    return cl_flaw(&v->flaw, CL_OK, "", "every file is listed, and its SHA-256 fits");
}

/* ---- key, signature, checkpoint -------------------------------------------------------------- */

/* What stands in bag-info.txt is for people, and nobody signs it for another log than this. */
static void remark_identifier(struct verifier *v)
{
    struct cl_span identifier = v->info.identifier;
    if (identifier.len &&
        (!cl_take_prefix(&identifier, v->out.state.key.name) || !cl_take_prefix(&identifier, " ")))
        verifier_remark(v, CL_FILE_BAG_INFO,
                        "names another log than the one in data/vkey; do not rely on it");
}

static bool same(const struct cl_buf *a, const struct cl_buf *b)
{
    return a->len == b->len && cl_equal(a->data, b->data, a->len);
}

enum cl_err verifier_check_key(struct verifier *v)
{
    cl_cleanup(cl_buf_free) struct cl_buf allowed = cl_buf(1024), pem = cl_buf(1024);
    struct cl_vkey *key = &v->out.state.key;
    const struct cl_buf *text = &v->kept[CL_ROLE_VKEY];
    struct cl_span rest = {text->data, text->len}, line;
    if (!cl_take_line(&rest, &line) || rest.len != 0 ||
        cl_vkey_parse(line.data, line.len, key) != CL_OK ||
        strncmp(key->name, CL_ORIGIN_PREFIX, sizeof CL_ORIGIN_PREFIX - 1) != 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_VKEY,
                       "is not a verifier key of a consentlog");
    if (!cl_public_key_is_sound(key->public_key))
        return cl_flaw(&v->flaw, CL_BAD_SIGNATURE, CL_FILE_VKEY,
                       "is a key for which everybody can make signatures");
    enum cl_err err = cl_sshsig_allowed(key->public_key, &allowed);
    if (!err)
        err = cl_sshsig_pem(key->public_key, &pem);
    if (!err)
        err = cl_sshsig_fingerprint(key->public_key, v->out.fingerprint);
    if (err)
        return err;
    if (!same(&allowed, &v->kept[CL_ROLE_ALLOWED]))
        return cl_flaw(&v->flaw, CL_OTHER_KEY, CL_FILE_ALLOWED, "is not of the key in data/vkey");
    if (!same(&pem, &v->kept[CL_ROLE_PEM]))
        return cl_flaw(&v->flaw, CL_OTHER_KEY, CL_FILE_PEM, "is not of the key in data/vkey");
    remark_identifier(v);
    const char *wanted = v->options->fingerprint;
    if (wanted && strcmp(wanted, v->out.fingerprint) != 0)
        return cl_flaw(&v->flaw, CL_OTHER_KEY, CL_FILE_VKEY, "is the key %s, not the one expected",
                       v->out.fingerprint);
    return cl_flaw(&v->flaw, CL_OK, "", wanted ? "%s, as expected" : "%s", v->out.fingerprint);
}

enum cl_err verifier_check_signature(struct verifier *v)
{
    const struct cl_buf *sig = &v->kept[CL_ROLE_SIGNATURE],
                        *signed_ = &v->kept[CL_ROLE_TAG_MANIFEST];
    enum cl_err err = cl_sshsig_verify(sig->data, sig->len, v->out.state.key.public_key,
                                       signed_->data, signed_->len);
    if (err)
        return cl_flaw(&v->flaw, err, CL_FILE_SIGNATURE, "%s", cl_err_what(err));
    return cl_flaw(&v->flaw, CL_OK, "", "that key signed the list of all files");
}

enum cl_err verifier_check_checkpoint(struct verifier *v)
{
    const struct cl_buf *note = &v->kept[CL_ROLE_CHECKPOINT];
    enum cl_err err =
        cl_checkpoint_open(note->data, note->len, &v->out.state.key, &v->out.state.head);
    if (err)
        return cl_flaw(&v->flaw, err, CL_FILE_CHECKPOINT, "%s", cl_err_what(err));
    return cl_flaw(&v->flaw, CL_OK, "", "that key signed the log; its entries: %" PRIu64,
                   v->out.state.head.size);
}
