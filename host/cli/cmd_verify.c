/* verify: the owner's check of the own log, or of packages that are named. */
#include "base/cage.h"
#include "cli/cli.h"
#include "cli/findings.h"
#include "cli/packages.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "crypto/crypto.h"
#include "log/status.h"
#include "package/scratch.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static int cannot(enum cl_err err, bool json)
{
    int code = cl_log_is_wrong(err) ? CL_EXIT_BAD : CL_EXIT_NOT_NOW;
    cli_fail(err);
    if (!json)
        puts(code == CL_EXIT_BAD ? _("The log does not verify.")
                                 : _("The log could not be checked."));
    return code;
}

/* What was acknowledged is no more as it was written than before. */
static void print_meaning(bool acknowledged)
{
    if (!acknowledged) {
        term_wrap(stdout,
                  "This means: whoever cannot use your keyring has not changed, removed, added or "
                  "moved an entry since it was "
                  "written.",
                  0, 0);
        return;
    }
    term_wrap(stdout,
              "What you acknowledged was changed or missing, and stays so: consentlog history "
              "shows when.",
              0, 0);
    term_wrap(stdout,
              "This means: since then whoever cannot use your keyring has not changed, removed, "
              "added or moved an entry.",
              0, 0);
}

static void print_verdict(const struct findings *findings, bool alarm)
{
    const struct cl_verdict *v = &findings->verdict;
    cl_cleanup(term_free) char *entries = term_count(v->entries, N_("entry"), N_("entries"));
    cl_cleanup(term_free) char *faults = term_count(findings->open, N_("fault"), N_("faults"));
    if (findings->open > 0) {
        printf(_("\nThe log does NOT verify: %s in %s.\n"), faults, entries);
        term_wrap(stdout,
                  "Something changed the log from outside, or the disk is failing. Nothing more is "
                  "recorded until you have "
                  "looked at it. Bring the file back from a backup; or go on with what is there: "
                  "consentlog acknowledge",
                  0, 0);
        return;
    }
    cl_cleanup(term_free) char *known = term_count(v->acknowledged, N_("fault"), N_("faults"));
    cl_cleanup(term_free) char *sentence =
        v->acknowledged
            ? term_format("The log verifies, but for %s that you have acknowledged: %s, none else "
                          "changed or missing.",
                          known, entries)
        : v->breaks
            ? term_format("The log verifies: %s, each as it was written.", entries)
            : term_format("The log verifies: %s, each as it was written, none missing.", entries);
    if (v->remarks + v->acknowledged > 0)
        putchar('\n');
    term_wrap(stdout, sentence, 0, 0);
    print_meaning(v->breaks > 0);
    term_wrap(stdout,
              "It does not mean: that LinkedIn showed the same to others, that your clock was "
              "right, or that nobody with "
              "your password wrote these entries.",
              0, 0);
    if (alarm)
        term_wrap(
            stdout,
            "An alarm still stands, so nothing is recorded. End it with: consentlog acknowledge", 0,
            0);
}

static int verify_json(struct cl_log *log)
{
    cl_cleanup(cl_buf_free) struct cl_buf list = cl_buf(256u << 20);
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(257u << 20);
    struct cl_json_writer items = cl_json_writer(&list);
    struct findings findings;

    cl_json_array(&items, NULL);
    enum cl_err err = findings_run(log, &items, &findings);
    cl_json_array_end(&items);
    if (err == CL_OK)
        err = cl_json_end(&items);
    if (err != CL_OK)
        return cannot(err, true);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_verdict_write(&w, &findings.verdict);
    cl_json_raw(&w, "findings", list.data, list.len);
    cl_json_object_end(&w);
    int code = cli_print_json(&w);
    return code != CL_EXIT_GOOD ? code : findings.open ? CL_EXIT_BAD : CL_EXIT_GOOD;
}

static int verify_text(struct cl_log *log)
{
    struct findings findings;
    enum cl_err err = findings_run(log, NULL, &findings);
    if (err != CL_OK)
        return cannot(err, false);
    print_verdict(&findings, cl_log_alarm(log) != CL_OK);
    return findings.open ? CL_EXIT_BAD : CL_EXIT_GOOD;
}

static int parse_options(int argc, char **argv, struct packages_choice *choice)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"key", required_argument, NULL, 'k'},
                                            {"tsa-roots", required_argument, NULL, 'r'},
                                            {"report", required_argument, NULL, 'o'},
                                            {"language", required_argument, NULL, 'l'},
                                            {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (option == 'j')
            choice->json = true;
        else if (option == 'k')
            choice->fingerprint = optarg;
        else if (option == 'r')
            choice->roots = optarg;
        else if (option == 'o')
            choice->report = optarg;
        else if (option != 'l')
            return cli_bad_option(argv, option);
        else if (cli_language("verify", optarg, &choice->language))
            return CL_EXIT_USAGE;
    }
    if (optind == argc && (choice->fingerprint || choice->roots))
        return cli_usage("verify",
                         term_format("--key and --tsa-roots are for packages; name one."));
    if (choice->report && optind + 1 != argc)
        return cli_usage("verify", term_format("--report is made of one package; name it."));
    return CL_EXIT_GOOD;
}

/* What strangers made is looked at in a cage: these packages, the roots to trust, and nothing to
 * write but the report. */
static void enter_cage(const struct packages_choice *choice, char **paths, int count)
{
    cl_cleanup(term_free) char *folder = choice->report ? cli_folder_of(choice->report) : NULL;
    const size_t own = 4, all = (size_t)count + own;
    struct cl_cage_place *places = calloc(all, sizeof *places);
    cl_sign_verify_begin();
    cl_scratch_prepare();
    if (!places) {
        cl_cage_enter(CL_CAGE_PACKAGE, NULL, 0);
        return;
    }
    places[0] = (struct cl_cage_place){.path = choice->roots};
    places[1] = (struct cl_cage_place){.path = folder, .write = true};
    places[2] = (struct cl_cage_place){.path = getenv("SSL_CERT_FILE")};
    places[3] = (struct cl_cage_place){.path = getenv("SSL_CERT_DIR")};
    for (size_t i = own; i < all; i++)
        places[i].path = paths[i - own];
    cl_cage_enter(CL_CAGE_PACKAGE, places, all);
    free(places);
}

int cmd_verify(int argc, char **argv)
{
    struct packages_choice choice = {0};
    int code = parse_options(argc, argv, &choice);
    if (code != CL_EXIT_GOOD)
        return code;
    if (optind < argc) {
        enter_cage(&choice, argv + optind, argc - optind);
        return packages_verify(&choice, argv + optind, argc - optind);
    }
    cli_enter_cage(NULL);
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err err = cl_log_open(CL_LOG_REPAIR, &log);
    if (err != CL_OK)
        return cannot(err, choice.json);
    return choice.json ? verify_json(log) : verify_text(log);
}
