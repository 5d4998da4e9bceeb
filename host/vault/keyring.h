/* The OS keyring, by libsecret: the log's key (written once) and its head (advanced after each commit).
 *
 * Two items with the schema org.consentlog.Log and the attributes application=consentlog, item=key|head, key=<key id>,
 * store=<path of the log file>; none is secret. The values are single-line base64.
 *   key:  u8 version 1 ‖ data key[32] ‖ Ed25519 seed[32] ‖ first 4 bytes of SHA-256 of what precedes
 *   head: u8 version 1 ‖ u8 alarm ‖ u64be size ‖ root[32] ‖ first 4 bytes of SHA-256 of what precedes
 * The key id is the first 16 hex digits of SHA-256(public key).
 *
 * Nothing here prompts but cl_keyring_unlock. Nothing waits longer than CL_WAIT_MS but cl_keyring_unlock. */
#ifndef CL_KEYRING_H
#define CL_KEYRING_H

#include "crypto.h"
#include "err.h"
#include "merkle.h"

#include <stdint.h>

#define CL_KEY_ID 17 /* 16 hex digits and NUL */

/* Lives in its own locked, undumpable pages; wiped by cl_key_free. */
struct cl_key {
    uint8_t data_key[CL_AEAD_KEY];
    uint8_t seed[CL_SEED];
    uint8_t public_key[CL_PUBLIC]; /* derived */
    char id[CL_KEY_ID];            /* derived */
};
/* Fresh random key. CL_NO_MEMORY when the pages cannot be had; a refused mlock is tolerated (RLIMIT_MEMLOCK 0). */
CL_MUST_USE enum cl_err cl_key_new(struct cl_key **ret_key);
void cl_key_free(struct cl_key **key);

/* What the keyring remembers of the log. alarm is CL_OK, or what was found and not yet acknowledged. */
struct cl_head {
    uint64_t size;
    struct cl_hash root;
    enum cl_err alarm;
};

struct cl_keyring;

/* Connect. CL_NO_BUS, CL_NO_KEYRING_SERVICE, CL_KEYRING_TIMEOUT, CL_KEYRING_FAILED. */
CL_MUST_USE enum cl_err cl_keyring_open(struct cl_keyring **ret_keyring);
void cl_keyring_close(struct cl_keyring **keyring);
/* The provider's name for itself (the bus name's owner: "gnome-keyring", "kwallet", …) or "unknown". Valid while open. */
const char *cl_keyring_provider(const struct cl_keyring *keyring);

/* Find key and head of the log with that key id, or (key_id NULL) of a log at that path.
 * CL_NO_DEFAULT_KEYRING, CL_KEYRING_LOCKED (also when only a locked collection could hold them), CL_KEY_MISSING,
 * CL_KEY_DAMAGED, CL_KEY_FOREIGN (an item under that id whose key has another id), CL_HEAD_MISSING (*ret_key is given all
 * the same), CL_KEYRING_TIMEOUT. One search and one load. */
CL_MUST_USE enum cl_err cl_keyring_load(struct cl_keyring *keyring, const char *key_id, const char *store,
                                        struct cl_key **ret_key, struct cl_head *ret_head);

/* Store a new key and a head of size 0. Refuses to replace an item: CL_KEYRING_FAILED. CL_NO_DEFAULT_KEYRING,
 * CL_KEYRING_LOCKED. */
CL_MUST_USE enum cl_err cl_keyring_create(struct cl_keyring *keyring, const struct cl_key *key, const char *store);

/* Replace the head found by cl_keyring_load (or make it, if it was missing). The caller holds the log's lock. */
CL_MUST_USE enum cl_err cl_keyring_advance(struct cl_keyring *keyring, const struct cl_key *key, const char *store,
                                           const struct cl_head *head);

/* Unlock the default collection, prompting (make it if there is none), for at most timeout_ms. Runs in a child process
 * that is killed when the time is up, because cancelling a prompt in place can kill the daemon.
 * CL_UNLOCK_DISMISSED, CL_UNLOCK_TIMED_OUT, and those of cl_keyring_open. Already unlocked is CL_OK. */
CL_MUST_USE enum cl_err cl_keyring_unlock(int timeout_ms);

#endif
