/* The OS keyring, by the Secret Service: the log's key (written once) and its head (advanced after
 * each commit).
 *
 * Two items with the schema org.consentlog.Log and the attributes application=consentlog,
 * item=key|head, key=<key id>, store=<path of the log file>, and of a log that took another's place
 * instead=<that one's key id>; none is secret. The values are those of key.h.
 *
 * "Missing" is said only when it is known: a collection that is locked may hold what is not found.
 * gnome-keyring finds items in locked collections too, others do not.
 *
 * Nothing here prompts but cl_keyring_unlock. What is waited for the service, whatever it does and
 * whichever ways are gone, has one deadline for all calls that it takes:
 * - the opening and all loads of one cl_keyring together, the provider's name too: CL_WAIT_MS;
 * - a creation or a restoring with the settling after it: CL_WAIT_MS, and CL_REST_MS for each
 *   settling with a provider that does not tell when it has written;
 * - an advance: its timeout_ms; or where there is no head, so that one is made, CL_WAIT_MS;
 * - setting aside: CL_WAIT_MS;
 * - unlocking: its timeout_ms and CL_WAIT_MS.
 * What takes longer is CL_KEYRING_TIMEOUT. */
#ifndef CL_KEYRING_H
#define CL_KEYRING_H

#include "base/err.h"
#include "keyring/key.h"

#include <stdbool.h>

struct cl_keyring;

/* Connect. CL_NO_BUS, CL_NO_KEYRING_SERVICE, CL_KEYRING_OFF, CL_KEYRING_TIMEOUT, CL_KEYRING_FAILED;
 * CL_PROGRAM_MISSING, CL_PROGRAM_UNSAFE of what is loaded for it. */
CL_MUST_USE enum cl_err cl_keyring_open(struct cl_keyring **ret_keyring);
void cl_keyring_close(struct cl_keyring **keyring);
/* The provider's name for itself (the program that owns the bus name: "gnome-keyring-daemon",
 * "kwalletd5", …) or "unknown". Valid while open. Costs a round trip when first asked. */
const char *cl_keyring_provider(struct cl_keyring *keyring);

/* Find key and head of the log with that key id, or (key_id NULL: there is no file) of the newest
 * log at that path. What opens without a question is opened for it: a collection without a
 * password, a wallet opened by PAM. CL_NO_DEFAULT_KEYRING, CL_KEYRING_NO_GROUP, CL_KEYRING_LOCKED
 * (also when a locked collection could hold them), CL_KEYRING_CONSENT (the provider asks whether
 * this program may), CL_KEYRING_PLUGIN, CL_KEYRING_UNSAVED (key_id NULL: there is no log, and a new
 * key would not be kept), CL_KEY_MISSING, CL_KEY_DAMAGED, CL_KEY_FOREIGN (an item
 * under that id whose key has another id; a key of another path, where the keyring knows a log of
 * its own at this one; or one in whose place another log was begun), CL_HEAD_MISSING (deleted or
 * unreadable; *ret_key is given all the same), CL_KEYRING_TIMEOUT. With key_id NULL, CL_KEY_MISSING
 * means that no log ever was at that path, and CL_LOG_MISSING that a head without its key is left
 * of one. One search and one load. */
CL_MUST_USE enum cl_err cl_keyring_load(struct cl_keyring *keyring, const char *key_id,
                                        const char *store, struct cl_key **ret_key,
                                        struct cl_head *ret_head);

/* Store a new key and a head of size 0; `instead`: the id of the key whose log's place it takes, or
 * NULL. Refuses to replace an item: CL_KEYRING_FAILED. CL_NO_DEFAULT_KEYRING, CL_KEYRING_NO_GROUP,
 * CL_KEYRING_LOCKED, CL_KEYRING_PLUGIN, CL_KEYRING_UNSAVED. */
CL_MUST_USE enum cl_err cl_keyring_create(struct cl_keyring *keyring, const struct cl_key *key,
                                          const char *store, const char *instead);

/* Return when the key of that log would outlive its provider's sudden end, which has read it back
 * then: before that, nothing may be answered that hangs on it. At once with gnome-keyring; KWallet
 * is made to write its wallet; others get CL_REST_MS. CL_KEY_MISSING, and as cl_keyring_load. */
CL_MUST_USE enum cl_err cl_keyring_settle(struct cl_keyring *keyring, const struct cl_key *key,
                                          const char *store);

/* Replace the head found by cl_keyring_load (or make it, if it was missing). The caller holds the
 * log's lock. A head that is there is waited for timeout_ms at most: CL_KEYRING_TIMEOUT. The
 * keyring may still take it then, however late: a head that is behind says less than is known, and
 * the next opening advances it, but it never says what is not there. */
CL_MUST_USE enum cl_err cl_keyring_advance(struct cl_keyring *keyring, const struct cl_key *key,
                                           const char *store, const struct cl_head *head,
                                           int timeout_ms);

/* Put a key back that was lost or damaged, and `head` if there is none; one that is there stays.
 * What was kept for another place is for this one then. The head goes first: a key without a head
 * would look like a log that was just begun. CL_NO_DEFAULT_KEYRING, CL_KEYRING_LOCKED. */
CL_MUST_USE enum cl_err cl_keyring_restore(struct cl_keyring *keyring, const struct cl_key *key,
                                           const char *store, const struct cl_head *head);

/* From now on the log at `store` is the one with that key id, and those that were there before it
 * are at `aside`, or nowhere (""): else the file of one of them, put back, would be taken for it.
 * As far as the keyring lets us. */
void cl_keyring_set_aside(struct cl_keyring *keyring, const char *key_id, const char *store,
                          const char *aside);

/* Unlock what holds the key of that log (key_id, store: as cl_keyring_load), prompting, for at most
 * timeout_ms: its collection; where that is not known, the default collection and then the others,
 * until the key can be read. If there is no log yet, a default collection, made if there is none.
 * CL_OK: the key can be read, or a new one stored. CL_UNLOCK_DISMISSED, CL_UNLOCK_TIMED_OUT,
 * CL_KEY_MISSING, and those of cl_keyring_open. A prompt is never cancelled, because that can kill
 * gnome-keyring: after CL_UNLOCK_TIMED_OUT it stays up until this process ends, which it should do
 * soon. To give up earlier, end the process. */
CL_MUST_USE enum cl_err cl_keyring_unlock(const char *key_id, const char *store, int timeout_ms);

/* Is that what the keyring says of itself, rather than the log? */
bool cl_keyring_is_err(enum cl_err err);

/* The files that are read to find out how keyring programs are set, in the folder of settings. */
#define CL_KWALLET_SETTINGS   "kwalletrc"
#define CL_KEEPASSXC_SETTINGS "keepassxc/keepassxc.ini"
/* Append, with NUL, the path of one of them, for a cage that must leave them open. CL_ABSENT: there
 * is no folder for them. */
#define CL_KEYRING_SETTINGS 2
CL_MUST_USE enum cl_err cl_keyring_settings_path(unsigned which, struct cl_buf *to);
/* Append, with NUL, the folder of the modules that are loaded to reach the keyring, which such a
 * cage must leave open as well. CL_PROGRAM_MISSING. */
CL_MUST_USE enum cl_err cl_keyring_modules_path(struct cl_buf *to);

#endif
