/* A window that is no page of the browser's: the desktop's zenity or kdialog shows a text that
 * reaches it through a pipe, never by its arguments or a file. The program is found at its own
 * place, never by PATH, and not taken if others may change it. */
#ifndef CL_WINDOW_H
#define CL_WINDOW_H

#include "base/common.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct window_words {
    const char *title, *done, *close; /* of the window, and its two buttons */
};

enum window_end {
    WINDOW_NONE,   /* nothing was shown: no such program, no screen */
    WINDOW_CLOSED, /* or its time was over */
    WINDOW_DONE,   /* by the button that says so; kdialog has none */
};

/* Show the text, which is UTF-8, and wait until the window is closed, `ms` at most. The window goes
 * when this process ends, or its parent, which is `for_whom`. */
CL_MUST_USE enum window_end window_show(const struct window_words *words, const void *text,
                                        size_t len, pid_t for_whom, int64_t ms);

#endif
