/* Drives the modules of evidence from scripts, so that other programs can stand on the other side.
 * The key is the tests' own: Ed25519 seed 07 07 07 …, log id 00 01 02 …. */
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/checkpoint.h"
#include "crypto/sshsig.h"
#include "package.h"
#include "package/verifier.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t seed[CL_SEED], public_key[CL_PUBLIC], log_id[CL_HASH];
static struct cl_vkey key;

static struct cl_buf slurp(const char *path)
{
    struct cl_buf bytes = cl_buf(CL_ROOTS_MAX);
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    uint8_t piece[4096];
    size_t n;
    if (!f)
        exit(3);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        if (cl_buf_put(&bytes, piece, n))
            exit(3);
    if (f != stdin)
        (void)fclose(f);
    return bytes;
}

static int answer(enum cl_err err, struct cl_buf *out)
{
    if (!err && out->len)
        (void)fwrite(out->data, 1, out->len, stdout);
    cl_buf_free(out);
    if (err)
        fprintf(stderr, "%s\n", cl_err_code(err));
    return err ? 1 : 0;
}

static int checkpoint_sign(char **argv)
{
    (void)argv;
    struct cl_checkpoint head = {.size = 3};
    struct cl_buf out = cl_buf(CL_NOTE_MAX);
    for (unsigned i = 0; i < CL_HASH; i++)
        head.root.bytes[i] = (uint8_t)(0xff - i);
    enum cl_err err = cl_checkpoint_sign(&key, seed, &head, &out);
    return answer(err, &out);
}

static int checkpoint_open(char **argv)
{
    struct cl_buf note = slurp(argv[0]), out = cl_buf(0);
    struct cl_checkpoint head;
    enum cl_err err = cl_checkpoint_open(note.data, note.len, &key, &head);
    cl_buf_free(&note);
    return answer(err, &out);
}

static int vkey(char **argv)
{
    (void)argv;
    struct cl_buf out = cl_buf(1024);
    enum cl_err err = cl_vkey_write(&key, &out);
    return answer(err, &out);
}

static int ssh_sign(char **argv)
{
    struct cl_buf msg = slurp(argv[0]), out = cl_buf(CL_SSHSIG_MAX);
    enum cl_err err = cl_sshsig_sign(seed, msg.data, msg.len, &out);
    cl_buf_free(&msg);
    return answer(err, &out);
}

static int ssh_verify(char **argv)
{
    struct cl_buf sig = slurp(argv[0]), msg = slurp(argv[1]), out = cl_buf(0);
    enum cl_err err = cl_sshsig_verify(sig.data, sig.len, public_key, msg.data, msg.len);
    cl_buf_free(&sig);
    cl_buf_free(&msg);
    return answer(err, &out);
}

static int ssh_allowed(char **argv)
{
    (void)argv;
    struct cl_buf out = cl_buf(1024);
    enum cl_err err = cl_sshsig_allowed(public_key, &out);
    return answer(err, &out);
}

/* timestamp-query FILE */
static int timestamp_query(char **argv)
{
    struct cl_buf file = slurp(argv[0]), out = cl_buf(1024);
    enum cl_err err = cl_timestamp_query((struct cl_span){file.data, file.len}, &out);
    cl_buf_free(&file);
    return answer(err, &out);
}

/* timestamp-check FILE QUERY REPLY ROOTS: the authority's name */
static int timestamp_check(char **argv)
{
    struct cl_buf bytes[4], out = cl_buf(1024);
    struct cl_timestamp stamp = {0};
    for (int i = 0; i < 4; i++)
        bytes[i] = slurp(argv[i]);
#define SPAN(i)                                                                                    \
    {                                                                                              \
        bytes[i].data, bytes[i].len                                                                \
    }
    const struct cl_stamped stamped = {.file = SPAN(0), .query = SPAN(1), .reply = SPAN(2)};
    enum cl_err err = cl_timestamp_check(&stamped, (struct cl_span)SPAN(3), &stamp);
    if (!err)
        err = stamp.trust;
    if (!err)
        err = cl_buf_put_str(&out, stamp.authority);
    for (int i = 0; i < 4; i++)
        cl_buf_free(&bytes[i]);
    return answer(err, &out);
}

/* package-checkpoint SIZE: of the log that `package` packs */
static int package_checkpoint(char **argv)
{
    struct package_log *log = malloc(sizeof *log);
    struct cl_buf out = cl_buf(CL_NOTE_MAX);
    struct cl_vkey its;
    if (!log)
        return 3;
    package_log_make(log, (uint64_t)strtoull(argv[0], NULL, 10), UINT64_MAX);
    const struct cl_checkpoint head = {.size = log->size, .root = log->root};
    enum cl_err err = cl_vkey_make(log->log_id, log->public_key, &its);
    if (!err)
        err = cl_checkpoint_sign(&its, log->seed, &head, &out);
    package_log_free(log);
    free(log);
    return answer(err, &out);
}

static bool withhold_even(void *context, uint64_t seq, const struct cl_buf *entry)
{
    (void)context;
    (void)entry;
    return seq % 2 == 0;
}

/* package SIZE all|even [NAME FILE]…: a package of the test log, with files that go along,
 * ascending by name */
static int package(char **argv)
{
    struct package_log *log = malloc(sizeof *log);
    struct cl_export_file files[64];
    struct cl_buf bytes[64], out = cl_buf(64u * 1024 * 1024);
    size_t count = 0;
    for (char **a = argv + 2; a[0] && a[1] && count < 64; a += 2, count++) {
        bytes[count] = slurp(a[1]);
        files[count] = (struct cl_export_file){a[0], {bytes[count].data, bytes[count].len}};
    }
    if (!log)
        return 3;
    package_log_make(log, (uint64_t)strtoull(argv[0], NULL, 10), UINT64_MAX);
    package_make(log, strcmp(argv[1], "even") == 0 ? withhold_even : NULL, count ? files : NULL,
                 count, &out);
    package_log_free(log);
    free(log);
    for (size_t i = 0; i < count; i++)
        cl_buf_free(&bytes[i]);
    return answer(CL_OK, &out);
}

/* A log that brings its attachments along, each a file named by its SHA-256. */
struct lines_log {
    struct package_log log;
    const char *folder;
    const char *withheld; /* ",3,x7,": 3 is withheld, 7 can no longer be read */
};

static bool line_listed(const struct lines_log *x, const char *mark, uint64_t seq)
{
    char number[32];
    (void)snprintf(number, sizeof number, ",%s%llu,", mark, (unsigned long long)seq);
    return strstr(x->withheld, number) != NULL;
}

static enum cl_err line_entry(void *context, uint64_t seq, struct cl_buf *to,
                              struct cl_hash *ret_leaf)
{
    const struct lines_log *x = context;
    const struct cl_buf *entry = &x->log.entries[seq];
    if (line_listed(x, "x", seq))
        return CL_LOG_CHANGED;
    enum cl_err err = ret_leaf ? cl_merkle_leaf(entry->data, entry->len, ret_leaf) : CL_OK;
    return err ? err : cl_buf_put(to, entry->data, entry->len);
}

static enum cl_err line_attachment(void *context, const uint8_t sha256[static CL_HASH],
                                   struct cl_buf *to)
{
    const struct lines_log *x = context;
    char hex[2 * CL_HASH + 1], path[4096];
    uint8_t piece[4096];
    size_t n;
    enum cl_err err = CL_OK;
    cl_hex_encode(sha256, CL_HASH, hex);
    (void)snprintf(path, sizeof path, "%s/%s", x->folder, hex);
    FILE *f = fopen(path, "rb");
    if (!f)
        return CL_ABSENT;
    while (!err && (n = fread(piece, 1, sizeof piece, f)) > 0)
        err = cl_buf_put(to, piece, n);
    (void)fclose(f);
    return err;
}

static bool line_withheld(void *context, uint64_t seq, const struct cl_buf *entry)
{
    (void)entry;
    return line_listed(context, "", seq);
}

/* report LINES FOLDER LANGUAGE OWNER|- WITHHELD NOW: a package with all that is derived, of the
 * genesis and these entries; WITHHELD is ",3,x7,", with p or d in front for pictures or documents
 */
static int report(char **argv)
{
    struct lines_log *x = calloc(1, sizeof *x);
    struct cl_buf lines = slurp(argv[0]), out = cl_buf(64u * 1024 * 1024);
    int language = 0;
    if (!x)
        return 3;
    for (int i = 0; cl_language_names[i]; i++)
        if (strcmp(argv[2], cl_language_names[i]) == 0)
            language = i;
    package_log_lines(&x->log, &lines);
    x->folder = argv[1];
    x->withheld = argv[4];
    struct cl_export_source source = package_source(&x->log);
    source.context = x;
    source.entry = line_entry;
    source.attachment = line_attachment;
    package_export(&source,
                   (struct cl_export_options){.now_ms = strtoll(argv[5], NULL, 10),
                                              .withhold = line_withheld,
                                              .context = x,
                                              .no_pictures = strchr(argv[4], 'p') != NULL,
                                              .no_documents = strchr(argv[4], 'd') != NULL,
                                              .derive = true,
                                              .language = (enum cl_language)language,
                                              .owner = strcmp(argv[3], "-") == 0 ? NULL : argv[3]},
                   &out);
    package_log_free(&x->log);
    free(x);
    cl_buf_free(&lines);
    return answer(CL_OK, &out);
}

/* lines-checkpoint LINES: of the log that `report` packs */
static int lines_checkpoint(char **argv)
{
    struct package_log *log = malloc(sizeof *log);
    struct cl_buf lines = slurp(argv[0]), out = cl_buf(CL_NOTE_MAX);
    struct cl_vkey its;
    if (!log)
        return 3;
    package_log_lines(log, &lines);
    const struct cl_checkpoint head = {.size = log->size, .root = log->root};
    enum cl_err err = cl_vkey_make(log->log_id, log->public_key, &its);
    if (!err)
        err = cl_checkpoint_sign(&its, log->seed, &head, &out);
    package_log_free(log);
    free(log);
    cl_buf_free(&lines);
    return answer(err, &out);
}

static void print_check(void *context, const struct cl_check *check)
{
    (void)context;
    printf("%s\t%s\t%s\t%s\n", check->name, cl_check_result_names[check->result], check->file,
           check->what);
}

/* verify PACKAGE ROOTS|-: the lines of the checks; exit 0 or 1 */
static int verify(char **argv)
{
    const bool own_roots = strcmp(argv[1], "-") != 0;
    struct cl_buf roots = own_roots ? slurp(argv[1]) : cl_buf(0);
    struct cl_source source;
    struct cl_verified verified = {0};
    const struct cl_verify_options options = {.roots = {roots.data, roots.len},
                                              .on_check = print_check};
    int fd = open(argv[0], O_RDONLY | O_CLOEXEC);
    enum cl_err err = fd < 0 ? CL_IO : cl_source_file(fd, &source);
    if (!err)
        err = cl_verify_package(&source, &options, &verified);
    if (fd >= 0)
        (void)close(fd);
    cl_buf_free(&roots);
    if (err)
        fprintf(stderr, "%s\n", cl_err_code(err));
    return err ? 3 : verified.good ? 0 : 1;
}

static const struct {
    const char *name;
    int files;
    int (*run)(char **argv);
} commands[] = {
    {"checkpoint-sign", 0, checkpoint_sign},
    {"checkpoint-open", 1, checkpoint_open},
    {"vkey", 0, vkey},
    {"ssh-sign", 1, ssh_sign},
    {"ssh-verify", 2, ssh_verify},
    {"ssh-allowed", 0, ssh_allowed},
    {"timestamp-query", 1, timestamp_query},
    {"timestamp-check", 4, timestamp_check},
    {"package-checkpoint", 1, package_checkpoint},
    {"package", 2, package},
    {"report", 6, report},
    {"lines-checkpoint", 1, lines_checkpoint},
    {"verify", 2, verify},
};

int main(int argc, char **argv)
{
    memset(seed, 7, sizeof seed);
    for (unsigned i = 0; i < CL_HASH; i++)
        log_id[i] = (uint8_t)i;
    if (cl_sign_public(seed, public_key) || cl_vkey_make(log_id, public_key, &key))
        return 3;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (argc > 1 && strcmp(argv[1], commands[i].name) == 0 && argc - 2 >= commands[i].files)
            return commands[i].run(argv + 2);
    return 2;
}
