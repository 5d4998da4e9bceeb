/* Many texts of one shape, known by one of them.
 *
 * A text is as good as another that passed the gate (json.h) if they differ in scalars alone:
 * values that are strings, numbers, true, false or null, each in the place of one, each passing by
 * itself. For all else that the gate looks at is then the same: the grammar around them, names, and
 * how deep and how many values are. To compare takes a tenth of the time that reading takes, and
 * most lines of a log are of a shape that was there before. */
#ifndef CL_SHAPE_H
#define CL_SHAPE_H

#include "json/gate.h"

#define CL_JSON_SHAPE_MAX 4096u /* bytes of the text; the common entry has 1100 */

struct cl_json_shape {
    size_t len, count;
    struct {
        size_t at, end;
    } scalar[CL_JSON_SCALARS_MAX];
    uint8_t text[CL_JSON_SHAPE_MAX];
};

/* Take a text as the pattern. CL_BAD_JSON; CL_TOO_LONG when it or the number of its scalars is
 * beyond what is kept; then the shape is what it was. */
CL_MUST_USE enum cl_err cl_json_shape_take(struct cl_json_shape *shape, const uint8_t *bytes,
                                           size_t len);
/* Is the text of that shape? Then it passes the gate, and these are its scalars. If not, it may
 * still pass. A shape that took nothing yet fits nothing. */
CL_MUST_USE bool cl_json_shape_fits(const struct cl_json_shape *shape, const uint8_t *bytes,
                                    size_t len, struct cl_json_scalars *ret);

#endif
