#include "cli/terminal.h"

#include "base/buf.h"
#include "base/unicode.h"
#include "cli/cli.h"
#include "cli/say.h"

#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define LINE_COLUMNS 78
#define REPLACEMENT  0xFFFDu

static void *or_end(void *memory)
{
    if (memory)
        return memory;
    fputs(_("consentlog: there is not enough memory.\n"), stderr);
    exit(CL_EXIT_NOT_NOW);
}

char *term_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, _(format), args);
    va_end(args);
    return or_end(n < 0 ? NULL : text);
}

void term_free(char **text)
{
    free(*text);
    *text = NULL;
}

/* The next code point of a string that has not ended; what is no UTF-8 gives U+FFFD for one byte.
 */
static uint32_t next_point(const char **text)
{
    uint32_t point = REPLACEMENT;
    size_t n = cl_utf8_decode((const uint8_t *)*text, strnlen(*text, 4), &point);
    *text += n > 0 ? n : 1;
    return point;
}

char *term_safe(const char *text)
{
    if (!text)
        text = "";
    char *safe = or_end(malloc(strlen(text) * 10 + 1)); /* one byte gives at most "<U+10FFFF>" */
    char *end = safe;
    while (*text) {
        const char *start = text;
        uint32_t point = next_point(&text);
        if (cl_unicode_is_hidden(point))
            end += snprintf(end, sizeof "<U+10FFFF>", "<U+%04X>", (unsigned)point);
        else if (point == REPLACEMENT)
            end = stpcpy(end, "\xEF\xBF\xBD");
        else
            end = mempcpy(end, start, (size_t)(text - start));
    }
    *end = '\0';
    return safe;
}

/* Columns that the (safe) text takes on a terminal. */
static size_t width_of(const char *text)
{
    /* wcwidth() knows only the locale's characters; ours are UTF-8 whatever the locale. */
    static locale_t utf8;
    if (!utf8)
        utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
    locale_t before = utf8 ? uselocale(utf8) : NULL;
    size_t columns = 0;
    while (*text) {
        int w = wcwidth((wchar_t)next_point(&text));
        columns += w < 0 ? 1 : (size_t)w;
    }
    if (before)
        uselocale(before);
    return columns;
}

void term_blanks(FILE *to, size_t n)
{
    fprintf(to, "%*s", (int)n, "");
}

void term_cell(FILE *to, const char *text, size_t columns)
{
    cl_cleanup(term_free) char *safe = term_safe(text);
    size_t width = width_of(safe);
    fputs(safe, to);
    if (width < columns)
        term_blanks(to, columns - width);
}

void term_wrap(FILE *to, const char *text, size_t column, size_t indent)
{
    cl_cleanup(term_free) char *safe = term_safe(text[0] ? _(text) : text);
    char *rest = safe;

    for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
        size_t width = width_of(word);
        bool first = word == safe;
        if (!first && column + 1 + width > LINE_COLUMNS) {
            fputc('\n', to);
            term_blanks(to, indent);
            column = indent;
        } else if (!first) {
            fputc(' ', to);
            column++;
        }
        fputs(word, to);
        column += width;
    }
    fputc('\n', to);
}

static void format_time(int64_t ms, bool offset, char ret_text[static TERM_TIME])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm local;
    size_t n = localtime_r(&seconds, &local)
                   ? strftime(ret_text, TERM_TIME, "%Y-%m-%d %H:%M:%S", &local)
                   : 0;
    if (n && offset)
        n = strftime(ret_text + n, TERM_TIME - n, " %z", &local);
    if (n == 0)
        snprintf(ret_text, TERM_TIME, "?");
}

void term_time(int64_t ms, char ret_text[static TERM_TIME])
{
    format_time(ms, false, ret_text);
}

void term_time_offset(int64_t ms, char ret_text[static TERM_TIME])
{
    format_time(ms, true, ret_text);
}

char *term_count(uint64_t n, const char *one, const char *many)
{
    return term_format("%llu %s", (unsigned long long)n, ngettext(one, many, n));
}

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void term_progress(struct term_progress *progress, uint64_t done, uint64_t of)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return;
    if (progress->begun.tv_sec == 0)
        progress->begun = progress->shown = now;
    if (seconds_between(&progress->begun, &now) < 1 ||
        seconds_between(&progress->shown, &now) < 0.2)
        return;
    progress->shown = now;
    if (!isatty(STDERR_FILENO))
        return;
    progress->visible = true;
    fprintf(stderr, _("\r%s %llu of %llu (%llu %%)"), _(progress->what), (unsigned long long)done,
            (unsigned long long)of, (unsigned long long)(of ? done * 100 / of : 100));
}

void term_progress_end(struct term_progress *progress)
{
    if (progress->visible)
        fputs("\r\033[K", stderr);
    progress->visible = false;
}

bool term_confirm(const char *question, const char *word)
{
    char answer[32];
    fputs(_(question), stdout);
    fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin)) {
        fputc('\n', stdout);
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcasecmp(answer, word) == 0 || strcasecmp(answer, _(word)) == 0;
}
