/* Is it a picture? A PNG (ISO/IEC 15948) that decodes to its last byte: whoever opens a package's
 * attachment by its ending gets what the ending says. */
#ifndef CL_PNG_H
#define CL_PNG_H

#include "base/common.h"
#include "base/err.h"

/* CL_OK, or CL_MALFORMED: chunks that do not follow each other, a checksum that does not fit, no
 * beginning, no end or something behind it, sides that no screen has, or pixels that are fewer or
 * more than the header says. In fixed memory, and in time that the sides bound. */
CL_MUST_USE enum cl_err cl_png_check(struct cl_span bytes);

#endif
