/* A hostile disk: any bytes where the log is read from. The first byte says where they stand:
 *   'e' an entry, 'p' a sealed record, 's' the summary's text, 'd' the whole database file.
 * Whatever they are, reading ends with an answer; what is read and written again is the same; and
 * no seal opens.
 *
 * Runs in a folder of its own under TMPDIR (or /dev/shm).
 */
#include "base/limits.h"
#include "entry/entry.h"
#include "entry_body.h"
#include "fake_keyring.h"
#include "fuzz.h"
#include "log/log.h"
#include "log/seal.h"
#include "log/store.h"
#include "log/summary.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static char dir[300];
static char path[320];

static void remove_file(const char *suffix)
{
    char name[400];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    (void)unlink(name);
}

static void empty(void)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        remove_file(suffixes[i]);
}

static void leave(void)
{
    char lock[400];
    empty();
    snprintf(lock, sizeof lock, "%s/log.lock", dir);
    (void)unlink(lock);
    (void)rmdir(dir);
    snprintf(lock, sizeof lock, "%s/consentlog.known", folder);
    (void)unlink(lock);
    (void)rmdir(folder);
}

static void move_in(void)
{
    const char *base = getenv("TMPDIR");
    if (*folder)
        return;
    snprintf(folder, sizeof folder, "%s/cl-fuzz-log-XXXXXX", base ? base : "/dev/shm");
    always(mkdtemp(folder) != NULL);
    snprintf(dir, sizeof dir, "%s/consentlog", folder);
    snprintf(path, sizeof path, "%s/log.sqlite", dir);
    always(mkdir(dir, 0700) == 0);
    always(setenv("XDG_DATA_HOME", folder, 1) == 0);
    always(atexit(leave) == 0);
}

/* An entry that is taken may be spelled otherwise, but the spelling of ours is taken and stays as
 * it is. */
static void read_entry(const uint8_t *data, size_t size)
{
    cl_cleanup(cl_entry_free) struct cl_entry first = {0};
    cl_cleanup(cl_entry_free) struct cl_entry second = {0};
    cl_cleanup(cl_buf_free) struct cl_buf a = cl_buf(4 * (size_t)CL_ENTRY_MAX);
    cl_cleanup(cl_buf_free) struct cl_buf b = cl_buf(4 * (size_t)CL_ENTRY_MAX);
    if (cl_entry_parse(data, size, &first) != CL_OK)
        return;
    struct cl_json_writer w = cl_json_writer(&a);
    cl_entry_begin(&w, &first.head);
    write_body(&w, &first);
    if (cl_entry_end(&w) != CL_OK)
        return; /* longer than before: escapes were spelled shorter */
    always(cl_entry_parse(a.data, a.len, &second) == CL_OK);
    w = cl_json_writer(&b);
    cl_entry_begin(&w, &second.head);
    write_body(&w, &second);
    always(cl_entry_end(&w) == CL_OK);
    always(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
}

static void read_sealed(const uint8_t *data, size_t size)
{
    static const uint8_t key[CL_AEAD_KEY];
    struct cl_sealer sealer = {.key = key};
    cl_cleanup(cl_buf_free) struct cl_buf plain = cl_buf(CL_ENTRY_MAX);
    always(cl_unseal(&sealer, CL_SEAL_ENTRY, 0, data, size, &plain) == CL_LOG_CHANGED);
}

static void read_summary(const uint8_t *data, size_t size)
{
    cl_cleanup(cl_summary_free) struct cl_summary *summary = NULL;
    cl_cleanup(cl_summary_free) struct cl_summary *again = NULL;
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(CL_SUMMARY_MAX);
    always(cl_summary_new(&summary) == CL_OK && cl_summary_new(&again) == CL_OK);
    if (cl_summary_read(data, size, summary) != CL_OK)
        return;
    always(cl_summary_write(summary, &text) == CL_OK);
    always(cl_summary_read(text.data, text.len, again) == CL_OK);
    always(memcmp(summary, again, sizeof *summary) == 0);
}

static void look_through(struct cl_log *log)
{
    struct cl_verdict verdict;
    cl_cleanup(cl_buf_free) struct cl_buf entry = cl_buf(CL_ENTRY_MAX);
    /* nothing in it was sealed by this keyring's key */
    always(cl_log_entry(log, 0, &entry) != CL_OK);
    always(cl_log_verify(log, NULL, NULL, NULL, &verdict) != CL_OK || verdict.faults > 0);
}

static void read_database(const uint8_t *data, size_t size)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_keyring *keyring = NULL;
    fake_keyring_reset();
    empty();
    always(cl_keyring_open(&keyring) == CL_OK && cl_key_new(&key) == CL_OK);
    always(cl_keyring_create(keyring, key, path, NULL) == CL_OK);
    cl_keyring_close(&keyring);
    /* the key that the corpus names, so that the file gets past its lookup */
    memcpy(fake_keyring_newest()->id, "0123456789abcdef", CL_KEY_ID);
    fake_keyring_newest()->head.size = 2;

    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    always(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
    if (cl_log_open(CL_LOG_REPAIR, &log) == CL_OK)
        look_through(log);
    cl_log_close(&log);
    always(cl_log_open(CL_LOG_APPEND, &log) != CL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    move_in();
    if (size == 0)
        return 0;
    switch (data[0]) {
    case 'e':
        read_entry(data + 1, size - 1);
        break;
    case 'p':
        read_sealed(data + 1, size - 1);
        break;
    case 's':
        read_summary(data + 1, size - 1);
        break;
    case 'd':
        read_database(data + 1, size - 1);
        break;
    default:
        break;
    }
    return 0;
}
