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

/* Everything but its scalars is, byte for byte, what it was in a text that passed. So it has the
 * same objects with the same names, and what is left to be looked at are the scalars. */
static bool take_same(struct gate *g, const struct cl_form *form)
{
    uint32_t from = 0;
    for (unsigned i = 0; i <= form->count; i++) {
        const bool last = i == form->count;
        const uint32_t to = last ? form->len : form->scalar[i].begin;
        if ((size_t)(g->end - g->at) < to - from ||
            memcmp(g->at, form->text + from, to - from) != 0)
            return false;
        g->at += to - from;
        if (last)
            break;
        if (!gate_scalar(g, &g->nodes[form->scalar[i].value]))
            return false;
        from = form->scalar[i].end;
    }
    return g->at == g->end;
}

/* The nodes of that text, but for what their scalars say. */
static void copy_links(const struct cl_form *form, struct cl_json *to)
{
    const struct cl_json *from = form->tree;
    for (unsigned i = 0; i < form->values; i++) {
        const bool nested = from[i].type == CL_JSON_ARRAY || from[i].type == CL_JSON_OBJECT;
        to[i] = (struct cl_json){.type = from[i].type, .name = from[i].name};
        if (from[i].next)
            to[i].next = to + (from[i].next - from);
        if (nested && from[i].first)
            to[i].first = to + (from[i].first - from);
        if (nested)
            to[i].count = from[i].count;
    }
}

static bool parse_same(struct gate *g, const struct cl_form *form)
{
    if (!form->tree || form->values > g->values_max)
        return false;
    copy_links(form, g->nodes);
    g->values = form->values;
    return take_same(g, form);
}

static bool parse_anew(struct gate *g, struct cl_form *form)
{
    if (form) {
        form->tree = NULL;
        form->count = 0;
    }
    g->form = form;
    if (!gate_bare_value(g) || g->at != g->end)
        return false;
    if (form && form->count < CL_FORM_MAX) {
        form->tree = g->nodes;
        form->values = g->values;
    }
    return true;
}

/* ---- the tree ---------------------------------------------------------------------------------
 */

/* The copy stands in front of its nodes. */
enum cl_err cl_json_parse_in(const uint8_t *bytes, size_t len, struct cl_room *room,
                             struct cl_form *form, const struct cl_json **ret_tree)
{
    if (len == 0 || len > UINT32_MAX)
        return CL_BAD_JSON;
    const size_t front = aligned(len);
    const size_t fit = room->len > front ? (room->len - front) / sizeof(struct cl_json) : 0;
    const size_t most = gate_values_of(len);
    if (fit == 0)
        return CL_TOO_LONG;
    memcpy(room->at, bytes, len);
    const struct gate begun = {.at = room->at,
                               .end = room->at + len,
                               .start = room->at,
                               .copy = room->at,
                               .values_max = (unsigned)(fit < most ? fit : most),
                               .nodes = (struct cl_json *)(void *)(room->at + front)};
    struct gate g = begun;
    if (!form || !parse_same(&g, form)) {
        if (form)
            memcpy(room->at, bytes, len); /* strings were finished in their place */
        g = begun;
        if (!parse_anew(&g, form))
            return g.values == fit && fit < most ? CL_TOO_LONG : CL_BAD_JSON;
        if (form) {
            form->text = bytes;
            form->len = (uint32_t)len;
        }
    }
    const size_t used = front + g.values * sizeof *g.nodes;
    room->at += used;
    room->len -= used;
    *ret_tree = g.nodes;
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
    uint8_t *copy = (uint8_t *)(nodes + most);
    memcpy(copy, bytes, len);
    struct gate g = {.at = copy,
                     .end = copy + len,
                     .start = copy,
                     .copy = copy,
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
