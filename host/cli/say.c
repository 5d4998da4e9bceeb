#include "cli/say.h"

#include "base/common.h"
#include "report/words.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "consentlog"

/* Is the output for a program? */
static bool is_read_by_programs(int argc, char **argv)
{
    static const char *const options[] = {"--json", "--csv", "--request", "--open", "--window"};

    for (int i = 1; i < argc; i++)
        for (size_t k = 0; k < sizeof options / sizeof *options; k++)
            if (strcmp(argv[i], options[k]) == 0)
                return true;
    return false;
}

/* Beside this program, wherever it was installed or built. */
static bool find_catalogues(char ret_folder[static PATH_MAX])
{
    static const char *const places[] = {"/../share/locale", "/locale"};
    char path[PATH_MAX + 32];
    char *slash = realpath("/proc/self/exe", path) ? strrchr(path, '/') : NULL;

    for (size_t i = 0; slash && i < sizeof places / sizeof *places; i++) {
        memcpy(slash, places[i], strlen(places[i]) + 1);
        if (realpath(path, ret_folder))
            return true;
    }
    return false;
}

/* Of the language that LANGUAGE and the locale name. */
static void open_catalogue(void)
{
    char folder[PATH_MAX];
    if (!find_catalogues(folder) || !bindtextdomain(DOMAIN, folder) ||
        !bind_textdomain_codeset(DOMAIN, "UTF-8"))
        return;
    (void)textdomain(DOMAIN);
    (void)gettext(""); /* reads the catalogue, while that can still be done */
}

void say_begin(int argc, char **argv)
{
    if (!is_read_by_programs(argc, argv) && setlocale(LC_MESSAGES, ""))
        open_catalogue();
}

void say_in(enum cl_language language)
{
    const char *locale = setlocale(LC_MESSAGES, "");
    /* In the plain C locale gettext translates nothing, whatever LANGUAGE says. */
    if (!locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
        locale = setlocale(LC_MESSAGES, "C.UTF-8");
    if (language != CL_LANGUAGE_EN && locale &&
        setenv("LANGUAGE", cl_language_names[language], 1) == 0)
        open_catalogue();
}
