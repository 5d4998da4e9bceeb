#include "cli/profile.h"

#include "base/buf.h"
#include "cli/terminal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX   (16U << 20)
#define LINKEDIN   ".linkedin.com/"
#define UNPACKED   "4" /* Chromium's Manifest::Location */
#define ON_COMMAND "8"

/* A stretch of a file that was read; `at` is NULL when there is none. */
struct span {
    const char *at;
    const char *end;
};

/* ---- looking through JSON ---------------------------------------------------------------- */

static bool read_file(const char *file, struct cl_buf *to, time_t *written)
{
    uint8_t chunk[65536];
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? 1 : -1;
    while (n > 0 && (n = read(fd, chunk, sizeof chunk)) > 0)
        if (cl_buf_put(to, chunk, (size_t)n) != CL_OK)
            n = -1;
    close(fd);
    if (n != 0 || to->len == 0)
        return false;
    if (st.st_mtime > *written)
        *written = st.st_mtime;
    return true;
}

static struct span all_of(const struct cl_buf *text)
{
    const char *at = (const char *)text->data;
    return (struct span){at, at + text->len};
}

/* What follows the text, or nothing. */
static struct span after(struct span in, const char *text)
{
    if (!in.at)
        return in;
    const char *at = memmem(in.at, (size_t)(in.end - in.at), text, strlen(text));
    return at ? (struct span){at + strlen(text), in.end} : (struct span){NULL, NULL};
}

static bool has(struct span in, const char *text)
{
    return after(in, text).at != NULL;
}

static bool begins(struct span in, const char *text)
{
    size_t len = strlen(text);
    return in.at && (size_t)(in.end - in.at) >= len && memcmp(in.at, text, len) == 0;
}

/* The JSON object that begins at `in`, with its braces. */
static struct span object(struct span in)
{
    int depth = 0;
    bool in_string = false;
    if (!begins(in, "{"))
        return (struct span){NULL, NULL};
    for (const char *at = in.at; at < in.end; at++) {
        if (in_string && *at == '\\')
            at++;
        else if (*at == '"')
            in_string = !in_string;
        else if (!in_string && *at == '{')
            depth++;
        else if (!in_string && *at == '}' && --depth == 0)
            return (struct span){in.at, at + 1};
    }
    return (struct span){NULL, NULL};
}

/* The object that is the value of the member whose name `key` is, quotes and colon included. */
static struct span object_of(struct span in, const char *key)
{
    for (struct span at = after(in, key); at.at; at = after(at, key)) {
        struct span found = object(at);
        if (found.at)
            return found;
    }
    return (struct span){NULL, NULL};
}

/* ---- one record of Chromium -------------------------------------------------------------- */

/* The value of "path", as it stands; nothing if it has an escape, which ours never has. */
static struct span path_in(struct span record)
{
    struct span path = after(record, "\"path\":\"");
    const char *end = path.at ? memchr(path.at, '"', (size_t)(path.end - path.at)) : NULL;
    if (!end || memchr(path.at, '\\', (size_t)(end - path.at)))
        return (struct span){NULL, NULL};
    return (struct span){path.at, end};
}

/* Is it the manifest of ours that stands in that folder? */
static bool folder_is_ours(struct span path)
{
    time_t ignored = 0;
    cl_cleanup(cl_buf_free) struct cl_buf manifest = cl_buf(1U << 20);
    if (!begins(path, "/"))
        return false;
    cl_cleanup(term_free) char *file =
        term_format("%.*s/manifest.json", (int)(path.end - path.at), path.at);
    return read_file(file, &manifest, &ignored) && has(all_of(&manifest), "\"" PROFILE_GECKO "\"");
}

static bool is_ours(struct span record, const char *id, const char *const known[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i], id) == 0)
            return true;
    return has(record, "\"" PROFILE_GECKO "\"") || folder_is_ours(path_in(record));
}

/* A packed one's path is ID/VERSION_N. */
static void copy_version(struct span path, char to[static PROFILE_VERSION + 1])
{
    const char *from = memrchr(path.at, '/', (size_t)(path.end - path.at));
    const char *end = from ? memchr(from, '_', (size_t)(path.end - from)) : NULL;
    size_t len = end ? (size_t)(end - from - 1) : 0;
    if (len == 0 || len > PROFILE_VERSION)
        return;
    memcpy(to, from + 1, len);
    to[len] = '\0';
}

static bool is_enabled(struct span record)
{
    struct span reasons = after(record, "\"disable_reasons\":");
    return !has(record, "\"state\":0") &&
           (!reasons.at || begins(reasons, "[]") || begins(reasons, "0"));
}

/* What the member has taken back ("on click") is still named as wished for. */
static bool may_look(struct span record)
{
    struct span wished = object_of(record, "\"active_permissions\":");
    struct span given = object_of(record, "\"runtime_granted_permissions\":");
    if (has(record, "\"withholding_permissions\":true"))
        return has(given, LINKEDIN);
    return !wished.at || has(wished, LINKEDIN);
}

static enum profile_way way_of(struct span location)
{
    if (begins(location, UNPACKED))
        return PROFILE_BY_HAND;
    return begins(location, ON_COMMAND) ? PROFILE_GIVEN : PROFILE_PACKED;
}

static void add_record(struct profile *profile, struct span record, const char *id,
                       const char *const known[], size_t known_count)
{
    struct span path = path_in(record), location = after(record, "\"location\":");
    if (profile->count == PROFILE_COPIES || !location.at ||
        !is_ours(record, id, known, known_count))
        return;
    enum profile_way way = way_of(location);
    if (way == PROFILE_PACKED && !path.at)
        return; /* what is left of one that was removed */
    struct profile_copy *copy = &profile->copies[profile->count++];
    *copy = (struct profile_copy){
        .way = way, .enabled = is_enabled(record), .may_look = may_look(record)};
    memcpy(copy->id, id, PROFILE_ID_LEN + 1);
    if (way == PROFILE_PACKED)
        copy_version(path, copy->version);
}

/* ---- a profile of Chromium --------------------------------------------------------------- */

/* The id that ends before `end`, with its quote before it. */
static bool id_before(struct span text, const char *end, char id[static PROFILE_ID_LEN + 1])
{
    if (end - text.at <= PROFILE_ID_LEN || *(end - PROFILE_ID_LEN - 1) != '"')
        return false;
    memcpy(id, end - PROFILE_ID_LEN, PROFILE_ID_LEN);
    id[PROFILE_ID_LEN] = '\0';
    return strspn(id, "abcdefghijklmnop") == PROFILE_ID_LEN;
}

static void add_records(struct profile *profile, struct span text, const char *const known[],
                        size_t known_count)
{
    static const char sign[] = "\":{";
    char id[PROFILE_ID_LEN + 1];
    for (struct span at = after(text, sign); at.at; at = after(at, sign)) {
        if (!id_before(text, at.at - (sizeof sign - 1), id))
            continue;
        struct span record = object((struct span){at.at - 1, text.end});
        if (!record.at)
            continue;
        add_record(profile, record, id, known, known_count);
        at.at = record.end;
    }
}

/* Which of the two holds the extensions differs between builds. */
static const char *const preferences[] = {"Preferences", "Secure Preferences"};

struct profile profile_chromium(const char *folder, const char *const known[], size_t known_count)
{
    struct profile profile = {0};
    for (size_t i = 0; i < sizeof preferences / sizeof *preferences; i++) {
        cl_cleanup(term_free) char *file = term_format("%s/%s", folder, preferences[i]);
        cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(FILE_MAX);
        if (read_file(file, &text, &profile.written))
            add_records(&profile, all_of(&text), known, known_count);
    }
    return profile;
}

bool profile_removed(const char *folder, const char *id)
{
    time_t ignored = 0;
    for (size_t i = 0; i < sizeof preferences / sizeof *preferences; i++) {
        cl_cleanup(term_free) char *file = term_format("%s/%s", folder, preferences[i]);
        cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(FILE_MAX);
        if (!read_file(file, &text, &ignored))
            continue;
        struct span list = after(all_of(&text), "\"external_uninstalls\":[");
        const char *end = list.at ? memchr(list.at, ']', (size_t)(list.end - list.at)) : NULL;
        if (end && has((struct span){list.at, end}, id))
            return true;
    }
    return false;
}

/* ---- a profile of Gecko ------------------------------------------------------------------ */

struct profile profile_gecko(const char *folder)
{
    struct profile profile = {0};
    cl_cleanup(cl_buf_free) struct cl_buf list = cl_buf(FILE_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf granted = cl_buf(FILE_MAX);
    cl_cleanup(term_free) char *list_file = term_format("%s/extensions.json", folder);
    cl_cleanup(term_free) char *granted_file = term_format("%s/extension-preferences.json", folder);
    if (!read_file(list_file, &list, &profile.written))
        return profile;
    bool is_told = read_file(granted_file, &granted, &profile.written);
    static const char key[] = "{\"id\":\"" PROFILE_GECKO "\"";
    struct span found = after(all_of(&list), key);
    if (!found.at)
        return profile;
    struct span record = object((struct span){found.at - (sizeof key - 1), found.end});
    struct span may = {NULL, NULL};
    if (is_told)
        may = object_of(all_of(&granted), "\"" PROFILE_GECKO "\":");
    profile.count = 1;
    profile.copies[0] = (struct profile_copy){.way = PROFILE_PACKED,
                                              .enabled = has(record, "\"active\":true"),
                                              .refused = has(record, "\"appDisabled\":true"),
                                              .may_look = !may.at || has(may, LINKEDIN)};
    return profile;
}
