#include "export/export.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/proof.h"
#include "crypto/sshsig.h"
#include "export/attachment_list.h"
#include "export/derived.h"
#include "package/bundle.h"
#include "json/shape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WITHHELD_LINE (13 + 2 * CL_HASH + 2 + 1) /* {"withheld":"…"} and its newline */
#define OBSERVATION   "\"kind\":\"observation\""
#define HEAD_BYTES    64 /* v, seq and kind stand within them */
#define PROGRESS_STEP 64 /* entries */

struct proved {
    uint64_t seq;
    char name[48]; /* data/proofs/<seq>.tlog-proof */
    size_t size;
};

struct exporting {
    const struct cl_export_source *source;
    const struct cl_export_options *options;
    struct cl_bundle_writer *writer;
    struct cl_vkey key;
    char folder[64], fingerprint[CL_FINGERPRINT];
    struct cl_buf note, vkey, allowed, pem; /* small files of the payload */
    uint8_t *withheld;                      /* one bit an entry */
    struct proved *proved;
    uint64_t observations;
    uint64_t entries_size;
    struct cl_merkle_stack tree; /* of what was read the first time */
    struct cl_json_shape shape;  /* of an entry before */
    struct cl_derived *derived;  /* or NULL */
    struct cl_attachment_list enclosures;
    struct cl_exported out;
};

/* ---- the first reading: what goes in, and how long it is ------------------------------------- */

static bool is_withheld(const struct exporting *x, uint64_t seq)
{
    return x->withheld[seq / 8] >> seq % 8 & 1;
}

/* Ours alone, so its bytes are known: the kind is the third member. */
static bool is_observation(const struct cl_buf *entry)
{
    size_t n = entry->len < HEAD_BYTES ? entry->len : HEAD_BYTES;
    return n && memmem(entry->data, n, OBSERVATION, strlen(OBSERVATION));
}

static void hide(struct exporting *x, uint64_t seq)
{
    x->withheld[seq / 8] |= (uint8_t)(1u << seq % 8);
    x->entries_size += WITHHELD_LINE;
    x->out.withheld++;
}

/* What people and other programs are told of an entry, and what it takes along. One that this
 * version cannot parse stands in the package all the same. */
static enum cl_err tell(struct exporting *x, uint64_t seq, const struct cl_buf *bytes)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    if (!x->derived && !x->source->attachment)
        return CL_OK;
    enum cl_err err = cl_entry_parse_known(&x->shape, bytes->data, bytes->len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    const bool read = err == CL_OK;
    err = x->derived ? cl_derived_tell(x->derived, seq, read ? &entry : NULL, false) : CL_OK;
    if (!err && read && x->source->attachment)
        err = cl_attachment_list_add(&x->enclosures, &entry);
    return err;
}

static enum cl_err take_hidden(struct exporting *x, uint64_t seq, bool withheld)
{
    hide(x, seq);
    x->out.unreadable += !withheld;
    return x->derived ? cl_derived_tell(x->derived, seq, NULL, withheld) : CL_OK;
}

static enum cl_err weigh(struct exporting *x, uint64_t seq, const struct cl_buf *entry,
                         const struct cl_hash *leaf)
{
    const struct cl_export_options *o = x->options;
    enum cl_err err = cl_merkle_push(&x->tree, leaf);
    if (err)
        return err;
    if (seq > 0 && o->withhold && o->withhold(o->context, seq, entry))
        return take_hidden(x, seq, true);
    x->entries_size += entry->len + 1;
    if (is_observation(entry)) /* a ring: of too many, the newest stay */
        x->proved[x->observations++ % CL_EXPORT_PROOFS_MAX].seq = seq;
    return tell(x, seq, entry);
}

static enum cl_err leaf_of(const struct exporting *x, uint64_t seq, struct cl_hash *ret_leaf)
{
    const struct cl_tiles *tiles = &x->source->tiles;
    return tiles->get(tiles->context, 0, seq / CL_TILE_WIDTH, (unsigned)(seq % CL_TILE_WIDTH), 1,
                      ret_leaf);
}

/* An entry that cannot be read any more keeps its place by its hash. */
static enum cl_err weigh_unreadable(struct exporting *x, uint64_t seq)
{
    struct cl_hash leaf;
    enum cl_err err = leaf_of(x, seq, &leaf);
    if (!err)
        err = cl_merkle_push(&x->tree, &leaf);
    return err ? err : take_hidden(x, seq, false);
}

/* After so many entries of two readings. */
static void tell_progress(const struct exporting *x, uint64_t done)
{
    const uint64_t all = 2 * x->source->size;
    if (x->options->on_progress && (done % PROGRESS_STEP == 0 || done == all))
        x->options->on_progress(x->options->context, done, all);
}

static enum cl_err first_reading(struct exporting *x)
{
    const struct cl_export_source *s = x->source;
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    struct cl_hash root, leaf;
    for (uint64_t seq = 0; seq < s->size; seq++) {
        cl_buf_clear(&entry);
        enum cl_err err = s->entry(s->context, seq, &entry, &leaf);
        if (!err)
            err = weigh(x, seq, &entry, &leaf);
        else if (err == CL_LOG_CHANGED && seq > 0)
            err = weigh_unreadable(x, seq);
        if (err)
            return err;
        tell_progress(x, seq + 1);
    }
    enum cl_err err = cl_merkle_stack_root(&x->tree, &root);
    if (err)
        return err;
    return memcmp(root.bytes, s->root.bytes, CL_HASH) == 0 ? CL_OK : CL_LOG_CHANGED;
}

/* How many hashes RFC 9162, section 2.1.3 gives for a leaf: one a level, but for an unpaired last
 * node. */
static unsigned path_length(uint64_t index, uint64_t size)
{
    unsigned n = 0;
    for (; size > 1; index /= 2, size = (size + 1) / 2)
        n += index % 2 || index != size - 1;
    return n;
}

static int by_name(const void *a, const void *b)
{
    const struct proved *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static void name_proofs(struct exporting *x)
{
    x->out.proofs =
        x->observations < CL_EXPORT_PROOFS_MAX ? (unsigned)x->observations : CL_EXPORT_PROOFS_MAX;
    for (unsigned i = 0; i < x->out.proofs; i++) {
        struct proved *p = &x->proved[i];
        char head[64];
        int n = snprintf(head, sizeof head, "c2sp.org/tlog-proof@v1\nindex %" PRIu64 "\n", p->seq);
        p->size = (size_t)n + 45u * path_length(p->seq, x->source->size) + 1 + x->note.len;
        (void)snprintf(p->name, sizeof p->name, "data/proofs/%" PRIu64 ".tlog-proof", p->seq);
    }
    qsort(x->proved, x->out.proofs, sizeof *x->proved, by_name);
}

static enum cl_err make_small(struct exporting *x)
{
    const struct cl_export_source *s = x->source;
    const struct cl_checkpoint head = {.size = s->size, .root = s->root};
    enum cl_err err = cl_vkey_make(s->log_id, s->public_key, &x->key);
    if (!err)
        err = cl_checkpoint_sign(&x->key, s->seed, &head, &x->note);
    if (!err)
        err = cl_vkey_write(&x->key, &x->vkey);
    if (!err)
        err = cl_buf_put_str(&x->vkey, "\n");
    if (!err)
        err = cl_sshsig_allowed(s->public_key, &x->allowed);
    if (!err)
        err = cl_sshsig_pem(s->public_key, &x->pem);
    if (!err)
        err = cl_sshsig_fingerprint(s->public_key, x->fingerprint);
    (void)snprintf(x->folder, sizeof x->folder, "consentlog-%.16s-%" PRIu64,
                   x->key.name + strlen("consentlog/"), s->size);
    return err;
}

/* ---- the second reading: into the package ------------------------------------------------------
 */

static enum cl_err put_hidden(struct exporting *x, uint64_t seq)
{
    struct cl_hash leaf;
    char hex[2 * CL_HASH + 1], line[WITHHELD_LINE + 1];
    enum cl_err err = leaf_of(x, seq, &leaf);
    if (err)
        return err;
    cl_hex_encode(leaf.bytes, CL_HASH, hex);
    int n = snprintf(line, sizeof line, "{\"withheld\":\"%s\"}\n", hex);
    return cl_bundle_put(x->writer, line, (size_t)n);
}

static enum cl_err put_entry(struct exporting *x, uint64_t seq, struct cl_buf *entry)
{
    if (is_withheld(x, seq))
        return put_hidden(x, seq);
    enum cl_err err = x->source->entry(x->source->context, seq, entry, NULL);
    if (!err)
        err = cl_buf_put_str(entry, "\n");
    return err ? err : cl_bundle_put(x->writer, entry->data, entry->len);
}

static enum cl_err put_entries(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX + 1);
    const uint64_t size = x->source->size;
    enum cl_err err = cl_bundle_begin(x->writer, "data/entries.jsonl", x->entries_size);
    for (uint64_t seq = 0; seq < size && !err; seq++) {
        cl_buf_clear(&entry);
        err = put_entry(x, seq, &entry);
        tell_progress(x, size + seq + 1);
    }
    return err;
}

/* Proofs of neighbours read the same tiles, so the last one of each level is kept. */
struct kept_tiles {
    const struct cl_tiles *tiles;
    uint64_t size; /* of the log */
    struct kept_tile {
        uint64_t index;
        unsigned width; /* 0: none yet */
        struct cl_hash hashes[CL_TILE_WIDTH];
    } level[CL_TILE_LEVELS];
};

static void free_tiles(struct kept_tiles **kept)
{
    free(*kept);
}

static enum cl_err keep_tile(struct kept_tiles *kept, unsigned level, uint64_t index)
{
    struct kept_tile *tile = &kept->level[level];
    const uint64_t all = kept->size >> (level * CL_TILE_HEIGHT), first = index * CL_TILE_WIDTH;
    const uint64_t left = all > first ? all - first : 0;
    const unsigned width = left < CL_TILE_WIDTH ? (unsigned)left : CL_TILE_WIDTH;
    tile->width = 0;
    enum cl_err err = kept->tiles->get(kept->tiles->context, level, index, 0, width, tile->hashes);
    if (err)
        return err;
    tile->index = index;
    tile->width = width;
    return CL_OK;
}

static enum cl_err get_kept(void *context, unsigned level, uint64_t index, unsigned from,
                            unsigned count, struct cl_hash *ret_hashes)
{
    struct kept_tiles *kept = context;
    struct kept_tile *tile = &kept->level[level];
    if (tile->width == 0 || tile->index != index) {
        enum cl_err err = keep_tile(kept, level, index);
        if (err)
            return err;
    }
    if (from > tile->width || count > tile->width - from)
        return CL_LOG_DAMAGED;
    memcpy(ret_hashes, &tile->hashes[from], count * sizeof *ret_hashes);
    return CL_OK;
}

static enum cl_err put_proofs(struct exporting *x)
{
    cl_cleanup(free_tiles) struct kept_tiles *kept = calloc(1, sizeof *kept);
    if (!kept)
        return CL_NO_MEMORY;
    kept->tiles = &x->source->tiles;
    kept->size = x->source->size;
    const struct cl_tiles tiles = {.context = kept, .get = get_kept};
    cl_cleanup(cl_buf_free) struct cl_buf file = cl_buf(CL_PROOF_FILE_MAX);
    struct cl_prover prover = {.tiles = &tiles, .size = kept->size};
    for (unsigned i = 0; i < x->out.proofs; i++) {
        const struct proved *p = &x->proved[i];
        struct cl_proof proof;
        cl_buf_clear(&file);
        enum cl_err err = cl_prover_inclusion(&prover, p->seq, &proof);
        if (!err)
            err = cl_proof_write(p->seq, &proof, x->note.data, x->note.len, &file);
        if (!err && file.len != p->size)
            err = CL_LOG_DAMAGED; /* tiles of another tree */
        if (!err)
            err = cl_bundle_add(x->writer, p->name, file.data, file.len);
        if (err)
            return err;
    }
    return CL_OK;
}

static enum cl_err put_enclosure(struct exporting *x, const struct cl_enclosure *item)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    enum cl_err err = x->source->attachment(x->source->context, item->sha256, &bytes);
    if (!err && bytes.len != item->size)
        err = CL_LOG_CHANGED;
    return err ? err : cl_bundle_add(x->writer, item->name, bytes.data, bytes.len);
}

/* What entries name, and the caller's files, below that folder. */
static enum cl_err put_files(struct exporting *x, const char *folder)
{
    enum cl_err err = CL_OK;
    for (size_t i = 0; i < x->enclosures.count && !err; i++)
        if (strncmp(x->enclosures.item[i].name, folder, strlen(folder)) == 0)
            err = put_enclosure(x, &x->enclosures.item[i]);
    for (size_t i = 0; i < x->options->file_count && !err; i++) {
        const struct cl_export_file *f = &x->options->files[i];
        if (strncmp(f->name, folder, strlen(folder)) == 0)
            err = cl_bundle_add(x->writer, f->name, f->bytes.data, f->bytes.len);
    }
    return err;
}

static enum cl_err put_buf(struct exporting *x, const char *name, const struct cl_buf *bytes)
{
    return cl_bundle_add(x->writer, name, bytes->data, bytes->len);
}

static enum cl_err put_bag_info(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(4096);
    uint64_t bytes = x->entries_size + x->note.len + x->vkey.len + x->allowed.len + x->pem.len;
    uint64_t files = 5 + x->out.proofs + x->options->file_count + x->enclosures.count;
    uint64_t derived_files = 0, derived_bytes = 0;
    char line[512], when[CL_TIME_TEXT];
    for (unsigned i = 0; i < x->out.proofs; i++)
        bytes += x->proved[i].size;
    for (size_t i = 0; i < x->options->file_count; i++)
        bytes += x->options->files[i].bytes.len;
    for (size_t i = 0; i < x->enclosures.count; i++)
        bytes += x->enclosures.item[i].size;
    if (x->derived)
        cl_derived_weight(x->derived, &derived_files, &derived_bytes);
    cl_time_format(x->options->now_ms, when);
    (void)snprintf(line, sizeof line,
                   "Bag-Software-Agent: consentlog " CL_VERSION "\nBagging-Date: %.10s\n"
                   "Payload-Oxum: %" PRIu64 ".%" PRIu64 "\nExternal-Identifier: %s %s\n",
                   when, bytes + derived_bytes, files + derived_files, x->key.name, when);
    enum cl_err err = cl_buf_put_str(&text, line);
    return err ? err : put_buf(x, "bag-info.txt", &text);
}

static enum cl_err put_head(struct exporting *x)
{
    static const char bagit[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(65536);
    enum cl_err err = cl_export_instructions(x->folder, x->fingerprint, &text);
    if (!err)
        err = put_buf(x, "VERIFY.txt", &text);
    if (!err)
        err = put_bag_info(x);
    return err ? err : cl_bundle_add(x->writer, "bagit.txt", bagit, strlen(bagit));
}

static enum cl_err put_derived(struct exporting *x, const char *name)
{
    return cl_derived_put(x->derived, name, x->writer);
}

/* Ascending by name. */
static enum cl_err put_payload(struct exporting *x)
{
    enum cl_err err = put_buf(x, "data/allowed_signers", &x->allowed);
    if (!err)
        err = put_files(x, "data/attachments/");
    if (!err)
        err = put_derived(x, "data/certification.txt");
    if (!err)
        err = put_buf(x, "data/checkpoint", &x->note);
    if (!err)
        err = put_derived(x, "data/consent-records.jsonld");
    if (!err)
        err = put_entries(x);
    if (!err)
        err = put_derived(x, "data/history.csv");
    if (!err)
        err = put_proofs(x);
    if (!err)
        err = put_buf(x, "data/public-key.pem", &x->pem);
    if (!err)
        err = put_derived(x, "data/report.html");
    if (!err)
        err = put_files(x, "data/timestamps/");
    return err ? err : put_buf(x, "data/vkey", &x->vkey);
}

static enum cl_err put_manifests(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf payload = cl_buf(CL_MANIFEST_MAX), tags = cl_buf(4096),
                                          sig = cl_buf(CL_SSHSIG_MAX);
    enum cl_err err = cl_bundle_manifest(x->writer, true, &payload);
    if (!err)
        err = put_buf(x, "manifest-sha256.txt", &payload);
    if (!err)
        err = cl_bundle_manifest(x->writer, false, &tags);
    if (!err)
        err = put_buf(x, "tagmanifest-sha256.txt", &tags);
    if (!err)
        err = cl_sshsig_sign(x->source->seed, tags.data, tags.len, &sig);
    return err ? err : put_buf(x, "tagmanifest-sha256.txt.sig", &sig);
}

static enum cl_err write_package(struct exporting *x)
{
    enum cl_err err = put_head(x);
    if (!err)
        err = put_payload(x);
    if (!err)
        err = put_manifests(x);
    return err ? err : cl_bundle_commit(&x->writer);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void free_exporting(struct exporting *x)
{
    cl_bundle_abandon(&x->writer);
    cl_buf_free(&x->note);
    cl_buf_free(&x->vkey);
    cl_buf_free(&x->allowed);
    cl_buf_free(&x->pem);
    cl_derived_free(&x->derived);
    cl_attachment_list_free(&x->enclosures);
    free(x->withheld);
    free(x->proved);
}

/* Before anything is read: a name that is taken, or a folder that may not be written, is told at
 * once. */
static enum cl_err begin(struct exporting *x)
{
    const struct cl_export_options *o = x->options;
    enum cl_err err = make_small(x);
    if (!err)
        err = cl_bundle_create(o->path, x->folder, o->now_ms, &x->writer);
    if (!err && o->derive)
        err = cl_derived_new(o->path, x->source->size, &x->derived);
    return err;
}

static enum cl_err derive(struct exporting *x)
{
    const struct cl_report report = {.language = x->options->language,
                                     .owner = x->options->owner,
                                     .log = x->key.name,
                                     .fingerprint = x->fingerprint,
                                     .size = x->source->size,
                                     .now_ms = x->options->now_ms,
                                     .pictures = !x->options->no_pictures,
                                     .documents = !x->options->no_documents};
    if (!x->derived)
        return CL_OK;
    return cl_derived_end(x->derived, &report, x->folder, &x->source->root);
}

/* Attachments that cannot be had are told apart from those that can before anything is counted. */
static enum cl_err drop_lost(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    size_t kept = 0;
    cl_attachment_list_sort(&x->enclosures);
    for (size_t i = 0; i < x->enclosures.count; i++) {
        const struct cl_enclosure *item = &x->enclosures.item[i];
        cl_buf_clear(&bytes);
        enum cl_err err = x->source->attachment(x->source->context, item->sha256, &bytes);
        if (!err)
            x->enclosures.item[kept++] = *item;
        else if (err != CL_ABSENT && err != CL_LOG_CHANGED)
            return err;
    }
    x->enclosures.count = kept;
    return CL_OK;
}

enum cl_err cl_export(const struct cl_export_source *source,
                      const struct cl_export_options *options, struct cl_exported *ret)
{
    cl_cleanup(free_exporting) struct exporting x = {.source = source,
                                                     .options = options,
                                                     .note = cl_buf(CL_NOTE_MAX),
                                                     .vkey = cl_buf(1024),
                                                     .allowed = cl_buf(1024),
                                                     .pem = cl_buf(1024)};
    if (source->size == 0)
        return CL_LOG_ABSENT;
    x.withheld = calloc((size_t)(source->size / 8 + 1), 1);
    x.proved = calloc(CL_EXPORT_PROOFS_MAX, sizeof *x.proved);
    if (!x.withheld || !x.proved)
        return CL_NO_MEMORY;
    x.enclosures.no_pictures = options->no_pictures;
    x.enclosures.no_documents = options->no_documents;
    enum cl_err err = begin(&x);
    if (!err)
        err = first_reading(&x);
    if (!err)
        err = drop_lost(&x);
    if (!err)
        err = derive(&x);
    if (err)
        return err;
    name_proofs(&x);
    err = write_package(&x);
    if (err)
        return err;
    x.out.entries = source->size;
    *ret = x.out;
    return CL_OK;
}
