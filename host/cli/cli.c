#include "cli/cli.h"
#include "cli/say.h"

#include "base/io.h"
#include "cli/terminal.h"
#include "crypto/crypto.h"
#include "log/log_cage.h"
#include "log/paths.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_fail(enum cl_err err)
{
    /* A command that only reads need not say that nothing was written. */
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(8192);
    const char *effect = cl_err_is_unwritten(err) ? "" : cl_err_effect(err);
    const char *remedy = cl_err_remedy(err);
    fprintf(stderr, _("consentlog: %s%s%s%s%s\n"), _(cl_err_what(err)), effect[0] ? " " : "",
            effect[0] ? _(effect) : "", remedy[0] ? " " : "", remedy[0] ? _(remedy) : "");
    if (cl_paths_concerns(err) && cl_paths_spelled(&path) == CL_OK) {
        cl_cleanup(term_free) char *safe = term_safe((const char *)path.data);
        fprintf(stderr, _("The log: %s\n"), safe);
    }
    return err == CL_OK ? CL_EXIT_GOOD : CL_EXIT_NOT_NOW;
}

int cli_usage(const char *command, char *what)
{
    cl_cleanup(term_free) char *safe = term_safe(what);
    fprintf(stderr, _("consentlog %s: %s\nTry: consentlog help %s\n"), command, safe, command);
    free(what);
    return CL_EXIT_USAGE;
}

int cli_bad_option(char **argv, int answer)
{
    const char *last = argv[optind - 1];
    char letter[] = {'-', (char)optopt, '\0'};
    /* getopt has moved past a wrong long option; inside a cluster of letters it has not, and optopt
     * is the letter. */
    const char *option = last[0] == '-' && last[1] == '-' ? last : letter;
    if (answer == ':')
        return cli_usage(argv[0], term_format("%s needs a value.", option));
    return cli_usage(argv[0], term_format("there is no option %s here.", option));
}

int cli_no_operands(int argc, char **argv)
{
    if (optind < argc)
        return cli_usage(argv[0], term_format("'%s' is one word too many.", argv[optind]));
    return CL_EXIT_GOOD;
}

int cli_no_output(void)
{
    fputs(_("consentlog: the output could not be written.\n"), stderr);
    return CL_EXIT_NOT_NOW;
}

/* What was done stays done where only the line that tells it has no place: the sentences of a write
 * that failed are about the log. */
int cli_print_json(struct cl_json_writer *w)
{
    cl_cleanup(cl_buf_free) struct cl_buf line = cl_buf(SIZE_MAX);
    enum cl_err err = cl_json_end(w);
    if (!err)
        err = cl_json_visible((struct cl_span){w->to->data, w->to->len}, &line);
    if (!err)
        err = cl_buf_put_str(&line, "\n");
    if (err)
        return cli_fail(err);
    if (fflush(stdout) != 0)
        return CL_EXIT_NOT_NOW; /* main sees it, too, and says so */
    /* at once, so that several programs can append to one file */
    return cl_io_write(STDOUT_FILENO, line.data, line.len) ? cli_no_output() : CL_EXIT_GOOD;
}

int cli_fail_json(const struct cl_fault *fault)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(4096);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_json_object(&w, "error");
    cl_json_str(&w, "code", cl_err_code(fault->err));
    cl_json_str(&w, "message", cl_err_sentence(fault->err));
    cl_json_str(&w, "field", fault->field[0] ? fault->field : NULL);
    cl_json_object_end(&w);
    cl_json_object_end(&w);
    (void)cli_print_json(&w);
    return cli_fail(fault->err);
}

enum cl_err cli_read_stdin(struct cl_buf *to)
{
    uint8_t block[65536];
    for (size_t n = sizeof block; n == sizeof block;) {
        enum cl_err err = cl_io_read(STDIN_FILENO, block, sizeof block, &n);
        if (!err)
            err = cl_buf_put(to, block, n);
        if (err)
            return err;
    }
    return CL_OK;
}

int cli_only_json(int argc, char **argv, bool *ret_json)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
    bool json = false;
    for (int c; (c = getopt_long(argc, argv, "+:", options, NULL)) != -1;) {
        if (c != 'j')
            return cli_bad_option(argv, c);
        json = true;
    }
    *ret_json = json;
    return cli_no_operands(argc, argv);
}

enum cl_language cli_spoken(void)
{
    const char *name = _("en"); /* each catalogue names its own */
    for (int i = 0; cl_language_names[i]; i++)
        if (strcmp(name, cl_language_names[i]) == 0)
            return (enum cl_language)i;
    return CL_LANGUAGE_EN;
}

int cli_language(const char *command, const char *name, enum cl_language *ret_language)
{
    for (int i = 0; cl_language_names[i]; i++)
        if (strcmp(name, cl_language_names[i]) == 0) {
            *ret_language = (enum cl_language)i;
            return CL_EXIT_GOOD;
        }
    return cli_usage(command, term_format("'%s' is not a language of ours: en, de, fr.", name));
}

char *cli_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

enum cl_err cli_check_folder(const char *folder)
{
    if (folder && access(folder, W_OK | X_OK) == 0)
        return CL_OK;
    return folder && errno == EROFS ? CL_DISK_READ_ONLY : CL_FOLDER;
}

enum cl_err cli_make_folder(void)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(4096);
    int fd = -1;
    enum cl_err err = cl_paths_log(&path);
    if (!err)
        err = cl_paths_folder((const char *)path.data, true, &fd);
    if (!err)
        (void)close(fd);
    return err;
}

void cli_enter_cage(const char *to)
{
    const struct cl_cage_place more[CL_LOG_CAGE_MORE] = {{.path = to, .write = true},
                                                         {.path = getenv("SSL_CERT_FILE")},
                                                         {.path = getenv("SSL_CERT_DIR")}};
    cl_sign_verify_begin();
    cl_log_cage(false, more, CL_LOG_CAGE_MORE);
}
