/* register and unregister: the command line, and which browsers are meant. */
#include "cli/browsers.h"
#include "cli/cli.h"
#include "cli/manifest.h"
#include "cli/registration.h"
#include "cli/say.h"
#include "cli/terminal.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMED_MAX 32

struct request {
    struct registration run;
    const char *host; /* as given, or NULL */
    const struct browser *named[NAMED_MAX];
    size_t named_count;
    const char *dirs[NAMED_MAX];
    size_t dirs_count;
};

/* What a member should know of a browser that lives in a box. */
static void explain(struct registration *run, const struct browser *browser, unsigned here)
{
    if (run->remove)
        return;
    if (here & BROWSER_FLATPAK)
        registration_tell(run, browser, NULL, N_("not possible"),
                          N_("(Flatpak) a browser in a Flatpak cannot start programs outside it"));
    if ((here & BROWSER_SNAP) && browser->kind == BROWSER_CHROMIUM)
        registration_tell(run, browser, NULL, N_("not possible"),
                          N_("(snap) this browser's snap cannot start programs outside it"));
    if ((here & BROWSER_SNAP) && browser->kind == BROWSER_GECKO)
        registration_tell(
            run, browser, NULL, N_("note"),
            N_("(snap) Firefox will ask once whether the extension may start the program"));
}

static void every_browser(struct request *request)
{
    struct registration *run = &request->run;
    bool default_all = request->named_count == 0 && request->dirs_count == 0;
    for (size_t i = 0; i < browsers_count; i++) {
        const struct browser *browser = &browsers[i];
        bool named = false;
        for (size_t k = 0; k < request->named_count; k++)
            named = named || request->named[k] == browser;
        if (default_all)
            explain(run, browser, browser_here(browser));
        if (!named && !(default_all && (run->remove || browser_reachable(browser))))
            continue;
        cl_cleanup(term_free) char *file = browser_manifest(browser, run->for_all);
        if (file) {
            registration_do(run, browser, file);
        } else {
            run->done++;
            registration_fail(run, browser, NULL, "failed", N_("HOME is not set to a folder."));
        }
    }
}

static bool is_anothers(const char *folder)
{
    struct stat st;
    return stat(folder, &st) == 0 && st.st_uid != geteuid();
}

static void every_dir(struct request *request)
{
    struct registration *run = &request->run;
    for (size_t i = 0; i < request->dirs_count; i++) {
        cl_cleanup(term_free) char *dir = realpath(request->dirs[i], NULL);
        if (!dir) {
            run->done++;
            registration_fail_errno(run, NULL, request->dirs[i]);
            continue;
        }
        cl_cleanup(term_free) char *file = browser_manifest_in(dir);
        if (geteuid() != 0 || !is_anothers(dir)) {
            registration_do(run, NULL, file);
            continue;
        }
        run->done++;
        registration_fail(run, NULL, file, "refused",
                          N_("That folder belongs to another user. Run this as that user."));
    }
}

/* Root in somebody else's HOME (sudo without -H) would leave files that the browser's owner cannot
 * change. */
static bool home_is_anothers(const struct request *request)
{
    const char *home = getenv("HOME");
    return !request->run.for_all && home && is_anothers(home);
}

static int find_host(const struct request *request, char **ret_host)
{
    cl_cleanup(term_free) char *host =
        request->host ? realpath(request->host, NULL) : manifest_own_host();
    const bool runs = host && access(host, X_OK) == 0;
    const char *why = strerror(errno);
    cl_cleanup(term_free) char *safe = term_safe(host ? host : request->host ? request->host : "");
    if (runs && strcmp(basename(host), "consentlog-host") == 0) {
        *ret_host = host;
        host = NULL;
        return CL_EXIT_GOOD;
    }
    if (runs)
        fprintf(stderr, _("consentlog: %s is not named consentlog-host.\n"), safe);
    else if (host)
        fprintf(stderr, _("consentlog: %s cannot be executed: %s.\n"), safe, why);
    else if (request->host)
        fprintf(stderr, _("consentlog: %s: %s.\n"), safe, why);
    else
        fputs(
            _("consentlog: consentlog-host is not where it was installed. Name it with --host, or "
              "install again.\n"),
            stderr);
    return CL_EXIT_NOT_NOW;
}

static int finish(struct registration *run)
{
    int code = run->failed ? CL_EXIT_NOT_NOW : CL_EXIT_GOOD;
    if (run->say_json) {
        cl_json_array_end(&run->json);
        cl_json_object_end(&run->json);
        int printed = cli_print_json(&run->json);
        return printed != CL_EXIT_GOOD ? printed : code;
    }
    if (run->done == 0 && run->remove)
        puts(_("Nothing was registered."));
    else if (run->done == 0)
        puts(_(
            "No browser was found that can start the program. Name one with --browser, or a folder "
            "with "
            "--user-data-dir."));
    else if (!run->remove && !run->dry_run && !run->failed) {
        cl_cleanup(term_free) char *safe = term_safe(run->host);
        printf(_("The browsers start %s\n"), safe);
    }
    return code;
}

static int carry_out(struct request *request)
{
    struct registration *run = &request->run;
    cl_cleanup(term_free) char *host = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(1 << 20);
    if (home_is_anothers(request)) {
        fprintf(
            stderr,
            _("consentlog: %s belongs to another user. Run this as that user, without sudo; or for "
              "everyone on this computer, with --system.\n"),
            getenv("HOME"));
        return CL_EXIT_NOT_NOW;
    }
    int code = run->remove ? CL_EXIT_GOOD : find_host(request, &host);
    if (code != CL_EXIT_GOOD)
        return code;
    run->host = host;
    run->json = cl_json_writer(&text);
    cl_json_object(&run->json, NULL);
    cl_json_str(&run->json, "host", host);
    cl_json_bool(&run->json, "dry_run", run->dry_run);
    cl_json_array(&run->json, "files");
    every_browser(request);
    every_dir(request);
    return finish(run);
}

static int unknown_browser(const char *command, const char *name)
{
    fprintf(stderr, _("The browsers known here:"));
    for (size_t i = 0; i < browsers_count; i++)
        fprintf(stderr, " %s", browsers[i].name);
    fputc('\n', stderr);
    return cli_usage(command, term_format("the browser '%s' is not known.", name));
}

static int take(struct request *request, char **argv, int option)
{
    switch (option) {
    case 'b':
        if (request->named_count == NAMED_MAX)
            return cli_usage(argv[0], term_format("too many browsers."));
        request->named[request->named_count] = browser_find(optarg);
        if (!request->named[request->named_count++])
            return unknown_browser(argv[0], optarg);
        return CL_EXIT_GOOD;
    case 'u':
        if (request->dirs_count == NAMED_MAX)
            return cli_usage(argv[0], term_format("too many folders."));
        request->dirs[request->dirs_count++] = optarg;
        return CL_EXIT_GOOD;
    case 's':
        request->run.for_all = true;
        return CL_EXIT_GOOD;
    case 'h':
        request->host = optarg;
        return CL_EXIT_GOOD;
    case 'n':
        request->run.dry_run = true;
        return CL_EXIT_GOOD;
    case 'j':
        request->run.say_json = true;
        return CL_EXIT_GOOD;
    default:
        return cli_bad_option(argv, option);
    }
}

static int run_command(int argc, char **argv, bool remove)
{
    /* --host comes last so that unregister can leave it out. */
    static const struct option options[] = {
        {"browser", required_argument, NULL, 'b'},
        {"user-data-dir", required_argument, NULL, 'u'},
        {"system", no_argument, NULL, 's'},
        {"dry-run", no_argument, NULL, 'n'},
        {"json", no_argument, NULL, 'j'},
        {"host", required_argument, NULL, 'h'},
        {0},
    };
    struct request request = {.run = {.remove = remove}};
    for (int c; (c = getopt_long(argc, argv, "+:", options, NULL)) != -1;) {
        int code = take(&request, argv, c);
        if (code != CL_EXIT_GOOD)
            return code;
    }
    if (remove && request.host)
        return cli_usage(argv[0], term_format("there is no option --host here."));
    int code = cli_no_operands(argc, argv);
    return code != CL_EXIT_GOOD ? code : carry_out(&request);
}

int cmd_register(int argc, char **argv)
{
    return run_command(argc, argv, false);
}

int cmd_unregister(int argc, char **argv)
{
    return run_command(argc, argv, true);
}
