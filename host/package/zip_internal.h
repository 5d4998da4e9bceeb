/* How a ZIP spells what it says (PKWARE APPNOTE.TXT 6.3.10); for those who read and write one. */
#ifndef CL_ZIP_INTERNAL_H
#define CL_ZIP_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ZIP_LOCAL      30u /* bytes of a local header before the name */
#define ZIP_CENTRAL    46u /* and of a directory's record */
#define ZIP_END        22u
#define ZIP_LOCAL_SUMS 14u /* where a local header states checksum and both sizes */

#define ZIP_LOCAL_SIGNATURE      0x04034b50u
#define ZIP_CENTRAL_SIGNATURE    0x02014b50u
#define ZIP_END_SIGNATURE        0x06054b50u
#define ZIP_DESCRIPTOR_SIGNATURE 0x08074b50u

#define ZIP_STORED   0u
#define ZIP_DEFLATED 8u
#define ZIP_UNIX     3u

/* The package's own spelling: version 1.0 made on Unix, no flag, stored, a file that its owner
 * writes and all read, and one extra field in every header, by which a package is known whatever
 * else was changed in it. */
#define ZIP_VERSION 10u
#define ZIP_MADE_BY (ZIP_UNIX << 8 | ZIP_VERSION)
#define ZIP_PLAIN   (0100644u << 16)
#define ZIP_EXTRA   6u
extern const uint8_t zip_extra[ZIP_EXTRA];

/* What both headers of a file say, in the same order. */
struct zip_header {
    uint16_t version, flags, method, name_len, extra_len;
    uint32_t time, crc, packed, size;
};
#define ZIP_LOCAL_HEADER   4u /* where it begins in a local header */
#define ZIP_CENTRAL_HEADER 6u /* and in a directory's record */

static inline uint16_t zip_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t zip_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t zip_u64(const uint8_t *p)
{
    return zip_u32(p) | (uint64_t)zip_u32(p + 4) << 32;
}

static inline struct zip_header zip_header(const uint8_t *p)
{
    return (struct zip_header){.version = zip_u16(p),
                               .flags = zip_u16(p + 2),
                               .method = zip_u16(p + 4),
                               .time = zip_u32(p + 6),
                               .crc = zip_u32(p + 10),
                               .packed = zip_u32(p + 14),
                               .size = zip_u32(p + 18),
                               .name_len = zip_u16(p + 22),
                               .extra_len = zip_u16(p + 24)};
}

/* Does it look like one of ours? Name, time, checksum and sizes are another matter. */
static inline bool zip_header_is_ours(const struct zip_header *h)
{
    return h->version == ZIP_VERSION && h->flags == 0 && h->method == ZIP_STORED &&
           h->extra_len == ZIP_EXTRA;
}

#endif
