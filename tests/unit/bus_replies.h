/* The everyday way to the keyring against a bus whose every word was written before it was asked
 * anything. Random bytes are always 0x42 here, so that what is sealed can be written before, too.
 * Link with --wrap=sd_bus_set_address and --wrap=cl_random. */
#ifndef BUS_REPLIES_H
#define BUS_REPLIES_H

#include "keyring/key.h"

#include <stdbool.h>

/* The log's key id in tests/fuzz/make-bus-corpus.py. */
#define REPLIES_KEY_ID "deb0e38ced1e41de"

struct played {
    enum cl_err open, load, advance; /* each CL_ABSENT where the one before failed */
    struct cl_head head;
    bool key; /* one was given */
};

/* What comes of those bytes, all that the bus says once we are known to it. */
struct played replies_play(const uint8_t *bytes, size_t n);

#endif
