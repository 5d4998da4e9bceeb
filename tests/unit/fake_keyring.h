/* A keyring in memory behind keyring/keyring.h, for tests without a daemon. One keyring, shared by
 * all who open it. */
#ifndef FAKE_KEYRING_H
#define FAKE_KEYRING_H

#include "keyring/keyring.h"

#include <stdbool.h>

#define FAKE_ITEMS 8

/* What the next calls answer instead of doing their work; CL_OK: they work. */
struct fake_faults {
    enum cl_err open, load, create, settle, advance;
};
extern struct fake_faults fake_faults;

/* The whole contents, to be saved, restored and changed by a test. Newest last. */
struct fake_item {
    bool used, has_head;
    uint8_t data_key[CL_AEAD_KEY], seed[CL_SEED];
    uint8_t public_key[CL_PUBLIC];
    char id[CL_KEY_ID];
    char store[512];
    struct cl_head head;
};
struct fake_state {
    struct fake_item items[FAKE_ITEMS];
    unsigned advanced; /* how often a head was replaced */
};
extern struct fake_state fake_keyring;

/* Empty it and clear the faults. */
void fake_keyring_reset(void);
/* The newest item, or NULL. */
struct fake_item *fake_keyring_newest(void);

#endif
