#include "report/words.h"

#include <stddef.h>

const char *cl_words(enum cl_language language, enum cl_word word)
{
    static const char *const words[][CL_LANGUAGES] = {
#define X(id, en, de, fr) {en, de, fr},
#include "report/words.inc"
#undef X
    };
    return words[word][language];
}
