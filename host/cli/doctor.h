/* The doctor's findings, and those who look. */
#ifndef CL_DOCTOR_H
#define CL_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARNING, DOCTOR_ERROR };

struct doctor_finding {
    const char *id; /* stable, for --json; static */
    enum doctor_level level;
    char *what;   /* owned */
    char *remedy; /* owned, or NULL: nothing to do */
};

struct doctor {
    struct doctor_finding *findings;
    size_t count, room;
};

/* Both strings become the doctor's. */
void doctor_add(struct doctor *doctor, const char *id, enum doctor_level level, char *what,
                char *remedy);
void doctor_free(struct doctor *doctor); /* what it holds; for cl_cleanup */
size_t doctor_count(const struct doctor *doctor, enum doctor_level level);

/* Programs, and each browser found: its manifest files and the host they start. doctor_browsers.c
 */
void doctor_browsers(struct doctor *doctor);
/* How a browser that can reach the host has the extension: twice, removed, not looked for; or, if
 * it was told where the host is, not at all.
 * doctor_extension.c */
struct browser;
void doctor_extension(struct doctor *doctor, const struct browser *browser, bool registered);
/* The time authorities that the log has heard, and the roots they are kept to.
 * doctor_authorities.c */
struct cl_log;
void doctor_authorities(struct doctor *doctor, struct cl_log *log);
/* Session bus, keyring, log, disk, clock. doctor_machine.c */
void doctor_machine(struct doctor *doctor);

#endif
