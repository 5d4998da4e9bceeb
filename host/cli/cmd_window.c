/* --window: for the browser's program alone. The recovery code in a window of the desktop's own: no
 * page of the browser's ever has it, and what is answered is only whether it was shown.
 *
 * In the log's cage no program can be started. So who starts the window is split off before it is
 * closed; it has the code by a pipe, and neither log nor keyring. */
#include "base/io.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/window.h"
#include "keyring/recovery.h"
#include "log/log.h"
#include "json/gate.h"
#include "json/reader.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define REQUEST_MAX 1024u
#define SHOWN_MS    (15 * 60 * 1000) /* long enough to write six lines down twice */
#define TEXT_MAX    3072

static const struct words {
    struct window_words window;
    const char *before, *after;
} words[CL_LANGUAGES] = {
    [CL_LANGUAGE_EN] = {{"Recovery code of your consentlog log", "I have written it down", "Close"},
                        "Write these six lines on paper:",
                        "Keep the paper where you keep papers that matter, and take no\n"
                        "picture of it. Whoever has this code and your log's file can\n"
                        "read your log and could continue it in your name. Without the\n"
                        "code and without the keyring nobody can, not even you.\n\n"
                        "This window closes by itself after 15 minutes."},
    [CL_LANGUAGE_DE] = {{"Wiederherstellungscode Ihres consentlog-Protokolls",
                         "Ich habe ihn notiert", "Schließen"},
                        "Schreiben Sie diese sechs Zeilen auf Papier:",
                        "Bewahren Sie das Papier bei Ihren wichtigen Unterlagen auf und\n"
                        "fotografieren Sie es nicht. Wer diesen Code und die Datei Ihres\n"
                        "Protokolls hat, kann es lesen und in Ihrem Namen fortsetzen.\n"
                        "Ohne den Code und ohne den Schlüsselbund kann das niemand, auch\n"
                        "Sie nicht.\n\n"
                        "Dieses Fenster schließt sich nach 15 Minuten von selbst."},
    [CL_LANGUAGE_FR] = {{"Code de récupération de votre journal consentlog", "Je l’ai noté",
                         "Fermer"},
                        "Recopiez ces six lignes sur papier :",
                        "Rangez ce papier avec vos documents importants et ne le\n"
                        "photographiez pas. Quiconque possède ce code et le fichier de\n"
                        "votre journal peut le lire et le continuer en votre nom. Sans\n"
                        "le code ni le trousseau, personne ne le peut, pas même vous.\n\n"
                        "Cette fenêtre se ferme d’elle-même au bout de 15 minutes."},
};

/* The code as it is shown: in pages of its own, kept out of swap and core dumps like the key's. */
struct page {
    char lines[CL_CODE_LINES][CL_CODE_LINE];
    char text[TEXT_MAX];
};

static void page_free(struct page **page)
{
    if (!*page)
        return;
    cl_wipe(*page, sizeof **page);
    munmap(*page, sizeof **page);
    *page = NULL;
}

static struct page *page_new(void)
{
    void *page =
        mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return NULL;
    (void)mlock(page, sizeof(struct page)); /* RLIMIT_MEMLOCK may be 0 */
    (void)madvise(page, sizeof(struct page), MADV_DONTDUMP);
    (void)madvise(page, sizeof(struct page), MADV_WIPEONFORK);
    return page;
}

/* *ret_len bytes. */
static enum cl_err write_text(struct page *page, const struct words *said, size_t *ret_len)
{
    int n = snprintf(page->text, TEXT_MAX, "%s\n\n", said->before);
    for (unsigned i = 0; i < CL_CODE_LINES && n > 0 && n < TEXT_MAX; i++)
        n += snprintf(page->text + n, (size_t)(TEXT_MAX - n), "    %u:  %s\n", i + 1,
                      page->lines[i]);
    if (n > 0 && n < TEXT_MAX)
        n += snprintf(page->text + n, (size_t)(TEXT_MAX - n), "\n%s\n", said->after);
    if (n < 0 || n >= TEXT_MAX)
        return CL_TOO_LONG;
    *ret_len = (size_t)n;
    return CL_OK;
}

/* The two ends that are ours. */
struct shower {
    int text, end;
};

static void shower_close(struct shower *s)
{
    if (s->text >= 0)
        close(s->text);
    if (s->end >= 0)
        close(s->end);
    s->text = s->end = -1;
}

static _Noreturn void be_shower(const struct words *said, int text, int end, pid_t for_whom)
{
    struct page *page = page_new();
    uint8_t how = WINDOW_NONE;
    size_t len = 0;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (page && cl_io_read(text, page->text, TEXT_MAX, &len) == CL_OK && len > 0)
        how = (uint8_t)window_show(&said->window, page->text, len, for_whom, SHOWN_MS);
    page_free(&page);
    _exit(cl_io_write(end, &how, 1) == CL_OK ? 0 : 1);
}

static enum cl_err split_off(const struct words *said, struct shower *ret)
{
    const pid_t self = getpid();
    int text[2], end[2];
    if (pipe2(text, O_CLOEXEC))
        return CL_IO;
    if (pipe2(end, O_CLOEXEC)) {
        close(text[0]);
        close(text[1]);
        return CL_IO;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        close(text[1]);
        close(end[0]);
        be_shower(said, text[0], end[1], self);
    }
    close(text[0]);
    close(end[1]);
    *ret = (struct shower){text[1], end[0]};
    return pid < 0 ? CL_IO : CL_OK;
}

/* Not waited for by its number: in the cage that is no call, and its last byte says as much. */
static enum window_end hand_over(struct shower *s, const char *text, size_t len)
{
    uint8_t how = WINDOW_NONE;
    size_t n = 0;
    const bool given = cl_io_write(s->text, text, len) == CL_OK;
    close(s->text);
    s->text = -1;
    if (!given || cl_io_read(s->end, &how, 1, &n) || n != 1 || how > WINDOW_DONE)
        return WINDOW_NONE;
    return (enum window_end)how;
}

static enum cl_err show(enum cl_language language, enum window_end *ret_end)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    cl_cleanup(page_free) struct page *page = page_new();
    cl_cleanup(shower_close) struct shower shower = {-1, -1};
    size_t len = 0;
    enum cl_err err = page ? split_off(&words[language], &shower) : CL_NO_MEMORY;
    if (!err) {
        cli_enter_cage(NULL);
        err = cl_log_open(CL_LOG_REPAIR, &log);
    }
    if (!err)
        err = cl_recovery_write(cl_log_key(log), page->lines);
    if (!err)
        err = write_text(page, &words[language], &len);
    cl_log_close(&log); /* nobody waits for the log while a member writes */
    if (!err)
        *ret_end = hand_over(&shower, page->text, len);
    return err;
}

static enum cl_err read_request(enum cl_language *ret_language, struct cl_fault *fault)
{
    cl_cleanup(cl_json_free) struct cl_json *tree = NULL;
    uint8_t bytes[REQUEST_MAX];
    size_t n = 0;
    fault->err = cl_io_read(STDIN_FILENO, bytes, sizeof bytes, &n);
    if (!fault->err)
        fault->err = n == sizeof bytes ? CL_TOO_LONG : cl_json_parse(bytes, n, &tree);
    if (fault->err)
        return fault->err;
    struct cl_reader r = cl_reader(tree, "", fault);
    *ret_language = (enum cl_language)cl_read_enum(&r, "language", cl_language_names);
    return cl_read_end(&r);
}

int cmd_window(void)
{
    cl_cleanup(cl_buf_free) struct cl_buf text = cl_buf(1024);
    struct cl_json_writer w = cl_json_writer(&text);
    enum cl_language language = CL_LANGUAGE_EN;
    enum window_end end = WINDOW_NONE;
    struct cl_fault fault = {0};
    if (read_request(&language, &fault))
        return cli_fail_json(&fault);
    fault.err = show(language, &end);
    if (fault.err)
        return cli_fail_json(&fault);
    cl_json_object(&w, NULL);
    cl_json_bool(&w, "shown", end != WINDOW_NONE);
    cl_json_bool(&w, "noted", end == WINDOW_DONE);
    cl_json_object_end(&w);
    return cli_print_json(&w);
}
