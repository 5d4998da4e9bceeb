/* The languages of what is written for people. */
#ifndef CL_LANGUAGE_H
#define CL_LANGUAGE_H

enum cl_language { CL_LANGUAGE_EN, CL_LANGUAGE_DE, CL_LANGUAGE_FR, CL_LANGUAGES };
extern const char *const cl_language_names[]; /* as in BCP 47; NULL-terminated */

#endif
