/* The extension as it was packed on this computer for the browsers that take nothing else: its id
 * comes from a key that was made here, so no list that ships with us can name it. */
#ifndef CL_PACKED_H
#define CL_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define PACKED_MAX         2
#define PACKED_ID_LEN      32
#define PACKED_VERSION_LEN 24

struct packed_ids {
    size_t count;
    char ids[PACKED_MAX][PACKED_ID_LEN + 1];
    char versions[PACKED_MAX][PACKED_VERSION_LEN + 1]; /* may be empty: not told */
    time_t written;                                    /* when the newest of them was packed */
};

/* The ids that manifests/install.sh wrote down: of the copy packed for the installation of that
 * host (NULL, or one in a build folder: this program's own) and of that in /usr/local (below
 * $DESTDIR if that is set). A file counts if it is root's or, unless the manifest is for everyone,
 * the user's own. */
struct packed_ids packed_ids(const char *host, bool for_all);

#endif
