#include "base/limits.h"
#include "crypto/sshsig.h"
#include "export/export_internal.h"
#include "package/layout.h"
#include "report/instructions.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_STEP 64 /* entries */

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
                                     .zone = x->options->zone,
                                     .pictures = x->pictures > 0,
                                     .documents = x->texts > 0,
                                     .exhibits = x->exhibits > 0};
    if (!x->derived)
        return CL_OK;
    enum cl_err err = cl_derived_end(x->derived, &report, x->folder, &x->source->root, x->writer);
    return err ? err : put_table(x);
}

/* ---- other files ----------------------------------------------------------------------------- */

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
        err = cl_exporting_put(x, CL_FILE_VKEY, &vkey);
    if (!err)
        err = cl_exporting_put(x, CL_FILE_ALLOWED, &allowed);
    return err ? err : cl_exporting_put(x, CL_FILE_PEM, &pem);
}

static enum cl_err put_head(struct exporting *x)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_INSTRUCTIONS_MAX);
    enum cl_err err = cl_instructions_write(x->folder, x->fingerprint, &text);
    if (!err)
        err = cl_exporting_put(x, CL_FILE_INSTRUCTIONS, &text);
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
        err = cl_exporting_put(x, CL_FILE_BAG_INFO, &info);
    if (!err)
        err = cl_bundle_manifest(x->writer, true, &payload);
    if (!err)
        err = cl_exporting_put(x, CL_FILE_MANIFEST, &payload);
    if (!err)
        err = cl_bundle_manifest(x->writer, false, &tags);
    if (!err)
        err = cl_exporting_put(x, CL_FILE_TAG_MANIFEST, &tags);
    if (!err)
        err = cl_sshsig_sign(x->source->seed, tags.data, tags.len, &sig);
    return err ? err : cl_exporting_put(x, CL_FILE_SIGNATURE, &sig);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum cl_err write_package(struct exporting *x)
{
    enum cl_err err = put_head(x);
    if (!err)
        err = put_entries(x);
    if (!err)
        err = cl_exporting_put(x, CL_FILE_CHECKPOINT, &x->note);
    if (!err)
        err = put_key(x);
    if (!err)
        err = cl_exporting_files(x);
    if (!err)
        err = cl_exporting_proofs(x);
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
