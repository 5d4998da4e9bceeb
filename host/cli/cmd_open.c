/* --open: for the browser's program alone. Of a package that was just exported, it is shown in its
 * folder by the desktop's file manager, or a part of its report is told. Only files with the name
 * of a package are looked at, whoever asks. Before one is exported, its folder is told. */
#include "base/cage.h"
#include "base/io.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/export_request.h"
#include "cli/terminal.h"
#include "package/bundle.h"
#include "package/layout.h"
#include "package/scratch.h"
#include "report/report.h"
#include "json/gate.h"
#include "json/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST_MAX 16384u

static const char *const whats[] = {"folder", "report", "downloads", NULL};
enum what { FOLDER, REPORT, DOWNLOADS };

struct open_request {
    enum what what;
    const char *path;
    size_t offset;
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* As cmd_export names them. */
static bool is_named(const char *path)
{
    static const char begin[] = "linkedin-consent-", end[] = ".zip";
    const char *name = name_of(path);
    const size_t n = strlen(name);
    return path[0] == '/' && n > strlen(begin) + strlen(end) &&
           strncmp(name, begin, strlen(begin)) == 0 && strcmp(name + n - strlen(end), end) == 0;
}

static enum cl_err read_request(struct cl_json **ret_tree, struct open_request *ret,
                                struct cl_fault *fault)
{
    uint8_t bytes[REQUEST_MAX];
    size_t n = 0;
    fault->err = cl_io_read(STDIN_FILENO, bytes, sizeof bytes, &n);
    if (!fault->err)
        fault->err = n == sizeof bytes ? CL_TOO_LONG : cl_json_parse(bytes, n, ret_tree);
    if (fault->err)
        return fault->err;
    struct cl_reader r = cl_reader(*ret_tree, "", fault);
    ret->what = (enum what)cl_read_enum(&r, "what", whats);
    ret->path = cl_read_str_or_null(&r, "path", CL_PATH_MAX);
    ret->offset = (size_t)cl_read_int(&r, "offset", 0, CL_INT_MAX);
    if (ret->what != DOWNLOADS && (!ret->path || !is_named(ret->path)))
        cl_read_fail(&r, "path", CL_BAD_VALUE);
    return cl_read_end(&r);
}

/* ---- the folder ---------------------------------------------------------------------------- */

/* The desktop's file manager is asked by the session bus, which starts it if need be: what we
 * started ourselves would stand in our cage. Who asks is found at its own place, never by PATH, and
 * not taken if others may change it. */
#define ASKER   "/usr/bin/dbus-send"
#define MANAGER "org.freedesktop.FileManager1"

/* A file's address (RFC 8089, RFC 3986): every byte that could mean something else by its number.
 */
static char *address_of(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~";
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(4 * CL_PATH_MAX);
    enum cl_err err = CL_OK;
    for (const char *at = path; *at && !err; at++) {
        char number[4];
        (void)snprintf(number, sizeof number, "%%%02X", (unsigned)(unsigned char)*at);
        err = strchr(plain, *at) ? cl_buf_put(&text, at, 1) : cl_buf_put_str(&text, number);
    }
    if (!err)
        err = cl_buf_put(&text, "", 1);
    return err ? NULL : term_format("array:string:file://%s", (const char *)text.data);
}

static void become_asker(char *address)
{
    char words[][64] = {"dbus-send",          "--session",
                        "--print-reply",      "--reply-timeout=10000",
                        "--dest=" MANAGER,    "/org/freedesktop/FileManager1",
                        MANAGER ".ShowItems", "string:"};
    char *const argv[] = {words[0], words[1], words[2], words[3], words[4],
                          words[5], words[6], address,  words[7], NULL};
    const int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0)
        _exit(127);
    execv(ASKER, argv);
    _exit(127);
}

static bool show_file(const char *path)
{
    struct stat st;
    int status = -1;
    char where[CL_IO_WHERE];
    cl_cleanup(term_free) char *address = address_of(path);
    const bool can = address && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
                     access(ASKER, X_OK) == 0 && cl_io_program_safe(ASKER, where) == CL_OK;
    const pid_t pid = can ? fork() : -1;
    if (pid == 0)
        become_asker(address);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- the report ---------------------------------------------------------------------------- */

static enum cl_err read_report(const char *path, struct cl_buf *to)
{
    struct cl_source source;
    struct cl_flaw flaw = {0};
    cl_cleanup(cl_bundle_close) struct cl_bundle *bundle = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? CL_PACKAGE_GONE : CL_IO;
    const struct cl_cage_place place = {.path = path};
    cl_scratch_prepare();
    cl_cage_enter(CL_CAGE_PACKAGE, &place, 1);
    enum cl_err err = cl_source_file(fd, &source);
    if (!err)
        err = cl_bundle_open(&source, &bundle, &flaw);
    const size_t i = err ? SIZE_MAX : cl_bundle_find(bundle, CL_FILE_REPORT);
    if (!err)
        err = i == SIZE_MAX ? CL_MALFORMED : cl_bundle_read(bundle, i, to, &flaw);
    cl_bundle_close(&bundle);
    (void)close(fd);
    return err;
}

static enum cl_err tell_report(const struct open_request *request, struct cl_json_writer *w)
{
    cl_cleanup(cl_buf_free) struct cl_buf page = cl_buf(CL_REPORT_MAX);
    enum cl_err err = read_report(request->path, &page);
    if (!err && request->offset > page.len)
        err = CL_BAD_VALUE;
    if (err)
        return err;
    const size_t left = page.len - request->offset, n = left < CL_PART_MAX ? left : CL_PART_MAX;
    cl_json_int(w, "size", (int64_t)page.len);
    cl_json_base64(w, "base64", n > 0 ? page.data + request->offset : NULL, n);
    if (n < left)
        cl_json_int(w, "next", (int64_t)(request->offset + n));
    else
        cl_json_str(w, "next", NULL);
    return CL_OK;
}

/* ---- where a package would go ---------------------------------------------------------------- */

static enum cl_err tell_downloads(struct cl_json_writer *w)
{
    cl_cleanup(cl_buf_free) struct cl_buf path = cl_buf(CL_FOLDER_MAX + 1);
    enum cl_err err = export_request_download_folder(&path);
    if (!err)
        err = cl_buf_put(&path, "", 1);
    if (!err)
        cl_json_str(w, "path", (const char *)path.data);
    return err;
}

static enum cl_err answer(const struct open_request *request, struct cl_json_writer *w)
{
    switch (request->what) {
    case REPORT:
        return tell_report(request, w);
    case DOWNLOADS:
        return tell_downloads(w);
    case FOLDER:
        break;
    }
    cl_json_bool(w, "shown", show_file(request->path));
    return CL_OK;
}

int cmd_open(void)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_REPLY_MAX);
    struct cl_json_writer w = cl_json_writer(&text);
    struct cl_fault fault = {0};
    struct open_request request = {0};
    if (read_request(&tree, &request, &fault))
        return cli_fail_json(&fault);
    cl_json_object(&w, NULL);
    fault.err = answer(&request, &w);
    if (fault.err)
        return cli_fail_json(&fault);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}
