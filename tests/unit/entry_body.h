/* An entry written again from what was read of it, for tests of what is written. */
#ifndef CL_ENTRY_BODY_H
#define CL_ENTRY_BODY_H

#include "entry/entry.h"

static inline void write_body(struct cl_json_writer *w, const struct cl_entry *entry)
{
    switch (entry->head.kind) {
    case CL_KIND_GENESIS:
        cl_genesis_write(w, &entry->genesis);
        break;
    case CL_KIND_OBSERVATION:
        cl_observation_write(w, &entry->observation.seen, &entry->observation.meaning,
                             entry->observation.pseudonym);
        break;
    case CL_KIND_DOCUMENT:
        cl_document_write(w, &entry->document.seen, entry->document.change);
        break;
    case CL_KIND_TIMESTAMP:
        cl_token_write(w, &entry->token);
        break;
    case CL_KIND_DISCONTINUITY:
        cl_discontinuity_write(w, &entry->discontinuity);
        break;
    case CL_KIND_EXHIBIT:
        cl_exhibit_write(w, &entry->exhibit);
        break;
    }
}

#endif
