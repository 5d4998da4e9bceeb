/* The gate: a recursive descent over RFC 8259's grammar. Whoever wants the values gets them as it
 * goes (tree.h); whether they are wanted or not, it has the same answer. */
#include "json/gate.h"

#include "json/gate_internal.h"

#include "base/limits.h"
#include "base/unicode.h"

#include <string.h>

/* A name as it stands between its quotes, checked already. */
struct span {
    const uint8_t *at;
    const uint8_t *end;
    bool escaped; /* something in it stands behind a backslash */
};

static bool gate_value(struct gate *g);

static void skip_space(struct gate *g)
{
    while (g->at < g->end && (*g->at == ' ' || *g->at == '\t' || *g->at == '\n' || *g->at == '\r'))
        g->at++;
}

static bool take(struct gate *g, char c)
{
    if (g->at == g->end || *g->at != (uint8_t)c)
        return false;
    g->at++;
    return true;
}

static bool gate_literal(struct gate *g, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(g->end - g->at) < n || memcmp(g->at, word, n) != 0)
        return false;
    g->at += n;
    return true;
}

/* ---- numbers ----------------------------------------------------------------------------- */

static bool is_digit(const struct gate *g)
{
    return g->at < g->end && *g->at >= '0' && *g->at <= '9';
}

/* A fraction or an exponent is not taken, so whatever must follow a value refuses it. "-0" would be
 * a second spelling of zero, which some readers keep apart. */
static bool gate_number(struct gate *g, int64_t *ret_value)
{
    bool negative = take(g, '-');
    *ret_value = 0;
    if (take(g, '0'))
        return !negative && !is_digit(g);
    int64_t value = 0;
    if (!is_digit(g))
        return false;
    while (is_digit(g)) {
        value = value * 10 + (*g->at++ - '0');
        if (value > CL_INT_MAX)
            return false;
    }
    *ret_value = negative ? -value : value;
    return true;
}

/* ---- strings ----------------------------------------------------------------------------- */

static bool gate_utf8(struct gate *g)
{
    uint32_t point = 0;
    const size_t n = cl_utf8_decode(g->at, (size_t)(g->end - g->at), &point);
    g->at += n;
    return n > 0;
}

static bool take_hex4(struct gate *g, uint32_t *ret_unit)
{
    if (g->end - g->at < 4)
        return false;
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = *g->at++;
        uint8_t lower = c | 0x20;
        if (c >= '0' && c <= '9')
            unit = unit << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            unit = unit << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return false;
    }
    *ret_unit = unit;
    return true;
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* What follows a backslash. NUL would cut a C string; half a pair is no character. */
static bool gate_escape(struct gate *g)
{
    if (g->at == g->end)
        return false;
    uint8_t c = *g->at++;
    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
    uint32_t unit;
    if (!take_hex4(g, &unit) || unit == 0 || is_low(unit))
        return false;
    if (!is_high(unit))
        return true;
    return take(g, '\\') && take(g, 'u') && take_hex4(g, &unit) && is_low(unit);
}

#define EACH(byte) (UINT64_MAX / 0xFF * (byte))

/* Which of eight bytes end a string, escape, control, or begin a longer character? The highest bit
 * of the first that does is set, in the order of the number's own bytes: borrows reach only bytes
 * above one that is set already. */
static uint64_t specials(uint64_t eight)
{
    uint64_t quote = eight ^ EACH('"'), backslash = eight ^ EACH('\\');
    return ((quote - EACH(1)) | (backslash - EACH(1)) | (eight - EACH(0x20)) | eight) & EACH(0x80);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_SPECIAL(found) ((unsigned)__builtin_ctzll(found) / 8)
#else
#define FIRST_SPECIAL(found) 0 /* somewhere from here on */
#endif

/* Over ASCII that means itself, which most of any text is. */
static void skip_plain(struct gate *g)
{
    uint64_t eight;
    while ((size_t)(g->end - g->at) >= sizeof eight) {
        memcpy(&eight, g->at, sizeof eight);
        const uint64_t found = specials(eight);
        if (found) {
            g->at += FIRST_SPECIAL(found);
            break;
        }
        g->at += sizeof eight;
    }
    while (g->at < g->end && *g->at >= 0x20 && *g->at < 0x80 && *g->at != '"' && *g->at != '\\')
        g->at++;
}

static void finish_string(struct gate *g, struct span *span);

static bool gate_string(struct gate *g, struct span *ret_span)
{
    if (!take(g, '"'))
        return false;
    ret_span->at = g->at;
    ret_span->escaped = false;
    for (skip_plain(g); g->at < g->end && *g->at != '"'; skip_plain(g)) {
        if (*g->at < 0x20)
            return false;
        bool escape = take(g, '\\');
        if (!(escape ? gate_escape(g) : gate_utf8(g)))
            return false;
        ret_span->escaped |= escape;
    }
    ret_span->end = g->at;
    if (!take(g, '"'))
        return false;
    if (g->nodes)
        finish_string(g, ret_span);
    return true;
}

/* ---- names ------------------------------------------------------------------------------- */

static uint32_t next_escaped(struct gate *g)
{
    static const char letters[] = "bfnrt";
    static const char meant[] = "\b\f\n\r\t";
    uint8_t c = *g->at++;
    if (c != 'u') {
        const char *letter = strchr(letters, c);
        return letter ? (uint32_t)meant[letter - letters] : c;
    }
    uint32_t unit = 0;
    uint32_t low = 0;
    (void)!take_hex4(g, &unit);
    if (!is_high(unit))
        return unit;
    g->at += 2; /* the gate saw the second half */
    (void)!take_hex4(g, &low);
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

/* The next character that a checked string means. */
static uint32_t next_char(struct gate *g)
{
    if (*g->at == '\\') {
        g->at++;
        return next_escaped(g);
    }
    uint32_t point = 0;
    g->at += cl_utf8_decode(g->at, (size_t)(g->end - g->at), &point);
    return point;
}

static size_t put_utf8(uint8_t *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (uint8_t)c;
        return 1;
    }
    const size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
    to[0] = (uint8_t)(first[more] | c >> 6 * more);
    for (size_t i = 1; i <= more; i++)
        to[i] = (uint8_t)(0x80 | (c >> 6 * (more - i) & 0x3F));
    return more + 1;
}

/* A string of the tree: what it means, which is never longer than how it is spelled, and a NUL in
 * the place of its closing quote at the latest. */
static void finish_string(struct gate *g, struct span *span)
{
    uint8_t *text = g->copy + (span->at - g->start);
    size_t n = (size_t)(span->end - span->at);
    if (span->escaped) {
        struct gate from = {.at = span->at, .end = span->end};
        for (n = 0; from.at < from.end;)
            n += put_utf8(text + n, next_char(&from));
    } else {
        memcpy(text, span->at, n);
    }
    text[n] = '\0';
    *span = (struct span){.at = text, .end = text + n};
}

/* By what they mean: "\u0061" is "a". */
static bool same_name(const struct span *a, const struct span *b)
{
    if (!a->escaped && !b->escaped)
        return a->end - a->at == b->end - b->at &&
               memcmp(a->at, b->at, (size_t)(a->end - a->at)) == 0;
    struct gate x = {.at = a->at, .end = a->end};
    struct gate y = {.at = b->at, .end = b->end};
    while (x.at < x.end && y.at < y.end) {
        if (next_char(&x) != next_char(&y))
            return false;
    }
    return x.at == x.end && y.at == y.end;
}

/* The names of one object so far. */
struct names {
    struct span span[CL_JSON_MEMBERS_MAX];
    size_t count;
    uint64_t seen[4]; /* a bit for each that stands as it reads, by its length and ends */
    bool escaped;     /* one does not, and so may equal one that looks otherwise */
};

static unsigned bit_of(const struct span *name)
{
    const unsigned n = (unsigned)(name->end - name->at);
    const unsigned ends = n ? name->at[0] * 7u ^ name->end[-1] * 29u : 0;
    return (ends ^ n * 53u) & 255u;
}

/* The next one, which was put behind them. False if it is there already. */
static bool add_name(struct names *names)
{
    const struct span *name = &names->span[names->count];
    const unsigned bit = bit_of(name);
    uint64_t *seen = &names->seen[bit / 64];
    names->escaped |= name->escaped;
    const bool look = *seen >> bit % 64 & 1 || names->escaped;
    for (size_t i = look ? 0 : names->count; i < names->count; i++)
        if (same_name(name, &names->span[i]))
            return false;
    *seen |= UINT64_C(1) << bit % 64;
    names->count++;
    return true;
}

/* ---- values ------------------------------------------------------------------------------ */

static struct cl_json *node_at(const struct gate *g, unsigned i)
{
    return g->nodes ? &g->nodes[i] : NULL;
}

/* One more beside the last. */
static void link_node(struct cl_json *parent, struct cl_json **last, struct cl_json *node)
{
    if (!node)
        return;
    if (*last)
        (*last)->next = node;
    else
        parent->first = node;
    *last = node;
    parent->count++;
}

static void name_node(struct gate *g, unsigned i, const struct span *name)
{
    if (g->nodes)
        g->nodes[i].name = (const char *)name->at;
}

static bool gate_member(struct gate *g, struct names *names)
{
    struct span *name = &names->span[names->count];
    skip_space(g);
    if (names->count == CL_JSON_MEMBERS_MAX || !gate_string(g, name) || !add_name(names))
        return false;
    skip_space(g);
    if (!take(g, ':'))
        return false;
    skip_space(g);
    const unsigned i = g->values;
    if (!gate_bare_value(g))
        return false;
    name_node(g, i, name);
    skip_space(g);
    return true;
}

static bool gate_object(struct gate *g, struct cl_json *node)
{
    CL_UNCLEARED struct names names; /* as far as count says */
    struct cl_json *last = NULL;
    names.count = 0;
    memset(names.seen, 0, sizeof names.seen);
    names.escaped = false;
    skip_space(g);
    if (take(g, '}'))
        return true;
    do {
        const unsigned i = g->values;
        if (!gate_member(g, &names))
            return false;
        link_node(node, &last, node_at(g, i));
    } while (take(g, ','));
    return take(g, '}');
}

static bool gate_array(struct gate *g, struct cl_json *node)
{
    struct cl_json *last = NULL;
    skip_space(g);
    if (take(g, ']'))
        return true;
    do {
        const unsigned i = g->values;
        if (!gate_value(g))
            return false;
        link_node(node, &last, node_at(g, i));
    } while (take(g, ','));
    return take(g, ']');
}

static bool gate_nested(struct gate *g, struct cl_json *node)
{
    if (++g->depth > CL_JSON_DEPTH_MAX)
        return false;
    const bool object = *g->at++ == '{';
    if (node)
        node->type = object ? CL_JSON_OBJECT : CL_JSON_ARRAY;
    bool good = object ? gate_object(g, node) : gate_array(g, node);
    g->depth--;
    return good;
}

static bool gate_literal_node(struct gate *g, const char *word, enum cl_json_type type,
                              struct cl_json *node)
{
    if (node)
        node->type = type;
    return gate_literal(g, word);
}

static bool gate_text(struct gate *g, struct cl_json *node)
{
    struct span text;
    if (!gate_string(g, &text))
        return false;
    if (node) {
        node->type = CL_JSON_STRING;
        node->text = (const char *)text.at;
        node->count = (uint32_t)(text.end - text.at);
    }
    return true;
}

bool gate_scalar(struct gate *g, struct cl_json *node)
{
    int64_t number;
    switch (g->at == g->end ? '\0' : *g->at) {
    case '"':
        return gate_text(g, node);
    case 't':
        return gate_literal_node(g, "true", CL_JSON_TRUE, node);
    case 'f':
        return gate_literal_node(g, "false", CL_JSON_FALSE, node);
    case 'n':
        return gate_literal_node(g, "null", CL_JSON_NULL, node);
    default:
        if (!gate_number(g, &number))
            return false;
        if (node) {
            node->type = CL_JSON_NUMBER;
            node->number = number;
        }
        return true;
    }
}

/* Where it stood, for whoever wants the next text's form held against this one's. */
static bool gate_noted(struct gate *g, struct cl_json *node)
{
    struct cl_form *form = g->form;
    const unsigned i = form ? form->count : CL_FORM_MAX;
    if (i == CL_FORM_MAX)
        return gate_scalar(g, node);
    const uint32_t begin = (uint32_t)(g->at - g->start), value = g->values - 1;
    const bool good = gate_scalar(g, node);
    form->scalar[i] = (struct cl_form_scalar){begin, (uint32_t)(g->at - g->start), value};
    form->count++;
    return good;
}

bool gate_bare_value(struct gate *g)
{
    if (g->at == g->end || g->values == g->values_max)
        return false;
    struct cl_json *node = node_at(g, g->values);
    if (node)
        *node = (struct cl_json){0};
    g->values++;
    return *g->at == '{' || *g->at == '[' ? gate_nested(g, node) : gate_noted(g, node);
}

static bool gate_value(struct gate *g)
{
    skip_space(g);
    if (!gate_bare_value(g))
        return false;
    skip_space(g);
    return true;
}

enum cl_err cl_json_gate(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return CL_BAD_JSON;
    struct gate g = {.at = bytes, .end = bytes + len, .values_max = gate_values_of(len)};
    return gate_bare_value(&g) && g.at == g.end ? CL_OK : CL_BAD_JSON;
}
