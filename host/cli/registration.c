#include "cli/registration.h"

#include "cli/cli.h"
#include "cli/manifest.h"
#include "cli/say.h"
#include "cli/terminal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char foreign[] =
    N_("A file that is not consentlog's stands there. Look at it; move it away if you do not need "
       "it.");

/* What starts the browser, and the folder of its own things: for who wants to start it. */
static void tell_program(struct registration *run, const struct browser *browser)
{
    cl_cleanup(term_free) char *program = browser ? browser_program(browser) : NULL;
    cl_cleanup(term_free) char *folder = browser ? browser_folder(browser) : NULL;
    cl_json_str(&run->json, "program", program);
    cl_json_str(&run->json, "folder", folder);
}

void registration_tell(struct registration *run, const struct browser *browser, const char *file,
                       const char *did, const char *why)
{
    if (run->say_json) {
        cl_json_object(&run->json, NULL);
        cl_json_str(&run->json, "browser", browser ? browser->name : NULL);
        cl_json_str(&run->json, "title", browser ? browser->title : NULL);
        cl_json_str(&run->json, "file", file);
        tell_program(run, browser);
        cl_json_str(&run->json, "did", did);
        cl_json_str(&run->json, "why", why);
        cl_json_object_end(&run->json);
        return;
    }
    bool trouble = strcmp(did, "failed") == 0 || strcmp(did, "refused") == 0;
    FILE *to = trouble ? stderr : stdout;
    term_cell(to, browser ? browser->title : "--user-data-dir", 20);
    fputc(' ', to);
    term_cell(to, _(did), 15);
    fputc(' ', to);
    term_cell(to, file ? file : _(why), 0);
    fputc('\n', to);
    if (!file || !why)
        return;
    term_blanks(to, 21);
    term_wrap(to, why, 21, 21);
}

void registration_fail(struct registration *run, const struct browser *browser, const char *file,
                       const char *did, const char *why)
{
    run->failed = true;
    registration_tell(run, browser, file, did, why);
}

static char *what_to_do(const struct registration *run, const char *file, int why)
{
    bool denied = why == EACCES || why == EPERM || why == EROFS;
    if (denied && run->for_all)
        return term_format("Run this as root, for instance with sudo.");
    char *obstacle = manifest_obstacle(file);
    if (!obstacle && denied)
        return term_format("Make that file readable for yourself, or remove it.");
    return obstacle;
}

void registration_fail_errno(struct registration *run, const struct browser *browser,
                             const char *file)
{
    int number = errno;
    cl_cleanup(term_free) char *remedy = what_to_do(run, file, number);
    cl_cleanup(term_free) char *why =
        term_format("%s.%s%s", strerror(number), remedy ? " " : "", remedy ? remedy : "");
    registration_fail(run, browser, file, N_("failed"), why);
}

/* A dry run must not promise what cannot be done. */
static bool would_fail(const struct registration *run, const char *file)
{
    cl_cleanup(term_free) char *obstacle = run->dry_run ? manifest_obstacle(file) : NULL;
    return obstacle;
}

static void add(struct registration *run, const struct browser *browser, const char *file)
{
    cl_cleanup(cl_buf_free) struct cl_buf there = cl_buf(MANIFEST_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(MANIFEST_MAX);
    enum manifest_is is = manifest_look(file, &there, NULL);

    run->done++;
    if (is == MANIFEST_UNREADABLE) {
        registration_fail_errno(run, browser, file);
        return;
    }
    if (is == MANIFEST_FOREIGN) {
        registration_fail(run, browser, file, N_("refused"), foreign);
        return;
    }
    enum cl_err err =
        manifest_text(browser ? browser->kind : BROWSER_CHROMIUM, run->host, run->for_all, &text);
    if (err != CL_OK) {
        registration_fail(run, browser, file, "failed", cl_err_sentence(err));
        return;
    }
    if (is == MANIFEST_OURS && there.len == text.len &&
        memcmp(there.data, text.data, text.len) == 0) {
        registration_tell(run, browser, file, N_("unchanged"), NULL);
        return;
    }
    bool dry = run->dry_run;
    if (would_fail(run, file) || (!dry && !manifest_write(file, &text, run->for_all ? 0755 : 0700)))
        registration_fail_errno(run, browser, file);
    else if (is == MANIFEST_OURS)
        registration_tell(run, browser, file, dry ? N_("would update") : N_("updated"), NULL);
    else
        registration_tell(run, browser, file, dry ? N_("would write") : N_("registered"), NULL);
}

static void take_away(struct registration *run, const struct browser *browser, const char *file)
{
    enum manifest_is is = manifest_look(file, NULL, NULL);
    if (is == MANIFEST_ABSENT)
        return;
    run->done++;
    if (is == MANIFEST_FOREIGN)
        registration_fail(run, browser, file, "refused", foreign);
    else if (is == MANIFEST_UNREADABLE || would_fail(run, file) ||
             (!run->dry_run && !manifest_remove(file)))
        registration_fail_errno(run, browser, file);
    else
        registration_tell(run, browser, file, run->dry_run ? N_("would remove") : N_("removed"),
                          NULL);
}

void registration_do(struct registration *run, const struct browser *browser, const char *file)
{
    if (run->remove)
        take_away(run, browser, file);
    else
        add(run, browser, file);
}
