#include "fake_keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake_faults fake_faults;
struct fake_state fake_keyring;

struct cl_keyring {
    int open;
};

void fake_keyring_reset(void)
{
    memset(&fake_keyring, 0, sizeof fake_keyring);
    memset(&fake_faults, 0, sizeof fake_faults);
}

static struct fake_item *find(const char *key_id, const char *store)
{
    for (int i = FAKE_ITEMS - 1; i >= 0; i--) {
        struct fake_item *item = &fake_keyring.items[i];
        if (!item->used)
            continue;
        if (key_id != NULL ? strcmp(item->id, key_id) == 0 : strcmp(item->store, store) == 0)
            return item;
    }
    return NULL;
}

struct fake_item *fake_keyring_newest(void)
{
    for (int i = FAKE_ITEMS - 1; i >= 0; i--)
        if (fake_keyring.items[i].used)
            return &fake_keyring.items[i];
    return NULL;
}

enum cl_err cl_keyring_open(struct cl_keyring **ret_keyring)
{
    if (fake_faults.open)
        return fake_faults.open;
    *ret_keyring = calloc(1, sizeof **ret_keyring);
    return *ret_keyring != NULL ? CL_OK : CL_NO_MEMORY;
}

void cl_keyring_close(struct cl_keyring **keyring)
{
    free(*keyring);
    *keyring = NULL;
}

const char *cl_keyring_provider(struct cl_keyring *keyring)
{
    (void)keyring;
    return "fake-keyring";
}

/* Through the real text of an item, so that the key lives where a real one would. */
static enum cl_err give_key(const struct fake_item *item, struct cl_key **ret_key)
{
    enum cl_err err = cl_key_new(ret_key);
    if (err)
        return err;
    memcpy((*ret_key)->data_key, item->data_key, CL_AEAD_KEY);
    memcpy((*ret_key)->seed, item->seed, CL_SEED);
    memcpy((*ret_key)->public_key, item->public_key, CL_PUBLIC);
    memcpy((*ret_key)->id, item->id, CL_KEY_ID);
    return CL_OK;
}

enum cl_err cl_keyring_load(struct cl_keyring *keyring, const char *key_id, const char *store,
                            struct cl_key **ret_key, struct cl_head *ret_head)
{
    (void)keyring;
    if (fake_faults.load)
        return fake_faults.load;
    const struct fake_item *item = find(key_id, store);
    if (item == NULL)
        return CL_KEY_MISSING;
    enum cl_err err = give_key(item, ret_key);
    if (err)
        return err;
    if (!item->has_head)
        return CL_HEAD_MISSING;
    *ret_head = item->head;
    return CL_OK;
}

enum cl_err cl_keyring_create(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store, const char *instead)
{
    (void)keyring, (void)instead;
    if (fake_faults.create)
        return fake_faults.create;
    if (find(key->id, store) != NULL)
        return CL_KEYRING_FAILED;
    unsigned i = 0;
    while (i < FAKE_ITEMS && fake_keyring.items[i].used)
        i++;
    if (i == FAKE_ITEMS)
        return CL_KEYRING_FAILED;
    struct fake_item *item = &fake_keyring.items[i];
    *item = (struct fake_item){.used = true, .has_head = true};
    memcpy(item->data_key, key->data_key, CL_AEAD_KEY);
    memcpy(item->seed, key->seed, CL_SEED);
    memcpy(item->public_key, key->public_key, CL_PUBLIC);
    memcpy(item->id, key->id, CL_KEY_ID);
    snprintf(item->store, sizeof item->store, "%s", store);
    return CL_OK;
}

enum cl_err cl_keyring_advance(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head, int timeout_ms)
{
    (void)keyring;
    (void)timeout_ms;
    if (fake_faults.advance)
        return fake_faults.advance;
    struct fake_item *item = find(key->id, store);
    if (item == NULL)
        return CL_KEYRING_FAILED;
    item->head = *head;
    item->has_head = true;
    fake_keyring.advanced++;
    return CL_OK;
}

void cl_keyring_set_aside(struct cl_keyring *keyring, const char *key_id, const char *store,
                          const char *aside)
{
    (void)keyring;
    for (int i = 0; i < FAKE_ITEMS; i++) {
        struct fake_item *item = &fake_keyring.items[i];
        if (item->used && strcmp(item->store, store) == 0 && strcmp(item->id, key_id) != 0)
            snprintf(item->store, sizeof item->store, "%s", *aside ? aside : "nowhere");
    }
}

enum cl_err cl_keyring_restore(struct cl_keyring *keyring, const struct cl_key *key,
                               const char *store, const struct cl_head *head)
{
    struct fake_item *item = find(key->id, store);
    if (item != NULL) /* only its head was left */
        return CL_KEYRING_FAILED;
    enum cl_err err = cl_keyring_create(keyring, key, store, NULL);
    return err ? err : cl_keyring_advance(keyring, key, store, head, 0);
}

enum cl_err cl_keyring_settle(struct cl_keyring *keyring, const struct cl_key *key,
                              const char *store)
{
    (void)keyring;
    return fake_faults.settle ? fake_faults.settle : find(key->id, store) ? CL_OK : CL_KEY_MISSING;
}

bool cl_keyring_is_err(enum cl_err err)
{
    return err >= CL_NO_BUS && err <= CL_KEYRING_FAILED;
}

enum cl_err cl_keyring_unlock(const char *key_id, const char *store, int timeout_ms)
{
    (void)key_id, (void)store, (void)timeout_ms;
    return CL_OK;
}
