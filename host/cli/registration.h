/* Putting our manifest where browsers look for it, or taking it away, and saying what was done. */
#ifndef CL_REGISTRATION_H
#define CL_REGISTRATION_H

#include "cli/browsers.h"
#include "json/writer.h"

struct registration {
    bool remove, for_all, dry_run; /* for_all: the files of everyone on this computer */
    bool say_json;                 /* say it as items of the array that is open in `json` */
    const char *host;              /* what the manifests name; NULL with remove */
    struct cl_json_writer json;
    size_t done; /* files that were looked at and are there, or should be */
    bool failed; /* something was refused or went wrong */
};

/* Below, browser NULL means a folder given with --user-data-dir. */

/* Register or remove that one file; says what was done. */
void registration_do(struct registration *run, const struct browser *browser, const char *file);

/* Say what was done ("registered", …) and why, either of file and why may be NULL. The words are
 * part of --json. */
void registration_tell(struct registration *run, const struct browser *browser, const char *file,
                       const char *did, const char *why);

/* The same for trouble; errno gives the reason. */
void registration_fail(struct registration *run, const struct browser *browser, const char *file,
                       const char *did, const char *why);
void registration_fail_errno(struct registration *run, const struct browser *browser,
                             const char *file);

#endif
