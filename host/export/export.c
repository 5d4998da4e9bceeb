#include "export/export.h"

#include "base/limits.h"
#include "crypto/proof.h"
#include "crypto/sshsig.h"
#include "export/attachment_list.h"
#include "export/derived.h"
#include "package/bundle_writer.h"
#include "package/layout.h"
#include "package/png.h"
#include "report/instructions.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_STEP 64 /* entries */

struct exporting {
    const struct cl_export_source *source;
    const struct cl_export_options *options;
    struct cl_bundle_writer *writer;
    struct cl_vkey key;
    char folder[CL_LAYOUT_NAME], fingerprint[CL_FINGERPRINT];
    struct cl_buf note; /* the checkpoint */
    uint8_t *hidden;    /* one bit an entry: withheld, or unreadable */
    uint64_t *proved;   /* entries */
    uint64_t observations;
    struct cl_merkle_stack tree;
    struct cl_derived *derived; /* or NULL */
    struct cl_attachment_list attachments;
    unsigned pictures, texts, exhibits; /* of them, that are in the package */
    struct cl_exported out;
};

static enum cl_err put_buf(struct exporting *x, const char *name, const struct cl_buf *bytes)
{
    return cl_bundle_add(x->writer, name, bytes->data, bytes->len);
}

/* After so many entries, of one reading or of two. */
static void tell_progress(const struct exporting *x, uint64_t done)
{
    const uint64_t all = (x->derived ? 2 : 1) * x->source->size;
    if (x->options->on_progress && (done % PROGRESS_STEP == 0 || done == all))
        x->options->on_progress(x->options->context, done, all);
}

/* ---- the entries ----------------------------------------------------------------------------- */

static bool is_hidden(const struct exporting *x, uint64_t seq)
{
    return x->hidden[seq / 8] >> seq % 8 & 1;
}

static enum cl_err put_hidden(struct exporting *x, uint64_t seq, const struct cl_hash *leaf,
                              bool withheld)
{
    char line[CL_WITHHELD_LINE + 1];
    x->hidden[seq / 8] |= (uint8_t)(1u << seq % 8);
    x->out.withheld++;
    x->out.unreadable += !withheld;
    cl_withheld_write(leaf, line);
    enum cl_err err = cl_bundle_put(x->writer, line, CL_WITHHELD_LINE);
    if (!err)
        err = cl_bundle_put(x->writer, "\n", 1);
    if (!err && x->derived)
        err = cl_derived_tell(x->derived, seq, NULL, NULL);
    return err;
}

/* What people and other programs are told of an entry, and what it takes along. One that this
 * version cannot parse stands in the package all the same. */
static enum cl_err tell(struct exporting *x, uint64_t seq, const struct cl_buf *bytes)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    struct cl_fault fault;
    enum cl_err err = cl_entry_parse_told(bytes->data, bytes->len, &entry, &fault);
    if (err == CL_NO_MEMORY)
        return err;
    if (err)
        return x->derived ? cl_derived_tell(x->derived, seq, NULL, &fault) : CL_OK;
    if (entry.head.kind == CL_KIND_OBSERVATION) /* a ring: of too many, the newest stay */
        x->proved[x->observations++ % CL_EXPORT_PROOFS_MAX] = seq;
    if (x->source->attachment)
        err = cl_attachment_list_add(&x->attachments, &entry);
    if (!err && x->derived)
        err = cl_derived_tell(x->derived, seq, &entry, NULL);
    return err;
}

static enum cl_err put_disclosed(struct exporting *x, uint64_t seq, struct cl_buf *entry)
{
    enum cl_err err = tell(x, seq, entry);
    if (!err)
        err = cl_bundle_put(x->writer, entry->data, entry->len);
    return err ? err : cl_bundle_put(x->writer, "\n", 1);
}

static enum cl_err leaf_of(const struct exporting *x, uint64_t seq, struct cl_hash *ret_leaf)
{
    const struct cl_tiles *tiles = &x->source->tiles;
    return tiles->get(tiles->context, 0, seq / CL_TILE_WIDTH, (unsigned)(seq % CL_TILE_WIDTH), 1,
                      ret_leaf);
}

static enum cl_err put_entry(struct exporting *x, uint64_t seq, struct cl_buf *entry)
{
    const struct cl_export_options *o = x->options;
    struct cl_hash leaf;
    enum cl_err err = x->source->entry(x->source->context, seq, entry, &leaf);
    const bool lost = err == CL_LOG_CHANGED && seq > 0; /* it keeps its place by its hash */
    if (lost)
        err = leaf_of(x, seq, &leaf);
    if (!err)
        err = cl_merkle_push(&x->tree, &leaf);
    if (err)
        return err;
    if (lost || (seq > 0 && o->withhold && o->withhold(o->context, seq, entry)))
        return put_hidden(x, seq, &leaf, !lost);
    return put_disclosed(x, seq, entry);
}

static enum cl_err put_entries(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    struct cl_hash root;
    enum cl_err err = cl_bundle_begin(x->writer, CL_FILE_ENTRIES);
    for (uint64_t seq = 0; seq < x->source->size && !err; seq++) {
        cl_buf_clear(&entry);
        err = put_entry(x, seq, &entry);
        tell_progress(x, seq + 1);
    }
    if (!err)
        err = cl_merkle_stack_root(&x->tree, &root);
    if (err)
        return err;
    return memcmp(root.bytes, x->source->root.bytes, CL_HASH) == 0 ? CL_OK : CL_LOG_CHANGED;
}

/* ---- the table of them, when it is known how each flip ended --------------------------------- */

static enum cl_err put_row(struct exporting *x, uint64_t seq, struct cl_buf *bytes)
{
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    struct cl_fault fault;
    if (is_hidden(x, seq))
        return cl_derived_row(x->derived, seq, NULL, NULL, x->writer);
    enum cl_err err = x->source->entry(x->source->context, seq, bytes, NULL);
    if (err)
        return err;
    err = cl_entry_parse_told(bytes->data, bytes->len, &entry, &fault);
    if (err == CL_NO_MEMORY)
        return err;
    return cl_derived_row(x->derived, seq, err ? NULL : &entry, err ? &fault : NULL, x->writer);
}

static enum cl_err put_table(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    const uint64_t size = x->source->size;
    enum cl_err err = cl_derived_table(x->derived, x->writer);
    for (uint64_t seq = 0; seq < size && !err; seq++) {
        cl_buf_clear(&entry);
        err = put_row(x, seq, &entry);
        tell_progress(x, size + seq + 1);
    }
    return err;
}

static enum cl_err put_derived(struct exporting *x)
{
    const struct cl_report report = {.language = x->options->language,
                                     .owner = x->options->owner,
                                     .log = x->key.name,
                                     .fingerprint = x->fingerprint,
                                     .size = x->source->size,
                                     .now_ms = x->options->now_ms,
                                     .pictures = x->pictures > 0,
                                     .documents = x->texts > 0,
                                     .exhibits = x->exhibits > 0};
    if (!x->derived)
        return CL_OK;
    enum cl_err err = cl_derived_end(x->derived, &report, x->folder, &x->source->root, x->writer);
    return err ? err : put_table(x);
}

/* ---- proofs ---------------------------------------------------------------------------------- */

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

static enum cl_err put_proof(struct exporting *x, struct cl_prover *prover, uint64_t seq)
{
    cl_cleanup(cl_buf_free) struct cl_buf file = cl_buf(CL_PROOF_FILE_MAX);
    char name[CL_LAYOUT_NAME];
    struct cl_proof proof;
    enum cl_err err = cl_prover_inclusion(prover, seq, &proof);
    if (!err)
        err = cl_proof_write(seq, &proof, x->note.data, x->note.len, &file);
    cl_layout_proof(seq, name);
    return err ? err : put_buf(x, name, &file);
}

static enum cl_err put_proofs(struct exporting *x)
{
    cl_cleanup(free_tiles) struct kept_tiles *kept = calloc(1, sizeof *kept);
    if (!kept)
        return CL_NO_MEMORY;
    kept->tiles = &x->source->tiles;
    kept->size = x->source->size;
    const struct cl_tiles tiles = {.context = kept, .get = get_kept};
    struct cl_prover prover = {.tiles = &tiles, .size = kept->size};
    const bool all = x->observations <= CL_EXPORT_PROOFS_MAX;
    const uint64_t first = all ? 0 : x->observations; /* of the ring, the oldest */
    enum cl_err err = CL_OK;
    x->out.proofs = all ? (unsigned)x->observations : CL_EXPORT_PROOFS_MAX;
    for (uint64_t i = first; i < first + x->out.proofs && !err; i++)
        err = put_proof(x, &prover, x->proved[i % CL_EXPORT_PROOFS_MAX]);
    return err;
}

/* ---- other files ----------------------------------------------------------------------------- */

/* The host takes a picture by its beginning; a verifier decodes it. */
static bool opens_as_named(const struct cl_enclosure *item, const struct cl_buf *bytes)
{
    struct cl_place place;
    return !cl_layout_place(item->name, &place) || place.role != CL_ROLE_PICTURE ||
           cl_png_check((struct cl_span){bytes->data, bytes->len}) == CL_OK;
}

/* One that cannot be had, or no program could show, is left at home; the entry that names it says
 * that there was one. */
static enum cl_err put_attachment(struct exporting *x, const struct cl_enclosure *item,
                                  struct cl_buf *bytes)
{
    cl_buf_clear(bytes);
    enum cl_err err = x->source->attachment(x->source->context, item->sha256, bytes);
    if (err == CL_ABSENT || err == CL_LOG_CHANGED)
        return CL_OK;
    if (!err && bytes->len != item->size)
        err = CL_LOG_CHANGED;
    if (err || !opens_as_named(item, bytes))
        return err;
    struct cl_place place;
    const bool placed = cl_layout_place(item->name, &place);
    x->pictures += placed && place.role == CL_ROLE_PICTURE;
    x->texts += placed && place.role == CL_ROLE_TEXT;
    return put_buf(x, item->name, bytes);
}

/* ---- exhibits -------------------------------------------------------------------------------- */

typedef enum cl_err on_part(void *context, const struct cl_buf *part);

static enum cl_err each_part(struct exporting *x, const struct cl_enclosure *item,
                             struct cl_buf *bytes, on_part *take, void *context)
{
    enum cl_err err = CL_OK;
    for (uint64_t done = 0, part = 0; !err && done < item->size; part++) {
        cl_buf_clear(bytes);
        err = x->source->part(x->source->context, item->sha256, item->size, part, bytes);
        if (!err && (bytes->len == 0 || bytes->len > item->size - done))
            err = CL_LOG_CHANGED;
        if (!err)
            err = take(context, bytes);
        done += bytes->len;
    }
    return err;
}

static enum cl_err hash_part(void *context, const struct cl_buf *part)
{
    return cl_hasher_put(context, part->data, part->len);
}

static enum cl_err put_part(void *context, const struct cl_buf *part)
{
    return cl_bundle_put(context, part->data, part->len);
}

static enum cl_err check_whole(struct exporting *x, const struct cl_enclosure *item,
                               struct cl_buf *bytes)
{
    cl_cleanup(cl_hasher_free) struct cl_hasher *hasher = NULL;
    uint8_t sha256[CL_HASH];
    enum cl_err err = cl_hasher_new(&hasher);
    if (!err)
        err = each_part(x, item, bytes, hash_part, hasher);
    if (!err)
        err = cl_hasher_end(hasher, sha256);
    if (!err && memcmp(sha256, item->sha256, CL_HASH) != 0)
        err = CL_LOG_CHANGED;
    return err;
}

/* Read twice, for what is begun in the package must be whole, and it is not held in memory. */
static enum cl_err put_exhibit(struct exporting *x, const struct cl_enclosure *item,
                               struct cl_buf *bytes)
{
    if (!x->source->part)
        return CL_OK;
    enum cl_err err = check_whole(x, item, bytes);
    if (err == CL_ABSENT || err == CL_LOG_CHANGED)
        return CL_OK;
    if (!err)
        err = cl_bundle_begin(x->writer, item->name);
    if (!err)
        err = each_part(x, item, bytes, put_part, x->writer);
    x->exhibits += !err;
    return err;
}

/* What entries name, and the caller's files. */
static enum cl_err put_files(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf bytes = cl_buf(CL_ATTACHMENT_MAX);
    enum cl_err err = CL_OK;
    cl_attachment_list_sort(&x->attachments);
    for (size_t i = 0; i < x->attachments.count && !err; i++) {
        const struct cl_enclosure *item = &x->attachments.item[i];
        err = item->in_parts ? put_exhibit(x, item, &bytes) : put_attachment(x, item, &bytes);
    }
    for (size_t i = 0; i < x->options->file_count && !err; i++) {
        const struct cl_export_file *f = &x->options->files[i];
        err = cl_bundle_add(x->writer, f->name, f->bytes.data, f->bytes.len);
    }
    return err;
}

static enum cl_err put_key(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf vkey = cl_buf(1024), allowed = cl_buf(1024),
                                          pem = cl_buf(1024);
    enum cl_err err = cl_vkey_write(&x->key, &vkey);
    if (!err)
        err = cl_buf_put_str(&vkey, "\n");
    if (!err)
        err = cl_sshsig_allowed(x->source->public_key, &allowed);
    if (!err)
        err = cl_sshsig_pem(x->source->public_key, &pem);
    if (!err)
        err = put_buf(x, CL_FILE_VKEY, &vkey);
    if (!err)
        err = put_buf(x, CL_FILE_ALLOWED, &allowed);
    return err ? err : put_buf(x, CL_FILE_PEM, &pem);
}

static enum cl_err put_head(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(65536);
    enum cl_err err = cl_instructions_write(x->folder, x->fingerprint, &text);
    if (!err)
        err = put_buf(x, CL_FILE_INSTRUCTIONS, &text);
    return err ? err
               : cl_bundle_add(x->writer, CL_FILE_BAGIT, CL_BAGIT_TEXT, strlen(CL_BAGIT_TEXT));
}

/* Last: what they say is of all before them. */
static enum cl_err put_manifests(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf info = cl_buf(4096), payload = cl_buf(CL_MANIFEST_MAX),
                                          tags = cl_buf(4096), sig = cl_buf(CL_SSHSIG_MAX);
    uint64_t bytes, files;
    enum cl_err err = cl_bundle_weight(x->writer, &bytes, &files);
    if (!err)
        err = cl_bag_info_write(x->key.name, x->options->now_ms, bytes, files, &info);
    if (!err)
        err = put_buf(x, CL_FILE_BAG_INFO, &info);
    if (!err)
        err = cl_bundle_manifest(x->writer, true, &payload);
    if (!err)
        err = put_buf(x, CL_FILE_MANIFEST, &payload);
    if (!err)
        err = cl_bundle_manifest(x->writer, false, &tags);
    if (!err)
        err = put_buf(x, CL_FILE_TAG_MANIFEST, &tags);
    if (!err)
        err = cl_sshsig_sign(x->source->seed, tags.data, tags.len, &sig);
    return err ? err : put_buf(x, CL_FILE_SIGNATURE, &sig);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum cl_err write_package(struct exporting *x)
{
    enum cl_err err = put_head(x);
    if (!err)
        err = put_entries(x);
    if (!err)
        err = put_buf(x, CL_FILE_CHECKPOINT, &x->note);
    if (!err)
        err = put_key(x);
    if (!err)
        err = put_files(x);
    if (!err)
        err = put_proofs(x);
    if (!err)
        err = put_derived(x);
    if (!err)
        err = put_manifests(x);
    return err ? err : cl_bundle_commit(&x->writer);
}

static void free_exporting(struct exporting *x)
{
    cl_bundle_abandon(&x->writer);
    cl_buf_free(&x->note);
    cl_derived_free(&x->derived);
    cl_attachment_list_free(&x->attachments);
    free(x->hidden);
    free(x->proved);
}

/* Before anything is read: a name that is taken, or a folder that may not be written, is told at
 * once. */
static enum cl_err begin(struct exporting *x)
{
    const struct cl_export_source *s = x->source;
    const struct cl_export_options *o = x->options;
    const struct cl_checkpoint head = {.size = s->size, .root = s->root};
    enum cl_err err = cl_vkey_make(s->log_id, s->public_key, &x->key);
    if (!err)
        err = cl_checkpoint_sign(&x->key, s->seed, &head, &x->note);
    if (!err)
        err = cl_sshsig_fingerprint(s->public_key, x->fingerprint);
    if (err)
        return err;
    cl_layout_folder(x->key.name, s->size, x->folder);
    err = cl_bundle_create(o->path, x->folder, o->now_ms, &x->writer);
    return !err && o->derive ? cl_derived_new(&x->derived) : err;
}

enum cl_err cl_export(const struct cl_export_source *source,
                      const struct cl_export_options *options, struct cl_exported *ret)
{
    cl_cleanup(free_exporting) struct exporting x = {
        .source = source, .options = options, .note = cl_buf(CL_NOTE_MAX)};
    if (source->size == 0)
        return CL_LOG_ABSENT;
    x.hidden = calloc((size_t)(source->size / 8 + 1), 1);
    x.proved = calloc(CL_EXPORT_PROOFS_MAX, sizeof *x.proved);
    if (!x.hidden || !x.proved)
        return CL_NO_MEMORY;
    x.attachments.no_pictures = options->no_pictures;
    x.attachments.no_documents = options->no_documents;
    x.attachments.no_exhibits = options->no_exhibits;
    enum cl_err err = begin(&x);
    if (!err)
        err = write_package(&x);
    if (err)
        return err;
    x.out.entries = source->size;
    *ret = x.out;
    return CL_OK;
}
