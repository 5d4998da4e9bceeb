/* What was found of an entry (entry/consistency.h), as a sentence. */
#ifndef CL_FOUND_H
#define CL_FOUND_H

#include "entry/consistency.h"
#include "report/words.h"

/* The sentence, and what goes into it; texts point into `found` and `room`. */
struct cl_found_texts {
    enum cl_word word;
    const char *texts[5]; /* ends with NULL */
    char room[2][24];
};
void cl_found_texts(const struct cl_found *found, struct cl_found_texts *ret);

/* The same in one piece, without a full stop; cut where a character begins. */
void cl_found_say(const struct cl_found *found, enum cl_language language, char *ret_text,
                  size_t n);

#endif
