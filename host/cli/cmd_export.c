/* export: the log, or the part of it that the owner chooses to show, as an evidence package. */
#include "cli.h"
#include "export.h"
#include "limits.h"
#include "log.h"
#include "sshsig.h"
#include "terminal.h"
#include "when.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WITHHOLD_MAX 256

/* One --withhold: entries first … last, or an account. */
struct withheld {
    uint64_t first, last;
    const char *account; /* its pseudonym, or how that begins; or NULL */
};

struct wish {
    const char *path;
    bool json;
    int64_t since, until;
    struct withheld withheld[WITHHOLD_MAX];
    size_t count;
    struct term_progress progress;
};

/* ---- the command line ------------------------------------------------------------------------ */

static bool parse_number(const char *text, char **ret_end, uint64_t *ret_number)
{
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *ret_number = strtoull(text, ret_end, 10);
    return errno == 0;
}

/* "7", "7-12", "account=3f2a" */
static bool parse_withheld(const char *text, struct withheld *ret)
{
    static const char account[] = "account=";
    char *end = NULL;
    struct withheld w = {.first = 1, .last = 0};
    if (strncmp(text, account, strlen(account)) == 0) {
        w.account = text + strlen(account);
        *ret = w;
        return strlen(w.account) >= 4 && strspn(w.account, "0123456789abcdef") == strlen(w.account);
    }
    if (!parse_number(text, &end, &w.first))
        return false;
    w.last = w.first;
    if (*end == '-' && !parse_number(end + 1, &end, &w.last))
        return false;
    *ret = w;
    return *end == '\0' && w.first <= w.last;
}

static int take_option(struct wish *wish, int option)
{
    switch (option) {
    case 'o':
        wish->path = optarg;
        return CL_EXIT_GOOD;
    case 'j':
        wish->json = true;
        return CL_EXIT_GOOD;
    case 's':
    case 'u':
        if (when_parse(optarg, option == 'u', option == 'u' ? &wish->until : &wish->since))
            return cli_usage("export", term_format("'%s' is not a time.", optarg));
        return CL_EXIT_GOOD;
    case 'w':
        if (wish->count == WITHHOLD_MAX)
            return cli_usage("export", term_format("at most %d --withhold.", WITHHOLD_MAX));
        if (!parse_withheld(optarg, &wish->withheld[wish->count++]))
            return cli_usage("export",
                             term_format("'%s' is neither an entry (7), nor a range (7-12), nor "
                                         "an account (account=3f2a).",
                                         optarg));
        return CL_EXIT_GOOD;
    default:
        return CL_EXIT_USAGE;
    }
}

static int parse_wish(int argc, char **argv, struct wish *wish)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},   {"json", no_argument, NULL, 'j'},
        {"since", required_argument, NULL, 's'},    {"until", required_argument, NULL, 'u'},
        {"withhold", required_argument, NULL, 'w'}, {NULL, 0, NULL, 0}};
    int option;
    *wish = (struct wish){.since = INT64_MIN, .until = INT64_MAX, .progress = {.what = "Packed"}};
    while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
        if (option == ':' || option == '?')
            return cli_bad_option(argv, option);
        int code = take_option(wish, option);
        if (code)
            return code;
    }
    return cli_no_operands(argc, argv);
}

/* ---- what is withheld ------------------------------------------------------------------------ */

static bool is_named(const struct wish *wish, uint64_t seq, const char *pseudonym)
{
    for (size_t i = 0; i < wish->count; i++) {
        const struct withheld *w = &wish->withheld[i];
        if (seq >= w->first && seq <= w->last)
            return true;
        if (w->account && pseudonym && strncmp(pseudonym, w->account, strlen(w->account)) == 0)
            return true;
    }
    return false;
}

/* Entries about the log itself (timestamps, discontinuities) are shown whatever their time; one
 * that cannot be read is withheld when anything is, because it could be what was meant. */
static bool withhold(void *context, uint64_t seq, const struct cl_buf *bytes)
{
    const struct wish *wish = context;
    const bool all = wish->count == 0 && wish->since == INT64_MIN && wish->until == INT64_MAX;
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    if (all)
        return false;
    if (cl_entry_parse(bytes->data, bytes->len, &entry))
        return true;
    const bool seen = entry.head.kind == CL_KIND_OBSERVATION;
    const int64_t time = entry.head.clock.time_ms;
    if (seen && (time < wish->since || time > wish->until))
        return true;
    return is_named(wish, seq, seen ? entry.observation.pseudonym : NULL);
}

/* ---- the package ----------------------------------------------------------------------------- */

static enum cl_err read_entry(void *context, uint64_t seq, struct cl_buf *to)
{
    return cl_log_entry(context, seq, to);
}

static void on_progress(void *context, uint64_t done, uint64_t of)
{
    struct wish *wish = context;
    term_progress(&wish->progress, done, of);
}

static char *default_path(const struct cl_log *log)
{
    char id[17];
    cl_hex_encode(cl_log_id(log), 8, id);
    return term_format("consentlog-%s-%" PRIu64 ".zip", id, cl_log_size(log));
}

static int say_json(const char *path, const char *fingerprint, const struct cl_exported *done)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(65536);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "package", path);
    cl_json_str(&w, "key", fingerprint);
    cl_json_int(&w, "entries", (int64_t)done->entries);
    cl_json_int(&w, "withheld", (int64_t)done->withheld);
    cl_json_int(&w, "proofs", (int64_t)done->proofs);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

static int say(const char *path, const char *fingerprint, const struct cl_exported *done)
{
    cl_cleanup(term_free) char *entries = term_count(done->entries, "entry", "entries");
    cl_cleanup(term_free) char *first =
        term_format("Wrote %s: %s, %" PRIu64
                    " of them withheld (their places are kept, so the rest can still be "
                    "proved).",
                    path, entries, done->withheld);
    term_wrap(stdout, first, 0, 0);
    printf("The log's key: %s\n", fingerprint);
    term_wrap(stdout,
              "Tell the receiver this key by another way than the package. They can check it with "
              "VERIFY.txt inside, which needs no consentlog, or with: consentlog verify PACKAGE",
              0, 0);
    return CL_EXIT_GOOD;
}

static int export_log(struct cl_log *log, struct wish *wish)
{
    char fingerprint[CL_FINGERPRINT];
    struct cl_exported done;
    struct cl_clock now;
    cl_cleanup(term_free) char *path =
        wish->path ? term_format("%s", wish->path) : default_path(log);
    const struct cl_key *key = cl_log_key(log);
    const struct cl_export_source source = {.context = log,
                                            .size = cl_log_size(log),
                                            .root = *cl_log_root(log),
                                            .log_id = cl_log_id(log),
                                            .public_key = key->public_key,
                                            .seed = key->seed,
                                            .tiles = cl_log_tiles(log),
                                            .entry = read_entry};
    enum cl_err err = cl_clock_now(&now);
    if (!err)
        err = cl_sshsig_fingerprint(key->public_key, fingerprint);
    if (err)
        return cli_fail(err);
    const struct cl_export_options options = {.path = path,
                                              .now_ms = now.time_ms,
                                              .withhold = withhold,
                                              .on_progress = on_progress,
                                              .context = wish};
    err = cl_export(&source, &options, &done);
    term_progress_end(&wish->progress);
    if (err)
        return cli_fail(err);
    return wish->json ? say_json(path, fingerprint, &done) : say(path, fingerprint, &done);
}

int cmd_export(int argc, char **argv)
{
    struct wish wish;
    int code = parse_wish(argc, argv, &wish);
    if (code != CL_EXIT_GOOD)
        return code;
    /* libarchive writes local times; a package must be the same wherever it is made */
    if (setenv("TZ", "UTC0", 1) != 0)
        return cli_fail(CL_NO_MEMORY);
    tzset();
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    enum cl_err err = cl_log_open(CL_LOG_READ, &log);
    return err ? cli_fail(err) : export_log(log, &wish);
}
