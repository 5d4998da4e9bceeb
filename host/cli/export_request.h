/* What the owner wants of an export: from the command line, or as a request from the browser's host
 * (docs/protocol.md, export). */
#ifndef CL_EXPORT_REQUEST_H
#define CL_EXPORT_REQUEST_H

#include "base/limits.h"
#include "entry/entry.h"
#include "log/log.h"
#include "report/words.h"

/* Entries first … last, or an account. */
struct withheld {
    uint64_t first, last;
    char account[CL_PSEUDONYM]; /* its pseudonym, or how that begins; or "" */
};

struct export_request {
    const char *path;   /* of the package; or NULL */
    const char *folder; /* where to put it under a name of its own; or NULL */
    const char *owner;  /* or NULL */
    enum cl_language language;
    bool json, request;
    int64_t since, until;
    bool no_pictures, no_documents, no_exhibits;
    struct withheld withheld[CL_WITHHOLD_MAX + CL_ACCOUNTS_MAX];
    size_t count;
    struct cl_json *tree; /* of a request; what is borrowed from it lives as long */
};

void export_request_init(struct export_request *ret_request);
void export_request_free(struct export_request *request); /* for cl_cleanup */

/* One --withhold: "7", "7-12", "account:3f2a" (or with =), "pictures", "documents", "exhibits".
 * False: none of these, or too many. */
CL_MUST_USE bool export_request_withhold(struct export_request *request, const char *text);

/* Fit to be printed on a report: 1 … CL_OWNER_MAX bytes of UTF-8 without control characters? */
CL_MUST_USE bool export_request_is_owner(const char *text);

/* Read a request from that descriptor to its end. The fault names what is wrong with it. */
CL_MUST_USE enum cl_err export_request_read(int fd, struct export_request *request,
                                            struct cl_fault *fault);

/* Is this entry to be withheld? Entries about the log itself (timestamps, discontinuities) and
 * LinkedIn's documents are shown whatever their time; one that cannot be read is withheld when
 * anything is, because it could be what was meant. */
CL_MUST_USE bool export_request_withholds(const struct export_request *request, uint64_t seq,
                                          const struct cl_buf *bytes);

/* The first account or entry to be withheld that a log of that size, with those accounts, does not
 * have to withhold; or NULL. Entry 0 is always shown. */
const struct withheld *export_request_unknown(const struct export_request *request, uint64_t size,
                                              const struct cl_account *accounts, size_t count);

/* Append the folder into which browsers download: of user-dirs.dirs (xdg-user-dirs), else
 * ~/Downloads if it is there, else home. CL_IO without a home. */
CL_MUST_USE enum cl_err export_request_download_folder(struct cl_buf *to);

#endif
