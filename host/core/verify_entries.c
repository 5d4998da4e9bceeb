/* The entries, one line at a time: hashed into the tree, read, and held against their neighbours'
 * clocks. */
#include "entry.h"
#include "verifier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES         "data/entries.jsonl"
#define WITHHELD_BEGIN  "{\"withheld\":\""
#define WITHHELD_END    "\"}"
#define ATTACHMENTS_MAX 64
#define REMARKS_MAX     20    /* of one kind; then their number */
#define DRIFT_MS        60000 /* clocks are set by a minute without anybody meaning anything by it */

struct walk {
    struct verifier *v;
    struct cl_merkle_stack stack;
    struct cl_buf line;
    size_t next_proof, next_mark;
    uint64_t seq, last_seq; /* of this line; of the last disclosed entry */
    struct cl_clock last;
    bool has_last;
    int64_t latest_ms;
    uint64_t clock_remarks, unsynchronized;
};

static enum cl_err line_flaw(struct walk *w, enum cl_err err, const char *what)
{
    return cl_flaw(&w->v->flaw, err, ENTRIES, "line %" PRIu64 " (entry %" PRIu64 ") %s", w->seq + 1,
                   w->seq, what);
}

/* ---- clocks ------------------------------------------------------------------------------ */

static void clock_remark(struct walk *w, const char *what)
{
    if (++w->clock_remarks > REMARKS_MAX)
        return;
    verifier_remark(w->v, ENTRIES,
                    "the computer's clock %s between entries %" PRIu64 " and %" PRIu64, what,
                    w->last_seq, w->seq);
}

/* While a computer runs, both clocks advance alike; what they differ by is what somebody or
 * something set. */
static void compare_clocks(struct walk *w, const struct cl_clock *now)
{
    int64_t passed = now->time_ms - w->last.time_ms;
    bool same_boot = now->boot_id[0] && strcmp(now->boot_id, w->last.boot_id) == 0;
    int64_t drift = same_boot ? passed - (now->uptime_ms - w->last.uptime_ms) : 0;
    if (passed < 0)
        clock_remark(w, "went back");
    else if (drift > DRIFT_MS)
        clock_remark(w, "jumped ahead");
    else if (drift < -DRIFT_MS)
        clock_remark(w, "was put back");
}

static void note_clock(struct walk *w, const struct cl_clock *now)
{
    if (w->has_last)
        compare_clocks(w, now);
    if (now->time_ms > w->latest_ms)
        w->latest_ms = now->time_ms;
    w->unsynchronized += now->synchronized == CL_FALSE;
    w->last = *now;
    w->last_seq = w->seq;
    w->has_last = true;
}

/* ---- one entry --------------------------------------------------------------------------- */

static void read_head(struct cl_reader *r, struct cl_entry_head *head)
{
    struct cl_reader clock;
    (void)cl_read_int(r, "v", 1, 1);
    head->seq = (uint64_t)cl_read_int(r, "seq", 0, CL_INT_MAX);
    head->kind = (enum cl_kind)cl_read_enum(r, "kind", cl_kind_names);
    head->clock.time_ms = cl_read_time(r, "time");
    clock = cl_read_object(r, "clock");
    head->clock.synchronized = cl_read_tri(&clock, "synchronized");
    const char *boot_id = cl_read_str_or_null(&clock, "boot_id", sizeof head->clock.boot_id - 1);
    if (boot_id)
        memcpy(head->clock.boot_id, boot_id, strlen(boot_id) + 1);
    head->clock.uptime_ms = cl_read_int(&clock, "uptime_ms", 0, CL_INT_MAX);
    cl_read_close(&clock);
    (void)cl_read_str(r, "salt", 24);
}

/* Find the files of the package that have this hash, and say who names them. Timestamps' files may
 * repeat. */
static bool claim(struct verifier *v, const uint8_t hash[static CL_HASH], uint64_t seq)
{
    size_t low = 0, high = cl_bundle_count(v->bundle);
    bool found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(v->items[v->by_hash[middle]].hash, hash, CL_HASH) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < cl_bundle_count(v->bundle); low++) {
        struct item *item = &v->items[v->by_hash[low]];
        if (memcmp(item->hash, hash, CL_HASH) != 0)
            break;
        if (item->seq == UINT64_MAX)
            item->seq = seq;
        found = true;
    }
    return found;
}

static void read_attachments(struct walk *w, struct cl_reader *r)
{
    size_t count = 0;
    if (!cl_read_has(r, "attachments"))
        return;
    const struct cJSON *list = cl_read_array(r, "attachments", ATTACHMENTS_MAX, &count);
    for (size_t i = 0; i < count && !r->fault->err; i++) {
        uint8_t hash[CL_HASH];
        struct cl_reader a = cl_read_item(r, list, "attachments", i);
        (void)cl_read_str(&a, "name", 128);
        (void)cl_read_str(&a, "media_type", 128);
        (void)cl_read_int(&a, "size", 0, CL_INT_MAX);
        const char *hex = cl_read_str(&a, "sha256", 2 * CL_HASH);
        if (!r->fault->err && cl_hex_decode(hex, hash, CL_HASH))
            cl_read_fail(&a, "sha256", CL_BAD_VALUE);
        cl_read_close(&a);
        if (!r->fault->err && !claim(w->v, hash, w->seq))
            w->v->missing_attachments++;
    }
}

/* Entry 0 gives the log its name and its key, so it is never withheld. */
static enum cl_err check_genesis(struct walk *w)
{
    const struct cl_vkey *key = &w->v->out.state.key;
    uint8_t log_id[CL_HASH];
    struct cl_vkey named;
    struct cl_entry entry = {0};
    enum cl_err err = cl_entry_parse(w->line.data, w->line.len, &entry);
    if (err == CL_NO_MEMORY)
        return err;
    if (err || entry.head.kind != CL_KIND_GENESIS) {
        cl_entry_free(&entry);
        return line_flaw(w, CL_MALFORMED, "is not the beginning of a log");
    }
    bool same_key = memcmp(entry.genesis.public_key, key->public_key, CL_PUBLIC) == 0;
    cl_entry_free(&entry);
    err = cl_sha256(w->line.data, w->line.len, log_id);
    if (!err)
        err = cl_vkey_make(log_id, key->public_key, &named);
    if (err)
        return err;
    if (!same_key || strcmp(named.name, key->name) != 0)
        return line_flaw(w, CL_OTHER_KEY, "begins another log than the one that data/vkey names");
    return CL_OK;
}

/* ---- the common case, quickly ---------------------------------------------------------------- */

/* Digits up to the next other byte. */
static bool take_number(struct cl_span *rest, uint64_t *ret_number)
{
    struct cl_span digits = {rest->data, 0};
    while (digits.len < rest->len && rest->data[digits.len] >= '0' && rest->data[digits.len] <= '9')
        digits.len++;
    rest->data += digits.len;
    rest->len -= digits.len;
    return cl_span_decimal(digits, ret_number) == CL_OK && *ret_number <= (uint64_t)CL_INT_MAX;
}

/* n bytes at most up to a quotation mark, which goes too; nothing escaped. */
static bool take_text(struct cl_span *rest, char *ret_text, size_t n)
{
    for (size_t i = 0; i <= n && i < rest->len; i++) {
        if (rest->data[i] == '\\')
            return false;
        if (rest->data[i] != '"')
            continue;
        memcpy(ret_text, rest->data, i);
        ret_text[i] = '\0';
        rest->data += i + 1;
        rest->len -= i + 1;
        return i > 0;
    }
    return false;
}

static bool take_clock(struct cl_span *rest, struct cl_clock *clock)
{
    uint64_t uptime = 0;
    if (!cl_take_prefix(rest, "\"clock\":{\"synchronized\":"))
        return false;
    if (cl_take_prefix(rest, "true"))
        clock->synchronized = CL_TRUE;
    else if (cl_take_prefix(rest, "false"))
        clock->synchronized = CL_FALSE;
    else
        return false;
    if (!cl_take_prefix(rest, ",\"boot_id\":\"") ||
        !take_text(rest, clock->boot_id, sizeof clock->boot_id - 1) ||
        !cl_take_prefix(rest, ",\"uptime_ms\":") || !take_number(rest, &uptime))
        return false;
    clock->uptime_ms = (int64_t)uptime;
    return cl_take_prefix(rest, "},");
}

/* An observation as consentlog writes it, without attachments and without \u escapes, needs no tree
 * to be read: the gate has seen that it is strict JSON, and its head stands at its beginning.
 * False: read it the long way. */
static bool read_plain(const struct cl_buf *line, struct cl_entry_head *head)
{
    static const char name[] = "\"attachments\"";
    struct cl_span rest = {line->data, line->len};
    char time[CL_TIME_TEXT], salt[25];
    if (!cl_take_prefix(&rest, "{\"v\":1,\"seq\":") || !take_number(&rest, &head->seq) ||
        !cl_take_prefix(&rest, ",\"kind\":\"observation\",\"time\":\"") ||
        !take_text(&rest, time, sizeof time - 1) ||
        cl_time_parse(time, &head->clock.time_ms) != CL_OK || head->clock.time_ms < 0 ||
        !cl_take_prefix(&rest, ",") || !take_clock(&rest, &head->clock) ||
        !cl_take_prefix(&rest, "\"salt\":\"") || !take_text(&rest, salt, sizeof salt - 1) ||
        memmem(rest.data, rest.len, "\\u", 2))
        return false;
    const uint8_t *found = memmem(rest.data, rest.len, name, strlen(name));
    if (!found)
        return true;
    rest.len -= (size_t)(found - rest.data) + strlen(name);
    rest.data = found + strlen(name);
    return cl_take_prefix(&rest, ":[]") && !memmem(rest.data, rest.len, name, strlen(name));
}

static enum cl_err note_head(struct walk *w, const struct cl_entry_head *head)
{
    if (head->seq != w->seq)
        return cl_flaw(&w->v->flaw, CL_MALFORMED, ENTRIES,
                       "line %" PRIu64 " is entry %" PRIu64 ", where %" PRIu64 " should be",
                       w->seq + 1, head->seq, w->seq);
    note_clock(w, &head->clock);
    return CL_OK;
}

static enum cl_err read_tree(struct walk *w, struct cl_entry_head *head)
{
    cl_cleanup(cl_json_free) struct cJSON *tree = NULL;
    struct cl_fault fault = {0};
    *head = (struct cl_entry_head){0};
    enum cl_err err = cl_json_parse(w->line.data, w->line.len, &tree);
    if (err)
        return err;
    struct cl_reader r = cl_reader(tree, "", &fault);
    read_head(&r, head);
    read_attachments(w, &r);
    if (fault.err)
        return cl_flaw(&w->v->flaw, CL_MALFORMED, ENTRIES,
                       "line %" PRIu64 " is not an entry: \"%s\" is missing or wrong", w->seq + 1,
                       fault.field);
    return CL_OK;
}

static enum cl_err check_entry(struct walk *w)
{
    struct cl_entry_head head = {0};
    enum cl_err err = w->seq == 0 ? check_genesis(w) : CL_OK;
    if (!err)
        err = cl_json_gate(w->line.data, w->line.len);
    if (!err && !read_plain(&w->line, &head))
        err = read_tree(w, &head);
    if (err == CL_BAD_JSON)
        return line_flaw(w, CL_MALFORMED, "is not strict JSON");
    return err ? err : note_head(w, &head);
}

/* {"withheld":"<leaf hash>"} and nothing else. */
static bool is_withheld(const struct cl_buf *line, struct cl_hash *ret_leaf)
{
    struct cl_span rest = {line->data, line->len};
    if (!cl_take_prefix(&rest, WITHHELD_BEGIN) || rest.len != 2 * CL_HASH + 2 ||
        memcmp(rest.data + 2 * CL_HASH, WITHHELD_END, 2) != 0)
        return false;
    rest.len = 2 * CL_HASH;
    return cl_span_hex(rest, ret_leaf->bytes, CL_HASH) == CL_OK;
}

/* ---- the tree ---------------------------------------------------------------------------- */

static enum cl_err pass_marks(struct walk *w)
{
    struct verifier *v = w->v;
    for (; w->next_mark < v->mark_count && v->marks[w->next_mark].size == w->stack.size;
         w->next_mark++) {
        struct mark *mark = &v->marks[w->next_mark];
        enum cl_err err = cl_merkle_stack_root(&w->stack, &mark->root);
        if (err)
            return err;
        mark->latest_ms = w->latest_ms;
        mark->known = true;
    }
    return CL_OK;
}

static enum cl_err take_line(struct walk *w)
{
    struct verifier *v = w->v;
    struct cl_hash leaf;
    enum cl_err err;
    if (w->seq >= v->out.state.head.size)
        return line_flaw(w, CL_LOG_CHANGED, "is beyond the size that the checkpoint states");
    if (w->seq > 0 && is_withheld(&w->line, &leaf)) {
        v->out.withheld++;
    } else {
        err = check_entry(w);
        if (!err)
            err = cl_merkle_leaf(w->line.data, w->line.len, &leaf);
        if (err)
            return err;
    }
    for (; w->next_proof < v->proof_count && v->items[v->proofs[w->next_proof]].number == w->seq;
         w->next_proof++)
        v->items[v->proofs[w->next_proof]].leaf = leaf;
    err = cl_merkle_push(&w->stack, &leaf);
    w->seq++;
    cl_buf_clear(&w->line);
    return err ? err : pass_marks(w);
}

static enum cl_err take_piece(struct walk *w, struct cl_span piece)
{
    struct cl_span line;
    while (cl_take_line(&piece, &line)) {
        enum cl_err err = cl_buf_put(&w->line, line.data, line.len);
        if (err == CL_TOO_LONG)
            return line_flaw(w, CL_PACKAGE_LIMIT, "is longer than an entry may be");
        if (!err)
            err = take_line(w);
        if (err)
            return err;
    }
    enum cl_err err = cl_buf_put(&w->line, piece.data, piece.len);
    return err == CL_TOO_LONG ? line_flaw(w, CL_PACKAGE_LIMIT, "is longer than an entry may be")
                              : err;
}

static bool want_entries(void *context, size_t i)
{
    const struct walk *w = context;
    return w->v->items[i].role == ROLE_ENTRIES;
}

static enum cl_err on_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct walk *w = context;
    (void)i;
    if (n == 0)
        return w->line.len ? line_flaw(w, CL_MALFORMED, "does not end with a newline") : CL_OK;
    verifier_progress(w->v, n);
    return take_piece(w, (struct cl_span){bytes, n});
}

static enum cl_err check_tree(struct walk *w)
{
    const struct cl_checkpoint *head = &w->v->out.state.head;
    struct cl_hash root;
    if (head->size == 0)
        return cl_flaw(&w->v->flaw, CL_MALFORMED, "data/checkpoint",
                       "states a log without a beginning");
    if (w->seq != head->size)
        return cl_flaw(&w->v->flaw, CL_LOG_CHANGED, ENTRIES,
                       "has %" PRIu64 " entries, but the checkpoint states %" PRIu64, w->seq,
                       head->size);
    enum cl_err err = cl_merkle_stack_root(&w->stack, &root);
    if (err)
        return err;
    if (memcmp(root.bytes, head->root.bytes, CL_HASH) != 0)
        return cl_flaw(&w->v->flaw, CL_LOG_CHANGED, ENTRIES,
                       "was changed: its entries do not give the root that the checkpoint states");
    return CL_OK;
}

static void sum_up_clocks(const struct walk *w)
{
    if (w->clock_remarks > REMARKS_MAX)
        verifier_remark(w->v, ENTRIES, "the computer's clock was set %" PRIu64 " times in all",
                        w->clock_remarks);
    if (w->unsynchronized)
        verifier_remark(w->v, ENTRIES,
                        "%" PRIu64 " entries say that the computer's clock was not synchronised",
                        w->unsynchronized);
}

enum cl_err check_entries(struct verifier *v)
{
    struct walk *w = calloc(1, sizeof *w);
    if (!w)
        return CL_NO_MEMORY;
    w->v = v;
    w->line = cl_buf(CL_ENTRY_MAX);
    const struct cl_bundle_visitor visitor = {w, want_entries, on_piece};
    enum cl_err err = cl_bundle_walk(v->bundle, &visitor, &v->flaw);
    if (!err)
        err = check_tree(w);
    if (!err)
        sum_up_clocks(w);
    v->out.entries = w->seq;
    cl_buf_free(&w->line);
    free(w);
    if (err)
        return err;
    return cl_flaw(&v->flaw, CL_OK, "",
                   "%" PRIu64 " entries, of which %" PRIu64
                   " are withheld, give the root that was signed",
                   v->out.entries, v->out.withheld);
}

/* ---- what the walk leaves to say ---------------------------------------------------------------
 */

static enum cl_err check_attachment(struct verifier *v, size_t i)
{
    const char *name = cl_bundle_file(v->bundle, i)->name;
    char hex[2 * CL_HASH + 1];
    cl_hex_encode(v->items[i].hash, CL_HASH, hex);
    if (strncmp(name + strlen("data/attachments/"), hex, 2 * CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_LOG_CHANGED, name, "is not what its name says");
    if (v->items[i].seq == UINT64_MAX)
        return cl_flaw(&v->flaw, CL_MALFORMED, name, "is named by no entry of the package");
    return CL_OK;
}

enum cl_err check_attachments(struct verifier *v)
{
    size_t count = 0;
    for (size_t i = 0; i < cl_bundle_count(v->bundle); i++) {
        if (v->items[i].role != ROLE_ATTACHMENT)
            continue;
        enum cl_err err = check_attachment(v, i);
        if (err)
            return err;
        count++;
    }
    if (v->missing_attachments)
        verifier_remark(v, ENTRIES, "%" PRIu64 " attachments that entries name are withheld",
                        v->missing_attachments);
    return cl_flaw(&v->flaw, CL_OK, "", "%zu attachments are those that entries name", count);
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

enum cl_err check_extends(struct verifier *v)
{
    const struct cl_earlier *old = v->options->earlier;
    const char *why = incomparable(v, old);
    if (why) {
        verifier_remark(v, "", "%s", why);
        return cl_flaw(&v->flaw, CL_OK, "", "nothing to compare");
    }
    const struct mark *mark = verifier_mark(v, old->head.size);
    if (!mark || memcmp(mark->root.bytes, old->head.root.bytes, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_LOG_CHANGED, ENTRIES,
                       "is a fork: its first %" PRIu64
                       " entries are not those of the earlier package",
                       old->head.size);
    return cl_flaw(&v->flaw, CL_OK, "",
                   "begins with the %" PRIu64 " entries of the earlier package, unchanged",
                   old->head.size);
}

struct mark *verifier_mark(struct verifier *v, uint64_t size)
{
    for (size_t low = 0, high = v->mark_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        struct mark *mark = &v->marks[middle];
        if (mark->size == size)
            return mark->known ? mark : NULL;
        if (mark->size < size)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
