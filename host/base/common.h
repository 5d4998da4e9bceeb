/* The few small things that every room speaks of. */
#ifndef CL_COMMON_H
#define CL_COMMON_H

#include <stddef.h>
#include <stdint.h>

/* A result that must be looked at. */
#define CL_MUST_USE __attribute__((warn_unused_result))

/* Run fn on the variable when it goes out of scope. fn accepts what is zeroed and what is gone. */
#define cl_cleanup(fn) __attribute__((cleanup(fn)))

/* A variable that is filled before it is read and too large to be cleared each time, where the
 * compiler gives every other one a value. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define CL_UNCLEARED __attribute__((uninitialized))
#endif
#endif
#ifndef CL_UNCLEARED
#define CL_UNCLEARED
#endif

/* True, false, or not known. */
enum cl_tri { CL_NULL = -1, CL_FALSE = 0, CL_TRUE = 1 };

/* Bytes that somebody else owns. */
struct cl_span {
    const uint8_t *data;
    size_t len;
};

#define CL_HASH 32 /* SHA-256, in bytes */
struct cl_hash {
    uint8_t bytes[CL_HASH];
};

#endif
