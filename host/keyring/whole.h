/* The whole way to the keyring, over libsecret: whatever keyring.h has. In a module of its own,
 * which cl_module_load gives this table of. */
#ifndef CL_WHOLE_H
#define CL_WHOLE_H

#include "keyring/key.h"
#include "keyring/module.h"

#include <stdint.h>

#define CL_WHOLE_MODULE "keyring-whole.so"
#define CL_WHOLE_TABLE  "cl_whole_calls"

struct cl_whole;

/* Each as the function of that name in keyring.h. `until`: cl_clock_monotonic, for all of it. */
struct cl_whole_calls {
    struct cl_module module;
    enum cl_err (*open)(int64_t until, struct cl_whole **ret_whole);
    void (*close)(struct cl_whole **whole);
    const char *(*provider)(struct cl_whole *whole, int64_t until);
    enum cl_err (*load)(struct cl_whole *whole, const char *key_id, const char *store,
                        int64_t until, struct cl_key **ret_key, struct cl_head *ret_head);
    enum cl_err (*create)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                          const char *instead, int64_t until);
    /* *until becomes later by the rest that it gave a provider. */
    enum cl_err (*settle)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                          int64_t *until);
    enum cl_err (*advance)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                           const struct cl_head *head, int timeout_ms);
    enum cl_err (*restore)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                           const struct cl_head *head, int64_t until);
    void (*set_aside)(struct cl_whole *whole, const char *key_id, const char *store,
                      const char *aside, int64_t until);
    enum cl_err (*unlock)(const char *key_id, const char *store, int timeout_ms);
};

extern const struct cl_whole_calls cl_whole_calls;

#endif
