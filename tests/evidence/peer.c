/* Drives the modules of evidence from scripts, so that other programs can stand on the other side.
 * The key is the tests' own: Ed25519 seed 07 07 07 …, log id 00 01 02 …. */
#include "checkpoint.h"
#include "limits.h"
#include "sshsig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
