/* Single entries' proofs, and independent time. */
#include "package/verifier_internal.h"

#include "base/array.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- proofs ------------------------------------------------------------------------------ */

struct proving {
    struct verifier *v;
    struct cl_buf file;
};

static bool want_proof(void *context, size_t i)
{
    const struct proving *p = context;
    return p->v->items[i].place.role == CL_ROLE_PROOF;
}

/* Its checkpoint is the package's own, byte for byte, whose signature is checked once and not ten
 * thousand times. */
static bool ends_with_note(const struct verifier *v, struct cl_span note)
{
    const struct cl_buf *own = &v->kept[CL_ROLE_CHECKPOINT];
    return note.len == own->len && memcmp(note.data, own->data, own->len) == 0;
}

static enum cl_err check_proof(struct proving *p, size_t i)
{
    struct verifier *v = p->v;
    const struct item *item = &v->items[i];
    const struct cl_checkpoint *head = &v->out.state.head;
    const char *name = cl_bundle_file(v->bundle, i)->name;
    struct cl_proof proof;
    struct cl_span note;
    uint64_t index = 0;
    if (item->place.number >= head->size)
        return cl_flaw(&v->flaw, CL_MALFORMED, name, "is of an entry that the log does not have");
    enum cl_err err = cl_proof_split(p->file.data, p->file.len, &index, &proof, &note);
    if (err == CL_NO_MEMORY)
        return err;
    if (err)
        return cl_flaw(&v->flaw, err, name, "%s", CL_SAID(cl_err_what(err)));
    if (!ends_with_note(v, note))
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name, "proves it for another checkpoint");
    cl_buf_clear(&p->file);
    err = index == item->place.number
              ? cl_merkle_check_inclusion(&proof, index, head->size, &item->leaf, &head->root)
              : CL_MISMATCH;
    if (err == CL_MISMATCH)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, name, "does not prove entry %" PRIu64,
                       item->place.number);
    return err;
}

static enum cl_err proof_piece(void *context, size_t i, const void *bytes, size_t n)
{
    struct proving *p = context;
    if (n == 0)
        return check_proof(p, i);
    return cl_buf_put(&p->file, bytes, n);
}

enum cl_err verifier_check_proofs(struct verifier *v)
{
    struct proving p = {.v = v, .file = cl_buf(CL_PROOF_FILE_MAX)};
    const struct cl_bundle_visitor visitor = {&p, want_proof, proof_piece};
    enum cl_err err = v->proof_count ? cl_bundle_walk(v->bundle, &visitor, &v->flaw) : CL_OK;
    cl_buf_free(&p.file);
    if (err)
        return err;
    return cl_flaw(&v->flaw, CL_OK, "", "entries that are proved singly as well: %zu",
                   v->proof_count);
}

/* ---- timestamps -------------------------------------------------------------------------- */

/* The four files of one timestamp. */
struct group {
    uint64_t size;
    struct cl_buf parts[4]; /* by role − CL_ROLE_STAMP_CHAIN */
    bool there[4];
    uint64_t seq; /* of the entry that names its reply, that entry's time, and what it says */
    int64_t time_ms;
    struct token_said said;
    const char *name; /* of its reply, if that is there */
};

struct stamping {
    struct verifier *v;
    struct group group; /* the one that is looked at */
    uint64_t untrusted;
    struct cl_hash *ids; /* of those that are counted, ascending */
    struct found {
        struct cl_stamp stamp;
        const char *name; /* of its reply */
        int64_t time_ms;  /* of the entry that names it */
    } * found;
    size_t counted, id_room, found_room;
};

static void free_stamping(struct stamping *s)
{
    for (size_t i = 0; i < 4; i++)
        cl_buf_free(&s->group.parts[i]);
    free(s->ids);
    free(s->found);
}

static struct cl_span part(const struct group *group, enum cl_role role)
{
    const struct cl_buf *buf = &group->parts[role - CL_ROLE_STAMP_CHAIN];
    return (struct cl_span){buf->data, buf->len};
}

/* The stamped checkpoint is the log's own, and its root is that of the entries below its size. */
static enum cl_err check_stamped(struct verifier *v, const struct group *group)
{
    struct cl_span note = part(group, CL_ROLE_STAMP_CHECKPOINT);
    const struct mark *mark = verifier_mark(v, group->size);
    struct cl_checkpoint head;
    enum cl_err err = cl_checkpoint_open(note.data, note.len, &v->out.state.key, &head);
    if (err)
        return cl_flaw(&v->flaw, err, group->name, "stamps a checkpoint that is not this log's");
    if (!mark || head.size != group->size ||
        memcmp(head.root.bytes, mark->root.bytes, CL_HASH) != 0)
        return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, group->name,
                       "stamps a checkpoint that the entries do not give");
    return CL_OK;
}

/* What the entry says of the answer is what the answer says: reports are made of the entries. */
static enum cl_err check_said(struct verifier *v, const struct group *group,
                              const struct cl_timestamp *stamp)
{
    const struct token_said *said = &group->said;
    if (!said->there ||
        (!said->disputed && said->size == group->size && said->gen_time == stamp->time_ms))
        return CL_OK;
    return cl_flaw(&v->flaw, CL_MALFORMED, group->name,
                   "is not what entry %" PRIu64 " says of it: another size or another time",
                   group->seq);
}

/* The owner's clock against the authority's: what was in the log when it was stamped, and the entry
 * that records the stamp. */
static void compare_clocks(struct verifier *v, const struct found *found)
{
    const struct cl_timestamp *stamp = &found->stamp.stamp;
    const struct mark *mark = verifier_mark(v, found->stamp.size);
    if (mark && mark->latest_ms > stamp->latest_ms + CL_CLOCKS_APART_MS)
        verifier_remark(v, found->name,
                        "the computer's clock was ahead of %s by %" PRId64 " seconds",
                        stamp->authority, (mark->latest_ms - stamp->latest_ms) / 1000);
    if (found->stamp.seq != UINT64_MAX && found->time_ms < stamp->earliest_ms - CL_CLOCKS_APART_MS)
        verifier_remark(
            v, found->name,
            "the computer's clock was behind %s by %" PRId64 " seconds at entry %" PRIu64,
            stamp->authority, (stamp->earliest_ms - found->time_ms) / 1000, found->stamp.seq);
}

struct counted {
    const struct cl_hash *ids;
    const uint8_t *id;
};

static bool id_before(const void *context, size_t i)
{
    const struct counted *c = context;
    return memcmp(c->ids[i].bytes, c->id, CL_HASH) < 0;
}

/* One answer is one time, however often it lies there. */
static enum cl_err once(struct stamping *s, const uint8_t id[static CL_HASH], bool *ret_again)
{
    const struct counted counted = {s->ids, id};
    const size_t low = cl_array_before(s->counted, id_before, &counted);
    *ret_again = low < s->counted && memcmp(s->ids[low].bytes, id, CL_HASH) == 0;
    if (*ret_again)
        return CL_OK;
    enum cl_err err = CL_ARRAY_ROOM(s->ids, s->id_room, s->counted + 1);
    if (!err)
        err = CL_ARRAY_ROOM(s->found, s->found_room, s->counted + 1);
    if (err)
        return err;
    memmove(s->ids + low + 1, s->ids + low, (s->counted++ - low) * sizeof *s->ids);
    memcpy(s->ids[low].bytes, id, CL_HASH);
    return CL_OK;
}

static enum cl_err use_stamp(struct stamping *s, const struct group *group,
                             const struct cl_timestamp *stamp)
{
    struct cl_verified *out = &s->v->out;
    struct cl_stamp found = {.size = group->size, .seq = group->seq, .stamp = *stamp};
    const struct mark *mark = verifier_mark(s->v, group->size);
    bool again = false;
    enum cl_err err = once(s, stamp->id, &again);
    if (!err && again) {
        verifier_remark(s->v, group->name, "is an answer that was counted already");
        return CL_OK;
    }
    if (!err)
        err = cl_brackets_add(&s->v->brackets, group->size, group->seq, stamp->earliest_ms,
                              stamp->latest_ms);
    if (err)
        return err;
    if (mark)
        found.root = mark->root;
    if (group->size > out->stamped_size ||
        (group->size == out->stamped_size && stamp->latest_ms < out->stamped_ms)) {
        out->stamped_size = group->size;
        out->stamped_ms = stamp->latest_ms;
    }
    out->stamps++;
    s->found[s->counted - 1] = (struct found){found, group->name, group->time_ms};
    return CL_OK;
}

static enum cl_err check_group(struct stamping *s, const struct group *group)
{
    struct verifier *v = s->v;
    struct cl_timestamp stamp;
    const struct cl_stamped stamped = {.file = part(group, CL_ROLE_STAMP_CHECKPOINT),
                                       .query = part(group, CL_ROLE_STAMP_QUERY),
                                       .reply = part(group, CL_ROLE_STAMP_REPLY),
                                       .chain = part(group, CL_ROLE_STAMP_CHAIN)};
    enum cl_err err = check_stamped(v, group);
    if (err)
        return err;
    if (stamped.chain.len == 0)
        return cl_flaw(&v->flaw, CL_MALFORMED, group->name, "comes without certificates");
    err = cl_timestamp_check(&stamped, v->options->roots, &stamp);
    if (err == CL_NO_MEMORY || err == CL_CRYPTO)
        return err;
    if (err)
        return cl_flaw(&v->flaw, err, group->name, "%s", CL_SAID(cl_err_what(err)));
    if (stamp.trust == CL_TSA_EXPIRED)
        return cl_flaw(&v->flaw, stamp.trust, group->name,
                       "its certificate was not valid at the time it states");
    err = check_said(v, group, &stamp);
    if (err)
        return err;
    if (stamp.trust == CL_OK)
        return use_stamp(s, group, &stamp);
    s->untrusted++;
    verifier_remark(v, group->name,
                    "is not counted: its certificate leads to no root certificate that is trusted "
                    "here (--tsa-roots gives one)");
    return CL_OK;
}

static bool same_stamp(const struct item *a, const struct item *b)
{
    return a->place.number == b->place.number && a->place.ordinal == b->place.ordinal;
}

/* A second time: the entries name it by the hash that it had. */
static enum cl_err read_checked(struct verifier *v, size_t i, struct cl_buf *to)
{
    uint8_t hash[CL_HASH] = {0};
    enum cl_err err = cl_bundle_read(v->bundle, i, to, &v->flaw);
    if (!err)
        err = cl_sha256(to->data, to->len, hash);
    if (err || memcmp(hash, v->items[i].hash, CL_HASH) == 0)
        return err;
    return cl_flaw(&v->flaw, CL_PACKAGE_CHANGED, cl_bundle_file(v->bundle, i)->name,
                   "was changed while it was looked at");
}

static enum cl_err read_part(struct stamping *s, size_t i)
{
    struct verifier *v = s->v;
    const struct item *item = &v->items[i];
    const unsigned part = item->place.role - CL_ROLE_STAMP_CHAIN;
    s->group.there[part] = true;
    s->group.name = cl_bundle_file(v->bundle, i)->name; /* the reply is the last of them */
    if (item->place.role == CL_ROLE_STAMP_REPLY) {
        const struct item *named = &v->items[item->first];
        s->group.seq = named->seq;
        s->group.time_ms = named->time_ms;
        s->group.said = named->said;
    }
    return read_checked(v, i, &s->group.parts[part]);
}

/* The files of the timestamp that the one at `at` belongs to; *at moves behind them. */
static enum cl_err read_group(struct stamping *s, size_t *at)
{
    const struct verifier *v = s->v;
    const struct item *first = &v->items[v->stamps[*at]];
    struct group *group = &s->group;
    enum cl_err err = CL_OK;
    group->size = first->place.number;
    group->seq = UINT64_MAX;
    group->said = (struct token_said){0};
    for (size_t i = 0; i < 4; i++) {
        group->there[i] = false;
        group->parts[i].max = CL_CHAIN_MAX;
        cl_buf_clear(&group->parts[i]);
    }
    for (; *at < v->stamp_count && same_stamp(&v->items[v->stamps[*at]], first) && !err; ++*at)
        err = read_part(s, v->stamps[*at]);
    return err;
}

static enum cl_err check_groups(struct stamping *s)
{
    struct verifier *v = s->v;
    enum cl_err err = CL_OK;
    for (size_t at = 0; at < v->stamp_count && !err;) {
        err = read_group(s, &at);
        const bool *there = s->group.there;
        if (!err && !(there[0] && there[1] && there[2] && there[3]))
            err = cl_flaw(&v->flaw, CL_MALFORMED, s->group.name,
                          "lacks one of its other files: .checkpoint, .tsq, .tsr, .chain.pem");
        if (!err)
            err = check_group(s, &s->group);
    }
    return err;
}

/* When all are known, and do not contradict each other. */
static void tell_stamps(const struct stamping *s)
{
    const struct cl_verify_options *o = s->v->options;
    for (size_t i = 0; i < s->counted; i++) {
        compare_clocks(s->v, &s->found[i]);
        if (o->on_stamp)
            o->on_stamp(o->context, &s->found[i].stamp);
    }
}

static void tell_brackets(struct verifier *v, const struct stamping *s)
{
    const uint64_t size = v->out.state.head.size;
    uint64_t first, last;
    cl_brackets_sort(&v->brackets);
    if (cl_brackets_contradict(&v->brackets, size, &first, &last)) {
        verifier_remark(v, CL_FILE_ENTRIES,
                        "authorities contradict each other: entries %" PRIu64 " to %" PRIu64
                        " would be after one time and before an earlier one, so no time is given",
                        first, last);
        v->out.stamped_size = 0;
        v->out.contradicted = true;
        return;
    }
    tell_stamps(s);
    if (!v->options->on_bracket || v->out.stamps == 0)
        return;
    for (uint64_t seq = 0, next; seq < size; seq = next) {
        const int64_t before = cl_brackets_not_before(&v->brackets, seq);
        const int64_t after = cl_brackets_not_after(&v->brackets, seq);
        next = seq;
        do
            next = cl_brackets_next(&v->brackets, next);
        while (next < size && cl_brackets_not_before(&v->brackets, next) == before &&
               cl_brackets_not_after(&v->brackets, next) == after);
        if (next > size)
            next = size;
        const struct cl_bracket bracket = {seq, next - 1, before, after};
        v->options->on_bracket(v->options->context, &bracket);
    }
}

enum cl_err verifier_check_timestamps(struct verifier *v)
{
    cl_cleanup(free_stamping) struct stamping s = {.v = v};
    enum cl_err err = check_groups(&s);
    if (err)
        return err;
    if (v->entries->missing_tokens)
        return cl_flaw(&v->flaw, CL_MALFORMED, CL_FILE_ENTRIES,
                       "has entries that state an authority's time without its answer: %" PRIu64,
                       v->entries->missing_tokens);
    tell_brackets(v, &s);
    if (v->out.stamps == 0)
        return cl_flaw(&v->flaw, CL_OK, "", "%s",
                       CL_SAID(s.untrusted
                                   ? "fit, but none is by a trusted authority"
                                   : "none: the times are those of the owner's computer alone"));
    if (v->out.contradicted)
        return cl_flaw(&v->flaw, CL_OK, "",
                       "by trusted authorities, which contradict each other: %" PRIu64,
                       v->out.stamps);
    return cl_flaw(&v->flaw, CL_OK, "",
                   "by trusted authorities: %" PRIu64
                   "; entries that they vouch for, from the first on: %" PRIu64,
                   v->out.stamps, v->out.stamped_size);
}
