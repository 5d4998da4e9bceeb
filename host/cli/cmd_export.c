/* export: the log, or the part of it that the owner chooses to show, as an evidence package. */
#include "base/encoding.h"
#include "cli/cli.h"
#include "cli/date_arg.h"
#include "cli/export_request.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "crypto/sshsig.h"
#include "export/export.h"
#include "log/log.h"
#include "package/verifier.h"
#include "report/zone.h"

#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SETTING_BEGAN_MS INT64_C(1722470400000) /* August 2024: nobody saw it before */
#define NAMES_MAX        100 /* packages of one size in one folder, when we choose the name */
#define CHECKS_MAX       (64u * 1024)
#define REMARKS_MAX      20 /* that are listed: there may be one a timestamp */

/* One export while it is made and looked at. */
struct job {
    const struct export_request *request;
    struct term_progress progress;
    char fingerprint[CL_FINGERPRINT];
    struct cl_exported done;
    struct cl_verified verified;
    int64_t bytes;
    struct cl_buf checks; /* JSON */
    struct cl_json_writer check;
    unsigned remarks;
};

/* ---- the command line ------------------------------------------------------------------------ */

static int take_option(struct export_request *request, int option)
{
    switch (option) {
    case 'o':
        request->path = optarg;
        return CL_EXIT_GOOD;
    case 'j':
        request->json = true;
        return CL_EXIT_GOOD;
    case 'r':
        request->request = true;
        return CL_EXIT_GOOD;
    case 'l':
        return cli_language("export", optarg, &request->language);
    case 'n':
        request->owner = optarg;
        return export_request_is_owner(optarg)
                   ? CL_EXIT_GOOD
                   : cli_usage("export", term_format("--owner takes one line of 1 to %d bytes.",
                                                     CL_OWNER_MAX));
    case 's':
    case 'u':
        if (date_arg_parse(optarg, option == 'u',
                           option == 'u' ? &request->until : &request->since))
            return cli_usage("export", term_format("'%s' is neither a day (2026-11-21) nor a "
                                                   "moment (2026-11-21T18:00:00Z).",
                                                   optarg));
        return CL_EXIT_GOOD;
    case 'w':
        if (!export_request_withhold(request, optarg))
            return cli_usage("export",
                             term_format("'%s' is neither an entry (7), nor a range (7-12), nor "
                                         "an account (account:3f2a), nor pictures, nor documents, "
                                         "nor exhibits; or there are too many.",
                                         optarg));
        return CL_EXIT_GOOD;
    default:
        return CL_EXIT_USAGE;
    }
}

static int parse_options(int argc, char **argv, struct export_request *request)
{
    static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"since", required_argument, NULL, 's'},
                                            {"until", required_argument, NULL, 'u'},
                                            {"withhold", required_argument, NULL, 'w'},
                                            {"language", required_argument, NULL, 'l'},
                                            {"owner", required_argument, NULL, 'n'},
                                            {"request", no_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
        if (option == ':' || option == '?')
            return cli_bad_option(argv, option);
        int code = take_option(request, option);
        if (code)
            return code;
    }
    if (request->since > request->until)
        return cli_usage("export", term_format("--since is later than --until."));
    return cli_no_operands(argc, argv);
}

/* ---- the package ----------------------------------------------------------------------------- */

struct readers {
    struct cl_log *log;
    struct cl_log_reader *entries;
};

static enum cl_err read_entry(void *context, uint64_t seq, struct cl_buf *to,
                              struct cl_hash *ret_leaf)
{
    const struct readers *readers = context;
    return cl_log_reader_entry(readers->entries, seq, to, ret_leaf);
}

static enum cl_err read_attachment(void *context, const uint8_t sha256[static CL_HASH],
                                   struct cl_buf *to)
{
    const struct readers *readers = context;
    char type[CL_MEDIA_TYPE_MAX + 1];
    return cl_log_attachment(readers->log, sha256, type, to);
}

static enum cl_err read_part(void *context, const uint8_t sha256[static CL_HASH], uint64_t size,
                             uint64_t part, struct cl_buf *to)
{
    const struct readers *readers = context;
    return cl_log_attachment_part(readers->log, sha256, size, part, to);
}

static bool withhold(void *context, uint64_t seq, const struct cl_buf *entry)
{
    const struct job *job = context;
    return export_request_withholds(job->request, seq, entry);
}

static void on_progress(void *context, uint64_t done, uint64_t of)
{
    struct job *job = context;
    term_progress(&job->progress, done, of);
}

/* Named for whoever looks for it in a folder: what it is and of which day, then log and size; the
 * n-th of them, when there are some already. */
static char *name_package(const struct cl_log *log, const char *folder, int n)
{
    char id[17], again[16] = "", day[11] = "0000-00-00";
    const time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local))
        (void)strftime(day, sizeof day, "%Y-%m-%d", &local);
    cl_hex_encode(cl_log_id(log), 8, id);
    if (n > 1)
        (void)snprintf(again, sizeof again, "-%d", n);
    return term_format("%s%slinkedin-consent-%s-%s-%" PRIu64 "%s.zip", folder ? folder : "",
                       folder ? "/" : "", day, id, cl_log_size(log), again);
}

static enum cl_err write_package(struct cl_log *log, struct job *job, const char *path)
{
    cl_cleanup(cl_log_reader_free) struct cl_log_reader *entries = NULL;
    enum cl_err err = cl_log_reader_new(log, &entries);
    if (err)
        return err;
    struct readers readers = {log, entries};
    const struct cl_key *key = cl_log_key(log);
    const struct cl_export_source source = {.context = &readers,
                                            .size = cl_log_size(log),
                                            .root = *cl_log_root(log),
                                            .log_id = cl_log_id(log),
                                            .public_key = key->public_key,
                                            .seed = key->seed,
                                            .tiles = cl_log_tiles(log),
                                            .entry = read_entry,
                                            .attachment = read_attachment,
                                            .part = read_part};
    struct cl_clock now;
    err = cl_clock_now(&now);
    if (!err)
        err = cl_sshsig_fingerprint(key->public_key, job->fingerprint);
    if (err)
        return err;
    struct cl_zone zone;
    cl_zone_local(SETTING_BEGAN_MS, now.time_ms, &zone);
    const struct cl_export_options options = {.path = path,
                                              .now_ms = now.time_ms,
                                              .withhold = withhold,
                                              .on_progress = on_progress,
                                              .context = job,
                                              .no_pictures = job->request->no_pictures,
                                              .no_documents = job->request->no_documents,
                                              .no_exhibits = job->request->no_exhibits,
                                              .derive = true,
                                              .language = job->request->language,
                                              .zone = &zone,
                                              .owner = job->request->owner};
    err = cl_export(&source, &options, &job->done);
    term_progress_end(&job->progress);
    return err;
}

/* Under the name that was wished for, or under the first of ours that is free. */
static enum cl_err write_somewhere(struct cl_log *log, struct job *job, char **ret_path)
{
    const char *in = job->request->folder;
    enum cl_err err = CL_OK;
    for (int n = 1; n <= NAMES_MAX; n++) {
        cl_cleanup(term_free) char *path =
            job->request->path ? term_format("%s", job->request->path) : name_package(log, in, n);
        err = write_package(log, job, path);
        if (err == CL_EXISTS && job->request->request)
            continue;
        if (!err) {
            *ret_path = path;
            path = NULL;
        }
        return err;
    }
    return err;
}

/* ---- and a look at what was written ------------------------------------------------------------
 */

static void list_check(struct job *job, const struct cl_check *check)
{
    const bool ok = check->result == CL_CHECK_GOOD || check->result == CL_CHECK_REMARK;
    cl_json_object(&job->check, NULL);
    cl_json_str(&job->check, "name", check->name);
    cl_json_bool(&job->check, "ok", ok);
    cl_json_str(&job->check, "result", cl_check_result_names[check->result]);
    cl_json_str(&job->check, "what", check->what);
    cl_json_object_end(&job->check);
}

static void on_check(void *context, const struct cl_check *check)
{
    struct job *job = context;
    if (check->result != CL_CHECK_REMARK || ++job->remarks <= REMARKS_MAX)
        list_check(job, check);
}

static void count_others(struct job *job)
{
    if (job->remarks <= REMARKS_MAX)
        return;
    cl_cleanup(term_free) char *what = term_format(
        "more remarks: %u; consentlog verify lists them all", job->remarks - REMARKS_MAX);
    const struct cl_check others = {.name = "remarks", .result = CL_CHECK_REMARK, .what = what};
    list_check(job, &others);
}

static enum cl_err look_at(struct job *job, const char *path)
{
    const struct cl_verify_options options = {
        .fingerprint = job->fingerprint, .context = job, .on_check = on_check};
    struct cl_source source;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return CL_IO;
    enum cl_err err = cl_source_file(fd, &source);
    job->check = cl_json_writer(&job->checks);
    cl_json_array(&job->check, NULL);
    if (!err)
        err = cl_verify_package(&source, &options, &job->verified);
    count_others(job);
    cl_json_array_end(&job->check);
    job->bytes = (int64_t)lseek(fd, 0, SEEK_END);
    (void)close(fd);
    return err ? err : cl_json_end(&job->check);
}

/* ---- what is said ------------------------------------------------------------------------------
 */

static int say_json(const struct job *job, const char *path)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(2 * CHECKS_MAX);
    struct cl_json_writer w = cl_json_writer(&text);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "path", path);
    if (!job->request->request)
        cl_json_str(&w, "key", job->fingerprint);
    cl_json_int(&w, "bytes", job->bytes);
    cl_json_int(&w, "entries", (int64_t)job->done.entries);
    cl_json_int(&w, "disclosed", (int64_t)(job->done.entries - job->done.withheld));
    cl_json_int(&w, "withheld", (int64_t)job->done.withheld);
    cl_json_bool(&w, "verified", job->verified.good);
    cl_json_raw(&w, "checks", job->checks.data, job->checks.len);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

/* The entries are there, but not what they name. */
static void say_left_out(const struct export_request *request)
{
    const struct {
        bool is;
        const char *what;
    } left_out[] = {
        {request->no_pictures,
         N_("The pictures are withheld: the package has their fingerprints alone.")},
        {request->no_documents,
         N_("The texts of the documents are withheld: the package has their fingerprints alone.")},
        {request->no_exhibits,
         N_("The files that you kept are withheld: the package has their fingerprints alone.")},
    };

    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (left_out[i].is)
            term_wrap(stdout, left_out[i].what, 0, 0);
}

static int say(const struct job *job, const char *path)
{
    cl_cleanup(term_free) char *entries = term_count(job->done.entries, N_("entry"), N_("entries"));
    cl_cleanup(term_free) char *first =
        job->done.withheld == 0
            ? term_format("Wrote %s: %s, none withheld. It was read again, and verifies.", path,
                          entries)
            : term_format("Wrote %s: %s, %" PRIu64
                          " of them withheld (their places are kept, so the rest can still be "
                          "proved). It was read again, and verifies.",
                          path, entries, job->done.withheld);
    term_wrap(stdout, first, 0, 0);
    say_left_out(job->request);
    printf(_("The log's key: %s\n"), job->fingerprint);
    term_wrap(stdout,
              "Read data/report.html in it first. Tell the receiver the key by another way than "
              "the package. They can check it with VERIFY.txt inside, which needs no consentlog, "
              "or with: consentlog verify PACKAGE",
              0, 0);
    return CL_EXIT_GOOD;
}

/* For --json: the error as the protocol has it. */
static int fail(const struct export_request *request, const struct cl_fault *fault)
{
    return request->json ? cli_fail_json(fault) : cli_fail(fault->err);
}

/* A slip in what is to be withheld must not show it. */
static int check_withheld(struct cl_log *log, const struct export_request *request)
{
    const struct cl_account *accounts = NULL;
    size_t count = 0;
    if (request->request || request->count == 0)
        return CL_EXIT_GOOD;
    enum cl_err err = cl_log_accounts(log, &accounts, &count);
    if (err)
        return cli_fail(err);
    const struct withheld *w = export_request_unknown(request, cl_log_size(log), accounts, count);
    if (!w)
        return CL_EXIT_GOOD;
    return cli_usage(
        "export",
        w->account[0]
            ? term_format("this log has no account that begins with %s.", w->account)
            : term_format("this log has no entry %" PRIu64 " that could be withheld.", w->first));
}

static int export_log(struct cl_log *log, const struct export_request *request)
{
    int code = check_withheld(log, request);
    if (code)
        return code;
    cl_cleanup(term_free) char *path = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf checks = cl_buf(CHECKS_MAX);
    struct job job = {.request = request, .progress = {.what = "Packed"}, .checks = checks};
    struct cl_fault fault = {.err = write_somewhere(log, &job, &path)};
    if (!fault.err)
        fault.err = look_at(&job, path);
    checks = job.checks;
    if (fault.err)
        return fail(request, &fault);
    if (request->json)
        return say_json(&job, path);
    if (job.verified.good)
        return say(&job, path);
    cl_cleanup(term_free) char *bad = term_format(
        "Wrote %s, but read again it does NOT verify. See: consentlog verify PACKAGE", path);
    term_wrap(stdout, bad, 0, 0);
    return CL_EXIT_BAD;
}

/* Where the package goes, if no name was wished for: what browsers call the folder for downloads,
 * or here. */
static enum cl_err choose_folder(struct export_request *request, struct cl_buf *folder)
{
    if (!request->request || request->folder)
        return CL_OK;
    enum cl_err err = export_request_download_folder(folder);
    if (!err)
        err = cl_buf_put(folder, "", 1);
    request->folder = err ? NULL : (const char *)folder->data;
    return err;
}

/* The folder that the package goes to is looked at before the cage is closed. */
static enum cl_err enter_cage(const struct export_request *request, struct cl_fault *fault)
{
    cl_cleanup(term_free) char *folder = request->path     ? cli_folder_of(request->path)
                                         : request->folder ? term_format("%s", request->folder)
                                                           : term_format(".");
    fault->err = cli_check_folder(folder);
    if (fault->err && request->folder)
        memcpy(fault->field, "folder", sizeof "folder");
    cli_enter_cage(folder);
    return fault->err;
}

int cmd_export(int argc, char **argv)
{
    cl_cleanup(export_request_free) struct export_request request;
    struct cl_fault fault = {0};
    export_request_init(&request);
    int code = parse_options(argc, argv, &request);
    if (code != CL_EXIT_GOOD)
        return code;
    if (request.request && export_request_read(STDIN_FILENO, &request, &fault))
        return fail(&request, &fault);
    if (request.request)
        say_in(request.language);
    cl_cleanup(cl_buf_free) struct cl_buf folder = cl_buf(CL_FOLDER_MAX + 1);
    fault.err = choose_folder(&request, &folder);
    if (fault.err)
        return fail(&request, &fault);
    if (enter_cage(&request, &fault))
        return fail(&request, &fault);
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    fault.err = cl_log_open(CL_LOG_READ, &log);
    return fault.err ? fail(&request, &fault) : export_log(log, &request);
}
