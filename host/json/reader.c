#include "json/reader.h"
#include "base/clock.h"
#include "json/gate.h"
#include "json/writer.h"

#include "base/limits.h"
#include "base/unicode.h"

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- trees ------------------------------------------------------------------------------- */

/* A tree is made once and freed as a whole, so its many small pieces lie one behind the other in
 * blocks; the root is the first piece of the first. */
struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) uint8_t bytes[];
};

#define BLOCK 8192 /* room for the tree of a usual entry */

static _Thread_local struct {
    struct block *first, *last;
} growing; /* while cJSON parses */

static bool add_block(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        return false;
    *block = (struct block){.size = size};
    if (growing.last)
        growing.last->next = block;
    else
        growing.first = block;
    growing.last = block;
    return true;
}

static void *take_piece(size_t n)
{
    const size_t align = alignof(max_align_t);
    if (n > SIZE_MAX - align)
        return NULL;
    n = (n + align - 1) / align * align;
    struct block *last = growing.last;
    if ((!last || n > last->size - last->used) && !add_block(n > BLOCK ? n : BLOCK))
        return NULL;
    void *piece = growing.last->bytes + growing.last->used;
    growing.last->used += n;
    return piece;
}

static void leave_piece(void *piece)
{
    (void)piece; /* it goes with its block */
}

static void set_hooks(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = take_piece, .free_fn = leave_piece});
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

/* *ret_tree is NULL when cJSON cannot; what it made until then is gone. */
static void grow_tree(const uint8_t *bytes, size_t len, const char **ret_end, cJSON **ret_tree)
{
    static pthread_once_t hooked = PTHREAD_ONCE_INIT;
    (void)pthread_once(&hooked, set_hooks);
    *ret_tree = cJSON_ParseWithLengthOpts((const char *)bytes, len, ret_end, false);
    if (!*ret_tree)
        free_blocks(growing.first);
    growing.first = growing.last = NULL;
}

enum cl_err cl_json_parse(const uint8_t *bytes, size_t len, struct cJSON **ret_tree)
{
    enum cl_err err = cl_json_gate(bytes, len);
    return err ? err : cl_json_parse_gated(bytes, len, ret_tree);
}

enum cl_err cl_json_parse_gated(const uint8_t *bytes, size_t len, struct cJSON **ret_tree)
{
    const char *end = NULL;
    cl_cleanup(cl_json_free) cJSON *tree = NULL;
    grow_tree(bytes, len, &end, &tree);
    if (!tree) /* what the gate lets through is JSON, so only memory can be missing */
        return CL_NO_MEMORY;
    if (end != (const char *)bytes + len)
        return CL_BAD_JSON;
    *ret_tree = tree;
    tree = NULL;
    return CL_OK;
}

void cl_json_free(struct cJSON **tree)
{
    if (*tree)
        free_blocks((struct block *)(void *)((uint8_t *)*tree - offsetof(struct block, bytes)));
    *tree = NULL;
}

/* ---- faults ------------------------------------------------------------------------------ */

/* Append as much of text as fits, and never half a character: names of unknown members are the
 * peer's. */
static void append(char *to, size_t size, const char *text)
{
    size_t have = strlen(to);
    const size_t n = cl_utf8_cut(text, strlen(text), size - 1 - have);
    memcpy(to + have, text, n);
    to[have + n] = '\0';
}

void cl_read_fail(struct cl_reader *r, const char *name, enum cl_err err)
{
    struct cl_fault *fault = r->fault;
    if (fault->err)
        return;
    fault->err = err;
    fault->field[0] = '\0';
    append(fault->field, sizeof fault->field, r->path);
    append(fault->field, sizeof fault->field, name);
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

struct cl_reader cl_reader(const struct cJSON *object, const char *path, struct cl_fault *fault)
{
    struct cl_reader r = {.fault = fault};
    append(r.path, sizeof r.path, path);
    if (!cJSON_IsObject(object)) {
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

static const cJSON *mark(struct cl_reader *r, const cJSON *member, unsigned at)
{
    r->asked |= UINT64_C(1) << at;
    r->next = member->next;
    r->next_at = at + 1;
    return member;
}

/* The member, marked as asked for; NULL when there is a fault or nothing to read from. */
static const cJSON *ask(struct cl_reader *r, const char *name)
{
    if (!is_live(r))
        return NULL;
    if (r->next && r->next_at < CL_JSON_MEMBERS_MAX && strcmp(r->next->string, name) == 0)
        return mark(r, r->next, r->next_at);
    unsigned i = 0;
    for (const cJSON *m = r->object->child; m && i < CL_JSON_MEMBERS_MAX; m = m->next, i++)
        if (strcmp(m->string, name) == 0)
            return mark(r, m, i);
    cl_read_fail(r, name, CL_MISSING_MEMBER);
    return NULL;
}

static const cJSON *ask_or_null(struct cl_reader *r, const char *name)
{
    const cJSON *member = ask(r, name);
    return cJSON_IsNull(member) ? NULL : member;
}

bool cl_read_has(const struct cl_reader *r, const char *name)
{
    return is_live(r) && cJSON_GetObjectItemCaseSensitive(r->object, name) != NULL;
}

enum cl_err cl_read_end(struct cl_reader *r)
{
    if (!is_live(r))
        return r->fault->err;
    unsigned i = 0;
    for (const cJSON *m = r->object->child; m; m = m->next, i++) {
        if (i >= CL_JSON_MEMBERS_MAX || !(r->asked >> i & 1)) {
            cl_read_fail(r, m->string, CL_UNKNOWN_MEMBER);
            break;
        }
    }
    return r->fault->err;
}

/* ---- values ------------------------------------------------------------------------------ */

/* Each of these takes what ask() found, so NULL (a fault, or a null that is allowed) has its
 * harmless value. */

static const char *str_of(struct cl_reader *r, const char *name, const cJSON *member, size_t max)
{
    if (!member)
        return NULL;
    if (!cJSON_IsString(member)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return NULL;
    }
    size_t n = strlen(member->valuestring);
    if (n == 0 || n > max) {
        cl_read_fail(r, name, n ? CL_TOO_LONG : CL_BAD_VALUE);
        return NULL;
    }
    return member->valuestring;
}

const char *cl_read_str(struct cl_reader *r, const char *name, size_t max)
{
    const char *str = str_of(r, name, ask(r, name), max);
    return str ? str : "";
}

const char *cl_read_str_or_null(struct cl_reader *r, const char *name, size_t max)
{
    return str_of(r, name, ask_or_null(r, name), max);
}

static int enum_of(struct cl_reader *r, const char *name, const cJSON *member,
                   const char *const *names)
{
    if (!member)
        return -1;
    if (!cJSON_IsString(member)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return -1;
    }
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], member->valuestring) == 0)
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

static int64_t int_of(struct cl_reader *r, const char *name, const cJSON *member, int64_t min,
                      int64_t max)
{
    if (!member)
        return 0;
    if (!cJSON_IsNumber(member)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return 0;
    }
    int64_t value = (int64_t)member->valuedouble; /* exact: the gate keeps it within ±(2^53 − 1) */
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

static enum cl_tri tri_of(struct cl_reader *r, const char *name, const cJSON *member)
{
    if (!member)
        return CL_NULL;
    if (!cJSON_IsBool(member)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return CL_NULL;
    }
    return cJSON_IsTrue(member) ? CL_TRUE : CL_FALSE;
}

bool cl_read_bool(struct cl_reader *r, const char *name)
{
    return tri_of(r, name, ask(r, name)) == CL_TRUE;
}

enum cl_tri cl_read_tri(struct cl_reader *r, const char *name)
{
    return tri_of(r, name, ask_or_null(r, name));
}

static int64_t time_of(struct cl_reader *r, const char *name, const cJSON *member)
{
    if (!member)
        return -1;
    if (!cJSON_IsString(member)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return -1;
    }
    int64_t ms;
    if (cl_time_parse(member->valuestring, &ms) || ms < 0) {
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

static struct cl_reader reader_in(struct cl_reader *r, const cJSON *member, const char *name)
{
    struct cl_reader inner = {.fault = r->fault};
    append(inner.path, sizeof inner.path, r->path);
    append(inner.path, sizeof inner.path, name);
    append(inner.path, sizeof inner.path, ".");
    return member ? cl_reader(member, inner.path, r->fault) : inner;
}

struct cl_reader cl_read_object(struct cl_reader *r, const char *name)
{
    return reader_in(r, ask(r, name), name);
}

struct cl_reader cl_read_object_or_null(struct cl_reader *r, const char *name, bool *ret_null)
{
    const cJSON *member = ask(r, name);
    *ret_null = cJSON_IsNull(member);
    return reader_in(r, *ret_null ? NULL : member, name);
}

const struct cJSON *cl_read_array(struct cl_reader *r, const char *name, size_t max,
                                  size_t *ret_count)
{
    *ret_count = 0;
    const cJSON *member = ask(r, name);
    if (!member)
        return NULL;
    if (!cJSON_IsArray(member)) {
        cl_read_fail(r, name, CL_WRONG_TYPE);
        return NULL;
    }
    size_t count = (size_t)cJSON_GetArraySize(member);
    if (count > max) {
        cl_read_fail(r, name, CL_TOO_LONG);
        return NULL;
    }
    *ret_count = count;
    return member;
}

#define INDEXED 48

/* Item i and its name in a fault, "name[i]". */
static const cJSON *item_of(const struct cl_reader *r, const struct cJSON *array, const char *name,
                            size_t i, char ret_name[static INDEXED])
{
    (void)snprintf(ret_name, INDEXED, "%.20s[%zu]", name, i);
    return is_live(r) && array ? cJSON_GetArrayItem(array, (int)i) : NULL;
}

struct cl_reader cl_read_item(struct cl_reader *r, const struct cJSON *array, const char *name,
                              size_t i)
{
    char indexed[INDEXED];
    const cJSON *item = item_of(r, array, name, i, indexed);
    return reader_in(r, item, indexed);
}

const char *cl_read_item_str(struct cl_reader *r, const struct cJSON *array, const char *name,
                             size_t i, size_t max)
{
    char indexed[INDEXED];
    const cJSON *item = item_of(r, array, name, i, indexed);
    const char *str = str_of(r, indexed, item, max);
    return str ? str : "";
}

int64_t cl_read_item_int(struct cl_reader *r, const struct cJSON *array, const char *name, size_t i,
                         int64_t min, int64_t max)
{
    char indexed[INDEXED];
    const cJSON *item = item_of(r, array, name, i, indexed);
    return int_of(r, indexed, item, min, max);
}
