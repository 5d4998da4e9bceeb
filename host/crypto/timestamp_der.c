#include "crypto/timestamp_internal.h"

#define DEPTH_MAX  32
#define MEMBER     4    /* level: below response, token, [0] and signed data */
#define FIELD      6    /* of a signer's info, which is below its set */
#define LONG       0x80 /* a length of more than one byte; the other bits: of how many */
#define TAG_NUMBER 0x1f
#define TAG_CLASS  0xc0 /* 0: universal */
#define INSIDE     0x20 /* constructed: elements are in it */
#define SET        (INSIDE | V_ASN1_SET)
#define BRANCH_0   (0x80 | INSIDE)

struct element {
    uint8_t tag;
    bool open, shortest; /* without a length, to a mark at its end; its length stated shortly */
    size_t head, length;
};

static bool read_header(const uint8_t *at, size_t room, struct element *ret)
{
    if (room < 2 || (at[0] & TAG_NUMBER) == TAG_NUMBER)
        return false;
    const size_t first = at[1], more = first & LONG ? first & ~(size_t)LONG : 0;
    if (more > sizeof(uint32_t) || room < 2 + more)
        return false;
    size_t length = first & LONG ? 0 : first;
    for (size_t i = 0; i < more; i++)
        length = length << 8 | at[2 + i];
    *ret = (struct element){.tag = at[0],
                            .open = first == LONG,
                            .shortest = more == 0 || (at[2] != 0 && length >= LONG),
                            .head = 2 + more,
                            .length = length};
    return length <= room - ret->head && (!ret->open || (at[0] & INSIDE));
}

/* SEQUENCE and SET have elements in them, of the other universal ones none has (but a text in
 * pieces, where that is let pass), and what says nothing is NULL or a text. */
static bool is_universal(const struct element *e, bool strict)
{
    const unsigned number = e->tag & TAG_NUMBER;
    const bool inside = (e->tag & INSIDE) != 0;
    if (number == V_ASN1_OCTET_STRING && !strict)
        return true;
    if (inside != (number == V_ASN1_SEQUENCE || number == V_ASN1_SET))
        return false;
    switch (number) {
    case V_ASN1_NULL:
        return e->length == 0;
    case V_ASN1_BOOLEAN:
        return e->length == 1;
    case V_ASN1_INTEGER:
    case V_ASN1_ENUMERATED:
    case V_ASN1_BIT_STRING:
    case V_ASN1_OBJECT:
        return e->length > 0;
    case V_ASN1_UTCTIME:
    case V_ASN1_GENERALIZEDTIME:
        return e->length > 10;
    default:
        return true;
    }
}

struct walk {
    const uint8_t *bytes;
    uint8_t path[DEPTH_MAX]; /* the tags above the element, and its own */
};

/* What a signature is over, and is spelled anew to check it: certificates and signed attributes. */
static bool is_signed(const uint8_t *path, unsigned level)
{
    return (level > MEMBER && path[MEMBER] == BRANCH_0) ||
           (level >= FIELD && path[MEMBER] == SET && (path[FIELD] & TAG_CLASS) != 0);
}

/* Tagged as having no elements, and looks as if it had. */
static bool hides_elements(const struct element *e, const uint8_t *inner)
{
    struct element first;
    return (e->tag & (TAG_CLASS | INSIDE)) != 0 && (e->tag & INSIDE) == 0 && e->length > 0 &&
           (inner[0] & ~1) == (INSIDE | V_ASN1_SEQUENCE) && read_header(inner, e->length, &first) &&
           !first.open && first.head + first.length <= e->length;
}

static bool fits(const struct walk *w, const struct element *e, size_t at, unsigned level)
{
    const bool strict = is_signed(w->path, level);
    if ((e->tag & TAG_CLASS) == 0 && !is_universal(e, strict))
        return false;
    if (level == MEMBER && hides_elements(e, w->bytes + at + e->head))
        return false;
    return !strict || (e->shortest && !e->open && !hides_elements(e, w->bytes + at + e->head));
}

/* Elements up to the end, or where it is open up to the mark. Where they end; 0: not so spelled. */
static size_t walk(struct walk *w, size_t at, size_t end, unsigned level, bool open)
{
    while (open || at < end) {
        struct element e;
        if (open && end - at >= 2 && !w->bytes[at] && !w->bytes[at + 1])
            return at + 2;
        if (level == DEPTH_MAX || !read_header(w->bytes + at, end - at, &e))
            return 0;
        w->path[level] = e.tag;
        if (!fits(w, &e, at, level))
            return 0;
        at += e.head;
        const size_t stop = e.open ? end : at + e.length;
        at = e.tag & INSIDE ? walk(w, at, stop, level + 1, e.open) : stop;
        if (at == 0)
            return 0;
    }
    return at;
}

bool cl_timestamp_is_der(struct cl_span reply)
{
    struct walk w = {.bytes = reply.data};
    return walk(&w, 0, reply.len, 0, false) == reply.len && reply.len > 0;
}
