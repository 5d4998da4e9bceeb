/* keep: put a file of the owner's own into the log. */
#include "base/encoding.h"
#include "base/io.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the file -------------------------------------------------------------------------------- */

/* Nothing that waits or has no end; the name alone is not believed. */
static int open_file(const char *path, int *ret_fd, struct stat *ret_stat)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    *ret_fd = fd;
    if (fd < 0 || fstat(fd, ret_stat) != 0) {
        cl_cleanup(term_free) char *what = term_safe(path);
        fprintf(stderr, _("consentlog: %s: %s. Nothing was written.\n"), what, strerror(errno));
        return CL_EXIT_NOT_NOW;
    }
    if (!S_ISREG(ret_stat->st_mode))
        return cli_usage("keep", term_format("'%s' is not a plain file.", path));
    if (ret_stat->st_size == 0)
        return cli_usage("keep", term_format("'%s' is empty.", path));
    if (ret_stat->st_size > (off_t)CL_EXHIBIT_MAX)
        return cli_usage(
            "keep", term_format("'%s' is larger than %u bytes (25 MiB).", path, CL_EXHIBIT_MAX));
    return CL_EXIT_GOOD;
}

/* As long as it was when it was opened: else it is being written. */
static int read_bytes(int fd, off_t size, struct cl_buf *to)
{
    uint8_t *room = NULL, more;
    size_t n = 0, beyond = 0;
    enum cl_err err = cl_buf_room(to, (size_t)size, &room);
    if (!err)
        err = cl_io_read(fd, room, (size_t)size, &n);
    if (!err)
        err = cl_io_read(fd, &more, 1, &beyond);
    if (err)
        return cli_fail(err);
    if (n == (size_t)size && beyond == 0)
        return CL_EXIT_GOOD;
    fputs(_("consentlog: the file changed while it was read. Nothing was written.\n"), stderr);
    return CL_EXIT_NOT_NOW;
}

static int read_file(const char *path, struct cl_buf *to)
{
    struct stat st = {0};
    int fd = -1;
    int code = open_file(path, &fd, &st);
    if (code == CL_EXIT_GOOD)
        code = read_bytes(fd, st.st_size, to);
    if (fd >= 0)
        (void)close(fd);
    return code;
}

/* ---- the entry ------------------------------------------------------------------------------- */

static enum cl_err write_entry(struct cl_exhibit *exhibit, const struct cl_buf *file,
                               uint64_t *ret_seq)
{
    cl_cleanup(cl_log_close) struct cl_log *log = NULL;
    const struct cl_span bytes = {file->data, file->len};
    static struct cl_mail mail; /* outlives the exhibit */
    enum cl_err err = cl_exhibit_describe(bytes, &mail, exhibit);
    if (!err)
        err = cl_log_open(CL_LOG_APPEND, &log);
    return err ? err : cl_log_keep_exhibit(log, exhibit, bytes, ret_seq);
}

static int keep(struct cl_exhibit *exhibit, const struct cl_buf *file)
{
    char hex[2 * CL_HASH + 1];
    uint64_t seq = 0;
    enum cl_err err = cli_make_folder();
    if (!err) {
        cli_enter_cage(NULL);
        err = write_entry(exhibit, file, &seq);
    }
    if (err)
        return cli_fail(err);
    const struct cl_attachment *item = &exhibit->attachments.item[0];
    cl_hex_encode(item->sha256, CL_HASH, hex);
    printf(_("Kept as entry %llu: %s, SHA-256 %s.\n"), (unsigned long long)seq, item->media_type,
           hex);
    return CL_EXIT_GOOD;
}

/* ---- the command line ------------------------------------------------------------------------ */

static int check_words(const struct cl_exhibit *exhibit)
{
    if (!cl_exhibit_is_file(exhibit->file))
        return cli_usage("keep",
                         term_format("the file's name has a backslash or characters that nobody "
                                     "sees, or is no UTF-8, or is longer than %d bytes. Rename "
                                     "it.",
                                     CL_EXHIBIT_FILE_MAX));
    if (exhibit->note && !cl_exhibit_is_note(exhibit->note))
        return cli_usage(
            "keep", term_format("--note takes one line of 1 to %d bytes.", CL_EXHIBIT_NOTE_MAX));
    return CL_EXIT_GOOD;
}

int cmd_keep(int argc, char **argv)
{
    static const struct option options[] = {{"note", required_argument, NULL, 'n'}, {0}};
    cl_cleanup(cl_buf_free) struct cl_buf file = cl_buf(CL_EXHIBIT_MAX);
    struct cl_exhibit exhibit = {0};
    for (int c; (c = getopt_long(argc, argv, ":", options, NULL)) != -1;) {
        if (c != 'n')
            return cli_bad_option(argv, c);
        exhibit.note = optarg;
    }
    if (argc - optind != 1)
        return cli_usage("keep", term_format("one FILE at a time."));
    const char *path = argv[optind], *slash = strrchr(path, '/');
    exhibit.file = slash ? slash + 1 : path;
    int code = read_file(path, &file);
    if (code == CL_EXIT_GOOD)
        code = check_words(&exhibit);
    return code == CL_EXIT_GOOD ? keep(&exhibit, &file) : code;
}
