/* What an entry of each kind encloses: by what names, of which types, and how many. */
#ifndef CL_ENCLOSED_H
#define CL_ENCLOSED_H

#include "entry/entry.h"

/* Are its attachments those of its kind, none twice and none empty? */
CL_MUST_USE bool cl_enclosed_fits(const struct cl_entry *entry);

#endif
