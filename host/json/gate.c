/* The gate of json.h: a recursive descent over RFC 8259's grammar that builds nothing and has one
 * answer. */
#include "json/gate.h"
#include "base/limits.h"
#include "base/unicode.h"

#include <string.h>

/* A name as it stands between its quotes, checked already. */
struct span {
    const uint8_t *at;
    const uint8_t *end;
    bool escaped; /* something in it stands behind a backslash */
};

struct gate {
    const uint8_t *at;
    const uint8_t *end;
    unsigned depth;
    unsigned values;
    struct cl_json_members *members; /* of the outermost object, to be told; or NULL */
    struct cl_json_scalars *scalars; /* to be told; or NULL */
};

static bool gate_value(struct gate *g);
static bool gate_bare_value(struct gate *g);

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
static bool gate_number(struct gate *g)
{
    bool negative = take(g, '-');
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
    return true;
}

/* ---- strings ----------------------------------------------------------------------------- */

static bool gate_utf8(struct gate *g)
{
    uint32_t point;
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

/* Does one of the eight bytes end a string, escape, control, or begin a longer character? Each term
 * sets the highest bit of such a byte; borrows reach only bytes above one that is set already. */
static bool has_special(uint64_t eight)
{
    uint64_t quote = eight ^ EACH('"'), backslash = eight ^ EACH('\\');
    return ((quote - EACH(1)) | (backslash - EACH(1)) | (eight - EACH(0x20)) | eight) & EACH(0x80);
}

/* Over ASCII that means itself, which most of any text is. */
static void skip_plain(struct gate *g)
{
    uint64_t eight;
    while ((size_t)(g->end - g->at) >= sizeof eight) {
        memcpy(&eight, g->at, sizeof eight);
        if (has_special(eight))
            break;
        g->at += sizeof eight;
    }
    while (g->at < g->end && *g->at >= 0x20 && *g->at < 0x80 && *g->at != '"' && *g->at != '\\')
        g->at++;
}

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
    return take(g, '"');
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
    uint8_t first = *g->at++;
    if (first == '\\')
        return next_escaped(g);
    if (first < 0x80)
        return first;
    size_t more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t c = first & (0x3Fu >> more);
    while (more-- > 0)
        c = c << 6 | (*g->at++ & 0x3Fu);
    return c;
}

/* By what they mean: "\u0061" is "a". */
static bool same_name(struct span a, struct span b)
{
    if (!a.escaped && !b.escaped)
        return a.end - a.at == b.end - b.at && memcmp(a.at, b.at, (size_t)(a.end - a.at)) == 0;
    struct gate x = {.at = a.at, .end = a.end};
    struct gate y = {.at = b.at, .end = b.end};
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
    uint64_t seen; /* a bit for each that stands as it reads, by its length and ends */
    bool escaped;  /* one does not, and so may equal one that looks otherwise */
};

static uint64_t bit_of(struct span name)
{
    size_t n = (size_t)(name.end - name.at);
    unsigned ends = n ? name.at[0] ^ name.end[-1] * 5u : 0;
    return UINT64_C(1) << ((ends ^ n * 3) & 63);
}

/* False if it is there already, or one too many. */
static bool add_name(struct names *names, struct span name)
{
    if (names->count == CL_JSON_MEMBERS_MAX)
        return false;
    uint64_t bit = bit_of(name);
    names->escaped |= name.escaped;
    for (size_t i = names->seen & bit || names->escaped ? 0 : names->count; i < names->count; i++)
        if (same_name(name, names->span[i]))
            return false;
    names->seen |= bit;
    names->span[names->count++] = name;
    return true;
}

/* ---- values ------------------------------------------------------------------------------ */

/* Tell where a member of the outermost object stands; `from` is where its value begins. */
static void tell_member(struct gate *g, struct span name, const uint8_t *from)
{
    struct cl_json_members *m = g->members;
    m->escaped |= name.escaped;
    m->member[m->count++] = (struct cl_json_member){.name = {name.at, (size_t)(name.end - name.at)},
                                                    .value = {from, (size_t)(g->at - from)}};
}

static bool gate_member(struct gate *g, struct names *names)
{
    struct span name;
    skip_space(g);
    if (!gate_string(g, &name) || !add_name(names, name))
        return false;
    skip_space(g);
    if (!take(g, ':'))
        return false;
    skip_space(g);
    const uint8_t *from = g->at;
    if (!gate_bare_value(g))
        return false;
    if (g->members && g->depth == 1)
        tell_member(g, name, from);
    skip_space(g);
    return true;
}

static bool gate_object(struct gate *g)
{
    struct names names;
    names.count = 0;
    names.seen = 0;
    names.escaped = false;
    skip_space(g);
    if (take(g, '}'))
        return true;
    do {
        if (!gate_member(g, &names))
            return false;
    } while (take(g, ','));
    return take(g, '}');
}

static bool gate_array(struct gate *g)
{
    skip_space(g);
    if (take(g, ']'))
        return true;
    do {
        if (!gate_value(g))
            return false;
    } while (take(g, ','));
    return take(g, ']');
}

static bool gate_nested(struct gate *g)
{
    if (++g->depth > CL_JSON_DEPTH_MAX)
        return false;
    bool good = *g->at++ == '{' ? gate_object(g) : gate_array(g);
    g->depth--;
    return good;
}

static bool gate_scalar(struct gate *g)
{
    struct span ignored;
    switch (*g->at) {
    case '"':
        return gate_string(g, &ignored);
    case 't':
        return gate_literal(g, "true");
    case 'f':
        return gate_literal(g, "false");
    case 'n':
        return gate_literal(g, "null");
    default:
        return gate_number(g);
    }
}

/* Counts on when there is no room, so that this can be told. */
static bool tell_scalar(struct gate *g)
{
    const uint8_t *from = g->at;
    if (!gate_scalar(g))
        return false;
    if (g->scalars->count < CL_JSON_SCALARS_MAX)
        g->scalars->scalar[g->scalars->count] = (struct cl_span){from, (size_t)(g->at - from)};
    g->scalars->count++;
    return true;
}

static bool gate_bare_value(struct gate *g)
{
    if (g->at == g->end || ++g->values > CL_JSON_VALUES_MAX)
        return false;
    if (*g->at == '{' || *g->at == '[')
        return gate_nested(g);
    return g->scalars ? tell_scalar(g) : gate_scalar(g);
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
    struct gate g = {.at = bytes, .end = bytes + len};
    return gate_bare_value(&g) && g.at == g.end ? CL_OK : CL_BAD_JSON;
}

enum cl_err cl_json_gate_members(const uint8_t *bytes, size_t len, struct cl_json_members *ret)
{
    ret->count = 0;
    ret->escaped = false;
    if (len == 0 || *bytes != '{')
        return cl_json_gate(bytes, len);
    struct gate g = {.at = bytes, .end = bytes + len, .members = ret};
    return gate_bare_value(&g) && g.at == g.end ? CL_OK : CL_BAD_JSON;
}

enum cl_err cl_json_gate_scalars(const uint8_t *bytes, size_t len, struct cl_json_scalars *ret)
{
    ret->count = 0;
    if (len == 0)
        return CL_BAD_JSON;
    struct gate g = {.at = bytes, .end = bytes + len, .scalars = ret};
    if (!gate_bare_value(&g) || g.at != g.end)
        return CL_BAD_JSON;
    return ret->count > CL_JSON_SCALARS_MAX ? CL_TOO_LONG : CL_OK;
}

size_t cl_json_gate_scalar(const uint8_t *bytes, size_t len)
{
    struct gate g = {.at = bytes, .end = bytes + len};
    return len > 0 && gate_scalar(&g) ? (size_t)(g.at - bytes) : 0;
}
