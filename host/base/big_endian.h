/* Numbers as bytes, the highest first, as SSH, PNG, and all that is hashed or sealed have them. */
#ifndef CL_BIG_ENDIAN_H
#define CL_BIG_ENDIAN_H

#include <stdint.h>

static inline void cl_put_be32(uint8_t to[static 4], uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void cl_put_be64(uint8_t to[static 8], uint64_t value)
{
    cl_put_be32(to, (uint32_t)(value >> 32));
    cl_put_be32(to + 4, (uint32_t)value);
}

static inline uint32_t cl_be32(const uint8_t from[static 4])
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static inline uint64_t cl_be64(const uint8_t from[static 8])
{
    return (uint64_t)cl_be32(from) << 32 | cl_be32(from + 4);
}

#endif
