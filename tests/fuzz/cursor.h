/* An input as choices: what a structured target is made of. At its end every choice is 0. */
#ifndef CURSOR_H
#define CURSOR_H

#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

struct cursor {
    const uint8_t *at;
    size_t left;
};

static inline uint8_t take_byte(struct cursor *c)
{
    if (c->left == 0)
        return 0;
    c->left--;
    return *c->at++;
}

static inline uint32_t take_below(struct cursor *c, uint32_t n)
{
    return take_byte(c) % n;
}

/* The next bytes, as many as the next byte says and are there. */
static inline size_t take_bytes(struct cursor *c, const uint8_t **ret_bytes)
{
    const size_t wanted = take_byte(c), n = wanted < c->left ? wanted : c->left;
    *ret_bytes = c->at;
    c->at += n;
    c->left -= n;
    return n;
}

#endif
