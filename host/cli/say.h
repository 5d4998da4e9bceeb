/* What is said to people, in their language: the catalogues of host/po by gettext, chosen by
 * LANGUAGE, LC_ALL, LC_MESSAGES and LANG as everywhere. Without one it is English. What programs
 * read (--json, --csv, --request) is never translated. term_format, term_wrap, term_count and
 * term_confirm translate their text themselves. */
#ifndef CL_SAY_H
#define CL_SAY_H

#include "base/language.h"

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text /* translated where it is said */

/* Choose the language. To be called before the cage is closed: inside, no catalogue could be read.
 */
void say_begin(int argc, char **argv);
/* The same, of a page that asked in that language for what it shows its member. */
void say_in(enum cl_language language);

#endif
