/* The whole way to the keyring, over libsecret: whatever keyring.h has. In a module of its own,
 * which cl_module_load gives this table of. */
#ifndef CL_WHOLE_H
#define CL_WHOLE_H

#include "keyring/key.h"
#include "keyring/module.h"

#define CL_WHOLE_MODULE "keyring-whole.so"
#define CL_WHOLE_TABLE  "cl_whole_calls"

struct cl_whole;

/* Each as the function of that name in keyring.h. */
struct cl_whole_calls {
    struct cl_module module;
    enum cl_err (*open)(struct cl_whole **ret_whole);
    void (*close)(struct cl_whole **whole);
    const char *(*provider)(struct cl_whole *whole);
    enum cl_err (*load)(struct cl_whole *whole, const char *key_id, const char *store,
                        struct cl_key **ret_key, struct cl_head *ret_head);
    enum cl_err (*create)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                          const char *instead);
    enum cl_err (*settle)(struct cl_whole *whole, const struct cl_key *key, const char *store);
    enum cl_err (*advance)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                           const struct cl_head *head, int timeout_ms);
    enum cl_err (*restore)(struct cl_whole *whole, const struct cl_key *key, const char *store,
                           const struct cl_head *head);
    void (*set_aside)(struct cl_whole *whole, const char *key_id, const char *store,
                      const char *aside);
    enum cl_err (*unlock)(const char *key_id, const char *store, int timeout_ms);
};

extern const struct cl_whole_calls cl_whole_calls;

#endif
