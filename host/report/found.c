#include "report/found.h"

#include "base/unicode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void cl_found_texts(const struct cl_found *f, struct cl_found_texts *ret)
{
    *ret = (struct cl_found_texts){.word = CL_WORD_FOUND_UNREAD + (enum cl_word)f->what};
    (void)snprintf(ret->room[0], sizeof ret->room[0], "%" PRIu64, f->seq);
    (void)snprintf(ret->room[1], sizeof ret->room[1], "%" PRId64, f->number);
    const bool counts = f->what == CL_FINDING_WRITTEN_LATE || f->what == CL_FINDING_CLOCK_LEAP;
    const char *const all[] = {counts ? ret->room[1] : NULL, f->member[0] ? f->member : NULL,
                               f->stated[0] ? f->stated : NULL, f->given[0] ? f->given : NULL};
    size_t n = 0;
    ret->texts[n++] = ret->room[0];
    for (size_t i = 0; i < sizeof all / sizeof *all && n + 1 < 5; i++)
        if (all[i])
            ret->texts[n++] = all[i];
}

static void put(char *text, size_t size, size_t *n, const char *from, size_t len)
{
    if (*n + len >= size)
        len = cl_utf8_cut(from, len, size - 1 - *n);
    memcpy(text + *n, from, len);
    *n += len;
    text[*n] = '\0';
}

void cl_found_say(const struct cl_found *found, enum cl_language language, char *ret_text,
                  size_t size)
{
    struct cl_found_texts t;
    size_t n = 0;
    cl_found_texts(found, &t);
    const char *from = cl_words(language, t.word), *hole;
    ret_text[0] = '\0';
    for (size_t i = 0; (hole = strstr(from, "{}")) != NULL; from = hole + 2) {
        put(ret_text, size, &n, from, (size_t)(hole - from));
        if (i < 5 && t.texts[i])
            put(ret_text, size, &n, t.texts[i], strlen(t.texts[i]));
        i += i < 4;
    }
    put(ret_text, size, &n, from, strlen(from));
}
