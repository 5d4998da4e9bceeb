/* register and unregister: put our manifest where each browser looks for it, or take it away. */
#include "browsers.h"
#include "cli.h"
#include "manifest.h"
#include "terminal.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMED_MAX 32

struct request {
    bool remove, system, dry_run, json;
    const char *host; /* borrowed, or NULL */
    const struct browser *named[NAMED_MAX];
    size_t named_count;
    const char *dirs[NAMED_MAX];
    size_t dirs_count;
};

/* Below, browser NULL means a --user-data-dir.
 *
 * The run: what is written as --json, and whether anything went wrong. */
struct run {
    const struct request *request;
    char *host;
    struct cl_json_writer json;
    size_t done;
    bool failed;
};

static void tell(struct run *run, const struct browser *browser, const char *file, const char *did,
                 const char *why)
{
    if (run->request->json) {
        cl_json_object(&run->json, NULL);
        cl_json_str(&run->json, "browser", browser ? browser->name : NULL);
        cl_json_str(&run->json, "title", browser ? browser->title : NULL);
        cl_json_str(&run->json, "file", file);
        cl_json_str(&run->json, "did", did);
        cl_json_str(&run->json, "why", why);
        cl_json_object_end(&run->json);
        return;
    }
    bool trouble = strcmp(did, "failed") == 0 || strcmp(did, "refused") == 0;
    FILE *to = trouble ? stderr : stdout;
    term_cell(to, browser ? browser->title : "--user-data-dir", 20);
    fputc(' ', to);
    term_cell(to, did, 13);
    fputc(' ', to);
    term_cell(to, file ? file : why, 0);
    fputc('\n', to);
    if (!file || !why)
        return;
    term_blanks(to, 21);
    term_wrap(to, why, 21, 21);
}

static void fail(struct run *run, const struct browser *browser, const char *file, const char *did,
                 const char *why)
{
    run->failed = true;
    tell(run, browser, file, did, why);
}

static void fail_errno(struct run *run, const struct browser *browser, const char *file)
{
    bool denied = errno == EACCES || errno == EPERM || errno == EROFS;
    cl_cleanup(term_free) char *why = term_format(
        "%s.%s", strerror(errno),
        denied && run->request->system ? " Run this as root, for instance with sudo." : "");
    fail(run, browser, file, "failed", why);
}

static const char foreign[] =
    "A file that is not consentlog's stands there. Look at it; move it away if you do not need it.";

static void add(struct run *run, const struct browser *browser, const char *file)
{
    cl_cleanup(cl_buf_free) struct cl_buf there = cl_buf(MANIFEST_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(MANIFEST_MAX);
    enum manifest_is is = manifest_look(file, &there, NULL);

    run->done++;
    if (is == MANIFEST_UNREADABLE) {
        fail_errno(run, browser, file);
        return;
    }
    if (is == MANIFEST_FOREIGN) {
        fail(run, browser, file, "refused", foreign);
        return;
    }
    enum cl_err err = manifest_text(browser ? browser->kind : BROWSER_CHROMIUM, run->host, &text);
    if (err != CL_OK) {
        fail(run, browser, file, "failed", cl_err_sentence(err));
        return;
    }
    if (is == MANIFEST_OURS && there.len == text.len &&
        memcmp(there.data, text.data, text.len) == 0) {
        tell(run, browser, file, "unchanged", NULL);
        return;
    }
    bool dry = run->request->dry_run;
    if (!dry && !manifest_write(file, &text, run->request->system ? 0755 : 0700))
        fail_errno(run, browser, file);
    else if (is == MANIFEST_OURS)
        tell(run, browser, file, dry ? "would update" : "updated", NULL);
    else
        tell(run, browser, file, dry ? "would write" : "registered", NULL);
}

static void take_away(struct run *run, const struct browser *browser, const char *file)
{
    enum manifest_is is = manifest_look(file, NULL, NULL);
    if (is == MANIFEST_ABSENT)
        return;
    run->done++;
    if (is == MANIFEST_UNREADABLE)
        fail_errno(run, browser, file);
    else if (is == MANIFEST_FOREIGN)
        fail(run, browser, file, "refused", foreign);
    else if (run->request->dry_run)
        tell(run, browser, file, "would remove", NULL);
    else if (unlink(file) != 0)
        fail_errno(run, browser, file);
    else
        tell(run, browser, file, "removed", NULL);
}

static void one(struct run *run, const struct browser *browser, const char *file)
{
    if (run->request->remove)
        take_away(run, browser, file);
    else
        add(run, browser, file);
}

/* What a member should know of a browser that lives in a box. */
static void explain(struct run *run, const struct browser *browser, unsigned here)
{
    if (run->request->remove)
        return;
    if (here & BROWSER_FLATPAK)
        tell(run, browser, NULL, "not possible",
             "(Flatpak) a browser in a Flatpak cannot start programs outside it");
    if ((here & BROWSER_SNAP) && browser->kind == BROWSER_CHROMIUM)
        tell(run, browser, NULL, "not possible",
             "(snap) this browser's snap cannot start programs outside it");
    if ((here & BROWSER_SNAP) && browser->kind == BROWSER_GECKO)
        tell(run, browser, NULL, "note",
             "(snap) Firefox will ask once whether the extension may start the program");
}

static void every_browser(struct run *run)
{
    const struct request *request = run->request;
    bool default_all = request->named_count == 0 && request->dirs_count == 0;
    for (size_t i = 0; i < browsers_count; i++) {
        const struct browser *browser = &browsers[i];
        bool named = false;
        for (size_t k = 0; k < request->named_count; k++)
            named = named || request->named[k] == browser;
        if (default_all)
            explain(run, browser, browser_here(browser));
        if (!named && !(default_all && (request->remove || browser_reachable(browser))))
            continue;
        cl_cleanup(term_free) char *file = browser_manifest(browser, request->system);
        if (file)
            one(run, browser, file);
        else
            fail(run, browser, NULL, "failed", "HOME is not set");
    }
}

static void every_dir(struct run *run)
{
    for (size_t i = 0; i < run->request->dirs_count; i++) {
        cl_cleanup(term_free) char *dir = realpath(run->request->dirs[i], NULL);
        if (!dir) {
            run->done++;
            fail_errno(run, NULL, run->request->dirs[i]);
            continue;
        }
        cl_cleanup(term_free) char *file = browser_manifest_in(dir);
        one(run, NULL, file);
    }
}

/* Root in somebody else's HOME (sudo without -H) would leave files that the browser's owner cannot
 * change. */
static bool home_is_anothers(const struct request *request)
{
    struct stat st;
    const char *home = getenv("HOME");
    return !request->system && home && stat(home, &st) == 0 && st.st_uid != geteuid();
}

static int find_host(const struct request *request, char **ret_host)
{
    char *host = request->host ? realpath(request->host, NULL) : manifest_own_host();
    if (!host && request->host)
        fprintf(stderr, "consentlog: %s: %s.\n", request->host, strerror(errno));
    else if (!host)
        fputs("consentlog: consentlog-host is not where it was installed. Name it with --host, or "
              "install again.\n",
              stderr);
    else if (access(host, X_OK) != 0)
        fprintf(stderr, "consentlog: %s cannot be executed: %s.\n", host, strerror(errno));
    else if (strcmp(basename(host), "consentlog-host") != 0)
        fprintf(stderr, "consentlog: %s is not named consentlog-host.\n", host);
    else {
        *ret_host = host;
        return CL_EXIT_GOOD;
    }
    free(host);
    return CL_EXIT_NOT_NOW;
}

static int finish(struct run *run)
{
    const struct request *request = run->request;
    if (request->json) {
        cl_json_array_end(&run->json);
        cl_json_object_end(&run->json);
        int code = cli_print_json(&run->json);
        return code != CL_EXIT_GOOD ? code : run->failed ? CL_EXIT_NOT_NOW : CL_EXIT_GOOD;
    }
    if (run->done == 0 && request->remove)
        puts("Nothing was registered.");
    else if (run->done == 0)
        puts("No browser was found that can start the host. Name one with --browser, or a folder "
             "with --user-data-dir.");
    else if (!request->remove && !request->dry_run && !run->failed)
        printf("The browsers start %s\n", run->host);
    return run->failed ? CL_EXIT_NOT_NOW : CL_EXIT_GOOD;
}

static int carry_out(const struct request *request)
{
    if (home_is_anothers(request)) {
        fprintf(stderr,
                "consentlog: %s belongs to another user. Run this as that user, without sudo; or "
                "for everyone on this computer, with --system.\n",
                getenv("HOME"));
        return CL_EXIT_NOT_NOW;
    }
    cl_cleanup(term_free) char *host = NULL;
    if (!request->remove) {
        int code = find_host(request, &host);
        if (code != CL_EXIT_GOOD)
            return code;
    }
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(1 << 20);
    struct run run = {.request = request, .host = host, .json = cl_json_writer(&text)};
    cl_json_object(&run.json, NULL);
    cl_json_str(&run.json, "host", host);
    cl_json_bool(&run.json, "dry_run", request->dry_run);
    cl_json_array(&run.json, "files");
    every_browser(&run);
    every_dir(&run);
    return finish(&run);
}

static int unknown_browser(const char *command, const char *name)
{
    fprintf(stderr, "The browsers known here:");
    for (size_t i = 0; i < browsers_count; i++)
        fprintf(stderr, " %s", browsers[i].name);
    fputc('\n', stderr);
    return cli_usage(command, "the browser '%s' is not known.", name);
}

static int take(struct request *request, char **argv, int option)
{
    switch (option) {
    case 'b':
        if (request->named_count == NAMED_MAX)
            return cli_usage(argv[0], "too many browsers.");
        request->named[request->named_count] = browser_find(optarg);
        if (!request->named[request->named_count++])
            return unknown_browser(argv[0], optarg);
        return CL_EXIT_GOOD;
    case 'u':
        if (request->dirs_count == NAMED_MAX)
            return cli_usage(argv[0], "too many folders.");
        request->dirs[request->dirs_count++] = optarg;
        return CL_EXIT_GOOD;
    case 's':
        request->system = true;
        return CL_EXIT_GOOD;
    case 'h':
        request->host = optarg;
        return CL_EXIT_GOOD;
    case 'n':
        request->dry_run = true;
        return CL_EXIT_GOOD;
    case 'j':
        request->json = true;
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
    struct request request = {.remove = remove};
    for (int c; (c = getopt_long(argc, argv, "+:", options, NULL)) != -1;) {
        int code = take(&request, argv, c);
        if (code != CL_EXIT_GOOD)
            return code;
    }
    if (remove && request.host)
        return cli_usage(argv[0], "there is no option --host here.");
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
