#include "cli/doctor.h"
#include "cli/say.h"

#include "base/array.h"
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

/* Both strings become the finding's, which frees them. NOLINTBEGIN(readability-non-const-parameter)
 */
void doctor_add(struct doctor *doctor, const char *id, enum doctor_level level, char *what,
                char *remedy)
{
    if (CL_ARRAY_ROOM(doctor->findings, doctor->room, doctor->count + 1)) {
        fputs(_("consentlog: there is not enough memory.\n"), stderr);
        exit(CL_EXIT_NOT_NOW);
    }
    doctor->findings[doctor->count++] =
        (struct doctor_finding){.id = id, .level = level, .what = what, .remedy = remedy};
}

/* NOLINTEND(readability-non-const-parameter) */

void doctor_free(struct doctor *doctor)
{
    for (size_t i = 0; i < doctor->count; i++) {
        free(doctor->findings[i].what);
        free(doctor->findings[i].remedy);
    }
    free(doctor->findings);
}

size_t doctor_count(const struct doctor *doctor, enum doctor_level level)
{
    size_t n = 0;
    for (size_t i = 0; i < doctor->count; i++)
        n += doctor->findings[i].level == level;
    return n;
}
