/* What the files of the whole way share; not for others. */
#ifndef CL_WHOLE_INTERNAL_H
#define CL_WHOLE_INTERNAL_H

#include "base/limits.h"
#include "keyring/provider.h"
#include "keyring/service.h"
#include "keyring/whole.h"

#define CL_WHOLE_TRIES 4 /* with a session's key that is not the same on both sides */

struct cl_whole {
    struct cl_service service;
    char *head;                     /* path of the item found by cl_whole_load, or NULL */
    GPtrArray *copies;              /* of char *: more heads of the same key, or NULL */
    char provider[CL_PROVIDER_MAX]; /* "" until asked for */
};

/* Keep where the head is, for cl_whole_advance; of copies it knows none then. */
void cl_whole_keep_head(struct cl_whole *whole, const char *path);

/* The functions of keyring.h by this way, for the table in whole.c. */
CL_MUST_USE enum cl_err cl_whole_open(int64_t until, struct cl_whole **ret_whole);
void cl_whole_close(struct cl_whole **whole);
const char *cl_whole_provider(struct cl_whole *whole, int64_t until);
CL_MUST_USE enum cl_err cl_whole_load(struct cl_whole *whole, const char *key_id, const char *store,
                                      int64_t until, struct cl_key **ret_key,
                                      struct cl_head *ret_head);
CL_MUST_USE enum cl_err cl_whole_create(struct cl_whole *whole, const struct cl_key *key,
                                        const char *store, const char *instead, int64_t until);
CL_MUST_USE enum cl_err cl_whole_settle(struct cl_whole *whole, const struct cl_key *key,
                                        const char *store, int64_t *until);
CL_MUST_USE enum cl_err cl_whole_advance(struct cl_whole *whole, const struct cl_key *key,
                                         const char *store, const struct cl_head *head,
                                         int timeout_ms);
CL_MUST_USE enum cl_err cl_whole_restore(struct cl_whole *whole, const struct cl_key *key,
                                         const char *store, const struct cl_head *head,
                                         int64_t until);
void cl_whole_set_aside(struct cl_whole *whole, const char *key_id, const char *store,
                        const char *aside, int64_t until);
CL_MUST_USE enum cl_err cl_whole_unlock(const char *key_id, const char *store, int timeout_ms);

/* ---- collections ---- */

/* Of all collections: how many there are, and the locked ones. */
struct cl_locks {
    unsigned count;
    GPtrArray *locked; /* of char * */
};
void cl_whole_locks_free(struct cl_locks *locks);
CL_MUST_USE enum cl_err cl_whole_look_at_locks(struct cl_service *service,
                                               struct cl_locks *ret_locks);

/* May we search? KeePassXC answers a search with a window, if no database is open. */
CL_MUST_USE enum cl_err cl_whole_before_search(struct cl_service *service);
/* Where a new item would go. CL_KEYRING_LOCKED: it is given all the same. */
CL_MUST_USE enum cl_err cl_whole_default(struct cl_service *service, char **ret_path);
/* Why something was not found, and why items are said to be locked. */
CL_MUST_USE enum cl_err cl_whole_why_absent(struct cl_service *service, const char *key_id,
                                            enum cl_err otherwise);
CL_MUST_USE enum cl_err cl_whole_why_locked(struct cl_service *service, char **items);

/* ---- items ---- */

/* Of an item: those that are NULL are not among them. */
struct cl_attributes {
    const char *role, *key_id, *store, *instead;
};
/* An a{ss}, with a floating reference. schema: as a new item has it, with libsecret's xdg:schema;
 * else as a search asks. */
GVariant *cl_whole_dictionary(const struct cl_attributes *attributes, bool schema);
CL_MUST_USE enum cl_err cl_whole_search_paths(struct cl_service *service,
                                              const struct cl_attributes *attributes,
                                              char ***ret_open, char ***ret_locked);

/* What a search found: open items with their attributes, locked ones by their paths. */
struct cl_whole_found {
    GPtrArray *items; /* of struct cl_item */
    char **locked;
};
void cl_whole_found_free(struct cl_whole_found *found);
/* All items with that key id, or (NULL) at that path. */
CL_MUST_USE enum cl_err cl_whole_search(struct cl_service *service, const char *key_id,
                                        const char *store, struct cl_whole_found *ret_found);
/* NULL: it has none of that name. */
const char *cl_item_attribute(const struct cl_item *item, const char *name);
bool cl_item_has(const struct cl_item *item, const char *name, const char *value);
/* The newest item of that role, of any key (NULL) or of one; NULL: none. Older ones at the same
 * path belong to logs set aside. It is the search's. */
struct cl_item *cl_whole_found_newest(const struct cl_whole_found *found, const char *role,
                                      const char *key_id);

#endif
