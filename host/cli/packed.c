#include "cli/packed.h"

#include "base/common.h"
#include "cli/browsers.h"
#include "cli/terminal.h"
#include "manifest_text.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVERYONES "/usr/local/share/consentlog/crx/id"

static bool is_id(const char *text)
{
    return strspn(text, "abcdefghijklmnop") == PACKED_ID_LEN && text[PACKED_ID_LEN] == '\0';
}

/* Only whoever may change the manifest may say what is in it. */
static bool is_trusted(int fd, bool for_all)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !(st.st_mode & (S_IWGRP | S_IWOTH)) &&
           (st.st_uid == 0 || (!for_all && st.st_uid == geteuid()));
}

/* Up to `max` bytes of a file that is trusted, ended by a zero; how many, or -1. */
static ssize_t read_trusted(const char *file, bool for_all, char *text, size_t max, time_t *written)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return -1;
    ssize_t n = is_trusted(fd, for_all) && fstat(fd, &st) == 0 ? read(fd, text, max) : -1;
    close(fd);
    text[n < 0 ? 0 : n] = '\0';
    if (n >= 0 && st.st_mtime > *written)
        *written = st.st_mtime;
    return n;
}

/* The version that stands in packed.json beside the id. */
static void add_version(struct packed_ids *ids, const char *file, bool for_all)
{
    static const char key[] = "\"version\": \"";
    char text[1024] = "";
    cl_cleanup(term_free) char *folder = term_format("%s", file);
    cl_cleanup(term_free) char *packed = term_format("%s/packed.json", dirname(folder));
    if (read_trusted(packed, for_all, text, sizeof text - 1, &ids->written) < 0)
        return;
    const char *version = strstr(text, key);
    size_t len = version ? strspn(version + sizeof key - 1, "0123456789.") : 0;
    if (len > 0 && len <= PACKED_VERSION_LEN)
        memcpy(ids->versions[ids->count], version + sizeof key - 1, len);
}

static void add(struct packed_ids *ids, const char *file, bool for_all)
{
    char text[PACKED_ID_LEN + 2] = "";
    time_t ignored = 0;
    if (read_trusted(file, for_all, text, PACKED_ID_LEN + 1, &ignored) < PACKED_ID_LEN)
        return;
    if (text[PACKED_ID_LEN] == '\n')
        text[PACKED_ID_LEN] = '\0';
    if (!is_id(text) || (ids->count > 0 && strcmp(ids->ids[0], text) == 0))
        return;
    add_version(ids, file, for_all);
    memcpy(ids->ids[ids->count++], text, PACKED_ID_LEN + 1);
}

/* What stands in the folder that holds bin, libexec and share, as HOST_FROM_BIN has it. New string;
 * NULL if the host is in no such folder. */
static char *beside_host(const char *host)
{
    static const char from_prefix[] = HOST_FROM_BIN;
    const char *end = from_prefix + strlen("..");
    size_t len = strlen(host), end_len = strlen(end);
    if (len <= end_len || strcmp(host + len - end_len, end) != 0)
        return NULL;
    const char *packed = &PACKED_FROM_BIN[strlen("..")];
    return term_format("%.*s%s", (int)(len - end_len), host, packed);
}

static char *beside_this(void)
{
    cl_cleanup(term_free) char *self = realpath("/proc/self/exe", NULL);
    return self ? term_format("%s/" PACKED_FROM_BIN, dirname(self)) : NULL;
}

struct packed_ids packed_ids(const char *host, bool for_all)
{
    struct packed_ids ids = {0};
    cl_cleanup(term_free) char *beside = host ? beside_host(host) : NULL;
    cl_cleanup(term_free) char *own = beside ? NULL : beside_this();
    if (beside || own)
        add(&ids, beside ? beside : own, for_all);
    cl_cleanup(term_free) char *everyones = browser_for_all(EVERYONES);
    add(&ids, everyones, for_all);
    return ids;
}
