/* VERIFY.txt: how to check a package of that folder and key with tools that everybody has. */
#ifndef CL_INSTRUCTIONS_H
#define CL_INSTRUCTIONS_H

#include "base/buf.h"

#define CL_INSTRUCTIONS_MAX 65536u

CL_MUST_USE enum cl_err cl_instructions_write(const char *folder, const char *fingerprint,
                                              struct cl_buf *to);

#endif
