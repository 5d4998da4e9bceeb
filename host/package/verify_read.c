/* The entries, read: each is what an entry has to be, and its clock is held against those before.
 */
#include "base/encoding.h"
#include "entry/entry.h"
#include "package/verifier_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ATTACHMENTS_MAX 64
#define APART_MS        300000 /* five minutes between two clocks that are both well, or more */
#define DRIFT_MS        60000 /* clocks are set by a minute without anybody meaning anything by it */

/* ---- clocks ------------------------------------------------------------------------------ */

static void clock_remark(struct read_lane *r, uint64_t seq, const char *what)
{
    if (++r->clock_remarks > CLOCK_REMARKS_MAX)
        return;
    r->remarks[r->clock_remarks - 1] = (struct clock_remark){r->last_seq, seq, what};
}

/* While a computer runs, both clocks advance alike; what they differ by is what somebody or
 * something set. */
static void compare_clocks(struct read_lane *r, uint64_t seq, const struct cl_clock *now)
{
    int64_t passed = now->time_ms - r->last.time_ms;
    bool same_boot = now->boot_id[0] && strcmp(now->boot_id, r->last.boot_id) == 0;
    int64_t drift = same_boot ? passed - (now->uptime_ms - r->last.uptime_ms) : 0;
    if (passed < 0)
        clock_remark(r, seq, "went back");
    else if (drift > DRIFT_MS)
        clock_remark(r, seq, "jumped ahead");
    else if (drift < -DRIFT_MS)
        clock_remark(r, seq, "was put back");
}

static void note_clock(struct read_lane *r, uint64_t seq, const struct cl_clock *now)
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

/* ---- the long way ------------------------------------------------------------------------- */

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

/* An entry that names files. */
struct naming {
    struct verifier *v;
    uint64_t seq;
    int64_t time_ms;
    struct token_said token; /* of kind timestamp */
    uint64_t missing;        /* files that the package does not have */
    bool answered;           /* an authority's answer is among those that it has */
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

/* The first file of the package that has this hash, or NULL. */
static struct item *find_named(struct verifier *v, const uint8_t hash[static CL_HASH])
{
    size_t low = 0, high = v->by_hash_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(v->items[v->by_hash[middle]].hash, hash, CL_HASH) < 0)
            low = middle + 1;
        else
            high = middle;
    }
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

/* Say who names it, and as what. However many files have these bytes, it is said once. */
static bool claim(struct naming *by, const struct cl_attachment *named)
{
    struct item *item = find_named(by->v, named->sha256);
    if (!item)
        return false;
    if (item->seq == UINT64_MAX) {
        item->seq = by->seq;
        item->time_ms = by->time_ms;
    }
    item->other_size |= named->size != item->size;
    item->types |= type_of(named->media_type);
    if (item->answers)
        name_answer(by, item);
    return true;
}

static void read_attachments(struct naming *by, struct cl_reader *r)
{
    size_t count = 0;
    if (!cl_read_has(r, "attachments"))
        return;
    const struct cJSON *list = cl_read_array(r, "attachments", ATTACHMENTS_MAX, &count);
    for (size_t i = 0; i < count && !r->fault->err; i++) {
        struct cl_attachment named;
        struct cl_reader a = cl_read_item(r, list, "attachments", i);
        named.name = cl_read_str(&a, "name", 128);
        named.media_type = cl_read_str(&a, "media_type", 128);
        named.size = (uint64_t)cl_read_int(&a, "size", 0, CL_INT_MAX);
        const char *hex = cl_read_str(&a, "sha256", 2 * CL_HASH);
        if (!r->fault->err && cl_hex_decode(hex, named.sha256, CL_HASH))
            cl_read_fail(&a, "sha256", CL_BAD_VALUE);
        cl_read_close(&a);
        if (!r->fault->err)
            by->missing += !claim(by, &named);
    }
}

static struct token_said read_token(struct cl_reader *r)
{
    return (struct token_said){.there = true,
                               .size = (uint64_t)cl_read_int(r, "size", 0, CL_INT_MAX),
                               .gen_time = cl_read_time(r, "gen_time")};
}

static enum cl_err read_tree(struct read_lane *lane, uint64_t seq, struct cl_span line,
                             struct cl_entry_head *head, struct entries_fault *flaw)
{
    cl_cleanup(cl_json_free) struct cJSON *tree = NULL;
    struct cl_fault fault = {0};
    *head = (struct cl_entry_head){0};
    enum cl_err err = cl_json_parse(line.data, line.len, &tree);
    if (err)
        return err;
    struct cl_reader r = cl_reader(tree, "", &fault);
    read_head(&r, head);
    struct naming by = {.v = lane->v, .seq = seq, .time_ms = head->clock.time_ms};
    if (head->kind == CL_KIND_TIMESTAMP)
        by.token = read_token(&r);
    read_attachments(&by, &r);
    lane->missing_attachments += by.missing;
    lane->missing_tokens += by.token.there && !by.answered;
    if (fault.err)
        return cl_flaw(&flaw->flaw, CL_MALFORMED, CL_FILE_ENTRIES,
                       "line %" PRIu64 " is not an entry: \"%s\" is missing or wrong", seq + 1,
                       fault.field);
    return CL_OK;
}

/* ---- the common case, quickly ---------------------------------------------------------------- */

struct fields {
    struct cl_span at[FIELDS]; /* empty: it is not there */
};

/* The value of that name, or an empty span. */
static struct cl_span value_of(const struct cl_json_members *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (cl_span_is(m->member[i].name, name))
            return m->member[i].value;
    return (struct cl_span){0};
}

static bool find_clock(struct cl_span clock, struct fields *ret)
{
    struct cl_json_members m;
    if (cl_json_gate_members(clock.data, clock.len, &m) || m.escaped || m.count != 3)
        return false;
    ret->at[FIELD_SYNCHRONIZED] = value_of(&m, "synchronized");
    ret->at[FIELD_BOOT_ID] = value_of(&m, "boot_id");
    ret->at[FIELD_UPTIME_MS] = value_of(&m, "uptime_ms");
    return true;
}

static void find_page(struct cl_span page, struct fields *ret)
{
    struct cl_json_members m;
    if (cl_json_gate_members(page.data, page.len, &m))
        return;
    ret->at[FIELD_SERVER_DATE] = value_of(&m, "server_date");
    ret->at[FIELD_LOADED_AT] = value_of(&m, "loaded_at");
}

/* False where it names an attachment, or names are not spelled as they read: read it the long way.
 */
static bool find_fields(const struct cl_json_members *m, struct fields *ret)
{
    struct cl_span attachments = value_of(m, "attachments");
    *ret = (struct fields){0};
    find_page(value_of(m, "page"), ret);
    ret->at[FIELD_V] = value_of(m, "v");
    ret->at[FIELD_SEQ] = value_of(m, "seq");
    ret->at[FIELD_KIND] = value_of(m, "kind");
    ret->at[FIELD_TIME] = value_of(m, "time");
    ret->at[FIELD_SALT] = value_of(m, "salt");
    return !m->escaped && (attachments.len == 0 || cl_span_is(attachments, "[]")) &&
           find_clock(value_of(m, "clock"), ret);
}

static bool take_number(struct cl_span value, int64_t *ret_number)
{
    uint64_t number;
    if (cl_span_decimal(value, &number) != CL_OK || number > (uint64_t)CL_INT_MAX)
        return false;
    *ret_number = (int64_t)number;
    return true;
}

/* A string of 1 to n bytes that stands as it reads. */
static bool take_text(struct cl_span value, char *ret_text, size_t n)
{
    if (value.len < 3 || value.len > n + 2 || value.data[0] != '"' ||
        memchr(value.data, '\\', value.len))
        return false;
    memcpy(ret_text, value.data + 1, value.len - 2);
    ret_text[value.len - 2] = '\0';
    return true;
}

static bool take_tri(struct cl_span value, enum cl_tri *ret_tri)
{
    *ret_tri = cl_span_is(value, "true")    ? CL_TRUE
               : cl_span_is(value, "false") ? CL_FALSE
                                            : CL_NULL;
    return *ret_tri != CL_NULL || cl_span_is(value, "null");
}

static bool take_time(struct cl_span value, int64_t *ret_ms)
{
    char time[CL_TIME_TEXT];
    return take_text(value, time, sizeof time - 1) && cl_time_parse(time, ret_ms) == CL_OK;
}

/* Not a timestamp: what that says is held against the answer that it names. */
static bool take_kind(struct cl_span value)
{
    char kind[32];
    if (!take_text(value, kind, sizeof kind - 1) ||
        strcmp(kind, cl_kind_names[CL_KIND_TIMESTAMP]) == 0)
        return false;
    for (size_t i = 0; cl_kind_names[i]; i++)
        if (strcmp(kind, cl_kind_names[i]) == 0)
            return true;
    return false;
}

static bool take_clock(const struct fields *f, struct cl_clock *clock)
{
    struct cl_span boot_id = f->at[FIELD_BOOT_ID];
    return take_time(f->at[FIELD_TIME], &clock->time_ms) && clock->time_ms >= 0 &&
           take_tri(f->at[FIELD_SYNCHRONIZED], &clock->synchronized) &&
           (cl_span_is(boot_id, "null") ||
            take_text(boot_id, clock->boot_id, sizeof clock->boot_id - 1)) &&
           take_number(f->at[FIELD_UPTIME_MS], &clock->uptime_ms);
}

/* Whatever is good, without escapes where it matters. False: read it the long way, which says what
 * is wrong, if anything is. */
static bool take_head(const struct fields *f, struct cl_entry_head *head)
{
    char salt[25];
    int64_t seq = 0;
    if (!cl_span_is(f->at[FIELD_V], "1") || !take_number(f->at[FIELD_SEQ], &seq) ||
        !take_kind(f->at[FIELD_KIND]) || !take_text(f->at[FIELD_SALT], salt, sizeof salt - 1))
        return false;
    head->seq = (uint64_t)seq;
    return take_clock(f, &head->clock);
}

/* ---- quicker still: lines like one before ------------------------------------------------------
 */

static bool fits(const struct known_line *known, struct cl_span line, struct fields *ret)
{
    struct cl_json_scalars scalars;
    if (!cl_json_shape_fits(&known->shape, line.data, line.len, &scalars))
        return false;
    for (size_t i = 0; i < FIELDS; i++)
        ret->at[i] =
            known->scalar[i] == SIZE_MAX ? (struct cl_span){0} : scalars.scalar[known->scalar[i]];
    return true;
}

static bool is_known(struct read_lane *r, struct cl_span line, struct fields *ret)
{
    for (size_t i = 0; i < KNOWN_LINES; i++) {
        size_t at = (r->latest + i) % KNOWN_LINES;
        if (!fits(&r->known[at], line, ret))
            continue;
        r->latest = at;
        return true;
    }
    return false;
}

/* In the place of the one that fitted before all others. */
static void make_known(struct read_lane *r, struct cl_span line, const struct fields *fields)
{
    struct known_line *known = &r->known[r->latest = (r->latest + KNOWN_LINES - 1) % KNOWN_LINES];
    if (cl_json_shape_take(&known->shape, line.data, line.len))
        return;
    for (size_t i = 0; i < FIELDS; i++) {
        known->scalar[i] = SIZE_MAX;
        for (size_t k = 0; k < known->shape.count; k++)
            if (fields->at[i].data == line.data + known->shape.scalar[k].at)
                known->scalar[i] = k;
    }
}

/* ---- the lane ---------------------------------------------------------------------------- */

static enum cl_err note_head(struct read_lane *r, uint64_t seq, const struct cl_entry_head *head,
                             struct entries_fault *fault)
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
static void compare_server(struct read_lane *r, const struct fields *f)
{
    int64_t server = 0, loaded = 0;
    if (take_time(f->at[FIELD_SERVER_DATE], &server) &&
        take_time(f->at[FIELD_LOADED_AT], &loaded) && llabs(server - loaded) > APART_MS)
        r->apart++;
}

static enum cl_err read_unknown(struct read_lane *r, uint64_t seq, struct cl_span line,
                                struct fields *fields, struct cl_entry_head *head,
                                struct entries_fault *fault)
{
    struct cl_json_members members;
    enum cl_err err = cl_json_gate_members(line.data, line.len, &members);
    if (err)
        return err;
    if (!find_fields(&members, fields) || !take_head(fields, head))
        return read_tree(r, seq, line, head, fault);
    make_known(r, line, fields);
    return CL_OK;
}

static enum cl_err read_entry(struct read_lane *r, uint64_t seq, struct cl_span line,
                              struct entries_fault *fault)
{
    struct cl_entry_head head = {0};
    struct fields fields;
    enum cl_err err = seq == 0 ? cl_buf_put(&r->genesis, line.data, line.len) : CL_OK;
    if (!err && !(is_known(r, line, &fields) && take_head(&fields, &head)))
        err = read_unknown(r, seq, line, &fields, &head, fault);
    if (err == CL_BAD_JSON)
        return entries_flaw(fault, seq, CL_MALFORMED, "is not strict JSON");
    if (err)
        return err;
    compare_server(r, &fields);
    return note_head(r, seq, &head, fault);
}

static enum cl_err read_line(void *context, uint64_t seq, struct cl_span line,
                             struct entries_fault *fault)
{
    struct read_lane *r = context;
    struct verifier *v = r->v;
    struct cl_hash leaf;
    const bool withheld = seq > 0 && cl_withheld_read(line, &leaf);
    r->withheld += withheld;
    enum cl_err err = withheld ? CL_OK : read_entry(r, seq, line, fault);
    for (; r->next_mark < v->mark_count && v->marks[r->next_mark].size == seq + 1; r->next_mark++)
        v->marks[r->next_mark].latest_ms = r->latest_ms;
    return err;
}

void read_lane_begin(struct read_lane *r, struct verifier *v)
{
    r->v = v;
    r->genesis = cl_buf(CL_ENTRY_MAX);
    r->lines = lines(r, read_line);
}
