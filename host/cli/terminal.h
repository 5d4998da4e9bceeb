/* What a person sees: text that cannot steer the terminal, columns that line up, times as on the
 * wall, and progress.
 *
 * A page decides the bytes of labels, titles and languages. In text for a person every control
 * character (C0, DEL, C1), line and paragraph separator, invisible format character and
 * bidirectional override is therefore shown by its number, as <U+202E>, and every broken byte as
 * U+FFFD. */
#ifndef CL_TERMINAL_H
#define CL_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* printf into a new string; never NULL (the program ends with CL_EXIT_NOT_NOW when memory is out).
 */
char *term_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* For cl_cleanup on a char *. */
void term_free(char **text);

/* A new string that is safe to print; NULL gives "". */
char *term_safe(const char *text);

/* Print the text made safe and filled with blanks up to `columns`. */
void term_cell(FILE *to, const char *text, size_t columns);

/* Print the text made safe and a newline, broken at blanks to lines of at most 78 columns. The
 * cursor stands at `column` now; the second and later lines begin at `indent`. */
void term_wrap(FILE *to, const char *text, size_t column, size_t indent);

/* n blanks. */
void term_blanks(FILE *to, size_t n);

#define TERM_TIME 32
/* "2026-11-21 19:00:05" in the local time zone. */
void term_time(int64_t ms, char ret_text[static TERM_TIME]);
/* The same and how far that is from UTC: "2026-11-21 19:00:05 +0100". */
void term_time_offset(int64_t ms, char ret_text[static TERM_TIME]);

/* "1 entry", "2 entries"; the noun's plural is given, and the language decides which it takes. New
 * string. */
char *term_count(uint64_t n, const char *one, const char *many);

/* Progress on stderr, where that is a terminal and the work has taken over a second.
 * Zero-initialise with `what`. */
struct term_progress {
    const char *what; /* "Checked" */
    struct timespec begun, shown;
    bool visible;
};
void term_progress(struct term_progress *progress, uint64_t done, uint64_t of);
void term_progress_end(struct term_progress *progress);

/* Ask on the terminal; true only for the word itself, e.g. "yes", in English or in the language
 * that is spoken. False at end of input. */
bool term_confirm(const char *question, const char *word);

#endif
