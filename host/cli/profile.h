/* What a browser's profile says of our extension. What a browser writes about its extensions is its
 * own business and no format of ours: it is looked through, not parsed, and what is not found is
 * not told. Nothing here is written. */
#ifndef CL_PROFILE_H
#define CL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define PROFILE_ID_LEN  32
#define PROFILE_COPIES  8
#define PROFILE_GECKO   "consentlog@consentlog.org"
#define PROFILE_VERSION 24

enum profile_way {
    PROFILE_BY_HAND, /* unpacked, from a folder that the member chose */
    PROFILE_GIVEN,   /* a folder named on the command line, as Debian's start script does */
    PROFILE_PACKED,  /* a CRX or XPI, unpacked by the browser itself */
};

struct profile_copy {
    enum profile_way way;
    char id[PROFILE_ID_LEN + 1];       /* of a Chromium; empty for Gecko */
    char version[PROFILE_VERSION + 1]; /* of a packed one; may be empty */
    bool enabled;
    bool refused;  /* by the browser itself: a Gecko that is too old, or wants a signature */
    bool may_look; /* at linkedin.com */
};

struct profile {
    size_t count;
    struct profile_copy copies[PROFILE_COPIES];
    time_t written; /* when the browser last wrote about it; 0: never */
};

/* The copies in a profile's folder of a Chromium. An extension is ours if its id is among `known`,
 * or if its manifest says so. */
struct profile profile_chromium(const char *folder, const char *const known[], size_t known_count);

/* True if the member has removed the extension of that id there, which a Chromium remembers. */
bool profile_removed(const char *folder, const char *id);

/* The same of a Firefox or its kin, which has one copy at most. */
struct profile profile_gecko(const char *folder);

#endif
