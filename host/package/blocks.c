#include "package/blocks.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* So many that nobody waits while one of them takes longer. A power of two, so that the counts may
 * overflow. */
#define RING    8u
#define THREADS 2u /* and who puts */
#define ROOM    6u /* times a block: what its entries come to when they are read */

struct slot {
    struct cl_block block;
    uint8_t *bytes; /* in the ring's memory */
    bool prepared;  /* under the lock */
};

struct cl_blocks {
    const struct cl_blocks_work *work;
    size_t size, line_max, capacity;
    uint8_t *memory;
    unsigned slots; /* of the ring; 1 without threads */
    struct slot ring[RING];
    pthread_t threads[THREADS];
    unsigned started;
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    /* Under the lock: how many blocks were put, begun to be prepared, read, taken. */
    unsigned put, begun, read, taken;
    bool reading, taking, ended;
};

/* ---- what there is to do ----------------------------------------------------------------- */

enum task { NOTHING, PREPARE, READ, TAKE };

static struct slot *slot_of(struct cl_blocks *b, unsigned number)
{
    return &b->ring[number % b->slots];
}

/* What others wait for first. Under the lock. */
static enum task choose(struct cl_blocks *b, struct slot **ret_slot)
{
    if (!b->taking && b->taken != b->begun && slot_of(b, b->taken)->prepared) {
        *ret_slot = slot_of(b, b->taken);
        b->taking = true;
        return TAKE;
    }
    if (!b->reading && b->read != b->put) {
        *ret_slot = slot_of(b, b->read);
        b->reading = true;
        return READ;
    }
    if (b->begun != b->put) {
        *ret_slot = slot_of(b, b->begun++);
        return PREPARE;
    }
    return NOTHING;
}

/* What becomes possible by it whoever did it does next, so that nobody is woken for it: but for who
 * puts, if it waits for room. */
static void finish(struct cl_blocks *b, enum task task, struct slot *slot)
{
    if (task == PREPARE)
        slot->prepared = true;
    if (task == READ) {
        b->reading = false;
        b->read++;
    }
    if (task == TAKE) {
        b->taking = false;
        b->taken++;
    }
    if (task != PREPARE)
        pthread_cond_signal(&b->emptied);
}

/* One task, if there is one. Under the lock, which is let go meanwhile. */
static bool work(struct cl_blocks *b)
{
    struct slot *slot = NULL;
    const enum task task = choose(b, &slot);
    if (task == NOTHING)
        return false;
    pthread_mutex_unlock(&b->lock);
    if (task == PREPARE)
        b->work->prepare(b->work->context, &slot->block);
    else if (task == READ)
        b->work->read(b->work->context, &slot->block);
    else
        b->work->take(b->work->context, &slot->block);
    pthread_mutex_lock(&b->lock);
    finish(b, task, slot);
    return true;
}

static unsigned unfinished(const struct cl_blocks *b)
{
    const unsigned read = b->put - b->read, taken = b->put - b->taken;
    return read > taken ? read : taken;
}

static void *run(void *context)
{
    struct cl_blocks *b = context;
    pthread_mutex_lock(&b->lock);
    for (;;) {
        if (work(b))
            continue;
        if (b->ended)
            break;
        pthread_cond_wait(&b->filled, &b->lock);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* Help, until no more blocks than these are unfinished. Under the lock. */
static void help(struct cl_blocks *b, unsigned most)
{
    while (unfinished(b) > most)
        if (!work(b))
            pthread_cond_wait(&b->emptied, &b->lock);
}

/* ---- who puts ---------------------------------------------------------------------------- */

static uint64_t count_lines(const uint8_t *bytes, size_t n)
{
    uint64_t lines = 0;
    const uint8_t *end = bytes + n;
    for (const uint8_t *at = bytes; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        lines++;
    return lines;
}

/* Its slot holds `len` bytes; those behind the last newline begin the next one. */
static void publish(struct cl_blocks *b, size_t len)
{
    struct slot *slot = slot_of(b, b->put);
    const size_t rest = slot->block.len - len;
    const uint64_t line = slot->block.line + count_lines(slot->bytes, len);
    slot->block.len = len;
    pthread_mutex_lock(&b->lock);
    slot->prepared = false;
    b->put++;
    pthread_cond_signal(&b->filled); /* one to prepare it, */
    pthread_cond_signal(&b->filled); /* one to read it */
    struct slot *next = slot_of(b, b->put);
    uint8_t *kept = slot->bytes + len;
    if (b->slots > 1) {
        help(b, b->slots - 1);
        memcpy(next->bytes, kept, rest);
    } else {
        help(b, 0);
        memmove(next->bytes, kept, rest);
    }
    next->block.len = rest;
    next->block.line = line;
    pthread_mutex_unlock(&b->lock);
}

/* How much of a slot is whole lines: so much that it is time to hand it over, or 0. */
static size_t ripe(const struct cl_blocks *b, const struct slot *slot)
{
    if (slot->block.len < b->size)
        return 0;
    const uint8_t *last = memrchr(slot->bytes, '\n', slot->block.len);
    if (last)
        return (size_t)(last - slot->bytes) + 1;
    return slot->block.len == b->capacity ? b->capacity : 0;
}

void cl_blocks_put(struct cl_blocks *b, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    while (n > 0) {
        struct slot *slot = slot_of(b, b->put); /* only this thread changes put */
        struct cl_block *block = &slot->block;
        const size_t full = block->len < b->size ? b->size : b->capacity;
        const size_t some = n < full - block->len ? n : full - block->len;
        memcpy(slot->bytes + block->len, from, some);
        block->len += some;
        from += some;
        n -= some;
        const size_t len = ripe(b, slot);
        if (len)
            publish(b, len);
    }
}

/* ---- beginning and end ------------------------------------------------------------------- */

static size_t aligned(size_t n)
{
    return (n + 63) / 64 * 64;
}

static enum cl_err make_ring(struct cl_blocks *b)
{
    const size_t bytes = aligned(b->capacity), room = aligned(ROOM * b->size + b->line_max);
    b->memory = malloc(b->slots * (bytes + room) + 64);
    if (!b->memory)
        return CL_NO_MEMORY;
    uint8_t *at = b->memory + (64 - (uintptr_t)b->memory % 64);
    for (unsigned i = 0; i < b->slots; i++, at += bytes + room) {
        b->ring[i].bytes = at;
        b->ring[i].block = (struct cl_block){.bytes = at, .room = at + bytes, .room_len = room};
    }
    return CL_OK;
}

static enum cl_err start_threads(struct cl_blocks *b)
{
    for (; b->started < THREADS; b->started++)
        if (pthread_create(&b->threads[b->started], NULL, run, b))
            return CL_NO_MEMORY;
    return CL_OK;
}

enum cl_err cl_blocks_open(const struct cl_blocks_work *work, size_t size, size_t line_max,
                           struct cl_blocks **ret_blocks)
{
    cl_cleanup(cl_blocks_close) struct cl_blocks *b = calloc(1, sizeof *b);
    if (!b)
        return CL_NO_MEMORY;
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->filled, NULL);
    pthread_cond_init(&b->emptied, NULL);
    b->work = work;
    b->slots = size ? RING : 1;
    b->size = size ? size : CL_BLOCKS_SIZE;
    b->line_max = line_max;
    b->capacity = b->size > line_max + 1 ? b->size : line_max + 1;
    enum cl_err err = make_ring(b);
    if (!err && size)
        err = start_threads(b);
    if (err)
        return err;
    *ret_blocks = b;
    b = NULL;
    return CL_OK;
}

/* Everything that is left, then the threads: they end when nothing is. */
static void drain(struct cl_blocks *b)
{
    const struct slot *slot = b->memory ? slot_of(b, b->put) : NULL;
    if (slot && slot->block.len)
        publish(b, slot->block.len);
    pthread_mutex_lock(&b->lock);
    help(b, 0);
    b->ended = true;
    pthread_cond_broadcast(&b->filled);
    pthread_mutex_unlock(&b->lock);
    for (unsigned i = 0; i < b->started; i++)
        pthread_join(b->threads[i], NULL);
}

void cl_blocks_close(struct cl_blocks **blocks)
{
    struct cl_blocks *b = *blocks;
    if (!b)
        return;
    drain(b);
    pthread_cond_destroy(&b->filled);
    pthread_cond_destroy(&b->emptied);
    pthread_mutex_destroy(&b->lock);
    free(b->memory);
    free(b);
    *blocks = NULL;
}
