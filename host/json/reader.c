#include "json/reader.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/unicode.h"

#include <stdio.h>
#include <string.h>

static bool is(const struct cl_json *value, enum cl_json_type type)
{
    return value && value->type == type;
}

/* ---- faults ------------------------------------------------------------------------------ */

/* Append as much of text as fits, and never half a character: names of unknown members are the
 * peer's. */
static size_t append(char *to, size_t size, size_t have, const char *text, size_t n)
{
    if (n > size - 1 - have)
        n = cl_utf8_cut(text, n, size - 1 - have);
    memcpy(to + have, text, n);
    to[have + n] = '\0';
    return have + n;
}

void cl_read_fail(struct cl_reader *r, const char *name, enum cl_err err)
{
    struct cl_fault *fault = r->fault;
    if (fault->err)
        return;
    fault->err = err;
    size_t have = append(fault->field, sizeof fault->field, 0, r->path, r->path_len);
    (void)append(fault->field, sizeof fault->field, have, name, strlen(name));
}

/* The object itself is at fault: its path without the dot. */
static void fail_object(struct cl_reader *r, enum cl_err err)
{
    bool first = !r->fault->err;
    cl_read_fail(r, "", err);
    size_t n = strlen(r->fault->field);
    if (first && n > 0 && r->fault->field[n - 1] == '.')
        r->fault->field[n - 1] = '\0';
}

/* ---- members ----------------------------------------------------------------------------- */

struct cl_reader cl_reader(const struct cl_json *object, const char *path, struct cl_fault *fault)
{
    struct cl_reader r = {.fault = fault};
    r.path_len = append(r.path, sizeof r.path, 0, path, strlen(path));
    if (!is(object, CL_JSON_OBJECT)) {
        fail_object(&r, CL_WRONG_TYPE);
        return r;
    }
    r.object = object;
    return r;
}

static bool is_live(const struct cl_reader *r)
{
    return r->object && !r->fault->err;
}

static const struct cl_json *mark_read(struct cl_reader *r, const struct cl_json *member,
                                       unsigned at)
{
    r->asked |= UINT64_C(1) << at;
    r->next = member->next;
    r->next_at = at + 1;
    return member;
}

/* The member, marked as asked for; NULL when there is a fault or nothing to read from. */
static const struct cl_json *ask(struct cl_reader *r, const char *name)
{
    if (!is_live(r))
        return NULL;
    if (r->next && r->next_at < CL_JSON_MEMBERS_MAX && strcmp(r->next->name, name) == 0)
        return mark_read(r, r->next, r->next_at);
    unsigned i = 0;
    for (const struct cl_json *m = r->object->first; m && i < CL_JSON_MEMBERS_MAX; m = m->next, i++)
        if (strcmp(m->name, name) == 0)
            return mark_read(r, m, i);
    cl_read_fail(r, name, CL_MISSING_MEMBER);
    return NULL;
}

static const struct cl_json *ask_or_null(struct cl_reader *r, const char *name)
{
    const struct cl_json *member = ask(r, name);
    return is(member, CL_JSON_NULL) ? NULL : member;
}

bool cl_read_has(const struct cl_reader *r, const char *name)
{
    for (const struct cl_json *m = is_live(r) ? r->object->first : NULL; m; m = m->next)
        if (strcmp(m->name, name) == 0)
            return true;
    return false;
}

enum cl_err cl_read_end(struct cl_reader *r)
{
    if (!is_live(r))
        return r->fault->err;
    unsigned i = 0;
    for (const struct cl_json *m = r->object->first; m; m = m->next, i++) {
        if (i >= CL_JSON_MEMBERS_MAX || !(r->asked >> i & 1)) {
            cl_read_fail(r, m->name, CL_UNKNOWN_MEMBER);
            break;
        }
    }
    return r->fault->err;
}

/* ---- values ------------------------------------------------------------------------------ */

/* Each of these takes what ask() found, so NULL (a fault, or a null that is allowed) has its
 * harmless value. */

static const char *str_of(struct cl_reader *r, const char *name, const struct cl_json *member,
                          size_t max)
{
    if (!member)
        return NULL;
    if (!is(member, CL_JSON_STRING)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return NULL;
    }
    size_t n = member->count;
    if (n == 0 || n > max) {
        cl_read_fail(r, name, n ? CL_TOO_LONG : CL_BAD_VALUE);
        return NULL;
    }
    return member->text;
}

/* One that may be shown as it is, where that is asked for. */
static const char *line_of(struct cl_reader *r, const char *name, const struct cl_json *member,
                           size_t max)
{
    const char *str = str_of(r, name, member, max);
    if (!str || !r->visible ||
        cl_text_visible((struct cl_span){(const uint8_t *)str, member->count}))
        return str;
    cl_read_fail(r, name, CL_BAD_VALUE);
    return NULL;
}

const char *cl_read_str(struct cl_reader *r, const char *name, size_t max)
{
    const char *str = line_of(r, name, ask(r, name), max);
    return str ? str : "";
}

const char *cl_read_text(struct cl_reader *r, const char *name, size_t max)
{
    const char *str = str_of(r, name, ask(r, name), max);
    return str ? str : "";
}

const char *cl_read_str_or_null(struct cl_reader *r, const char *name, size_t max)
{
    return line_of(r, name, ask_or_null(r, name), max);
}

static int enum_of(struct cl_reader *r, const char *name, const struct cl_json *member,
                   const char *const *names)
{
    if (!member)
        return -1;
    if (!is(member, CL_JSON_STRING)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return -1;
    }
    for (int i = 0; names[i]; i++) {
        if (names[i][0] == member->text[0] && strcmp(names[i], member->text) == 0)
            return i;
    }
    cl_read_fail(r, name, CL_BAD_VALUE);
    return -1;
}

int cl_read_enum(struct cl_reader *r, const char *name, const char *const *names)
{
    int i = enum_of(r, name, ask(r, name), names);
    return i < 0 ? 0 : i;
}

int cl_read_enum_or_null(struct cl_reader *r, const char *name, const char *const *names)
{
    return enum_of(r, name, ask_or_null(r, name), names);
}

static int64_t int_of(struct cl_reader *r, const char *name, const struct cl_json *member,
                      int64_t min, int64_t max)
{
    if (!member)
        return 0;
    if (!is(member, CL_JSON_NUMBER)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return 0;
    }
    int64_t value = member->number;
    if (value < min || value > max) {
        cl_read_fail(r, name, CL_BAD_VALUE);
        return 0;
    }
    return value;
}

int64_t cl_read_int(struct cl_reader *r, const char *name, int64_t min, int64_t max)
{
    return int_of(r, name, ask(r, name), min, max);
}

static enum cl_tri tri_of(struct cl_reader *r, const char *name, const struct cl_json *member)
{
    if (!member)
        return CL_NULL;
    if (!is(member, CL_JSON_TRUE) && !is(member, CL_JSON_FALSE)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return CL_NULL;
    }
    return is(member, CL_JSON_TRUE) ? CL_TRUE : CL_FALSE;
}

bool cl_read_bool(struct cl_reader *r, const char *name)
{
    return tri_of(r, name, ask(r, name)) == CL_TRUE;
}

enum cl_tri cl_read_tri(struct cl_reader *r, const char *name)
{
    return tri_of(r, name, ask_or_null(r, name));
}

static int64_t time_of(struct cl_reader *r, const char *name, const struct cl_json *member)
{
    if (!member)
        return -1;
    if (!is(member, CL_JSON_STRING)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return -1;
    }
    int64_t ms;
    if (cl_time_parse(member->text, &ms) || ms < 0) {
        cl_read_fail(r, name, CL_BAD_VALUE);
        return -1;
    }
    return ms;
}

int64_t cl_read_time(struct cl_reader *r, const char *name)
{
    int64_t ms = time_of(r, name, ask(r, name));
    return ms < 0 ? 0 : ms;
}

int64_t cl_read_time_or_null(struct cl_reader *r, const char *name)
{
    return time_of(r, name, ask_or_null(r, name));
}

/* ---- objects and arrays ------------------------------------------------------------------ */

static struct cl_reader reader_in(struct cl_reader *r, const struct cl_json *member,
                                  const char *name)
{
    struct cl_reader inner = {.fault = r->fault, .visible = r->visible};
    size_t have = append(inner.path, sizeof inner.path, 0, r->path, r->path_len);
    have = append(inner.path, sizeof inner.path, have, name, strlen(name));
    inner.path_len = append(inner.path, sizeof inner.path, have, ".", 1);
    if (member && !is(member, CL_JSON_OBJECT))
        fail_object(&inner, CL_WRONG_TYPE);
    else
        inner.object = member;
    return inner;
}

struct cl_reader cl_read_object(struct cl_reader *r, const char *name)
{
    return reader_in(r, ask(r, name), name);
}

struct cl_reader cl_read_object_or_null(struct cl_reader *r, const char *name, bool *ret_null)
{
    const struct cl_json *member = ask(r, name);
    *ret_null = is(member, CL_JSON_NULL);
    return reader_in(r, *ret_null ? NULL : member, name);
}

const struct cl_json *cl_read_array(struct cl_reader *r, const char *name, size_t max,
                                    size_t *ret_count)
{
    *ret_count = 0;
    const struct cl_json *member = ask(r, name);
    if (!member)
        return NULL;
    if (!is(member, CL_JSON_ARRAY)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return NULL;
    }
    size_t count = member->count;
    if (count > max) {
        cl_read_fail(r, name, CL_TOO_LONG);
        return NULL;
    }
    *ret_count = count;
    return member;
}

#define INDEXED 48

/* Item i and its name in a fault, "name[i]". */
static const struct cl_json *item_of(const struct cl_reader *r, const struct cl_json *array,
                                     const char *name, size_t i, char ret_name[static INDEXED])
{
    (void)snprintf(ret_name, INDEXED, "%.20s[%zu]", name, i);
    const struct cl_json *item = is_live(r) && array ? array->first : NULL;
    for (; item && i > 0; i--)
        item = item->next;
    return item;
}

struct cl_reader cl_read_item(struct cl_reader *r, const struct cl_json *array, const char *name,
                              size_t i)
{
    char indexed[INDEXED];
    const struct cl_json *item = item_of(r, array, name, i, indexed);
    return reader_in(r, item, indexed);
}

const char *cl_read_item_str(struct cl_reader *r, const struct cl_json *array, const char *name,
                             size_t i, size_t max)
{
    char indexed[INDEXED];
    const struct cl_json *item = item_of(r, array, name, i, indexed);
    const char *str = line_of(r, indexed, item, max);
    return str ? str : "";
}

int64_t cl_read_item_int(struct cl_reader *r, const struct cl_json *array, const char *name,
                         size_t i, int64_t min, int64_t max)
{
    char indexed[INDEXED];
    const struct cl_json *item = item_of(r, array, name, i, indexed);
    return int_of(r, indexed, item, min, max);
}
