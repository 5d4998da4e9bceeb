/* The everyday way to the keyring: the log's two items are there and open; key and head are read,
 * and the head is advanced. Over sd-bus, which is mapped in a fifth of the time that libsecret's
 * libraries take, and on one thread.
 *
 * Whatever is not so (absent, locked, more than two, damaged, a head of another key, a log that was
 * begun in its place, a prompt, a service that is not there) is CL_ABSENT here, and for whole.h. In
 * a module of its own, which cl_module_load gives this table of. */
#ifndef CL_EVERYDAY_H
#define CL_EVERYDAY_H

#include "keyring/key.h"
#include "keyring/module.h"

#include <stdint.h>

#define CL_EVERYDAY_MODULE "keyring-everyday.so"
#define CL_EVERYDAY_TABLE  "cl_everyday_calls"

struct cl_everyday;

/* Besides what is said there: CL_KEYRING_TIMEOUT, and then the whole way is not to be asked either.
 */
struct cl_everyday_calls {
    struct cl_module module;
    /* Connect, and see that the service is there. `until` here and below: cl_clock_monotonic. */
    enum cl_err (*open)(int64_t until, struct cl_everyday **ret_everyday);
    void (*close)(struct cl_everyday **everyday);
    const char *(*provider)(struct cl_everyday *everyday, int64_t until); /* as in keyring.h */
    /* Key and head of the log with that key id at `store`. */
    enum cl_err (*load)(struct cl_everyday *everyday, const char *key_id, const char *store,
                        int64_t until, struct cl_key **ret_key, struct cl_head *ret_head);
    /* Replace the head that was loaded; what fails is CL_KEYRING_FAILED. */
    enum cl_err (*advance)(struct cl_everyday *everyday, const struct cl_head *head, int64_t until);
};

extern const struct cl_everyday_calls cl_everyday_calls;

#endif
