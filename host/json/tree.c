/* The tree, made by the gate; of a text in the form of the one before, by that one's. */
#include "json/tree.h"

#include "json/gate_internal.h"

#include <stdlib.h>
#include <string.h>

static size_t aligned(size_t n)
{
    return (n + _Alignof(struct cl_json) - 1) / _Alignof(struct cl_json) * _Alignof(struct cl_json);
}

/* ---- by the form of the text before ------------------------------------------------------------
 */

/* How many bytes are the same in both. */
static size_t same_bytes(const uint8_t *a, const uint8_t *b, size_t n)
{
    size_t i = 0;
    for (uint64_t x, y; n - i >= sizeof x; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        if (x != y)
            break;
    }
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

static uint32_t same_from(const struct gate *g, const struct cl_form *form, uint32_t from)
{
    const size_t left = (size_t)(g->end - g->at), before = form->len - from;
    return from + (uint32_t)same_bytes(g->at, form->text + from, left < before ? left : before);
}

/* What is the same up to behind the end of a scalar says the same. Elsewhere everything but scalars
 * has to be, byte for byte, what it was in a text that passed: so it has the same objects with the
 * same names, and what is left to be looked at is the scalar at which they differ. */
static bool take_same(struct gate *g, struct cl_form *form)
{
    const uint8_t *text = g->at;
    uint32_t from = 0; /* in the text before; here it is g->at */
    uint32_t same = same_from(g, form, from);
    for (unsigned i = 0; i < form->count; i++) {
        struct cl_form_scalar *scalar = &form->scalar[i];
        struct cl_json *node = &form->tree[scalar->value];
        const uint32_t end = scalar->end;
        if (same < scalar->begin)
            return false;
        const uint32_t begin = (uint32_t)(g->at - text) + (scalar->begin - from);
        *scalar = (struct cl_form_scalar){begin, begin + (end - scalar->begin), scalar->value};
        if (end < same)
            continue;
        g->at = g->start = text + begin;
        node->count = 0;
        if (!gate_scalar(g, node))
            return false;
        g->copy += node->type == CL_JSON_STRING ? node->count + 1 : 0;
        scalar->end = (uint32_t)(g->at - text);
        from = end;
        same = same_from(g, form, from);
    }
    return same == form->len && (size_t)(g->end - g->at) == form->len - from;
}

static void take_room(struct cl_room *room, size_t n)
{
    room->at += aligned(n);
    room->len -= aligned(n);
}

/* The room that the whole text would take is enough for what is new of it. */
static bool parse_same(struct cl_span text, struct cl_room *room, struct cl_form *form)
{
    struct gate g = {
        .at = text.data, .end = text.data + text.len, .copy = room->at, .nodes = form->tree};
    if (!form->tree || room->len < aligned(text.len) || !take_same(&g, form))
        return false;
    form->text = text.data;
    form->len = (uint32_t)text.len;
    take_room(room, (size_t)(g.copy - room->at));
    return true;
}

/* ---- the tree ---------------------------------------------------------------------------------
 */

/* Its strings stand in front of its nodes. */
static enum cl_err parse_anew(struct cl_span text, struct cl_room *room, struct cl_form *form,
                              const struct cl_json **ret_tree)
{
    const size_t front = aligned(text.len);
    const size_t fit = room->len > front ? (room->len - front) / sizeof(struct cl_json) : 0;
    const size_t most = gate_values_of(text.len);
    if (form) {
        form->tree = NULL; /* half of it may be this text's already */
        form->count = 0;
    }
    if (fit == 0)
        return CL_TOO_LONG;
    struct gate g = {.at = text.data,
                     .end = text.data + text.len,
                     .start = text.data,
                     .copy = room->at,
                     .values_max = (unsigned)(fit < most ? fit : most),
                     .nodes = (struct cl_json *)(void *)(room->at + front),
                     .form = form};
    if (!gate_bare_value(&g) || g.at != g.end)
        return g.values == fit && fit < most ? CL_TOO_LONG : CL_BAD_JSON;
    if (form && form->count < CL_FORM_MAX) {
        form->tree = g.nodes;
        form->text = text.data;
        form->len = (uint32_t)text.len;
    }
    take_room(room, front + g.values * sizeof *g.nodes);
    *ret_tree = g.nodes;
    return CL_OK;
}

enum cl_err cl_json_parse_in(const uint8_t *bytes, size_t len, struct cl_room *room,
                             struct cl_form *form, const struct cl_json **ret_tree)
{
    if (len == 0 || len > UINT32_MAX)
        return CL_BAD_JSON;
    if (!form || !parse_same((struct cl_span){bytes, len}, room, form))
        return parse_anew((struct cl_span){bytes, len}, room, form, ret_tree);
    *ret_tree = form->tree;
    return CL_OK;
}

enum cl_err cl_json_parse(const uint8_t *bytes, size_t len, struct cl_json **ret_tree)
{
    if (len == 0 || len > UINT32_MAX)
        return CL_BAD_JSON;
    const size_t most = gate_values_of(len);
    struct cl_json *nodes = malloc(most * sizeof *nodes + len);
    if (!nodes)
        return CL_NO_MEMORY;
    struct gate g = {.at = bytes,
                     .end = bytes + len,
                     .start = bytes,
                     .copy = (uint8_t *)(nodes + most),
                     .values_max = (unsigned)most,
                     .nodes = nodes};
    if (!gate_bare_value(&g) || g.at != g.end) {
        free(nodes);
        return CL_BAD_JSON;
    }
    *ret_tree = nodes;
    return CL_OK;
}

void cl_json_free(struct cl_json **tree)
{
    free(*tree);
    *tree = NULL;
}
