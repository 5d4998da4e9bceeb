#include "base/language.h"

#include <stddef.h>

const char *const cl_language_names[] = {"en", "de", "fr", NULL};
