#include "cli/export_request.h"

#include "base/io.h"
#include "base/text.h"
#include "cli/date_arg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REQUEST_MAX 65536u

void export_request_init(struct export_request *ret_request)
{
    *ret_request = (struct export_request){.since = INT64_MIN, .until = INT64_MAX};
}

void export_request_free(struct export_request *request)
{
    cl_json_free(&request->tree);
}

/* ---- what is withheld ------------------------------------------------------------------------ */

static bool parse_number(const char *text, char **ret_end, uint64_t *ret_number)
{
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *ret_number = strtoull(text, ret_end, 10);
    return errno == 0;
}

static bool parse_range(const char *text, struct withheld *ret)
{
    char *end = NULL;
    if (!parse_number(text, &end, &ret->first))
        return false;
    ret->last = ret->first;
    if (*end == '-' && !parse_number(end + 1, &end, &ret->last))
        return false;
    return *end == '\0' && ret->first <= ret->last;
}

static bool parse_account(const char *text, struct withheld *ret)
{
    const size_t n = strlen(text);
    ret->first = 1;
    if (n < 4 || n > 32 || strspn(text, "0123456789abcdef") != n)
        return false;
    memcpy(ret->account, text, n + 1);
    return true;
}

bool export_request_withhold(struct export_request *request, const char *text)
{
    static const char account[] = "account";
    const size_t n = strlen(account);
    struct withheld one = {0};
    if (strcmp(text, "pictures") == 0)
        return request->no_pictures = true;
    if (strcmp(text, "documents") == 0)
        return request->no_documents = true;
    if (strcmp(text, "exhibits") == 0)
        return request->no_exhibits = true;
    if (request->count == sizeof request->withheld / sizeof *request->withheld)
        return false;
    const bool named = strncmp(text, account, n) == 0 && (text[n] == ':' || text[n] == '=');
    if (named ? !parse_account(text + n + 1, &one) : !parse_range(text, &one))
        return false;
    request->withheld[request->count++] = one;
    return true;
}

static bool is_named(const struct export_request *request, uint64_t seq, const char *pseudonym)
{
    for (size_t i = 0; i < request->count; i++) {
        const struct withheld *w = &request->withheld[i];
        if (seq >= w->first && seq <= w->last)
            return true;
        if (w->account[0] && pseudonym && strncmp(pseudonym, w->account, strlen(w->account)) == 0)
            return true;
    }
    return false;
}

bool export_request_withholds(const struct export_request *request, uint64_t seq,
                              const struct cl_buf *bytes)
{
    const bool all =
        request->count == 0 && request->since == INT64_MIN && request->until == INT64_MAX;
    cl_cleanup(cl_entry_free) struct cl_entry entry = {0};
    if (all)
        return false;
    if (cl_entry_parse(bytes->data, bytes->len, &entry))
        return true;
    const bool seen = entry.head.kind == CL_KIND_OBSERVATION;
    const int64_t time = entry.head.clock.time_ms;
    if (seen && (time < request->since || time > request->until))
        return true;
    return is_named(request, seq, seen ? entry.observation.pseudonym : NULL);
}

static bool has_account(const struct cl_account *accounts, size_t count, const char *begin)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(accounts[i].pseudonym, begin, strlen(begin)) == 0)
            return true;
    return false;
}

const struct withheld *export_request_unknown(const struct export_request *request, uint64_t size,
                                              const struct cl_account *accounts, size_t count)
{
    for (size_t i = 0; i < request->count; i++) {
        const struct withheld *w = &request->withheld[i];
        if (w->account[0] ? !has_account(accounts, count, w->account)
                          : w->last == 0 || w->first >= size)
            return w;
    }
    return NULL;
}

/* ---- a request ------------------------------------------------------------------------------- */

bool export_request_is_owner(const char *text)
{
    const struct cl_span span = {(const uint8_t *)text, strlen(text)};
    return span.len > 0 && span.len <= CL_OWNER_MAX && cl_text_visible(span);
}

static void read_day(struct cl_reader *r, const char *name, bool end, int64_t *ret_ms)
{
    const char *day = cl_read_str_or_null(r, name, CL_DATE_TEXT - 1);
    if (day && (strlen(day) != CL_DATE_TEXT - 1 || date_arg_parse(day, end, ret_ms)))
        cl_read_fail(r, name, CL_BAD_VALUE);
}

static void read_withhold(struct cl_reader *params, struct export_request *request)
{
    struct cl_reader r = cl_read_object(params, "withhold");
    size_t count = 0;
    const struct cl_json *list = cl_read_array(&r, "accounts", CL_ACCOUNTS_MAX, &count);
    for (size_t i = 0; i < count && !r.fault->err; i++) {
        const char *id = cl_read_item_str(&r, list, "accounts", i, 32);
        struct withheld one = {0};
        if (!r.fault->err && (strlen(id) != 32 || !parse_account(id, &one)))
            cl_read_fail(&r, "accounts", CL_BAD_VALUE);
        request->withheld[request->count++] = one;
    }
    request->no_pictures = cl_read_bool(&r, "pictures");
    request->no_documents = cl_read_bool(&r, "documents");
    request->no_exhibits = cl_read_has(&r, "exhibits") && cl_read_bool(&r, "exhibits");
    list = cl_read_array(&r, "entries", CL_WITHHOLD_MAX, &count);
    for (size_t i = 0; i < count && !r.fault->err; i++) {
        int64_t seq = cl_read_item_int(&r, list, "entries", i, 1, CL_INT_MAX);
        request->withheld[request->count++] =
            (struct withheld){.first = (uint64_t)seq, .last = (uint64_t)seq};
    }
    cl_read_close(&r);
}

enum cl_err export_request_read(int fd, struct export_request *request, struct cl_fault *fault)
{
    uint8_t bytes[REQUEST_MAX];
    size_t n = 0;
    fault->err = cl_io_read(fd, bytes, sizeof bytes, &n);
    if (!fault->err && n == sizeof bytes)
        fault->err = CL_TOO_LONG;
    if (!fault->err)
        fault->err = cl_json_parse(bytes, n, &request->tree);
    if (fault->err)
        return fault->err;
    struct cl_reader r = cl_reader(request->tree, "", fault);
    r.visible = true;
    read_day(&r, "since", false, &request->since);
    read_day(&r, "until", true, &request->until);
    read_withhold(&r, request);
    request->language = (enum cl_language)cl_read_enum(&r, "language", cl_language_names);
    request->owner = cl_read_str_or_null(&r, "owner", CL_OWNER_MAX);
    if (request->owner && !export_request_is_owner(request->owner))
        cl_read_fail(&r, "owner", CL_BAD_VALUE);
    request->folder = cl_read_str_or_null(&r, "folder", CL_FOLDER_MAX);
    if (request->folder && request->folder[0] != '/')
        cl_read_fail(&r, "folder", CL_BAD_VALUE);
    if (request->since > request->until)
        cl_read_fail(&r, "until", CL_BAD_VALUE);
    return cl_read_end(&r);
}

/* ---- where downloads go ---------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* XDG_DOWNLOAD_DIR="$HOME/…" or ="/…", as xdg-user-dirs writes it: the value without its quotes. */
static bool parse_line(char *line, const char *home, char *ret_path, size_t size)
{
    static const char key[] = "XDG_DOWNLOAD_DIR=\"", below[] = "$HOME/";
    if (strncmp(line, key, strlen(key)) != 0)
        return false;
    char *value = line + strlen(key), *end = strrchr(value, '"');
    if (!end || memchr(value, '\\', (size_t)(end - value)))
        return false;
    *end = '\0';
    int n;
    if (strncmp(value, below, strlen(below)) == 0)
        n = snprintf(ret_path, size, "%s/%s", home, value + strlen(below));
    else
        n = snprintf(ret_path, size, "%s", value);
    return n > 0 && (size_t)n < size && ret_path[0] == '/' && is_folder(ret_path);
}

static bool from_user_dirs(const char *home, char *ret_path, size_t size)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    char name[CL_FOLDER_MAX + 32], line[CL_FOLDER_MAX + 64];
    bool found = false;
    if (config && config[0] == '/')
        (void)snprintf(name, sizeof name, "%s/user-dirs.dirs", config);
    else
        (void)snprintf(name, sizeof name, "%s/.config/user-dirs.dirs", home);
    FILE *file = fopen(name, "re");
    while (file && !found && fgets(line, sizeof line, file))
        found = parse_line(line, home, ret_path, size);
    if (file)
        (void)fclose(file);
    return found;
}

enum cl_err export_request_download_folder(struct cl_buf *to)
{
    const char *home = getenv("HOME");
    char path[CL_FOLDER_MAX + 1];
    if (!home || home[0] != '/' || strlen(home) > CL_FOLDER_MAX - 16)
        return CL_IO;
    if (from_user_dirs(home, path, sizeof path))
        return cl_buf_put_str(to, path);
    (void)snprintf(path, sizeof path, "%s/Downloads", home);
    return cl_buf_put_str(to, is_folder(path) ? path : home);
}
