/* A browser's native-messaging manifest: its exact text, and the care with which the file is
 * written and removed. */
#ifndef CL_MANIFEST_H
#define CL_MANIFEST_H

#include "base/buf.h"
#include "base/err.h"
#include "cli/browsers.h"
#include "cli/packed.h"

#define MANIFEST_NAME "org.consentlog.host"
#define MANIFEST_FILE MANIFEST_NAME ".json"

/* A manifest is far smaller; whatever is longer is not ours. */
#define MANIFEST_MAX 16384

/* The text for that kind of browser and that host, for this user or for everyone; appended to `to`.
 * A Chromium's names the ids that were made on this computer, too. */
CL_MUST_USE enum cl_err manifest_text(enum browser_kind kind, const char *host, bool for_all,
                                      struct cl_buf *to);

/* An id that it names and that no copy made here has, and one that it does not name; or "". */
struct manifest_ids {
    char gone[PACKED_ID_LEN + 1], lacking[PACKED_ID_LEN + 1];
};
/* Does that text differ from manifest_text() in nothing but the ids made on this computer, which
 * come and go with installations? */
bool manifest_compare(enum browser_kind kind, const char *host, bool for_all,
                      const struct cl_buf *there, struct manifest_ids *ret);

enum manifest_is {
    MANIFEST_ABSENT,
    MANIFEST_OURS, /* a plain file, strict JSON, our name, and a path that ends in /consentlog-host
                    */
    MANIFEST_FOREIGN, /* anything else that stands there: never replaced, never removed */
    MANIFEST_UNREADABLE,
};
/* What stands there. ret_bytes (may be NULL) gets the text and ret_host (may be NULL) a new string
 * with its path, when ours. */
enum manifest_is manifest_look(const char *file, struct cl_buf *ret_bytes, char **ret_host);

/* Write the whole file under a temporary name, sync it, put it in place, sync its folder; mode
 * 0644. Missing folders are made with `folder_mode`. On failure errno tells. */
CL_MUST_USE bool manifest_write(const char *file, const struct cl_buf *text, unsigned folder_mode);
/* Take it away. False with errno. */
CL_MUST_USE bool manifest_remove(const char *file);

/* NULL if a file could be put there, or taken away. Else errno tells why not, and the new string
 * what to do about the folder that is in the way. */
CL_MUST_USE char *manifest_obstacle(const char *file);

/* The host that belongs to this very program: where the installation puts it, or beside it in a
 * build folder. New string; NULL when there is none. */
char *manifest_own_host(void);

#endif
