/* A log, and packages of it.
 *
 *   bench_package make HOME SIZE       a log of SIZE entries below HOME, which must not exist
 *   bench_package export HOME PACKAGE  an evidence package of it; one that is there is replaced
 *   bench_package bare HOME PACKAGE    the same without what is derived from the entries
 *
 * The keyring is in memory, and between the two in HOME/keyring: what is measured is the export. */
#include "export/export.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW 1785000000000

static void make(const char *home, uint64_t size)
{
    make_log(home, size);
    keep_keyring(home);
}

static struct cl_log *open_log(const char *home)
{
    struct cl_log *log = NULL;
    enter_home(home);
    must(cl_log_open(CL_LOG_READ, &log), "open");
    return log;
}

static enum cl_err read_entry(void *context, uint64_t seq, struct cl_buf *to,
                              struct cl_hash *ret_leaf)
{
    return cl_log_reader_entry(context, seq, to, ret_leaf);
}

static void export(const char *home, const char *path, bool derive)
{
    cl_cleanup(cl_log_close) struct cl_log *log = open_log(home);
    cl_cleanup(cl_log_reader_free) struct cl_log_reader *reader = NULL;
    must(cl_log_reader_new(log, &reader), "reader");
    const struct cl_key *key = cl_log_key(log);
    const struct cl_export_source source = {.context = reader,
                                            .size = cl_log_size(log),
                                            .root = *cl_log_root(log),
                                            .log_id = cl_log_id(log),
                                            .public_key = key->public_key,
                                            .seed = key->seed,
                                            .tiles = cl_log_tiles(log),
                                            .entry = read_entry};
    const struct cl_export_options options = {.path = path, .now_ms = NOW, .derive = derive};
    struct cl_exported done;
    (void)unlink(path);
    syncs = true;
    must(cl_export(&source, &options, &done), "export");
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        make(argv[2], strtoull(argv[3], NULL, 10));
    else if (argc == 4 && strcmp(argv[1], "export") == 0)
        export(argv[2], argv[3], true);
    else if (argc == 4 && strcmp(argv[1], "bare") == 0)
        export(argv[2], argv[3], false);
    else {
        (void)fputs("usage: bench_package make HOME SIZE | export|bare HOME PACKAGE\n", stderr);
        return 2;
    }
    return 0;
}
