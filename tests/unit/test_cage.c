/* The cage, from inside: a child closes it and tries what must not be had, and what must. */
#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char inside[] = "/tmp/consentlog-cage-in-XXXXXX";
static char outside[] = "/tmp/consentlog-cage-out-XXXXXX";

/* What `look` returns in a child of its own: NULL when all is as it should be. */
static void in_child(const char *(*look)(void))
{
    int pipe_ends[2], status = 0;
    char said[128] = "";

    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        const char *wrong = look();
        if (wrong && write(pipe_ends[1], wrong, strlen(wrong)) < 0)
            _exit(2);
        _exit(wrong ? 1 : 0);
    }
    close(pipe_ends[1]);
    (void)!read(pipe_ends[0], said, sizeof said - 1);
    close(pipe_ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (*said)
        fail_msg("%s", said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define HOLDS(what)                                                                                \
    if (!(what))                                                                                   \
    return #what
#define REFUSED(what)                                                                              \
    errno = 0;                                                                                     \
    HOLDS((what) == -1 && errno == EPERM)
#define NOT_OPENED(what)                                                                           \
    errno = 0;                                                                                     \
    HOLDS(cl_cage_kernel().files == 0 || ((what) == -1 && errno == EACCES))

static int make_in(const char *folder, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void *nothing(void *context)
{
    return context;
}

static bool thread_runs(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

/* ---- the base ---------------------------------------------------------------------------- */

static const char *look_base(void)
{
    cl_cage_base();
    REFUSED(syscall(SYS_ptrace, 0, 0, 0, 0));
    REFUSED(syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0));
    REFUSED(syscall(SYS_process_vm_writev, getpid(), NULL, 0, NULL, 0, 0));
    REFUSED(syscall(SYS_bpf, -1, NULL, 0));
    REFUSED(syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0));
    REFUSED(syscall(SYS_userfaultfd, ~0));
    REFUSED(syscall(SYS_io_uring_setup, 0, NULL));
    REFUSED(syscall(SYS_keyctl, 0, -3, 0, 0, 0));
    REFUSED(syscall(SYS_add_key, NULL, NULL, NULL, 0, 0));
    REFUSED(syscall(SYS_mount, NULL, NULL, NULL, 0, NULL));
    REFUSED(syscall(467, -1, "", 0, NULL, 0)); /* open_tree_attr */
    REFUSED(syscall(443, -1, 0, 0, NULL));     /* quotactl_fd */
    REFUSED(syscall(SYS_unshare, 0));
    REFUSED(syscall(SYS_setns, -1, 0));
    REFUSED(syscall(SYS_chroot, "/"));
    REFUSED(syscall(SYS_init_module, NULL, 0, NULL));
    REFUSED(syscall(SYS_personality, 0xffffffffu));
    REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL));
    REFUSED(socket(AF_INET, SOCK_STREAM, 0));
    REFUSED(socket(AF_INET6, SOCK_DGRAM, 0));
    REFUSED(socket(AF_NETLINK, SOCK_RAW, 0));
    REFUSED(socket(AF_PACKET, SOCK_RAW, 0));
    HOLDS(syscall(SYS_clone3, NULL, 0) == -1 && errno == ENOSYS);
    HOLDS(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    HOLDS(thread_runs());
    const pid_t pid = fork();
    if (pid == 0)
        execl("/bin/true", "true", (char *)NULL);
    int status = 1;
    HOLDS(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    return NULL;
}

static void base(void **state)
{
    (void)state;
    in_child(look_base);
}

#ifdef __x86_64__
static const char *look_foreign(void)
{
    cl_cage_base();
    REFUSED(syscall(0x40000000 | SYS_getpid));
    return NULL;
}

/* getpid, as i386 numbers it and calls it. */
static long getpid_of_i386(void)
{
    long answer = 20;
    __asm__ volatile("int $0x80" : "+a"(answer) : : "memory");
    return answer;
}

/* A kernel without IA-32 emulation ends whoever tries with SIGSEGV, cage or not. */
static bool kernel_has_i386(void)
{
    int status = 0;
    const pid_t pid = fork();
    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL);
        _exit(getpid_of_i386() == getpid() ? 0 : 1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static const char *look_old(void)
{
    cl_cage_base();
    HOLDS(getpid_of_i386() == -EPERM);
    return NULL;
}
#endif

static void other_architectures(void **state)
{
    (void)state;
#ifdef __x86_64__
    in_child(look_foreign);
    if (kernel_has_i386())
        in_child(look_old);
#endif
}

/* ---- around the log ---------------------------------------------------------------------- */

static const char *look_log(void)
{
    char *const argv[] = {NULL};
    const struct cl_cage_place places[] = {
        {.path = NULL}, {.path = "/not/there", .write = true}, {.path = inside, .write = true}};

    cl_cage_base();
    cl_cage_enter(CL_CAGE_LOG, places, 3);
    HOLDS(make_in(inside, "made") >= 0);
    HOLDS(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
    HOLDS(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    HOLDS(thread_runs());
    NOT_OPENED(make_in(outside, "made"));
    NOT_OPENED(open(outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    NOT_OPENED(open("/etc/passwd", O_WRONLY | O_CLOEXEC));
    REFUSED(execve("/bin/true", argv, argv));
    REFUSED(fork());
    REFUSED(socket(AF_INET, SOCK_STREAM, 0));
    REFUSED(syscall(SYS_ptrace, 0, 0, 0, 0));
    REFUSED(kill(getppid(), 0));
    REFUSED(kill(0, 0));
    REFUSED(fcntl(0, F_SETOWN, getppid()));
    REFUSED(fcntl(0, F_SETSIG, SIGTERM));
    HOLDS(fcntl(0, F_GETFD) >= 0);
    REFUSED(syscall(SYS_setuid, getuid()));
    REFUSED(chmod("/etc/passwd", 0644));
    HOLDS(kill(getpid(), 0) == 0);
    return NULL;
}

static void around_the_log(void **state)
{
    (void)state;
    in_child(look_log);
}

/* ---- around a package -------------------------------------------------------------------- */

static const char *look_package(void)
{
    char *const argv[] = {NULL};
    const struct cl_cage_place places[] = {{.path = inside}};
    char path[128];

    snprintf(path, sizeof path, "%s/package", inside);
    close(make_in(inside, "package"));
    cl_cage_base();
    cl_cage_enter(CL_CAGE_PACKAGE, places, 1);
    HOLDS(open(path, O_RDONLY | O_CLOEXEC) >= 0);
    HOLDS(thread_runs());
    NOT_OPENED(open(path, O_WRONLY | O_CLOEXEC));
    NOT_OPENED(make_in(inside, "other"));
    NOT_OPENED(open(outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
    REFUSED(execve("/bin/true", argv, argv));
    REFUSED(fork());
    errno = 0;
    HOLDS(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
              MAP_FAILED &&
          errno == EPERM);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HOLDS(page != MAP_FAILED);
    REFUSED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
    return NULL;
}

static void around_a_package(void **state)
{
    (void)state;
    in_child(look_package);
}

static const char *look_opened_before(void)
{
    const struct cl_cage_place places[] = {{.path = inside}};
    char path[128], back = 0;

    snprintf(path, sizeof path, "%s/other", outside);
    close(make_in(outside, "other"));
    const int fd = open(outside, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    cl_cage_base();
    cl_cage_enter(CL_CAGE_PACKAGE, places, 1);
    HOLDS(fd >= 0 || errno == EOPNOTSUPP);
    HOLDS(fd < 0 || (write(fd, "x", 1) == 1 && pread(fd, &back, 1, 0) == 1 && back == 'x'));
    HOLDS(fd < 0 || (ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0));
    NOT_OPENED(open(outside, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    NOT_OPENED(open(path, O_WRONLY | O_CLOEXEC));
    NOT_OPENED(make_in(outside, "named"));
    return NULL;
}

static void a_file_that_was_opened_before(void **state)
{
    (void)state;
    in_child(look_opened_before);
}

/* ---- what the tests' own builds do ------------------------------------------------------- */

static const char *look_off(void)
{
    setenv("CL_CAGE", "off", 1);
    cl_cage_base();
    HOLDS(!cl_cage_kernel().calls);
    HOLDS(syscall(SYS_unshare, 0) == 0);
    return NULL;
}

static void left_off(void **state)
{
    (void)state;
    in_child(look_off);
}

static void killed(void **state)
{
    (void)state;
    int status = 0;
    const pid_t pid = fork();
    if (pid == 0) {
        setenv("CL_CAGE", "kill", 1);
        cl_cage_base();
        syscall(SYS_unshare, 0);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static int make_folders(void **state)
{
    (void)state;
    return mkdtemp(inside) && mkdtemp(outside) ? setenv("CL_CAGE", "refuse", 1) : -1;
}

static int remove_folders(void **state)
{
    static const char *const names[] = {"made", "package", "other"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", inside, names[i]);
        (void)unlink(path);
        snprintf(path, sizeof path, "%s/%s", outside, names[i]);
        (void)unlink(path);
    }
    return rmdir(inside) || rmdir(outside);
}

/* A kernel without filters, or one that is not let make them: the cage is none there, as it says.
 */
static bool kernel_has_filters(void)
{
    int status = 1;
    const pid_t pid = fork();
    if (pid == 0) {
        cl_cage_base();
        _exit(cl_cage_kernel().calls ? 0 : 1);
    }
    return waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base),
        cmocka_unit_test(other_architectures),
        cmocka_unit_test(around_the_log),
        cmocka_unit_test(around_a_package),
        cmocka_unit_test(a_file_that_was_opened_before),
        cmocka_unit_test(left_off),
        cmocka_unit_test(killed),
    };
    setenv("CL_CAGE", "refuse", 1);
    if (!kernel_has_filters()) {
        print_message("this kernel has no system call filters for us\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
