#include "cli/packages.h"
#include "cli/say.h"

#include "base/io.h"
#include "base/limits.h"
#include "base/new_file.h"
#include "cli/cli.h"
#include "cli/terminal.h"
#include "package/verifier.h"
#include "report/report.h"
#include "report/verification.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_MAX (64u << 20)

/* One package while it is looked at. */
struct look {
    const struct packages_choice *choice;
    struct cl_buf checks, stamps, brackets; /* JSON */
    struct cl_json_writer check, stamp, bracket;
    struct term_progress progress;
};

/* The last package that was good: the next may be of the same log. */
struct earlier {
    int fd; /* -1: none yet */
    struct cl_source source;
    struct cl_earlier state;
};

/* ---- what the checks tell -------------------------------------------------------------------- */

/* How it went and what was looked at, in columns. How many the line has then. */
static size_t print_check(const char *result, const char *name)
{
    enum { RESULT = 10, NAME = 14 };
    fputs("  ", stdout);
    term_cell(stdout, _(result), RESULT);
    fputs(" ", stdout);
    term_cell(stdout, _(name), NAME);
    fputs(" ", stdout);
    return 2 + RESULT + 1 + NAME + 1;
}

static void on_check(void *context, const struct cl_check *check)
{
    struct look *look = context;
    if (!look->choice->json) {
        term_progress_end(&look->progress);
        cl_cleanup(term_free) char *line = check->file[0]
                                               ? term_format("%s: %s.", check->file, check->what)
                                               : term_format("%s.", check->what);
        size_t column = print_check(cl_check_result_names[check->result], check->name);
        term_wrap(stdout, line, column, column);
        return;
    }
    struct cl_json_writer *w = &look->check;
    cl_json_object(w, NULL);
    cl_json_str(w, "check", check->name);
    cl_json_str(w, "result", cl_check_result_names[check->result]);
    cl_json_str(w, "code", cl_err_code(check->err));
    cl_json_str(w, "file", check->file[0] ? check->file : NULL);
    cl_json_str(w, "what", check->what);
    cl_json_object_end(w);
}

static void on_stamp(void *context, const struct cl_stamp *stamp)
{
    struct look *look = context;
    if (!look->choice->json) {
        char when[CL_TIME_TEXT];
        cl_time_format(stamp->stamp.time_ms, when);
        cl_cleanup(term_free) char *line =
            term_format("the entries up to number %" PRIu64 " existed on %s, says %s.",
                        stamp->size - 1, when, stamp->stamp.authority);
        size_t column = print_check("good", "time");
        term_wrap(stdout, line, column, column);
        return;
    }
    struct cl_json_writer *w = &look->stamp;
    cl_json_object(w, NULL);
    cl_json_int(w, "size", (int64_t)stamp->size);
    cl_json_time(w, "time", stamp->stamp.time_ms);
    cl_json_time(w, "earliest", stamp->stamp.earliest_ms);
    cl_json_time(w, "latest", stamp->stamp.latest_ms);
    cl_json_str(w, "authority", stamp->stamp.authority);
    cl_json_object_end(w);
}

/* Between which times the entries of a bracket came into being. */
static char *bracket_words(const struct cl_bracket *b)
{
    char after[CL_TIME_TEXT], before[CL_TIME_TEXT];
    if (b->not_before >= 0)
        cl_time_format(b->not_before, after);
    if (b->not_after >= 0)
        cl_time_format(b->not_after, before);
    if (b->not_before < 0 && b->not_after < 0)
        return term_format("entries %" PRIu64 " to %" PRIu64 ": no time is proved.", b->first,
                           b->last);
    if (b->not_after < 0)
        return term_format("entries %" PRIu64 " to %" PRIu64 ": not before %s.", b->first, b->last,
                           after);
    if (b->not_before < 0)
        return term_format("entries %" PRIu64 " to %" PRIu64 ": not after %s.", b->first, b->last,
                           before);
    return term_format("entries %" PRIu64 " to %" PRIu64 ": not before %s, not after %s.", b->first,
                       b->last, after, before);
}

static void on_bracket(void *context, const struct cl_bracket *b)
{
    struct look *look = context;
    if (!look->choice->json) {
        cl_cleanup(term_free) char *line = bracket_words(b);
        size_t column = print_check("good", "bracket");
        term_wrap(stdout, line, column, column);
        return;
    }
    struct cl_json_writer *w = &look->bracket;
    cl_json_object(w, NULL);
    cl_json_int(w, "first", (int64_t)b->first);
    cl_json_int(w, "last", (int64_t)b->last);
    cl_json_time(w, "not_before", b->not_before);
    cl_json_time(w, "not_after", b->not_after);
    cl_json_object_end(w);
}

static void on_progress(void *context, uint64_t done, uint64_t of)
{
    struct look *look = context;
    term_progress(&look->progress, done, of);
}

/* ---- verdicts ------------------------------------------------------------------------------ */

/* What the reader has to know before all else, in the verdict's own sentence. */
static char *but_for(const struct cl_verification *told)
{
    const struct cl_verified *v = &told->verified;
    cl_cleanup(term_free) char *remarks = term_count(v->remarks, N_("remark"), N_("remarks"));
    cl_cleanup(term_free) char *unread =
        told->unread
            ? term_format(", %" PRIu64 " of them not readable by this version", told->unread)
            : term_format("%s", "");
    cl_cleanup(term_free) char *withheld =
        v->withheld || !told->unread ? term_format(", %" PRIu64 " of them withheld", v->withheld)
                                     : term_format("%s", "");
    const char *doubtful = told->findings ? _(": what some of its entries say is doubtful") : "";
    if (v->remarks == 0)
        return term_format("%s%s, with no remark above%s", withheld, unread, doubtful);
    return term_format("%s%s, with %s above%s", withheld, unread, remarks, doubtful);
}

static void print_verdict(const struct cl_verification *told, const char *path)
{
    const struct cl_verified *v = &told->verified;
    if (!v->good) {
        cl_cleanup(term_free) char *bad =
            term_format("%s does NOT verify. What it says is not to be relied on.", path);
        term_wrap(stdout, bad, 0, 0);
        return;
    }
    cl_cleanup(term_free) char *entries = term_count(v->entries, N_("entry"), N_("entries"));
    cl_cleanup(term_free) char *but = but_for(told);
    term_wrap(
        stdout,
        "This means: the holder of the key above signed these entries in this order, and nothing "
        "was changed since. Whose key it is, ask its owner by another way than this package (the "
        "owner's consentlog status shows it), and pin it with --key.",
        0, 0);
    term_wrap(stdout,
              "It does not mean: that LinkedIn served these pages, that nothing was left out, or "
              "that the owner's clock was right.",
              0, 0);
    term_wrap(
        stdout,
        told->misleading
            ? N_("Files beside the entries are not what is made of them (\"derived\", above): do "
                 "not open them. --report FILE makes a report of your own.")
            : N_("--report FILE makes a report of your own, which counts the time authorities "
                 "that you trust."),
        0, 0);
    cl_cleanup(term_free) char *line = term_format("%s verifies: %s%s.", path, entries, but);
    term_wrap(stdout, line, 0, 0);
}

static int print_object(struct look *look, const struct cl_verification *told, const char *path)
{
    const struct cl_verified *v = &told->verified;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(3 * LIST_MAX);
    struct cl_json_writer w = cl_json_writer(&text);
    const bool signed_ = v->state.key.name[0] != '\0';
    cl_json_array_end(&look->check);
    cl_json_array_end(&look->stamp);
    cl_json_array_end(&look->bracket);
    if (cl_json_end(&look->check) || cl_json_end(&look->stamp) || cl_json_end(&look->bracket))
        return cli_fail(CL_NO_MEMORY);
    cl_json_object(&w, NULL);
    cl_json_str(&w, "package", path);
    cl_json_bool(&w, "good", v->good);
    cl_json_str(&w, "log", signed_ ? v->state.key.name : NULL);
    cl_json_str(&w, "key", v->fingerprint[0] ? v->fingerprint : NULL);
    cl_json_int(&w, "entries", (int64_t)v->entries);
    cl_json_int(&w, "withheld", (int64_t)v->withheld);
    cl_json_int(&w, "unread", (int64_t)told->unread);
    cl_json_int(&w, "findings", (int64_t)told->findings);
    cl_json_int(&w, "remarks", (int64_t)v->remarks);
    cl_json_int(&w, "stamped_size", (int64_t)v->stamped_size);
    cl_json_time(&w, "stamped_time", v->stamped_size ? v->stamped_ms : -1);
    cl_json_raw(&w, "checks", look->checks.data, look->checks.len);
    cl_json_raw(&w, "timestamps", look->stamps.data, look->stamps.len);
    cl_json_raw(&w, "brackets", look->brackets.data, look->brackets.len);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}

/* A file that nobody has yet. */
static enum cl_err write_new(const char *path, const struct cl_buf *bytes)
{
    cl_cleanup(cl_new_file_abandon) struct cl_new_file file;
    enum cl_err err = cl_new_file_open(path, &file);
    if (!err)
        err = cl_io_write(file.fd, bytes->data, bytes->len);
    return err ? err : cl_new_file_commit(&file);
}

static int make_report(const struct packages_choice *choice, const struct cl_verification *told)
{
    cl_cleanup(cl_buf_free) struct cl_buf page = cl_buf(CL_REPORT_MAX);
    enum cl_err err = cl_verification_report(told, choice->language, &page);
    if (!err)
        err = write_new(choice->report, &page);
    if (err)
        return cli_fail(err);
    if (!choice->json) {
        cl_cleanup(term_free) char *line = term_format(
            "%s was made here, of the entries alone; it says what they say.", choice->report);
        term_wrap(stdout, line, 0, 0);
    }
    return CL_EXIT_GOOD;
}

static void free_look(struct look *look)
{
    term_progress_end(&look->progress);
    cl_buf_free(&look->checks);
    cl_buf_free(&look->stamps);
    cl_buf_free(&look->brackets);
}

static int look_at(const struct packages_choice *choice, const struct cl_source *source,
                   struct cl_span roots, const char *path, const struct earlier *earlier,
                   struct cl_verified *ret)
{
    cl_cleanup(free_look) struct look look = {.choice = choice,
                                              .checks = cl_buf(LIST_MAX),
                                              .stamps = cl_buf(LIST_MAX),
                                              .brackets = cl_buf(LIST_MAX),
                                              .progress = {.what = "Checked"}};
    look.check = cl_json_writer(&look.checks);
    look.stamp = cl_json_writer(&look.stamps);
    cl_json_array(&look.check, NULL);
    cl_json_array(&look.stamp, NULL);
    look.bracket = cl_json_writer(&look.brackets);
    cl_json_array(&look.bracket, NULL);
    const struct cl_verify_options options = {.fingerprint = choice->fingerprint,
                                              .roots = roots,
                                              .earlier = earlier->fd < 0 ? NULL : &earlier->state,
                                              .earlier_source = &earlier->source,
                                              .language = cli_spoken(),
                                              .context = &look,
                                              .on_check = on_check,
                                              .on_stamp = on_stamp,
                                              .on_bracket = on_bracket,
                                              .on_progress = on_progress};
    cl_cleanup(cl_verification_free) struct cl_verification told = {0};
    enum cl_err err = cl_verification_run(source, &options, &told);
    term_progress_end(&look.progress);
    if (err)
        return cli_fail(err);
    *ret = told.verified;
    if (choice->json) {
        int code = print_object(&look, &told, path);
        if (code)
            return code;
    } else {
        print_verdict(&told, path);
    }
    if (!ret->good)
        return CL_EXIT_BAD;
    return choice->report ? make_report(choice, &told) : CL_EXIT_GOOD;
}

/* ---- files --------------------------------------------------------------------------------- */

static int open_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | flags);
    if (fd < 0) {
        const char *why = strerror(errno);
        cl_cleanup(term_free) char *safe = term_safe(path);
        (void)fprintf(stderr, _("consentlog: %s: %s\n"), safe, why);
    }
    return fd;
}

enum cl_err packages_read_roots(const char *path, struct cl_buf *to)
{
    uint8_t piece[4096];
    struct stat st;
    int fd = open_path(path, O_NONBLOCK); /* a pipe would be waited for */
    if (fd < 0)
        return CL_IO;
    ssize_t n;
    enum cl_err err = CL_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        err = CL_MALFORMED;
    while (!err && (n = read(fd, piece, sizeof piece)) != 0)
        err = n < 0 ? CL_IO : cl_buf_put(to, piece, (size_t)n);
    (void)close(fd);
    if (err == CL_MALFORMED)
        (void)cli_usage("verify", term_format("'%s' is not a plain file.", path));
    else if (err)
        (void)cli_fail(err);
    return err;
}

/* Open until a later one takes its place. */
static void close_earlier(struct earlier *earlier)
{
    if (earlier->fd >= 0)
        (void)close(earlier->fd);
}

static int no_package(const char *path)
{
    cl_cleanup(term_free) char *safe = term_safe(path);
    (void)fprintf(stderr, _("consentlog: %s: it is neither a file nor a folder\n"), safe);
    return CL_EXIT_NOT_NOW;
}

/* Before the long part; written it is with O_EXCL, for which a link that leads nowhere is a name
 * that is taken. */
static enum cl_err check_report(const char *path)
{
    struct stat st;
    cl_cleanup(term_free) char *folder = cli_folder_of(path);
    return lstat(path, &st) == 0 ? CL_EXISTS : cli_check_folder(folder);
}

static int verify_path(const struct packages_choice *choice, struct cl_span roots, const char *path,
                       struct earlier *earlier)
{
    const enum cl_err err = choice->report ? check_report(choice->report) : CL_OK;
    if (err)
        return cli_fail(err);
    struct earlier this = {.fd = open_path(path, O_NONBLOCK)}; /* a pipe is no package */
    struct cl_verified v = {0};
    if (this.fd < 0)
        return CL_EXIT_NOT_NOW;
    if (!choice->json) {
        cl_cleanup(term_free) char *safe = term_safe(path);
        puts(safe);
    }
    int code = cl_source_open(this.fd, &this.source)
                   ? no_package(path)
                   : look_at(choice, &this.source, roots, path, earlier, &v);
    if (code != CL_EXIT_GOOD) {
        close_earlier(&this);
        return code;
    }
    close_earlier(earlier);
    *earlier = this;
    earlier->state = v.state;
    return code;
}

int packages_verify(const struct packages_choice *choice, char **paths, int count)
{
    cl_cleanup(cl_buf_free) struct cl_buf roots = cl_buf(CL_ROOTS_MAX);
    cl_cleanup(close_earlier) struct earlier earlier = {.fd = -1};
    int worst = CL_EXIT_GOOD;
    if (choice->roots && packages_read_roots(choice->roots, &roots))
        return CL_EXIT_NOT_NOW;
    for (int i = 0; i < count; i++) {
        int code = verify_path(choice, (struct cl_span){roots.data, roots.len}, paths[i], &earlier);
        worst = code > worst ? code : worst;
        if (!choice->json && i + 1 < count)
            putchar('\n');
    }
    return worst;
}
