#include "base/io.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Run in a child, because these change the process; the answer is the child's exit code. */
static int in_child(int (*what)(void))
{
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(what());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- reading and writing ----------------------------------------------------------------- */

static void reads_across_short_reads(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    if (pid == 0) {
        for (const char *at = "dribble"; *at; at++) {
            if (write(fds[1], at, 1) != 1)
                _exit(1);
            usleep(2000);
        }
        _exit(0);
    }
    close(fds[1]);
    char bytes[16];
    size_t got = 99;
    assert_int_equal(cl_io_read(fds[0], bytes, 4, &got), CL_OK);
    assert_int_equal(got, 4);
    assert_memory_equal(bytes, "drib", 4);
    assert_int_equal(cl_io_read(fds[0], bytes, sizeof bytes, &got), CL_OK);
    assert_int_equal(got, 3);
    assert_memory_equal(bytes, "ble", 3);
    assert_int_equal(cl_io_read(fds[0], bytes, sizeof bytes, &got), CL_OK);
    assert_int_equal(got, 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(fds[0]);
}

static void reading_fails_where_it_cannot(void **state)
{
    (void)state;
    char byte;
    size_t got = 99;
    assert_int_equal(cl_io_read(-1, &byte, 1, &got), CL_IO);
    int dir = open("/", O_RDONLY | O_DIRECTORY);
    assert_int_equal(cl_io_read(dir, &byte, 1, &got), CL_IO);
    close(dir);
    assert_int_equal(got, 99);
}

static volatile sig_atomic_t ticks;

static void tick(int sig)
{
    (void)sig;
    ticks++;
}

static void *write_late(void *arg)
{
    const int *fd = arg;
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, NULL);
    usleep(60000);
    ssize_t n = write(*fd, "late", 4);
    close(*fd);
    return n == 4 ? arg : NULL;
}

/* A signal handler without SA_RESTART makes read(2) answer EINTR, again and again. */
static void signals_do_not_end_a_read(void **state)
{
    (void)state;
    int fds[2];
    pthread_t writer;
    struct sigaction action = {.sa_handler = tick};
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    ualarm(5000, 5000);
    assert_int_equal(pthread_create(&writer, NULL, write_late, &fds[1]), 0);
    char bytes[8];
    size_t got = 0;
    enum cl_err err = cl_io_read(fds[0], bytes, sizeof bytes, &got);
    ualarm(0, 0);
    void *written;
    pthread_join(writer, &written);
    close(fds[0]);
    assert_non_null(written);
    assert_int_equal(err, CL_OK);
    assert_int_equal(got, 4);
    assert_true(ticks > 0);
}

static void *read_late(void *arg)
{
    const int *fd = arg;
    char bytes[4096];
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, NULL);
    usleep(60000);
    size_t total = 0;
    for (ssize_t n; (n = read(*fd, bytes, sizeof bytes)) > 0;)
        total += (size_t)n;
    return (void *)total;
}

static void signals_and_full_pipes_do_not_end_a_write(void **state)
{
    (void)state;
    int fds[2];
    pthread_t reader;
    struct sigaction action = {.sa_handler = tick};
    size_t n = 1000000;
    char *bytes = calloc(1, n);
    assert_non_null(bytes);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    ticks = 0;
    ualarm(5000, 5000);
    assert_int_equal(pthread_create(&reader, NULL, read_late, &fds[0]), 0);
    enum cl_err err = cl_io_write(fds[1], bytes, n);
    ualarm(0, 0);
    close(fds[1]);
    void *total;
    pthread_join(reader, &total);
    close(fds[0]);
    free(bytes);
    assert_int_equal(err, CL_OK);
    assert_int_equal((size_t)total, n);
    assert_true(ticks > 0);
}

static void a_full_disk_has_its_own_name(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    assert_int_equal(cl_io_write(full, "x", 1), CL_DISK_FULL);
    assert_int_equal(cl_io_write(full, "", 0), CL_OK);
    close(full);
    assert_int_equal(cl_io_write(full, "x", 1), CL_IO);
}

static void a_closed_pipe_is_an_error_and_no_signal(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    assert_int_equal(cl_io_write(fds[1], "x", 1), CL_IO);
    signal(SIGPIPE, before);
    close(fds[1]);
}

/* ---- stdio ------------------------------------------------------------------------------- */

static char where[2][64];

static int same_file(int fd, const char *path)
{
    struct stat a;
    struct stat b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino && a.st_rdev == b.st_rdev;
}

/* 0 and 1 are moved, not inherited by programs we start; 0 is empty, 1 is stderr. */
static int take_stdio(void)
{
    int in;
    int out;
    int given_in = open(where[0], O_RDONLY);
    int given_out = open(where[1], O_WRONLY);
    if (dup2(given_in, 0) != 0 || dup2(given_out, 1) != 1 || cl_io_take_stdio(&in, &out))
        return 1;
    if (in < 3 || out < 3 || in == out || !(fcntl(in, F_GETFD) & FD_CLOEXEC) ||
        !(fcntl(out, F_GETFD) & FD_CLOEXEC))
        return 2;
    if (!same_file(in, where[0]) || !same_file(out, where[1]))
        return 3;
    char byte;
    if (!same_file(0, "/dev/null") || read(0, &byte, 1) != 0)
        return 4;
    struct stat one;
    struct stat two;
    if (fstat(1, &one) || fstat(2, &two) || one.st_ino != two.st_ino || one.st_dev != two.st_dev)
        return 5;
    return fcntl(0, F_GETFD) || fcntl(1, F_GETFD) ? 6 : 0; /* those are inherited */
}

static int take_stdio_without_stderr(void)
{
    int in;
    int out;
    close(2);
    if (cl_io_take_stdio(&in, &out) || in < 3 || out < 3)
        return 1;
    return same_file(1, "/dev/null") ? 0 : 2;
}

static int take_missing_stdin(void)
{
    int in = -7;
    int out = -7;
    close(0);
    return cl_io_take_stdio(&in, &out) == CL_IO && in == -7 && out == -7 ? 0 : 1;
}

static int take_missing_stdout(void)
{
    int in = -7;
    int out = -7;
    close(1);
    return cl_io_take_stdio(&in, &out) == CL_IO && in == -7 && out == -7 ? 0 : 1;
}

static void stdio_is_taken(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        memcpy(where[i], "/tmp/cl-test-io-XXXXXX", sizeof "/tmp/cl-test-io-XXXXXX");
        int fd = mkstemp(where[i]);
        assert_true(fd >= 0);
        close(fd);
    }
    assert_int_equal(in_child(take_stdio), 0);
    assert_int_equal(in_child(take_stdio_without_stderr), 0);
    for (int i = 0; i < 2; i++)
        unlink(where[i]);
}

static void closed_stdio_is_refused(void **state)
{
    (void)state;
    assert_int_equal(in_child(take_missing_stdin), 0);
    assert_int_equal(in_child(take_missing_stdout), 0);
}

/* ---- room -------------------------------------------------------------------------------- */

/* With three open and so many more, at that limit. */
static int room_with(unsigned more, rlim_t limit)
{
    const struct rlimit files = {limit, limit};
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    for (unsigned i = 0; i < more; i++)
        if (dup(0) < 0)
            return 1;
    return setrlimit(RLIMIT_NOFILE, &files) != 0 || cl_io_room() != CL_OK;
}

static int just_room(void)
{
    return room_with(4, 3 + 4 + CL_FILES_FREE);
}

static int no_room(void)
{
    return !room_with(4, 3 + 4 + CL_FILES_FREE - 1);
}

static int no_room_at_all(void)
{
    return !room_with(4, 2);
}

static void room_is_counted(void **state)
{
    (void)state;
    assert_int_equal(in_child(just_room), 0);
    assert_int_equal(in_child(no_room), 0);
    assert_int_equal(in_child(no_room_at_all), 0);
}

/* ---- hardening --------------------------------------------------------------------------- */

static int harden(void)
{
    static const char *const gone[] = {"SNAP_NAME", "SECRET_BACKEND", "SECRET_SERVICE_BUS_NAME",
                                       "SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD"};
    for (size_t i = 0; i < 5; i++)
        setenv(gone[i], "evil", 1);
    setenv("SECRET_OF_OTHERS", "kept", 1);
    if (cl_io_harden())
        return 1;
    for (size_t i = 0; i < 5; i++) {
        if (getenv(gone[i]))
            return 2;
    }
    struct sigaction pipe_action;
    if (!getenv("SECRET_OF_OTHERS") || sigaction(SIGPIPE, NULL, &pipe_action) ||
        pipe_action.sa_handler != SIG_IGN)
        return 3;
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && umask(0) == 077 ? 0 : 4;
}

static int harden_without_stdio(void)
{
    char byte;
    for (int fd = 0; fd <= 2; fd++)
        close(fd);
    if (cl_io_harden() || open("/dev/zero", O_RDWR | O_CLOEXEC) <= 2)
        return 1;
    if (read(0, &byte, 1) >= 0 || errno != EBADF)
        return 2;
    return write(1, "1", 1) < 0 && errno == EBADF && write(2, "2", 1) == 1 ? 0 : 3;
}

static void hardening_holds(void **state)
{
    (void)state;
    assert_int_equal(in_child(harden), 0);
    assert_int_equal(in_child(harden_without_stdio), 0);
}

static void folders(void **state)
{
    char dir[] = "/tmp/consentlog-io-XXXXXX", path[64], file[64];
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/one/two", dir);
    const mode_t before = umask(077);
    assert_true(cl_io_make_folders(path, 0755));
    assert_true(cl_io_make_folders(path, 0700)); /* what is there stays as it is */
    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0755);
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    (void)snprintf(file, sizeof file, "%s/file", dir);
    const int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    (void)snprintf(file, sizeof file, "%s/file/below", dir);
    assert_false(cl_io_make_folders(file, 0700));
    assert_int_equal(errno, ENOTDIR);
    file[strlen(file) - strlen("/below")] = '\0';
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(path), 0);
    path[strlen(path) - strlen("/two")] = '\0';
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders),
        cmocka_unit_test(reads_across_short_reads),
        cmocka_unit_test(reading_fails_where_it_cannot),
        cmocka_unit_test(signals_do_not_end_a_read),
        cmocka_unit_test(signals_and_full_pipes_do_not_end_a_write),
        cmocka_unit_test(a_full_disk_has_its_own_name),
        cmocka_unit_test(a_closed_pipe_is_an_error_and_no_signal),
        cmocka_unit_test(stdio_is_taken),
        cmocka_unit_test(closed_stdio_is_refused),
        cmocka_unit_test(room_is_counted),
        cmocka_unit_test(hardening_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
