/* The entries in one pass: the file is hashed, its lines are hashed into the tree, and they are
 * read. */
#include "base/encoding.h"
#include "entry/entry.h"
#include "package/verifier_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of shorter entries all are read before threads would be up. */
#define SHORT (512u * 1024)

/* ---- the pass ------------------------------------------------------------------------------ */

static void hash_block(void *context, const struct cl_block *block)
{
    struct entries *e = context;
    if (!e->hash_err)
        e->hash_err = cl_hasher_put(e->hasher, block->bytes, block->len);
}

struct pass {
    struct verifier *v;
    struct cl_blocks *blocks;
};

static bool want_entries(void *context, size_t i)
{
    const struct pass *p = context;
    return p->v->items[i].place.role == CL_ROLE_ENTRIES;
}

static enum cl_err on_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct pass *p = context;
    (void)i;
    cl_blocks_put(p->blocks, bytes, n);
    verifier_progress(p->v, n);
    return CL_OK;
}

static size_t block_for(const struct verifier *v, uint64_t size)
{
    if (v->options->block)
        return v->options->block;
    return size > SHORT ? CL_BLOCKS_SIZE : 0;
}

static enum cl_err walk(struct verifier *v, size_t i)
{
    const struct cl_blocks_work work = {v->entries, verifier_prepare_lines, hash_block,
                                        verifier_take_lines};
    struct pass pass = {.v = v};
    const struct cl_bundle_visitor visitor = {&pass, want_entries, on_piece};
    const size_t block = block_for(v, cl_bundle_file(v->bundle, i)->size);
    enum cl_err err = cl_blocks_open(&work, block, CL_ENTRY_MAX, &pass.blocks);
    if (!err)
        err = cl_bundle_walk(v->bundle, &visitor, &v->flaw);
    cl_blocks_close(&pass.blocks);
    return err;
}

enum cl_err verifier_walk_entries(struct verifier *v)
{
    size_t i = cl_bundle_find(v->bundle, CL_FILE_ENTRIES);
    struct entries *e = v->entries = calloc(1, sizeof *e);
    if (!e)
        return CL_NO_MEMORY;
    e->v = v;
    e->genesis = cl_buf(CL_ENTRY_MAX);
    enum cl_err err = cl_hasher_new(&e->hasher);
    if (!err)
        err = walk(v, i);
    if (!err)
        err = e->hash_err;
    return err ? err : cl_hasher_end(e->hasher, v->items[i].hash);
}

void verifier_free_entries(struct entries *e)
{
    if (!e)
        return;
    cl_buf_free(&e->genesis);
    cl_hasher_free(&e->hasher);
    free(e);
}

/* ---- what it found --------------------------------------------------------------------------- */

/* Entry 0 gives the log its name and its key, so it is never withheld. */
static enum cl_err check_genesis(struct verifier *v, const struct cl_buf *line)
{
    const struct cl_vkey *key = &v->out.state.key;
    uint8_t log_id[CL_HASH];
    struct cl_vkey named;
    struct cl_entry entry = {0};
    enum cl_err err = cl_entry_parse(line->data, line->len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    if (err || entry.head.kind != CL_KIND_GENESIS) {
        cl_entry_free(&entry);
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_ENTRIES, "%s",
                       CL_SAID("line 1 (entry 0) is not the beginning of a log"));
    }
    bool same_key = memcmp(entry.genesis.public_key, key->public_key, CL_PUBLIC) == 0;
    cl_entry_free(&entry);
    err = cl_sha256(line->data, line->len, log_id);
    if (!err)
        err = cl_vkey_make(log_id, key->public_key, &named);
    if (err)
        return err;
    if (!same_key || strcmp(named.name, key->name) != 0)
        return cl_flaw(
            &v->flaw, CL_OTHER_KEY, CL_FILE_ENTRIES, "%s",
            CL_SAID("line 1 (entry 0) begins another log than the one that data/vkey names"));
    return CL_OK;
}

static enum cl_err check_tree(struct verifier *v)
{
    const struct cl_checkpoint *head = &v->out.state.head;
    struct cl_hash root;
    if (head->size == 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_CHECKPOINT,
                       "states a log without a beginning");
    if (v->entries->seq != head->size)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, CL_FILE_ENTRIES,
                       "has another number of entries (%" PRIu64
                       ") than the checkpoint states (%" PRIu64 ")",
                       v->entries->seq, head->size);
    enum cl_err err = cl_merkle_stack_root(&v->entries->tree, &root);
    if (err)
        return err;
    if (memcmp(root.bytes, head->root.bytes, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, CL_FILE_ENTRIES,
                       "was changed: its entries are not those that were signed");
    return CL_OK;
}

static void say_remarks(struct verifier *v)
{
    const struct entries *r = v->entries;
    for (uint64_t i = 0; i < r->clock_remarks && i < CLOCK_REMARKS_MAX; i++)
        verifier_remark(v, CL_FILE_ENTRIES,
                        "the computer's clock %s between entries %" PRIu64 " and %" PRIu64,
                        CL_SAID(r->remarks[i].what), r->remarks[i].before, r->remarks[i].after);
    if (r->clock_remarks > CLOCK_REMARKS_MAX)
        verifier_remark(v, CL_FILE_ENTRIES, "the computer's clock was set %" PRIu64 " times in all",
                        r->clock_remarks);
    if (r->unsynchronized)
        verifier_remark(v, CL_FILE_ENTRIES,
                        "entries that say that the computer's clock was not synchronised: %" PRIu64,
                        r->unsynchronized);
    if (r->apart)
        verifier_remark(
            v, CL_FILE_ENTRIES,
            "observations at which the computer's clock and LinkedIn's differed by more "
            "than five minutes: %" PRIu64,
            r->apart);
}

enum cl_err verifier_check_entries(struct verifier *v)
{
    const struct entries *e = v->entries;
    v->out.entries = e->seq;
    v->out.withheld = e->withheld;
    enum cl_err err = e->genesis.len ? check_genesis(v, &e->genesis) : CL_OK;
    if (!err && e->fault.err) {
        v->flaw = e->fault.flaw;
        err = e->fault.err;
    }
    if (!err)
        err = check_tree(v);
    if (err)
        return err;
    say_remarks(v);
    return cl_flaw(&v->flaw, CL_OK, "",
                   "exactly the entries that were signed: %" PRIu64 ", of them withheld: %" PRIu64,
                   v->out.entries, v->out.withheld);
}

/* ---- what the walk leaves to say ---------------------------------------------------------------
 */

static enum cl_err check_attachment(struct verifier *v, const struct item *item, const char *name)
{
    const struct item *named = &v->items[item->first];
    if (memcmp(item->place.hash, item->hash, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name, "is not what its name says");
    if (named->seq == UINT64_MAX)
        return cl_flaw(&v->flaw, CL_MALFORMED, name, "is named by no entry of the package");
    if (item->another)
        return cl_flaw(
            &v->flaw, CL_MALFORMED, name, "is not %s; do not open it",
            CL_SAID(item->place.role == CL_ROLE_PICTURE ? "a PNG picture" : "plain text"));
    if (named->types != 1u << item->place.role)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name,
                       "is of another kind than entry %" PRIu64 " says", named->seq);
    return CL_OK;
}

static enum cl_err check_exhibit(struct verifier *v, const struct item *item, const char *name)
{
    const struct item *named = &v->items[item->first];
    if (memcmp(item->place.hash, item->hash, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name, "is not what its name says");
    if (!named->exhibit_types)
        return cl_flaw(&v->flaw, CL_MALFORMED, name, "is named by no exhibit of the package");
    if (named->exhibit_types != 1u << item->place.content)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name,
                       "is of another kind than entry %" PRIu64 " says", named->exhibit_seq);
    return CL_OK;
}

static bool is_attachment(const struct item *item)
{
    return item->place.role == CL_ROLE_PICTURE || item->place.role == CL_ROLE_TEXT;
}

enum cl_err verifier_check_attachments(struct verifier *v)
{
    size_t count = 0;
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++) {
        const struct item *item = &v->items[i];
        const char *name = cl_bundle_file(v->bundle, i)->name;
        const bool exhibit = item->place.role == CL_ROLE_EXHIBIT;
        enum cl_err err = is_attachment(item) ? check_attachment(v, item, name) : CL_OK;
        if (exhibit)
            err = check_exhibit(v, item, name);
        if (!err && item->other_size)
            err = cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name,
                          "has another size (%" PRIu64 ") than an entry that names it states",
                          item->size);
        if (err)
            return err;
        count += is_attachment(item) || exhibit;
    }
    if (v->entries->missing_attachments)
        verifier_remark(v, CL_FILE_ENTRIES,
                        "attachments that entries name and that are withheld: %" PRIu64,
                        v->entries->missing_attachments);
    return cl_flaw(&v->flaw, CL_OK, "", "attachments, each as entries name it: %zu", count);
}

/* Of another log, or the newer one given first: nothing to hold them against each other by. */
static const char *incomparable(const struct verifier *v, const struct cl_earlier *old)
{
    const struct cl_vkey *key = &v->out.state.key;
    if (strcmp(old->key.name, key->name) != 0 ||
        memcmp(old->key.public_key, key->public_key, CL_PUBLIC) != 0)
        return "not compared with the package before it, which is of another log";
    if (old->head.size > v->out.state.head.size)
        return "not compared with the package before it, which has more entries: name the older "
               "one "
               "first";
    return NULL;
}

static enum cl_err say_fork(struct verifier *v, uint64_t old_size)
{
    uint64_t seq;
    enum cl_err err = verifier_find_fork(v, &seq);
    if (err == CL_NO_MEMORY || err == CL_CRYPTO)
        return err;
    if (err)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, CL_FILE_ENTRIES,
                       "is a fork: its entries up to number %" PRIu64
                       " are not those of the earlier package",
                       old_size - 1);
    return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, CL_FILE_ENTRIES,
                   "is a fork: from entry %" PRIu64
                   " on, its entries are not those of the earlier package",
                   seq);
}

enum cl_err verifier_check_extends(struct verifier *v)
{
    const struct cl_earlier *old = v->options->earlier;
    const char *why = incomparable(v, old);
    if (why) {
        verifier_remark(v, "", "%s", CL_SAID(why));
        return cl_flaw(&v->flaw, CL_OK, "", "nothing to compare");
    }
    const struct mark *mark = verifier_mark(v, old->head.size);
    if (!mark || memcmp(mark->root.bytes, old->head.root.bytes, CL_HASH) != 0)
        return say_fork(v, old->head.size);
    return cl_flaw(&v->flaw, CL_OK, "",
                   "begins with the entries of the earlier package, unchanged: %" PRIu64,
                   old->head.size);
}
