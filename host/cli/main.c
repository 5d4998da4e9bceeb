/* consentlog: what the owner asks of the log. One table is dispatch, help and list of features at
 * once. */
#include "base/cage.h"
#include "base/io.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "cli/terminal.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int cmd_help(int argc, char **argv);

static const struct cl_command commands[] = {
    {"status", cmd_status, "status", N_("what the setting is now, and whether the log is well"), "",
     N_("  --json   one object, as the host's status operation answers\n")},
    {"history", cmd_history, "history [--since TIME] [--until TIME] [--csv] [--tsa-roots PEM]",
     N_("all that is in the log, oldest first"),
     N_("  --since TIME      nothing before TIME\n"
        "  --until TIME      nothing after TIME\n"
        "  --csv             a table for a spreadsheet\n"
        "  --tsa-roots PEM   trust these root certificates of time authorities, and not\n"
        "                    the system's\n"
        "\n"
        "TIME is a day (2026-11-21, in your time zone; --until includes it) or a\n"
        "moment (2026-11-21T18:00:00Z, 2026-11-21T19:00:00+01:00).\n"),
     N_("  --json   the exact entries of the log, one a line\n")},
    {"keep", cmd_keep, "keep FILE [--note TEXT]",
     N_("keep a file of your own in the log, such as a mail or a picture"),
     N_("  --note TEXT   what you say of it, one line\n"
        "\n"
        "Any file up to 25 MiB. It is shown as your own enclosure, never as something\n"
        "that consentlog saw. Save a mail as it arrived (.eml), so that an expert can\n"
        "check its signature. It goes into an evidence package unless you withhold it.\n"),
     ""},
    {"export", cmd_export,
     "export [--output FILE] [--since TIME] [--until TIME] [--withhold WHAT]... [--owner TEXT] "
     "[--language en|de|fr]",
     N_("an evidence package that others can check without consentlog"),
     N_("  -o, --output FILE   its name; default linkedin-consent-<day>-<log>-<size>.zip, here\n"
        "  --since TIME        withhold observations before TIME\n"
        "  --until TIME        withhold observations after TIME\n"
        "  --withhold WHAT     an entry (7), a range (7-12), an account (account:3f2a, as\n"
        "                      history shows it), all pictures, all documents (their\n"
        "                      texts), or all exhibits (the files that you kept); may be\n"
        "                      repeated\n"
        "  --owner TEXT        whose log the report says it is; nobody checks it\n"
        "  --language LANG     of the report: en, de or fr\n"
        "\n"
        "What is withheld leaves its fingerprint in its place: the reader sees how many\n"
        "and where, and all the rest is proved as before. A file is never replaced.\n"),
     N_("  --json      say it as one object\n"
        "  --request   with --json: read what to do from standard input, as the browser\n"
        "              asks it\n")},
    {"verify", cmd_verify,
     "verify [--key FINGERPRINT] [--tsa-roots PEM] [--report FILE [--language en|de|fr]] "
     "[PACKAGE]...",
     N_("check that nothing in the log was changed or removed"),
     N_("Without PACKAGE: your own log. With: evidence packages, anybody's, each also\n"
        "held against the one before it, so name the older one first.\n"
        "\n"
        "  --key FINGERPRINT   the packages must be of this key (SHA256:...): the one that\n"
        "                      their owner's consentlog status shows and that the owner\n"
        "                      tells you by another way: by telephone, on paper\n"
        "  --tsa-roots PEM     trust these root certificates of time authorities, and not\n"
        "                      the system's\n"
        "  --report FILE       make a report of the one package's entries, whatever the\n"
        "                      report in it says; only if the package verifies\n"
        "  --language LANG     of that report: en, de or fr\n"
        "\n"
        "Exits 0 when it verifies, 1 when it does not, 3 when it could not be checked\n"
        "now.\n"),
     N_("  --json   one object with every finding; of packages one a line\n")},
    {"acknowledge", cmd_acknowledge, "acknowledge [--yes]",
     N_("go on with a log that was found damaged or cut, and say so in it"),
     N_("  --yes   do not ask\n"
        "\n"
        "What was found stays in the log for good, as an entry of its own.\n"),
     ""},
    {"timestamp", cmd_timestamp, "timestamp request|store | accept ADDRESS ROOT",
     N_("have an independent authority confirm the time"),
     N_("The extension does this by itself once you have switched it on in its settings.\n"
        "By hand:\n"
        "\n"
        "  accept    from now on keep answers of that address that lead to another root\n"
        "            certificate than before; ROOT is its SHA-256\n"
        "  request   the question to send to a time authority (RFC 3161), to a file\n"
        "  store     check the answer and keep it as an entry of the log\n"
        "\n"
        "consentlog itself has no network: the browser or you carry both.\n"),
     N_("  request --json   the log's signed checkpoint and the question, as one object\n"
        "  store --json     say as one object what was kept, trouble too; store always\n"
        "                   reads one JSON object:\n"
        "                   {\"size\",\"checkpoint\",\"query\",\"reply\",\"authority\"}\n")},
    {"recovery", cmd_recovery, "recovery show|restore",
     N_("the log's key as a code on paper, and back"),
     N_("  show      print the code: six lines to write down and put in a drawer\n"
        "  restore   type the code in, or give it on standard input, where the keyring\n"
        "            lost the key or on a new computer; the log's file must be there\n"
        "\n"
        "Whoever has the code and the log's file can read and continue the log.\n"),
     ""},
    {"unlock", cmd_unlock, "unlock", N_("unlock the keyring, which may ask for your password"), "",
     ""},
    {"doctor", cmd_doctor, "doctor", N_("find out why something does not work, and what to do"),
     N_("Nothing is changed. Exits 0 when there is no error, 3 otherwise.\n"),
     N_("  --json   one object with every finding\n")},
    {"register", cmd_register,
     "register [--browser NAME]... [--user-data-dir DIR]... [--system] [--host PATH] [--dry-run]",
     N_("tell your browsers where consentlog-host is"),
     N_("  --browser NAME        this browser, found or not; may be repeated\n"
        "  --user-data-dir DIR   a Chromium profile folder of your own; may be repeated\n"
        "  --system              for everyone on this computer (needs root)\n"
        "  --host PATH           the host program, if it is not where it was installed\n"
        "  --dry-run             say what would be done, and do nothing\n"
        "\n"
        "Without --browser and --user-data-dir: every browser that is found. Files that\n"
        "are not consentlog's are never replaced.\n"),
     N_("  --json   say it as one object\n"
        "\n"
        "With DESTDIR in the environment, --system writes below that folder.\n")},
    {"unregister", cmd_unregister,
     "unregister [--browser NAME]... [--user-data-dir DIR]... [--system] [--dry-run]",
     N_("undo register; the log stays"),
     N_("Options as for register. Without --browser and --user-data-dir: every browser.\n"),
     N_("  --json   say it as one object\n")},
    {"help", cmd_help, "help [COMMAND]", N_("this list, or more about one command"), "", ""},
};
#define COMMANDS (sizeof commands / sizeof *commands)

static const struct cl_command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* How many letters must be added, dropped or changed to make one word of the other (Levenshtein).
 */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[32];
    size_t n = strlen(b);
    if (n >= 32 || strlen(a) >= 32)
        return 32;
    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        unsigned corner = row[0];
        row[0]++;
        for (size_t j = 0; j < n; j++) {
            unsigned change = corner + (a[i] != b[j]);
            corner = row[j + 1];
            unsigned gap = (row[j] < corner ? row[j] : corner) + 1;
            row[j + 1] = change < gap ? change : gap;
        }
    }
    return row[n];
}

static int unknown_command(const char *name)
{
    const struct cl_command *near = NULL;
    unsigned best = 3;
    for (size_t i = 0; i < COMMANDS; i++) {
        unsigned d = distance(name, commands[i].name);
        if (d >= best)
            continue;
        best = d;
        near = &commands[i];
    }
    cl_cleanup(term_free) char *safe = term_safe(name);
    fprintf(stderr, _("consentlog: there is no command '%s'."), safe);
    if (near)
        fprintf(stderr, _(" Did you mean '%s'?"), near->name);
    fputs(_("\nTry: consentlog help\n"), stderr);
    return CL_EXIT_USAGE;
}

static void print_commands(FILE *to)
{
    fputs(_("consentlog keeps an encrypted log of what LinkedIn's setting \"Data for Generative\n"
            "AI Improvement\" was on which day, on this computer and nowhere else.\n\n"
            "Usage: consentlog COMMAND [OPTIONS]\n\n"),
          to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-12s %s\n", commands[i].name, _(commands[i].help));
    fputs(_("\n  --version    the version\n\n"
            "Exit status: 0 good, 1 the log does not verify, 2 wrong usage, 3 not possible now.\n"),
          to);
}

static int print_help(const struct cl_command *command)
{
    printf(_("consentlog %s: %s.\n\n"), command->name, _(command->help));
    term_wrap(stdout, command->usage, (size_t)printf(_("Usage: consentlog ")), 26);
    if (command->more[0])
        printf("\n%s", _(command->more));
    if (command->programs[0])
        printf(_("\nFor programs:\n%s"), _(command->programs));
    return CL_EXIT_GOOD;
}

static int cmd_help(int argc, char **argv)
{
    if (argc > 2)
        return cli_usage("help", term_format("one command at a time."));
    if (argc < 2) {
        print_commands(stdout);
        return CL_EXIT_GOOD;
    }
    const struct cl_command *command = find(argv[1]);
    return command ? print_help(command) : unknown_command(argv[1]);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_commands(stderr);
        return CL_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts("consentlog " CL_VERSION);
        return CL_EXIT_GOOD;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--open") == 0 && argc == 2)
        return cmd_open();
    if (strcmp(name, "--window") == 0 && argc == 2)
        return cmd_window();
    const struct cl_command *command = find(name);
    if (!command)
        return unknown_command(name);
    if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0))
        return print_help(command);
    opterr = 0;
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    cl_cage_base();
    enum cl_err err = cl_io_room();
    if (err == CL_OK)
        err = cl_io_harden();
    if (err != CL_OK)
        return cli_fail(err);
    say_begin(argc, argv);
    int code = dispatch(argc, argv);
    return fflush(stdout) != 0 || ferror(stdout) ? cli_no_output() : code;
}
