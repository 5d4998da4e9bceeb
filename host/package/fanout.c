#include "package/fanout.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* So many that lanes seldom wait for each other: three lanes and who puts are more than two cores
 * can run at once. A power of two, so that the counts may overflow. */
#define BLOCKS 16u

struct block {
    size_t len;
    uint8_t *bytes; /* in the lanes' room */
};

struct runner {
    struct cl_fanout *lanes;
    struct cl_fanout_reader lane;
    pthread_t thread;
    unsigned taken; /* blocks, under the lock */
};

struct cl_fanout {
    struct runner runners[CL_FANOUT_MAX];
    unsigned count;   /* lanes */
    unsigned started; /* of them, in threads */
    size_t block;     /* bytes; 0: no threads */
    uint8_t *room;    /* for the ring's bytes */
    struct block ring[BLOCKS];
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    unsigned put; /* blocks, under the lock */
    bool ended;   /* under the lock */
};

/* ---- a lane ------------------------------------------------------------------------------ */

/* The next block for it, or NULL at the end. */
static const struct block *wait_filled(struct runner *r)
{
    struct cl_fanout *l = r->lanes;
    pthread_mutex_lock(&l->lock);
    while (r->taken == l->put && !l->ended)
        pthread_cond_wait(&l->filled, &l->lock);
    const struct block *block = r->taken == l->put ? NULL : &l->ring[r->taken % BLOCKS];
    pthread_mutex_unlock(&l->lock);
    return block;
}

static void give_back(struct runner *r)
{
    struct cl_fanout *l = r->lanes;
    pthread_mutex_lock(&l->lock);
    r->taken++;
    pthread_cond_signal(&l->emptied);
    pthread_mutex_unlock(&l->lock);
}

static void *run(void *context)
{
    struct runner *r = context;
    const struct block *block;
    while ((block = wait_filled(r))) {
        r->lane.take(r->lane.context, block->bytes, block->len);
        give_back(r);
    }
    return NULL;
}

/* ---- who puts ---------------------------------------------------------------------------- */

static unsigned most_behind(const struct cl_fanout *l)
{
    unsigned most = 0;
    for (unsigned i = 0; i < l->started; i++) {
        unsigned behind = l->put - l->runners[i].taken;
        most = behind > most ? behind : most;
    }
    return most;
}

static void publish(struct cl_fanout *l)
{
    pthread_mutex_lock(&l->lock);
    l->put++;
    pthread_cond_broadcast(&l->filled);
    while (most_behind(l) == BLOCKS)
        pthread_cond_wait(&l->emptied, &l->lock);
    l->ring[l->put % BLOCKS].len = 0;
    pthread_mutex_unlock(&l->lock);
}

void cl_fanout_put(struct cl_fanout *l, const void *bytes, size_t n)
{
    const uint8_t *from = bytes;
    if (l->block == 0) {
        for (unsigned i = 0; i < l->count; i++)
            l->runners[i].lane.take(l->runners[i].lane.context, from, n);
        return;
    }
    while (n > 0) {
        struct block *block = &l->ring[l->put % BLOCKS]; /* only this thread changes put */
        size_t some = n < l->block - block->len ? n : l->block - block->len;
        memcpy(block->bytes + block->len, from, some);
        block->len += some;
        from += some;
        n -= some;
        if (block->len == l->block)
            publish(l);
    }
}

static enum cl_err start_threads(struct cl_fanout *l)
{
    l->room = calloc(BLOCKS, l->block);
    if (!l->room)
        return CL_NO_MEMORY;
    for (size_t i = 0; i < BLOCKS; i++)
        l->ring[i].bytes = l->room + i * l->block;
    for (; l->started < l->count; l->started++) {
        struct runner *r = &l->runners[l->started];
        if (pthread_create(&r->thread, NULL, run, r))
            return CL_NO_MEMORY;
    }
    return CL_OK;
}

enum cl_err cl_fanout_open(const struct cl_fanout_reader *lanes, unsigned count, size_t block,
                           struct cl_fanout **ret_lanes)
{
    if (count > CL_FANOUT_MAX)
        return CL_BAD_VALUE;
    cl_cleanup(cl_fanout_close) struct cl_fanout *l = calloc(1, sizeof *l);
    if (!l)
        return CL_NO_MEMORY;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->filled, NULL);
    pthread_cond_init(&l->emptied, NULL);
    l->count = count;
    l->block = block;
    for (unsigned i = 0; i < count; i++)
        l->runners[i] = (struct runner){.lanes = l, .lane = lanes[i]};
    enum cl_err err = block > 0 ? start_threads(l) : CL_OK;
    if (err)
        return err;
    *ret_lanes = l;
    l = NULL;
    return CL_OK;
}

void cl_fanout_close(struct cl_fanout **lanes)
{
    struct cl_fanout *l = *lanes;
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    if (l->started && l->ring[l->put % BLOCKS].len)
        l->put++;
    l->ended = true;
    pthread_cond_broadcast(&l->filled);
    pthread_mutex_unlock(&l->lock);
    for (unsigned i = 0; i < l->started; i++)
        pthread_join(l->runners[i].thread, NULL);
    pthread_cond_destroy(&l->emptied);
    pthread_cond_destroy(&l->filled);
    pthread_mutex_destroy(&l->lock);
    free(l->room);
    free(l);
    *lanes = NULL;
}
