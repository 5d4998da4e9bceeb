#include "entry/seen.h"

#include "crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

#define SET_MAX (CL_SEEN_SIGNS / 8) /* slots; half of them are used: one a day for ninety years */

enum cl_err cl_seen_begin(struct cl_seen *seen)
{
    return cl_random((uint8_t *)seen->secret, sizeof seen->secret);
}

void cl_seen_free(struct cl_seen *seen)
{
    free(seen->slot);
    seen->slot = NULL;
}

static uint64_t mixed(uint64_t x, uint64_t secret)
{
    x = (x ^ secret) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

/* Where it stands, or would: then 0 is there. */
static uint64_t *slot_for(uint64_t *slots, size_t room, uint64_t mix, uint64_t value)
{
    size_t at = (size_t)mix & (room - 1);
    while (slots[at] && slots[at] != value)
        at = (at + 1) & (room - 1);
    return &slots[at];
}

static enum cl_err grow(struct cl_seen *s)
{
    const size_t room = s->room ? 2 * s->room : 256;
    uint64_t *slots = calloc(room, sizeof *slots);
    if (!slots)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < s->room; i++)
        if (s->slot[i])
            *slot_for(slots, room, mixed(s->slot[i], s->secret[0]), s->slot[i]) = s->slot[i];
    free(s->slot);
    s->slot = slots;
    s->room = room;
    return CL_OK;
}

static enum cl_err remember(struct cl_seen *s, uint64_t value)
{
    const uint64_t mix = mixed(value, s->secret[0]);
    if (2 * s->count >= s->room) {
        enum cl_err err = s->room < SET_MAX ? grow(s) : CL_OK;
        if (err || 2 * s->count >= s->room)
            return err; /* of more than there is room for, the first are remembered */
    }
    *slot_for(s->slot, s->room, mix, value) = value;
    s->signs[mix >> 32 & (CL_SEEN_SIGNS / 64 - 1)] |= UINT64_C(1) << (mix >> 58);
    s->count++;
    return CL_OK;
}

static bool is_remembered(const struct cl_seen *s, uint64_t value)
{
    const uint64_t mix = mixed(value, s->secret[0]);
    return s->signs[mix >> 32 & (CL_SEEN_SIGNS / 64 - 1)] >> (mix >> 58) & 1 &&
           *slot_for(s->slot, s->room, mix, value) != 0;
}

enum cl_err cl_seen_take(struct cl_seen *s, const void *bytes, size_t n, bool *ret_again)
{
    uint64_t half[2] = {0};
    memcpy(half, bytes, n < sizeof half ? n : sizeof half);
    uint64_t value = mixed(half[0], s->secret[1]) ^ half[1];
    value += value == 0;
    *ret_again = is_remembered(s, value);
    return *ret_again ? CL_OK : remember(s, value);
}
