/* The command line, and what a browser's host sends on standard input: words chosen from those that
 * there are or made up, on a small log with a keyring in memory. Whatever is asked, what is printed
 * is lines of visible text, and the answer is one of the four.
 *
 * No word has a slash but those that lead into the target's own folder. Commands that ask on the
 * terminal or start programs are left out. */
#include "cli/cli.h"
#include "cursor.h"
#include "fake_keyring.h"
#include "log/log.h"

#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS_AT_MOST  12
#define WORD_MAX       300
#define INPUTS_PER_LOG 128
#define OUTPUT_MAX     (16u << 20)

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"export", cmd_export},           {"verify", cmd_verify},
    {"history", cmd_history},         {"keep", cmd_keep},
    {"status", cmd_status},           {"timestamp", cmd_timestamp},
    {"acknowledge", cmd_acknowledge}, {"unlock", cmd_unlock},
};

static const char *const words[] = {"--json",
                                    "--csv",
                                    "--since",
                                    "--until",
                                    "--withhold",
                                    "--owner",
                                    "--language",
                                    "--output",
                                    "-o",
                                    "--request",
                                    "--key",
                                    "--tsa-roots",
                                    "--report",
                                    "--note",
                                    "--yes",
                                    "--help",
                                    "--",
                                    "-",
                                    "2026-11-21",
                                    "1970-01-01",
                                    "2026-11-21T18:00:00.5+01:00",
                                    "account:3f2a",
                                    "7-12",
                                    "pictures",
                                    "documents",
                                    "exhibits",
                                    "0",
                                    "1",
                                    "en",
                                    "de",
                                    "fr",
                                    "request",
                                    "store",
                                    "accept",
                                    "package.zip",
                                    "own.zip",
                                    "letter",
                                    "letter.txt",
                                    "out.html",
                                    ".",
                                    "SHA256:x",
                                    "18446744073709551616",
                                    "http://time.example/tsr"};
#define WORDS (sizeof words / sizeof *words)

/* A keyring in memory has no programs and no settings. */
enum cl_err cl_keyring_settings_path(unsigned which, struct cl_buf *to)
{
    (void)which;
    (void)to;
    return CL_ABSENT;
}

enum cl_err cl_keyring_modules_path(struct cl_buf *to)
{
    (void)to;
    return CL_ABSENT;
}

/* ---- a folder of our own --------------------------------------------------------------------- */

static char folder[64];
static int back = -1; /* where the fuzzer is; a command is in our folder */

static void empty(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    always(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static struct cl_observation look(unsigned n)
{
    const bool on = n % 2 == 0;
    struct cl_observation obs = {
        .state = on ? CL_STATE_ON : CL_STATE_OFF,
        .reason = -1,
        .observed_at = 1780000000000 + n,
        .trusted = CL_NULL,
        .asked = true,
        .account = {.id = "erika", .premium = CL_FALSE},
        .page = {.url = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
                 .language = "en",
                 .title = "Data for Generative AI Improvement",
                 .loaded_at = 1780000000000 + n - 1000,
                 .server_date = -1,
                 .corroboration = -1},
        .has_control = true,
        .control = {.key = "allowDataForAi",
                    .label = "Use my data for training content creation AI models",
                    .checked = on ? CL_TRUE : CL_FALSE,
                    .aria_checked = on,
                    .aria_pressed = -1},
        .candidates = 1,
        .client = {.version = "156.0", .extension = "0.1.0"}};
    (void)snprintf(obs.reading, sizeof obs.reading, "%08x112233445566778899aabbcc", n);
    return obs;
}

static void make_log(void)
{
    struct cl_log *log = NULL;
    struct cl_recorded recorded;
    fake_keyring_reset();
    always(cl_log_open(CL_LOG_APPEND, &log) == CL_OK);
    for (unsigned n = 0; n < 4; n++) {
        const struct cl_observation obs = look(n);
        always(cl_log_record(log, &obs, 1, &recorded) == CL_OK);
    }
    cl_log_close(&log);
}

static void begin_anew(void)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/data/consentlog", folder);
    empty(path);
    (void)snprintf(path, sizeof path, "%s/data", folder);
    empty(path); /* consentlog.known, which would remember the log that was there */
    empty(".");
    make_log();
    put_file("letter", "From: a@linkedin.com\r\nDate: Wed, 18 Sep 2024 10:00:00 +0000\r\n\r\nx");
}

static void leave(void)
{
    static const char *const below[] = {"data/consentlog", "data", "here", "."};
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s/%s", folder, below[i]);
        empty(path);
        (void)rmdir(i + 1 < sizeof below / sizeof *below ? path : folder);
    }
}

static void go_there(void)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/here", folder);
    always(chdir(path) == 0);
}

static void move_in(void)
{
    char path[96];
    if (*folder)
        return;
    back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    always(back >= 0);
    (void)snprintf(folder, sizeof folder, "%s/fuzz-options-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    always(mkdtemp(folder) != NULL && setenv("HOME", folder, 1) == 0);
    (void)snprintf(path, sizeof path, "%s/data", folder);
    always(mkdir(path, 0700) == 0 && setenv("XDG_DATA_HOME", path, 1) == 0);
    (void)snprintf(path, sizeof path, "%s/here", folder);
    always(mkdir(path, 0700) == 0);
    always(setenv("CL_CAGE", "off", 1) == 0 && atexit(leave) == 0);
    opterr = 0;
}

/* ---- what is asked --------------------------------------------------------------------------- */

static char *take_word(struct cursor *c)
{
    static const char prefix[] = "--withhold=";
    char word[WORD_MAX + sizeof prefix] = "";
    const uint8_t which = take_byte(c), *bytes;
    size_t from = 0;
    if (which < WORDS)
        return strdup(words[which]);
    if (which % 4 == 0)
        memcpy(word, prefix, from = sizeof prefix - 1);
    const size_t n = take_bytes(c, &bytes);
    for (size_t i = 0; i < n && bytes[i]; i++)
        word[from++] = bytes[i] == '/' ? '_' : (char)bytes[i];
    return strdup(word);
}

/* Standard input is what is left. */
static void give_rest(const struct cursor *c)
{
    const int fd = memfd_create("input", MFD_CLOEXEC);
    always(fd >= 0 && write(fd, c->at, c->left) == (ssize_t)c->left);
    always(lseek(fd, 0, SEEK_SET) == 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    clearerr(stdin);
    close(fd);
}

/* ---- what is said ---------------------------------------------------------------------------- */

struct said {
    int fd, place, before;
};

static struct said listen_to(int place)
{
    struct said said = {memfd_create("output", MFD_CLOEXEC), place, dup(place)};
    always(said.fd >= 0 && said.before >= 0 && dup2(said.fd, place) == place);
    return said;
}

static void check_said(struct said *said, bool raw)
{
    static uint8_t bytes[OUTPUT_MAX];
    (void)dup2(said->before, said->place);
    close(said->before);
    const ssize_t n = pread(said->fd, bytes, sizeof bytes, 0);
    close(said->fd);
    always(n >= 0 && (size_t)n < sizeof bytes);
    struct cl_span rest = {bytes, (size_t)n}, line;
    while (rest.len > 0) {
        const uint8_t *end = memchr(rest.data, '\n', rest.len);
        line = (struct cl_span){rest.data, end ? (size_t)(end - rest.data) : rest.len};
        rest.len -= end ? line.len + 1 : line.len;
        rest.data += end ? line.len + 1 : line.len;
        if (!raw && !cl_text_visible(line)) {
            (void)fprintf(stderr, "not visible: %.*s\n", (int)line.len, (const char *)line.data);
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;
    struct cursor c = {data, size};
    char *argv[WORDS_AT_MOST + 2] = {0}, *passed[WORDS_AT_MOST + 2];
    int argc = 1;
    bool raw = false;
    move_in();
    go_there();
    if (inputs++ % INPUTS_PER_LOG == 0)
        begin_anew();
    const size_t which = take_below(&c, sizeof commands / sizeof *commands);
    argv[0] = strdup(commands[which].name);
    for (unsigned n = take_below(&c, WORDS_AT_MOST + 1); n > 0; n--)
        argv[argc++] = take_word(&c);
    for (int i = 0; i < argc; i++) /* what programs read: a table, or the bytes of a query */
        raw |= strncmp(argv[i], "--c", 3) == 0 || strcmp(argv[i], "request") == 0;
    memcpy(passed, argv, sizeof argv); /* getopt puts them in another order */
    give_rest(&c);
    struct said out = listen_to(STDOUT_FILENO), err = listen_to(STDERR_FILENO);
    optind = 0;
    const int code = commands[which].run(argc, passed);
    (void)fflush(stdout);
    always(fchdir(back) == 0);
    check_said(&err, false);
    check_said(&out, raw);
    always(code >= CL_EXIT_GOOD && code <= CL_EXIT_NOT_NOW);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return 0;
}
