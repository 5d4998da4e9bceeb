#include "entry/brackets.h"

#include "base/array.h"

#include <stdlib.h>

enum cl_err cl_brackets_add(struct cl_brackets *b, uint64_t size, uint64_t seq, int64_t earliest_ms,
                            int64_t latest_ms)
{
    enum cl_err err = CL_ARRAY_ROOM(b->sizes, b->size_room, b->size_count + 1);
    if (!err)
        err = CL_ARRAY_ROOM(b->entries, b->entry_room, b->entry_count + 1);
    if (err)
        return err;
    b->sizes[b->size_count++] = (struct cl_bracket_time){size, latest_ms};
    if (seq != UINT64_MAX)
        b->entries[b->entry_count++] = (struct cl_bracket_time){seq, earliest_ms};
    return CL_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct cl_bracket_time *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* After this, each size has the earliest time of it and all greater ones, and each entry the latest
 * of it and all before. */
void cl_brackets_sort(struct cl_brackets *b)
{
    if (b->size_count)
        qsort(b->sizes, b->size_count, sizeof *b->sizes, by_place);
    if (b->entry_count)
        qsort(b->entries, b->entry_count, sizeof *b->entries, by_place);
    for (size_t i = b->size_count; i-- > 1;)
        if (b->sizes[i].time_ms < b->sizes[i - 1].time_ms)
            b->sizes[i - 1].time_ms = b->sizes[i].time_ms;
    for (size_t i = 1; i < b->entry_count; i++)
        if (b->entries[i - 1].time_ms > b->entries[i].time_ms)
            b->entries[i].time_ms = b->entries[i - 1].time_ms;
}

void cl_brackets_free(struct cl_brackets *b)
{
    free(b->sizes);
    free(b->entries);
    *b = (struct cl_brackets){0};
}

struct place {
    const struct cl_bracket_time *list;
    uint64_t at;
};

static bool not_behind(const void *context, size_t i)
{
    const struct place *place = context;
    return place->list[i].at <= place->at;
}

/* How many of the sorted list are at or before `at`. */
static size_t up_to(const struct cl_bracket_time *list, size_t count, uint64_t at)
{
    const struct place place = {list, at};
    return cl_array_before(count, not_behind, &place);
}

int64_t cl_brackets_not_before(const struct cl_brackets *b, uint64_t seq)
{
    size_t n = seq ? up_to(b->entries, b->entry_count, seq - 1) : 0;
    return n ? b->entries[n - 1].time_ms : -1;
}

int64_t cl_brackets_not_after(const struct cl_brackets *b, uint64_t seq)
{
    size_t n = up_to(b->sizes, b->size_count, seq);
    return n < b->size_count ? b->sizes[n].time_ms : -1;
}

uint64_t cl_brackets_next(const struct cl_brackets *b, uint64_t seq)
{
    size_t s = up_to(b->sizes, b->size_count, seq);
    size_t e = up_to(b->entries, b->entry_count, seq ? seq - 1 : 0);
    if (seq == 0)
        e = 0;
    uint64_t size = s < b->size_count ? b->sizes[s].at : UINT64_MAX;
    uint64_t entry = e < b->entry_count ? b->entries[e].at + 1 : UINT64_MAX;
    return size < entry ? size : entry;
}

bool cl_brackets_contradict(const struct cl_brackets *b, uint64_t size, uint64_t *ret_first,
                            uint64_t *ret_last)
{
    for (uint64_t seq = 0, next; seq < size; seq = next) {
        const int64_t before = cl_brackets_not_before(b, seq);
        const int64_t after = cl_brackets_not_after(b, seq);
        next = cl_brackets_next(b, seq);
        if (before < 0 || after < 0 || before <= after)
            continue;
        *ret_first = seq;
        *ret_last = (next < size ? next : size) - 1;
        return true;
    }
    return false;
}
