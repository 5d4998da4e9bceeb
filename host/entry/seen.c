#include "entry/seen.h"

#include "crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

#define SET_MAX (1u << 16) /* slots; half of them are used: one a day for ninety years */

static uint64_t mixed(uint64_t x, uint64_t secret)
{
    x = (x ^ secret) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

/* Where it stands, or would: then 0 is there. */
static uint64_t *slot_for(const struct cl_seen *s, uint64_t value)
{
    size_t at = (size_t)mixed(value, s->secret[0]) & (s->room - 1);
    while (s->slot[at] && s->slot[at] != value)
        at = (at + 1) & (s->room - 1);
    return &s->slot[at];
}

static bool put_slot(struct cl_seen *s, uint64_t value)
{
    uint64_t *slot = slot_for(s, value);
    const bool first = *slot == 0;
    *slot = value;
    return first;
}

static enum cl_err grow(struct cl_seen *s)
{
    struct cl_seen bigger = {.secret = {s->secret[0], s->secret[1]},
                             .room = s->room ? 2 * s->room : 256,
                             .count = s->count};
    bigger.slot = calloc(bigger.room, sizeof *bigger.slot);
    if (!bigger.slot)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < s->room; i++)
        if (s->slot[i])
            (void)put_slot(&bigger, s->slot[i]);
    free(s->slot);
    *s = bigger;
    return CL_OK;
}

enum cl_err cl_seen_begin(struct cl_seen *s)
{
    *s = (struct cl_seen){0};
    return cl_random((uint8_t *)s->secret, sizeof s->secret);
}

void cl_seen_free(struct cl_seen *s)
{
    free(s->slot);
    s->slot = NULL;
}

enum cl_err cl_seen_take(struct cl_seen *s, const void *bytes, size_t n, bool *ret_again)
{
    uint64_t half[2] = {0};
    memcpy(half, bytes, n < sizeof half ? n : sizeof half);
    uint64_t value = mixed(half[0], s->secret[1]) ^ half[1];
    value += value == 0;
    *ret_again = false;
    if (2 * s->count >= s->room) {
        if (s->room >= SET_MAX) {
            *ret_again = *slot_for(s, value) != 0;
            return CL_OK;
        }
        enum cl_err err = grow(s);
        if (err)
            return err;
    }
    *ret_again = !put_slot(s, value);
    s->count += !*ret_again;
    return CL_OK;
}
