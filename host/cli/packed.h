/* The extension as it was packed on this computer for the browsers that take nothing else: its id
 * comes from a key that was made here, so no list that ships with us can name it. */
#ifndef CL_PACKED_H
#define CL_PACKED_H

#include <stdbool.h>
#include <stddef.h>

#define PACKED_MAX    2
#define PACKED_ID_LEN 32

struct packed_ids {
    size_t count;
    char ids[PACKED_MAX][PACKED_ID_LEN + 1];
};

/* The ids that manifests/install.sh wrote down: of the copy packed for this program's own
 * installation and of that in /usr/local (below $DESTDIR if that is set). A file counts if it is
 * root's or, unless the manifest is for everyone, the user's own. */
struct packed_ids packed_ids(bool for_all);

#endif
