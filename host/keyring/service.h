/* The Secret Service by its interface on the session bus
 * (specifications.freedesktop.org/secret-service), for this room alone: what is asked, never what
 * it means.
 *
 * libsecret gives the connection and the session's cipher; the calls themselves are made here,
 * because each must have an end, and because a search by libsecret may wait for a person. */
#ifndef CL_SERVICE_H
#define CL_SERVICE_H

#include "base/common.h"
#include "base/err.h"
#include "keyring/owner.h"

#include <libsecret/secret.h>
#include <stdbool.h>
#include <stdint.h>

#define CL_SERVICE_PATH       "/org/freedesktop/secrets"
#define CL_SERVICE_OF_SESSION CL_SERVICE_PATH "/collection/session"

struct cl_service {
    SecretService *secrets;
    GDBusConnection *bus;
    int64_t until; /* when every call of the running operation ends: cl_clock_monotonic */
    enum { CL_GNOME_UNASKED, CL_GNOME_NO, CL_GNOME_YES } gnome; /* see cl_service_search_is_quiet */
};

/* CL_NO_BUS, CL_NO_KEYRING_SERVICE, CL_KEYRING_OFF, CL_KEYRING_TIMEOUT, CL_KEYRING_FAILED. */
CL_MUST_USE enum cl_err cl_service_open(int64_t until, struct cl_service *ret_service);
void cl_service_close(struct cl_service *service);

/* Milliseconds until the operation's deadline; 0: it is over. */
int cl_service_left(const struct cl_service *service);

/* One call; when the deadline is over it is not made: CL_KEYRING_TIMEOUT. `args` is sunk. ret_reply
 * may be NULL. */
CL_MUST_USE enum cl_err cl_service_call(struct cl_service *service, const char *path,
                                        const char *interface, const char *method, GVariant *args,
                                        const char *reply_type, GVariant **ret_reply);
/* Of another program on the bus. */
CL_MUST_USE enum cl_err cl_service_ask(struct cl_service *service, const char *name,
                                       const char *path, const char *interface, const char *method,
                                       GVariant *args, const char *reply_type,
                                       GVariant **ret_reply);
/* Does that name have an owner, the same one as the service? */
bool cl_service_is(struct cl_service *service, const char *name);

/* Agree on the session's key, once a connection. CL_KEYRING_PLUGIN: KWallet cannot. */
CL_MUST_USE enum cl_err cl_service_session(struct cl_service *service);

/* Forget the session's key, so that the next call agrees on another. With KWallet one in 128 is not
 * the same on both sides: where the shared secret begins with a zero byte. What is read then is not
 * what is stored, and what is stored not what was sent. */
CL_MUST_USE enum cl_err cl_service_renew(struct cl_service *service);

/* What an error of a call means; and of connecting, where whatever fails in between is the bus. */
enum cl_err cl_service_err(const GError *error);
enum cl_err cl_service_connect_err(const GError *error);

/* ---- collections ---- */

struct cl_collection {
    char *path;
    bool locked;
};
/* Of struct cl_collection, to be unreffed; the provider's own order. */
CL_MUST_USE enum cl_err cl_service_collections(struct cl_service *service, GPtrArray **ret_list);
/* May anything be searched for? False where a search makes the provider ask: see keyring.c. */
bool cl_service_search_is_quiet(struct cl_service *service);
/* The path of the default collection, owned. CL_NO_DEFAULT_KEYRING. */
CL_MUST_USE enum cl_err cl_service_default(struct cl_service *service, char **ret_path);
CL_MUST_USE enum cl_err cl_service_locked(struct cl_service *service, const char *path,
                                          bool *ret_locked);
/* The path of an item's collection, owned. */
char *cl_service_collection_of(const char *item);

/* ---- items ---- */

/* Attributes are an a{ss}, and sunk. */

/* Their paths, open ones and locked ones. */
CL_MUST_USE enum cl_err cl_service_search(struct cl_service *service, GVariant *attributes,
                                          char ***ret_open, char ***ret_locked);
struct cl_item {
    char *path;
    GVariant *attributes; /* a{ss} */
    guint64 created;
};
void cl_item_free(void *item);
CL_MUST_USE enum cl_err cl_service_item(struct cl_service *service, const char *path,
                                        struct cl_item **ret_item);
/* The values of items (NULL-terminated) by path; one that the provider leaves out is not in it. */
CL_MUST_USE enum cl_err cl_service_values(struct cl_service *service, const char *const *paths,
                                          GHashTable **ret_values);
CL_MUST_USE enum cl_err cl_service_set_value(struct cl_service *service, const char *path,
                                             SecretValue *value);
CL_MUST_USE enum cl_err cl_service_set_attributes(struct cl_service *service, const char *path,
                                                  GVariant *attributes);
/* In that collection; nothing is asked. The path is owned. */
CL_MUST_USE enum cl_err cl_service_create(struct cl_service *service, const char *collection,
                                          const char *label, GVariant *attributes,
                                          SecretValue *value, char **ret_path);

/* ---- prompts ---- */

/* Ask to open collections or items (NULL-terminated). What opens by itself is open then; for the
 * rest *ret_prompt, owned, or NULL. */
CL_MUST_USE enum cl_err cl_service_unlock(struct cl_service *service, const char *const *paths,
                                          unsigned *ret_opened, char **ret_prompt);
/* Show a prompt and wait for its answer, for at most timeout_ms (0: as long as the operation). It
 * is never cancelled: see keyring.h. CL_UNLOCK_DISMISSED, CL_UNLOCK_TIMED_OUT. ret_result may be
 * NULL. */
CL_MUST_USE enum cl_err cl_service_prompt(struct cl_service *service, const char *prompt,
                                          int timeout_ms, GVariant **ret_result);
/* A collection of that label, under an alias ("": none), which gives what has that already; asks
 * for its password. Its path is owned. */
CL_MUST_USE enum cl_err cl_service_create_collection(struct cl_service *service, const char *label,
                                                     const char *alias, int timeout_ms,
                                                     char **ret_path);
/* That one is the default collection from now on. */
CL_MUST_USE enum cl_err cl_service_set_default(struct cl_service *service, const char *collection);

#endif
