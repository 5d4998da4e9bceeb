/* Every word that a report shows a person, in each of its languages. */
#ifndef CL_WORDS_H
#define CL_WORDS_H

#include "base/common.h"
#include "base/language.h"

enum cl_word {
#define X(id, en, de, fr) CL_WORD_##id,
#include "report/words.inc"
#undef X
    CL_WORDS
};

/* Static. {} stands where a text goes; every language has as many. */
const char *cl_words(enum cl_language language, enum cl_word word);

#endif
