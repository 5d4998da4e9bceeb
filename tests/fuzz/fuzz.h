/* What a fuzz target offers, and how it says that something which always holds does not. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void always(int holds)
{
    if (!holds)
        abort();
}

#endif
