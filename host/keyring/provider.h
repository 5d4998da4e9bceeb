/* Which keyring program it is, and what is particular to it. For this room alone. */
#ifndef CL_PROVIDER_H
#define CL_PROVIDER_H

#include "keyring/owner.h"
#include "keyring/service.h"

enum cl_provider {
    CL_PROVIDER_OTHER,
    CL_PROVIDER_GNOME,
    CL_PROVIDER_KWALLET,
    CL_PROVIDER_KEEPASSXC
};

/* By the other names that its owner has on the bus. Some round trips. */
enum cl_provider cl_provider_kind(struct cl_service *service);

/* Nobody offers the Secret Service, though a keyring program runs here or was told not to. */
bool cl_provider_is_off(struct cl_service *service);

/* See cl_owner_name. */
void cl_provider_name(struct cl_service *service, char ret_name[static CL_PROVIDER_MAX]);

/* Does it keep what it is given without being told to? KeePassXC can be set not to. */
bool cl_provider_saves(struct cl_service *service);

/* Would KWallet open that collection without a question: is the wallet open already, by PAM for
 * instance? */
bool cl_provider_kwallet_opens(struct cl_service *service, const char *collection);

/* Return when what was stored outlives the provider: its wallet is written, or has had its time,
 * CL_REST_MS, by which the deadline is later then. CL_KEYRING_FAILED, CL_KEYRING_TIMEOUT. */
CL_MUST_USE enum cl_err cl_provider_settle(struct cl_service *service, const char *item);

#endif
