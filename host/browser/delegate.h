/* Have our own program consentlog do what would bring large libraries into this process. */
#ifndef CL_DELEGATE_H
#define CL_DELEGATE_H

#include "base/buf.h"
#include "base/err.h"
#include "browser/starter.h"

#include <stdbool.h>

/* Run the command's program by that starter (browser/starter.h) with these bytes on its standard
 * input. Appends what it says on its standard output, without the newline at the end. CL_OK: it
 * exited, *ret_refused with another code than 0, so that `to` holds its error object.
 * CL_PROGRAM_MISSING, CL_PROGRAM_UNSAFE; CL_IO: it ended otherwise, or said more than to->max. If
 * this process ends, so does it. */
CL_MUST_USE enum cl_err cl_delegate(int starter, enum cl_command command,
                                    const struct cl_buf *input, struct cl_buf *to,
                                    bool *ret_refused);

#endif
