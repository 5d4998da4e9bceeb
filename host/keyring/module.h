/* The two ways to the keyring are modules of their own, shared objects that are loaded when one is
 * needed: to bind what libsecret and sd-bus bring takes longer than all the rest of a start, and
 * most starts need none or one of them. */
#ifndef CL_MODULE_H
#define CL_MODULE_H

#include "base/buf.h"
#include "base/err.h"

#define CL_MODULE_PATH_MAX 4096

/* What a module's table begins with: made with the program that loads it, or not to be used. */
struct cl_module {
    const char *version;
    size_t size; /* of the table */
};

/* The table of that name in the module of that name, which lies where the installation put it, seen
 * from the program's own file; never where a variable of the environment says. It stays loaded.
 * CL_PROGRAM_UNSAFE: others can change the file or its folder; CL_PROGRAM_MISSING: there is none,
 * or it is not of this version. */
CL_MUST_USE enum cl_err cl_module_load(const char *name, const char *table, size_t size,
                                       const void **ret_table);

/* Append, with NUL, the folder of the module of that name. CL_PROGRAM_MISSING. */
CL_MUST_USE enum cl_err cl_module_folder(const char *name, struct cl_buf *to);

#endif
