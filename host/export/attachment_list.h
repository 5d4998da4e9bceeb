/* What entries name and a package takes along: pictures, texts of documents, exhibits, and the
 * files of timestamps. Listed at the first reading, fetched one at a time at the second. */
#ifndef CL_ATTACHMENT_LIST_H
#define CL_ATTACHMENT_LIST_H

#include "entry/entry.h"
#include "package/bundle.h"
#include "package/layout.h"

struct cl_listed_attachment {
    char
        name[CL_LAYOUT_NAME]; /* data/attachments/<sha256>.png, data/timestamps/<size>-<n>.tsr, … */
    uint8_t sha256[CL_HASH];
    uint64_t size;
    bool in_parts; /* an exhibit */
};

/* Zero-initialise. */
struct cl_attachment_list {
    struct cl_listed_attachment *item;
    size_t count, room;
    bool no_pictures, no_documents, no_exhibits;
};

CL_MUST_USE enum cl_err cl_attachment_list_add(struct cl_attachment_list *list,
                                               const struct cl_entry *entry);
/* After the last: in order of their names, each once. */
void cl_attachment_list_sort(struct cl_attachment_list *list);
void cl_attachment_list_free(struct cl_attachment_list *list); /* for cl_cleanup */

#endif
