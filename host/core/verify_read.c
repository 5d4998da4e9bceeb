/* The entries, read: each is what an entry has to be, and its clock is held against those before.
 */
#include "entry.h"
#include "verifier.h"

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

/* LinkedIn's own clock, where an observation has it: the Date header of the page against the moment
 * at which the browser had loaded it. These names with their colons cannot stand in a text, where
 * their quotation marks would be escaped. */
static bool find_time(struct cl_span line, const char *name, int64_t *ret_ms)
{
    char time[CL_TIME_TEXT] = "";
    const size_t n = strlen(name);
    const uint8_t *found = memmem(line.data, line.len, name, n);
    if (!found || (size_t)(line.data + line.len - found) < n + CL_TIME_TEXT)
        return false;
    memcpy(time, found + n, CL_TIME_TEXT - 1);
    return cl_time_parse(time, ret_ms) == CL_OK;
}

static void compare_server(struct read_lane *r, struct cl_span line)
{
    int64_t server = 0, loaded = 0;
    if (find_time(line, "\"server_date\":\"", &server) &&
        find_time(line, "\"loaded_at\":\"", &loaded) && llabs(server - loaded) > APART_MS)
        r->apart++;
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

/* Find the files of the package that have this hash, and say who names them. Timestamps' files may
 * repeat. */
static bool claim(struct verifier *v, const uint8_t hash[static CL_HASH], uint64_t seq,
                  int64_t time_ms)
{
    size_t low = 0, high = v->by_hash_count;
    bool found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(v->items[v->by_hash[middle]].hash, hash, CL_HASH) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < v->by_hash_count; low++) {
        struct item *item = &v->items[v->by_hash[low]];
        if (memcmp(item->hash, hash, CL_HASH) != 0)
            break;
        if (item->seq == UINT64_MAX) {
            item->seq = seq;
            item->time_ms = time_ms;
        }
        found = true;
    }
    return found;
}

static void read_attachments(struct read_lane *lane, uint64_t seq, int64_t time_ms,
                             struct cl_reader *r)
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
        if (!r->fault->err && !claim(lane->v, hash, seq, time_ms))
            lane->missing_attachments++;
    }
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
    read_attachments(lane, seq, head->clock.time_ms, &r);
    if (fault.err)
        return cl_flaw(&flaw->flaw, CL_MALFORMED, ENTRIES_FILE,
                       "line %" PRIu64 " is not an entry: \"%s\" is missing or wrong", seq + 1,
                       fault.field);
    return CL_OK;
}

/* ---- the common case, quickly ---------------------------------------------------------------- */

/* The value of that name, or an empty span. */
static struct cl_span value_of(const struct cl_json_members *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (cl_span_is(m->member[i].name, name))
            return m->member[i].value;
    return (struct cl_span){0};
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

static bool take_clock(struct cl_span value, struct cl_clock *clock)
{
    struct cl_json_members m;
    if (cl_json_gate_members(value.data, value.len, &m) || m.escaped || m.count != 3)
        return false;
    struct cl_span boot_id = value_of(&m, "boot_id");
    return take_tri(value_of(&m, "synchronized"), &clock->synchronized) &&
           (cl_span_is(boot_id, "null") ||
            take_text(boot_id, clock->boot_id, sizeof clock->boot_id - 1)) &&
           take_number(value_of(&m, "uptime_ms"), &clock->uptime_ms);
}

static bool take_kind(struct cl_span value)
{
    char kind[32];
    if (!take_text(value, kind, sizeof kind - 1))
        return false;
    for (size_t i = 0; cl_kind_names[i]; i++)
        if (strcmp(kind, cl_kind_names[i]) == 0)
            return true;
    return false;
}

/* Whatever is good and names no attachment, without escapes where it matters. False: read it the
 * long way, which says what is wrong, if anything is. */
static bool read_plain(const struct cl_json_members *m, struct cl_entry_head *head)
{
    char time[CL_TIME_TEXT], salt[25];
    int64_t seq = 0;
    struct cl_span attachments = value_of(m, "attachments");
    if (m->escaped || (attachments.len && !cl_span_is(attachments, "[]")) ||
        !cl_span_is(value_of(m, "v"), "1") || !take_number(value_of(m, "seq"), &seq) ||
        !take_kind(value_of(m, "kind")) || !take_text(value_of(m, "time"), time, sizeof time - 1) ||
        cl_time_parse(time, &head->clock.time_ms) != CL_OK || head->clock.time_ms < 0 ||
        !take_text(value_of(m, "salt"), salt, sizeof salt - 1))
        return false;
    head->seq = (uint64_t)seq;
    return take_clock(value_of(m, "clock"), &head->clock);
}

/* ---- the lane ---------------------------------------------------------------------------- */

static enum cl_err note_head(struct read_lane *r, uint64_t seq, const struct cl_entry_head *head,
                             struct entries_fault *fault)
{
    if (head->seq != seq)
        return cl_flaw(&fault->flaw, CL_MALFORMED, ENTRIES_FILE,
                       "line %" PRIu64 " is entry %" PRIu64 ", where %" PRIu64 " should be",
                       seq + 1, head->seq, seq);
    note_clock(r, seq, &head->clock);
    return CL_OK;
}

static enum cl_err read_entry(struct read_lane *r, uint64_t seq, struct cl_span line,
                              struct entries_fault *fault)
{
    struct cl_entry_head head = {0};
    struct cl_json_members members;
    enum cl_err err = seq == 0 ? cl_buf_put(&r->genesis, line.data, line.len) : CL_OK;
    if (!err)
        err = cl_json_gate_members(line.data, line.len, &members);
    if (!err && !read_plain(&members, &head))
        err = read_tree(r, seq, line, &head, fault);
    if (err == CL_BAD_JSON)
        return entries_flaw(fault, seq, CL_MALFORMED, "is not strict JSON");
    if (!err)
        compare_server(r, line);
    return err ? err : note_head(r, seq, &head, fault);
}

static enum cl_err read_line(void *context, uint64_t seq, struct cl_span line,
                             struct entries_fault *fault)
{
    struct read_lane *r = context;
    struct verifier *v = r->v;
    struct cl_hash leaf;
    const bool withheld = seq > 0 && line_withheld(line, &leaf);
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
