/* Where a package is read from, a little at a time, and how it is said what is wrong with it. */
#ifndef CL_SOURCE_H
#define CL_SOURCE_H

#include "base/err.h"
#include "base/limits.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes to be read at any place: a file, or memory (fd −1); or a folder, whose files are opened
 * one by one. */
struct cl_source {
    int fd;
    const uint8_t *bytes; /* with fd −1; borrowed */
    uint64_t size;
    bool folder;
};
/* Look at an open file. CL_IO also when it is not a plain one. */
CL_MUST_USE enum cl_err cl_source_file(int fd, struct cl_source *ret_source);
/* The same; it may also be a folder. */
CL_MUST_USE enum cl_err cl_source_open(int fd, struct cl_source *ret_source);
/* Exactly n bytes from `at` on. CL_IO when they are not there. */
CL_MUST_USE enum cl_err cl_source_read(const struct cl_source *source, uint64_t at, void *ret_bytes,
                                       size_t n);

/* A source read mostly forwards, a little at a time: what lies near is read along. */
#define CL_WINDOW 65536u
struct cl_window {
    const struct cl_source *source; /* borrowed; set it and leave the rest zero */
    uint64_t at;                    /* of the bytes that are here */
    size_t len;
    uint8_t bytes[CL_WINDOW];
};
/* Exactly n ≤ CL_WINDOW bytes from `at` on, to be used before the next call. CL_IO when they are
 * not there. */
CL_MUST_USE enum cl_err cl_window_read(struct cl_window *window, uint64_t at, size_t n,
                                       const uint8_t **ret_bytes);

/* What is wrong, and where. `what` is a sentence without its full stop. */
struct cl_flaw {
    char file[CL_BUNDLE_NAME_MAX + 1]; /* "" for the package as a whole */
    char what[400];
};
/* In the language that the program speaks to people, where it opened a catalogue (cli/say.h): else
 * as it stands. */
#define CL_SAID(text) gettext(text)
/* Fill it by a printf format, said in that language. What goes into the format is not translated
 * here. */
__attribute__((format(printf, 3, 0))) void cl_flaw_say(struct cl_flaw *flaw, const char *file,
                                                       const char *format, va_list args);
/* The same, and return err. */
__attribute__((format(printf, 4, 5))) enum cl_err
cl_flaw(struct cl_flaw *flaw, enum cl_err err, const char *file, const char *format, ...);

#endif
