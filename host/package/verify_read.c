/* The entries, read: each is what an entry has to be, and its clock is held against those before.
 */
#include "base/array.h"
#include "base/encoding.h"
#include "entry/entry.h"
#include "package/verifier_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ATTACHMENTS_MAX 64

/* ---- clocks ------------------------------------------------------------------------------ */

static void clock_remark(struct entries *r, uint64_t seq, const char *what)
{
    if (++r->clock_remarks > CLOCK_REMARKS_MAX)
        return;
    r->remarks[r->clock_remarks - 1] = (struct clock_remark){r->last_seq, seq, what};
}

static void compare_clocks(struct entries *r, uint64_t seq, const struct cl_clock *now)
{
    static const char *const steps[] = {[CL_CLOCK_BACK] = "went back",
                                        [CL_CLOCK_AHEAD] = "jumped ahead",
                                        [CL_CLOCK_PUT_BACK] = "was put back"};
    const enum cl_clock_step step = cl_clock_compare(&r->last, now);
    if (step)
        clock_remark(r, seq, steps[step]);
}

static void note_clock(struct entries *r, uint64_t seq, const struct cl_clock *now)
{
    if (r->has_last)
        compare_clocks(r, seq, now);
    if (now->time_ms > r->latest_ms)
        r->latest_ms = now->time_ms;
    r->unsynchronized += now->synchronized == CL_FALSE;
    r->last = *now;
    r->last_seq = seq;
    r->has_last = true;
}

/* ---- files that entries name ------------------------------------------------------------------
 */

/* An entry that names files. */
struct naming {
    struct verifier *v;
    uint64_t seq;
    int64_t time_ms;
    struct token_said token; /* of kind timestamp */
    bool is_exhibit;
    const struct cl_exhibit *exhibit; /* of one that can be read */
    uint64_t missing;                 /* files that the package does not have */
    bool answered;                    /* an authority's answer is among those that it has */
};

static void name_answer(struct naming *by, struct item *item)
{
    const struct token_said *said = &item->said;
    by->answered = true;
    if (!by->token.there)
        return;
    if (!said->there)
        item->said = by->token;
    else if (said->size != by->token.size || said->gen_time != by->token.gen_time)
        item->said.disputed = true;
}

struct hashed {
    const struct verifier *v;
    const uint8_t *hash;
};

static bool hash_before(const void *context, size_t i)
{
    const struct hashed *h = context;
    return memcmp(h->v->items[h->v->by_hash[i]].hash, h->hash, CL_HASH) < 0;
}

/* The first file of the package that has this hash, or NULL. */
static struct item *find_named(struct verifier *v, const uint8_t hash[static CL_HASH])
{
    const struct hashed wanted = {v, hash};
    const size_t low = cl_array_before(v->by_hash_count, hash_before, &wanted);
    struct item *item = low < v->by_hash_count ? &v->items[v->by_hash[low]] : NULL;
    return item && memcmp(item->hash, hash, CL_HASH) == 0 ? item : NULL;
}

/* One bit for the role that a file of that type has. */
static unsigned type_of(const char *media_type)
{
    if (strcmp(media_type, CL_MEDIA_PICTURE) == 0)
        return 1u << CL_ROLE_PICTURE;
    return strcmp(media_type, CL_MEDIA_TEXT) == 0 ? 1u << CL_ROLE_TEXT : 1u;
}

/* What the entry says of the file that the file does not; or NULL. That mail and type fit each
 * other is said of the entry alone (entry/exhibit.h). */
static const char *exhibit_lie(const struct cl_exhibit *said, const struct item *item)
{
    uint8_t hash[CL_HASH];
    const enum cl_content_type type = cl_content_named(said->attachments.item[0].media_type);
    if (type != item->content)
        return type == CL_CONTENT_TYPES ? NULL : "media_type";
    if (type != CL_CONTENT_MAIL || !said->has_mail)
        return NULL;
    if (cl_mail_hash(said->mail.from, said->mail.date, said->mail.subject,
                     said->mail.linkedin_signature, hash))
        return "mail";
    return memcmp(hash, item->mail, CL_HASH) == 0 ? NULL : "mail";
}

/* By an entry of kind exhibit, which names what lies among the exhibits alone. */
static bool claim_exhibit(struct naming *by, struct item *item, const struct cl_attachment *named)
{
    const struct cl_verify_options *o = by->v->options;
    item->other_size |= named->size != item->size;
    if (!item->enclosed)
        return false;
    if (!item->exhibit_types)
        item->exhibit_seq = by->seq;
    item->exhibit_types |= 1u << cl_content_named(named->media_type);
    const char *lie = by->exhibit ? exhibit_lie(by->exhibit, item) : NULL;
    if (lie && o->on_exhibit)
        o->on_exhibit(o->context, by->seq, lie);
    return true;
}

/* Say who names it, and as what. However many files have these bytes, it is said once. */
static bool claim(struct naming *by, const struct cl_attachment *named)
{
    struct item *item = find_named(by->v, named->sha256);
    if (!item)
        return false;
    if (by->is_exhibit)
        return claim_exhibit(by, item, named);
    item->other_size |= named->size != item->size;
    if (!item->attached)
        return false;
    if (item->seq == UINT64_MAX && (!item->answers || by->token.there)) {
        item->seq = by->seq;
        item->time_ms = by->time_ms;
    }
    item->types |= type_of(named->media_type);
    if (item->answers)
        name_answer(by, item);
    return true;
}

static void claim_one(struct naming *by, struct cl_reader *parent, const struct cl_json *list,
                      size_t i)
{
    struct cl_attachment named;
    struct cl_reader a = cl_read_item(parent, list, "attachments", i);
    named.name = cl_read_str(&a, "name", 128);
    named.media_type = cl_read_str(&a, "media_type", 128);
    named.size = (uint64_t)cl_read_int(&a, "size", 0, CL_INT_MAX);
    const char *hex = cl_read_str(&a, "sha256", 2 * CL_HASH);
    if (!a.fault->err && cl_hex_decode(hex, named.sha256, CL_HASH))
        cl_read_fail(&a, "sha256", CL_BAD_VALUE);
    cl_read_close(&a);
    if (!a.fault->err)
        by->missing += !claim(by, &named);
}

/* Of whatever kind, by their place in every entry that has some. */
static enum cl_err claim_all(struct naming *by, const struct cl_json *tree, struct cl_fault *fault)
{
    struct cl_reader r = cl_reader(tree, "", fault);
    size_t count = 0;
    if (!cl_read_has(&r, "attachments"))
        return CL_OK;
    const struct cl_json *list = cl_read_array(&r, "attachments", ATTACHMENTS_MAX, &count);
    for (size_t i = 0; i < count && !fault->err; i++)
        claim_one(by, &r, list, i);
    return fault->err;
}

/* ---- an entry that this version cannot read whole -------------------------------------------- */

/* What every entry has, whatever else is in it. */
static enum cl_err read_head(const struct cl_json *tree, struct cl_entry *entry,
                             struct cl_fault *fault)
{
    struct cl_reader r = cl_reader(tree, "", fault), clock;
    struct cl_entry_head *head = &entry->head;
    *entry = (struct cl_entry){0};
    (void)cl_read_int(&r, "v", 1, 1);
    head->seq = (uint64_t)cl_read_int(&r, "seq", 0, CL_INT_MAX);
    head->kind = (enum cl_kind)cl_read_enum(&r, "kind", cl_kind_names);
    head->clock.time_ms = cl_read_time(&r, "time");
    clock = cl_read_object(&r, "clock");
    head->clock.synchronized = cl_read_tri(&clock, "synchronized");
    const char *boot_id = cl_read_str_or_null(&clock, "boot_id", sizeof head->clock.boot_id - 1);
    if (boot_id)
        memcpy(head->clock.boot_id, boot_id, strlen(boot_id) + 1);
    head->clock.uptime_ms = cl_read_int(&clock, "uptime_ms", 0, CL_INT_MAX);
    cl_read_close(&clock);
    (void)cl_read_str(&r, "salt", 24);
    return fault->err;
}

/* ---- what an entry says --------------------------------------------------------------------- */

static enum cl_err note_head(struct entries *r, uint64_t seq, const struct cl_entry_head *head,
                             struct cl_lines_fault *fault)
{
    if (head->seq != seq)
        return cl_flaw(&fault->flaw, CL_MALFORMED, CL_FILE_ENTRIES,
                       "line %" PRIu64 " is entry %" PRIu64 ", where %" PRIu64 " should be",
                       seq + 1, head->seq, seq);
    note_clock(r, seq, &head->clock);
    return CL_OK;
}

/* LinkedIn's own clock, where an observation has it: the Date header of the page against the moment
 * at which the browser had loaded it. */
static void compare_server(struct entries *r, const struct cl_entry *entry)
{
    if (entry->head.kind != CL_KIND_OBSERVATION)
        return;
    const struct cl_observation *seen = &entry->observation.seen;
    if (seen->page.server_date >= 0 &&
        llabs(seen->page.server_date - seen->page.loaded_at) > CL_CLOCKS_APART_MS)
        r->apart++;
}

/* What an entry of kind timestamp says of its answer, also where another of its members is not
 * known here. */
static struct token_said token_of(const struct cl_json *tree, struct cl_fault *fault)
{
    struct cl_reader r = cl_reader(tree, "", fault);
    return (struct token_said){.there = true,
                               .size = (uint64_t)cl_read_int(&r, "size", 0, CL_INT_MAX),
                               .gen_time = cl_read_time(&r, "gen_time")};
}

static enum cl_err claim_unread(struct naming *by, const struct cl_json *tree,
                                const struct cl_entry_head *head, struct cl_fault *fault)
{
    if (head->kind == CL_KIND_TIMESTAMP)
        by->token = token_of(tree, fault);
    return fault->err ? fault->err : claim_all(by, tree, fault);
}

static void claim_listed(struct naming *by, const struct cl_entry *entry)
{
    const struct cl_attachments *list = cl_entry_attachments(entry);
    if (entry->head.kind == CL_KIND_TIMESTAMP)
        by->token = (struct token_said){
            .there = true, .size = entry->token.size, .gen_time = entry->token.gen_time};
    if (entry->head.kind == CL_KIND_EXHIBIT)
        by->exhibit = &entry->exhibit;
    for (size_t i = 0; i < list->count; i++)
        by->missing += !claim(by, &list->item[i]);
}

static enum cl_err note_files(struct entries *r, const struct read_line *read,
                              struct cl_fault *fault)
{
    const struct cl_entry_head *head = &read->entry.head;
    struct naming by = {.v = r->v,
                        .seq = head->seq,
                        .time_ms = head->clock.time_ms,
                        .is_exhibit = head->kind == CL_KIND_EXHIBIT};
    enum cl_err err = CL_OK;
    if (read->whole)
        claim_listed(&by, &read->entry);
    else
        err = claim_unread(&by, read->tree, head, fault);
    r->missing_attachments += by.missing;
    r->missing_tokens += by.token.there && !by.answered;
    return err;
}

/* ---- a line by itself ---------------------------------------------------------------------- */

/* Of a block: its room, and the form of the line that was read last. */
struct place {
    struct cl_room room;
    struct cl_form form;
};

/* The tree is made in the place, or in memory of its own where there is none: *ret_own. */
static enum cl_err parse(struct cl_span line, struct place *place, const struct cl_json **ret_tree,
                         struct cl_json **ret_own)
{
    if (place)
        return cl_json_parse_in(line.data, line.len, &place->room, &place->form, ret_tree);
    enum cl_err err = cl_json_parse(line.data, line.len, ret_own);
    *ret_tree = *ret_own;
    return err;
}

/* CL_TOO_LONG: there is no room for it. */
static enum cl_err prepare(uint64_t seq, struct cl_span line, struct place *place,
                           struct read_line *ret, struct cl_json **ret_own)
{
    ret->next = NULL;
    ret->line = line;
    ret->tree = NULL;
    ret->whole = false;
    ret->why = (struct cl_fault){0};
    ret->err = line.len > CL_ENTRY_MAX ? CL_PACKAGE_LIMIT : CL_OK;
    ret->withheld = !ret->err && seq > 0 && cl_withheld_read(line, &ret->leaf);
    if (ret->err || ret->withheld)
        return CL_OK;
    enum cl_err err = parse(line, place, &ret->tree, ret_own);
    if (err == CL_TOO_LONG)
        return err;
    ret->err = err ? err : cl_merkle_leaf(line.data, line.len, &ret->leaf);
    ret->whole = !ret->err && cl_entry_read(ret->tree, &ret->entry, &ret->why) == CL_OK;
    if (ret->whole)
        ret->tree = NULL; /* the next line's may be made of it */
    else if (place)
        place->form.tree = NULL;
    return CL_OK;
}

static void *take_room(struct cl_room *room, size_t size)
{
    const size_t n = (size + 7) / 8 * 8;
    if (n > room->len)
        return NULL;
    void *at = room->at;
    room->at += n;
    room->len -= n;
    return at;
}

/* As many as there is room for; the others are made when they are taken. */
void verifier_prepare_lines(void *context, const struct cl_block *block)
{
    struct read_line **last = (void *)block->room, *read;
    CL_UNCLEARED struct place place; /* as far as the form's tree says */
    struct cl_span rest = {block->bytes, block->len}, line;
    (void)context;
    *last = NULL;
    place.room = (struct cl_room){block->room + sizeof *last, block->room_len - sizeof *last};
    place.form.tree = NULL;
    for (uint64_t seq = block->line; cl_take_line(&rest, &line); seq++) {
        read = take_room(&place.room, sizeof *read);
        if (!read || prepare(seq, line, &place, read, NULL))
            return;
        *last = read;
        last = &read->next;
    }
}

/* ---- a line among the others --------------------------------------------------------------- */

static enum cl_err take_entry(struct entries *r, uint64_t seq, struct read_line *read,
                              struct cl_lines_fault *flaw)
{
    struct cl_fault fault = {0};
    struct cl_entry *entry = &read->entry;
    enum cl_err err = seq == 0 ? cl_buf_put(&r->genesis, read->line.data, read->line.len) : CL_OK;
    if (err)
        return err;
    err = read->whole ? CL_OK : read_head(read->tree, entry, &fault);
    if (!err)
        err = note_files(r, read, &fault);
    if (err)
        return cl_flaw(&flaw->flaw, CL_MALFORMED, CL_FILE_ENTRIES,
                       "line %" PRIu64 " is not an entry: \"%s\" is missing or wrong", seq + 1,
                       fault.field);
    if (read->whole)
        compare_server(r, entry);
    err = note_head(r, seq, &entry->head, flaw);
    const struct cl_verify_options *o = r->v->options;
    if (err || !o->on_entry)
        return err;
    return o->on_entry(o->context, seq, read->whole ? entry : NULL,
                       read->whole ? NULL : &read->why);
}

/* Into the tree; its root is wanted here and there. */
static enum cl_err grow_tree(struct entries *r, uint64_t seq, const struct cl_hash *leaf)
{
    struct verifier *v = r->v;
    for (; r->next_proof < v->proof_count && v->items[v->proofs[r->next_proof]].place.number == seq;
         r->next_proof++)
        v->items[v->proofs[r->next_proof]].leaf = *leaf;
    enum cl_err err = cl_merkle_push(&r->tree, leaf);
    for (; !err && r->next_mark < v->mark_count && v->marks[r->next_mark].size == r->tree.size;
         r->next_mark++) {
        struct mark *mark = &v->marks[r->next_mark];
        err = cl_merkle_stack_root(&r->tree, &mark->root);
        mark->known = !err;
        mark->latest_ms = r->latest_ms;
    }
    return err;
}

static enum cl_err take_line(struct entries *r, uint64_t seq, struct read_line *read)
{
    const struct cl_verify_options *o = r->v->options;
    enum cl_err err = read->err;
    if (err == CL_PACKAGE_LIMIT)
        return cl_lines_flaw(&r->fault, seq, err, "is longer than an entry may be");
    if (err == CL_BAD_JSON)
        return cl_lines_flaw(&r->fault, seq, CL_MALFORMED, "is not strict JSON");
    r->withheld += read->withheld;
    if (!err && !read->withheld)
        err = take_entry(r, seq, read, &r->fault);
    else if (!err && o->on_entry)
        err = o->on_entry(o->context, seq, NULL, NULL);
    return err ? err : grow_tree(r, seq, &read->leaf);
}

static void take(struct entries *r, struct read_line *read)
{
    r->fault.err = take_line(r, r->seq, read);
    r->seq += !r->fault.err;
}

/* One that there was no room for. */
static enum cl_err take_unprepared(void *context, uint64_t seq, struct cl_span line,
                                   struct cl_lines_fault *fault)
{
    cl_cleanup(cl_json_free) struct cl_json *own = NULL;
    CL_UNCLEARED struct read_line one;
    (void)fault; /* it is the context's */
    (void)prepare(seq, line, NULL, &one, &own);
    return take_line(context, seq, &one);
}

void verifier_take_lines(void *context, const struct cl_block *block)
{
    struct entries *r = context;
    struct cl_span rest = {block->bytes, block->len};
    struct read_line *read, *const *first = (void *)block->room;
    for (read = *first; read && !r->fault.err; read = read->next) {
        take(r, read);
        rest.data = read->line.data + read->line.len + 1;
    }
    rest.len = (size_t)(block->bytes + block->len - rest.data);
    cl_lines_cut(rest, take_unprepared, r, &r->seq, &r->fault);
}
