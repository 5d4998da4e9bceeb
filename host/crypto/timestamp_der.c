#include "crypto/timestamp_internal.h"

#define DEPTH_MAX  32
#define MEMBER     4    /* level: below response, token, [0] and signed data */
#define FIELD      6    /* of a signer's info, which is below its set */
#define CONTENT    6    /* below a member and its [0]: what is said */
#define LONG       0x80 /* a length of more than one byte; the other bits: of how many */
#define TAG_NUMBER 0x1f
#define TAG_CLASS  0xc0 /* 0: universal */
#define TIME_MAX   32   /* bytes */
#define INSIDE     0x20 /* constructed: elements are in it */
#define SET        (INSIDE | V_ASN1_SET)
#define SEQUENCE   (INSIDE | V_ASN1_SEQUENCE)
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

/* As short as it can be: X.690, section 8.3. */
static bool is_integer(struct cl_span content)
{
    if (content.len < 2)
        return content.len == 1;
    const uint8_t first = content.data[0], sign = content.data[1] & LONG;
    return !(first == 0 && sign == 0) && !(first == UINT8_MAX && sign != 0);
}

/* Numbers of seven bits a byte, each as short as it can be, the last one whole: section 8.19. */
static bool is_object(struct cl_span content)
{
    bool begins = true;
    for (size_t i = 0; i < content.len; i++) {
        if (begins && content.data[i] == LONG)
            return false;
        begins = (content.data[i] & LONG) == 0;
    }
    return content.len > 0 && begins;
}

/* Section 8.6: how many bits of the last byte are not used, and the bytes. */
static bool is_bits(struct cl_span content)
{
    return content.len > 0 && content.data[0] < 8 && (content.len > 1 || content.data[0] == 0);
}

/* So many digits, a fraction or none, and Z: to the second, and in UTC (sections 11.7 and 11.8). */
static bool is_time(struct cl_span content, size_t digits)
{
    if (content.len <= digits || content.len > TIME_MAX || content.data[content.len - 1] != 'Z' ||
        content.len == digits + 2)
        return false;
    for (size_t i = 0; i + 1 < content.len; i++)
        if (i == digits ? content.data[i] != '.' : content.data[i] < '0' || content.data[i] > '9')
            return false;
    return true;
}

/* SEQUENCE and SET have elements in them, of the other universal ones none has, and what says
 * nothing is NULL or a text. Whatever it is for: readers would take it in two ways. */
static bool is_universal(const struct element *e, struct cl_span content)
{
    const unsigned number = e->tag & TAG_NUMBER;
    const bool inside = (e->tag & INSIDE) != 0;
    if (number == V_ASN1_EOC || inside != (number == V_ASN1_SEQUENCE || number == V_ASN1_SET))
        return false;
    switch (number) {
    case V_ASN1_NULL:
        return e->length == 0 && e->head == 2;
    case V_ASN1_BOOLEAN:
        return e->length == 1;
    case V_ASN1_INTEGER:
    case V_ASN1_ENUMERATED:
        return is_integer(content);
    case V_ASN1_BIT_STRING:
        return is_bits(content);
    case V_ASN1_OBJECT:
        return is_object(content);
    case V_ASN1_UTCTIME:
        return content.len == 13 && is_time(content, 12);
    case V_ASN1_GENERALIZEDTIME:
        return is_time(content, 14);
    case V_ASN1_BMPSTRING:
        return e->length % 2 == 0;
    case V_ASN1_UNIVERSALSTRING:
        return e->length % 4 == 0;
    default:
        return true;
    }
}

struct walk {
    const uint8_t *bytes;
    bool signed_whole;
    uint8_t path[DEPTH_MAX];   /* the tags above the element, and its own */
    uint8_t before[DEPTH_MAX]; /* at each level the tag before it; 0: it is the first */
};

/* What a signature is over, and is spelled anew to check it: certificates and signed attributes. */
static bool is_signed(const struct walk *w, unsigned level)
{
    const uint8_t *path = w->path;
    return w->signed_whole || (level > MEMBER && path[MEMBER] == BRANCH_0) ||
           (level >= FIELD && path[MEMBER] == SET && (path[FIELD] & TAG_CLASS) != 0);
}

/* Tagged as having no elements, and looks as if it had. */
static bool hides_elements(const struct element *e, const uint8_t *inner)
{
    struct element first;
    return (e->tag & (TAG_CLASS | INSIDE)) != 0 && (e->tag & INSIDE) == 0 && e->length > 0 &&
           (inner[0] & ~1) == SEQUENCE && read_header(inner, e->length, &first) && !first.open &&
           first.head + first.length <= e->length;
}

/* What is said is the one text that may come in pieces, as BER has it. */
static bool is_content(const struct walk *w, unsigned level)
{
    return !w->signed_whole && level >= CONTENT && w->path[MEMBER] == SEQUENCE &&
           w->path[MEMBER + 1] == BRANCH_0;
}

/* Of an answer's members what is tagged has elements in it; of a signer's info no attributes are
 * empty, nor is whom it names tagged as if it had elements. */
static bool is_in_place(const struct walk *w, const struct element *e, unsigned level)
{
    const bool inside = (e->tag & INSIDE) != 0, tagged = (e->tag & TAG_CLASS) != 0;
    if (w->signed_whole || !tagged)
        return true;
    if (level == MEMBER)
        return inside;
    return level != FIELD || w->path[MEMBER] != SET || !inside ||
           (e->length > 0 && w->before[level] != V_ASN1_INTEGER);
}

static bool fits(const struct walk *w, const struct element *e, size_t at, unsigned level)
{
    const bool strict = is_signed(w, level);
    const uint8_t *inner = w->bytes + at + e->head;
    if (is_content(w, level))
        return (e->tag & ~INSIDE) == V_ASN1_OCTET_STRING;
    if (!is_in_place(w, e, level))
        return false;
    if ((e->tag & TAG_CLASS) == 0 && !is_universal(e, (struct cl_span){inner, e->length}))
        return false;
    return !strict || (e->shortest && !e->open && !hides_elements(e, inner));
}

/* Elements up to the end, or where it is open up to the mark. Where they end; 0: not so spelled. */
static size_t walk(struct walk *w, size_t at, size_t end, unsigned level, bool open)
{
    uint8_t before = 0;
    while (open || at < end) {
        struct element e;
        if (open && end - at >= 2 && !w->bytes[at] && !w->bytes[at + 1])
            return at + 2;
        if (level == DEPTH_MAX || !read_header(w->bytes + at, end - at, &e))
            return 0;
        w->path[level] = e.tag;
        w->before[level] = before;
        before = e.tag;
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

static bool is_whole(struct walk w, size_t len)
{
    return len > 0 && walk(&w, 0, len, 0, false) == len;
}

bool cl_timestamp_is_der(struct cl_span reply)
{
    return is_whole((struct walk){.bytes = reply.data}, reply.len);
}

bool cl_timestamp_signed_is_der(struct cl_span bytes)
{
    return is_whole((struct walk){.bytes = bytes.data, .signed_whole = true}, bytes.len);
}
