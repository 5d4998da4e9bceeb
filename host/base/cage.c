#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct cl_cage_kernel kernel;

struct cl_cage_kernel cl_cage_kernel(void)
{
    return kernel;
}

/* The lists are of these two; a build for another goes without a cage, as on a kernel that has
 * none. */
#if defined(__x86_64__) || defined(__aarch64__)

#include "base/cage_calls.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif
#define NAME_MEMORY 0x53564d41u /* PR_SET_VMA, which the C library's headers may not have */
#define X32         0x40000000u /* calls of that architecture have this bit in their number */
#define NUMBERS     512         /* above all that the table names */
#define LIVE        470         /* about as many calls as kernels have */
#define FILTER_MAX  1024        /* instructions */

/* ---- rules on arguments ------------------------------------------------------------------ */

/* Looked at is the lower half of the argument: each of these is an int, or has its bits there. */
enum how { ONE_OF, NONE_OF_BITS, ALL_BITS, OWN_PROCESS, CODE_OF_FILES, ABSENT };
#define VALUES 5

#define NAMESPACES                                                                                 \
    (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |     \
     CLONE_NEWCGROUP)

static const struct rule {
    uint16_t number;
    uint8_t in; /* the lists in which it stands; in BASE it means: not refused but for this */
    uint8_t argument;
    enum how how;
    uint32_t
        values[VALUES]; /* ONE_OF: as many as are not 0, and 0 only as the first; else the bits */
} argument_rules[] = {
    {SYS_socket, BASE | LOG, 0, ONE_OF, {AF_UNIX}},
    {SYS_socketpair, BASE | LOG, 0, ONE_OF, {AF_UNIX}},
    {SYS_clone, BASE, 0, NONE_OF_BITS, {NAMESPACES}},
    {SYS_clone, LOG | PACKAGE, 0, ALL_BITS, {CLONE_VM | CLONE_THREAD}},
    /* Its flags are in memory, where no filter can look. */
    {SYS_clone3, BASE | LOG | PACKAGE, 0, ABSENT, {0}},
    {SYS_ioctl, LOG | PACKAGE, 1, ONE_OF, {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO}},
    {SYS_prctl,
     LOG,
     0,
     ONE_OF, /* libcap asks what it could do, when it is mapped */
     {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, NAME_MEMORY, PR_CAPBSET_READ}},
    {SYS_prctl, PACKAGE, 0, ONE_OF, {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, NAME_MEMORY}},
    /* The way to the keyring is loaded inside: what is executed is mapped from a file, and the only
     * files that can be opened are the system's, our modules' and the log's. */
    {SYS_mmap, LOG, 2, CODE_OF_FILES, {0}},
    {SYS_mmap, PACKAGE, 2, NONE_OF_BITS, {PROT_EXEC}},
    {SYS_mprotect, LOG | PACKAGE, 2, NONE_OF_BITS, {PROT_EXEC}},
    {SYS_prlimit64, LOG | PACKAGE, 0, OWN_PROCESS, {0}},
    {SYS_kill, LOG | PACKAGE, 0, OWN_PROCESS, {0}},
    {SYS_tgkill, LOG | PACKAGE, 0, OWN_PROCESS, {0}},
};
#define RULES (sizeof argument_rules / sizeof *argument_rules)

/* ---- the filter -------------------------------------------------------------------------- */

enum { ALLOW = 0, REFUSE = 1, RULE = 2 /* and on: the rule of that index */ };

struct filter {
    uint32_t refusal; /* what the kernel does with a refused call */
    uint16_t length;
    struct sock_filter code[FILTER_MAX];
};

static void emit(struct filter *f, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    if (f->length < FILTER_MAX)
        f->code[f->length] = (struct sock_filter){code, yes, no, k};
    f->length++; /* one that does not fit is not installed */
}

static void emit_verdict(struct filter *f, uint32_t verdict)
{
    emit(f, BPF_RET | BPF_K, verdict, 0, 0);
}

static void emit_load(struct filter *f, size_t offset)
{
    emit(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void emit_one_of(struct filter *f, const struct rule *rule)
{
    for (size_t i = 0; i < VALUES && (i == 0 || rule->values[i]); i++) {
        emit(f, BPF_JMP | BPF_JEQ | BPF_K, rule->values[i], 0, 1);
        emit_verdict(f, SECCOMP_RET_ALLOW);
    }
    emit_verdict(f, f->refusal);
}

static void emit_load_argument(struct filter *f, unsigned argument)
{
    emit_load(f, offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));
}

/* mmap: executable only what is a file's, and then not writable. */
static void emit_code_of_files(struct filter *f)
{
    emit_load_argument(f, 2);
    emit(f, BPF_ALU | BPF_AND | BPF_K, PROT_EXEC | PROT_WRITE, 0, 0);
    emit(f, BPF_JMP | BPF_JEQ | BPF_K, PROT_EXEC | PROT_WRITE, 4, 0);
    emit(f, BPF_JMP | BPF_JEQ | BPF_K, PROT_EXEC, 0, 4);
    emit_load_argument(f, 3);
    emit(f, BPF_ALU | BPF_AND | BPF_K, MAP_ANONYMOUS, 0, 0);
    emit(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    emit_verdict(f, f->refusal);
    emit_verdict(f, SECCOMP_RET_ALLOW);
}

static void emit_rule(struct filter *f, const struct rule *rule)
{
    const uint32_t bits = rule->values[0];

    if (rule->how == ABSENT) {
        emit_verdict(f, SECCOMP_RET_ERRNO | ENOSYS);
        return;
    }
    if (rule->how == CODE_OF_FILES) {
        emit_code_of_files(f);
        return;
    }
    emit_load_argument(f, rule->argument);
    if (rule->how == ONE_OF) {
        emit_one_of(f, rule);
        return;
    }
    if (rule->how == OWN_PROCESS) {
        /* 0 is this process for prlimit, its whole group for kill. */
        if (rule->number == SYS_prlimit64)
            emit(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
        emit(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1);
    } else {
        emit(f, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
        emit(f, BPF_JMP | BPF_JEQ | BPF_K, rule->how == ALL_BITS ? bits : 0, 0, 1);
    }
    emit_verdict(f, SECCOMP_RET_ALLOW);
    emit_verdict(f, f->refusal);
}

/* What becomes of each number. */
static void judge_calls(uint8_t list, uint8_t verdicts[static NUMBERS])
{
    memset(verdicts, list == BASE ? ALLOW : REFUSE, NUMBERS);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i].in & list)
            verdicts[calls[i].number] = list == BASE ? REFUSE : ALLOW;
    for (size_t i = 0; i < RULES; i++)
        if (argument_rules[i].in & list)
            verdicts[argument_rules[i].number] = (uint8_t)(RULE + i);
}

/* Numbers from `start` on, up to the next run, have that verdict. */
struct run {
    uint32_t start;
    uint8_t verdict;
};

static unsigned list_runs(uint8_t list, struct run runs[static NUMBERS + 1])
{
    uint8_t verdicts[NUMBERS];
    unsigned count = 0;

    judge_calls(list, verdicts);
    for (unsigned at = 0; at < NUMBERS; at++)
        if (at == 0 || verdicts[at] != verdicts[at - 1])
            runs[count++] = (struct run){at, verdicts[at]};
#ifdef __x86_64__
    runs[count++] = (struct run){X32, REFUSE};
#endif
    return count;
}

/* How many of the calls that there are. */
static unsigned calls_in(const struct run *runs, unsigned count)
{
    const uint32_t first = runs[0].start < LIVE ? runs[0].start : LIVE;
    const uint32_t end = runs[count].start < LIVE ? runs[count].start : LIVE;
    return end - first;
}

/* The run before which about half of the calls lie. */
static unsigned middle(const struct run *runs, unsigned count)
{
    unsigned left = 1;
    while (left + 1 < count && 2 * calls_in(runs, left + 1) <= calls_in(runs, count))
        left++;
    return left;
}

/* A search by halves: the kernel runs a new filter once for each call that there is, so that what
 * it looks at on the way is what closing the cage costs. Behind the last run stands its end. */
static void emit_runs(struct filter *f, const struct run *runs, unsigned count)
{
    const uint8_t verdict = runs[0].verdict;

    if (count > 1) {
        const unsigned left = middle(runs, count);
        const uint16_t jump = f->length;
        emit(f, BPF_JMP | BPF_JGE | BPF_K, runs[left].start, 0, 0);
        emit_runs(f, runs, left);
        const unsigned far = f->length - jump - 1u;
        if (far > UINT8_MAX) { /* too far for that jump: over one that goes farther */
            f->length = jump;
            emit(f, BPF_JMP | BPF_JGE | BPF_K, runs[left].start, 0, 1);
            emit(f, BPF_JMP | BPF_JA, far, 0, 0);
            emit_runs(f, runs, left);
        } else if (jump < FILTER_MAX) {
            f->code[jump].jt = (uint8_t)far;
        }
        emit_runs(f, runs + left, count - left);
    } else if (verdict >= RULE) {
        emit_rule(f, &argument_rules[verdict - RULE]);
    } else {
        emit_verdict(f, verdict == ALLOW ? SECCOMP_RET_ALLOW : f->refusal);
    }
}

static void make_filter(struct filter *f, uint8_t list)
{
    struct run runs[NUMBERS + 2];
    const unsigned count = list_runs(list, runs);

    runs[count] = (struct run){UINT32_MAX, REFUSE};
    emit_load(f, offsetof(struct seccomp_data, arch));
    emit(f, BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
    emit_verdict(f, f->refusal);
    emit_load(f, offsetof(struct seccomp_data, nr));
    emit_runs(f, runs, count);
}

static bool install(uint8_t list, uint32_t refusal)
{
    struct filter f = {.refusal = refusal};

    make_filter(&f, list);
    const struct sock_fprog program = {f.length, f.code};
    return f.length <= FILTER_MAX &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* ---- files ------------------------------------------------------------------------------- */

/* Landlock's numbers stand here, because the headers of the systems that this is built on are older
 * than the kernels that it runs on. (linux/landlock.h) */
#define LANDLOCK_CREATE 444
#define LANDLOCK_ADD    445
#define LANDLOCK_ENTER  446
#define ASK_VERSION     1u
#define BENEATH         1
#define WRITE_FILE      (1u << 1)
#define READ_FILE       (1u << 2)
#define READ_DIR        (1u << 3)
#define REMOVE_FILE     (1u << 5)
#define MAKE_FILE       (1u << 8)
#define FIRST_VERSION   ((1u << 13) - 1) /* all that version 1 can refuse */
#define REFER           (1u << 13)       /* version 2 */
#define TRUNCATE        (1u << 14)       /* version 3 */
#define IOCTL_DEV       (1u << 15)       /* version 5 */
#define NET_TCP         3u               /* version 4: bind and connect */
#define SCOPE_SIGNAL    2u /* version 6; not that of abstract sockets: many a bus is one */

struct ruleset {
    uint64_t files, net, scoped;
};

/* Packed by the kernel's definition, so that no padding stands in it anywhere. */
struct beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static uint32_t files_handled(int version)
{
    uint32_t handled = FIRST_VERSION;
    handled |= version >= 2 ? REFER : 0;
    handled |= version >= 3 ? TRUNCATE : 0;
    handled |= version >= 5 ? IOCTL_DEV : 0;
    return handled;
}

static void allow_beneath(int ruleset, uint32_t handled, const struct cl_cage_place *place,
                          int flags)
{
    const uint32_t of_file = READ_FILE | WRITE_FILE | TRUNCATE;
    struct stat st;
    int fd = place->path ? open(place->path, O_PATH | O_CLOEXEC | flags) : -1;

    if (fd < 0)
        return;
    uint32_t rights = READ_FILE | READ_DIR;
    if (place->write)
        rights |= WRITE_FILE | TRUNCATE | REMOVE_FILE | MAKE_FILE;
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
        rights &= of_file;
    const struct beneath rule = {.allowed = rights & handled, .parent = fd};
    /* Refused for what is no file of a file system, a pipe; and that needs no rule. */
    (void)syscall(LANDLOCK_ADD, ruleset, BENEATH, &rule, 0);
    (void)close(fd);
}

/* What the libraries of the system read on their own account; of /proc also the name of the
 * keyring's program (what is secret in there is refused to who is in a cage). */
static void allow_system(int ruleset, uint32_t handled)
{
    static const char *const read[] = {"/usr", "/etc", "/proc", "/dev/urandom"};
    static const char *const old[] = {"/lib", "/lib64"}; /* today links into /usr */

    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        allow_beneath(ruleset, handled, &(struct cl_cage_place){.path = read[i]}, 0);
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        allow_beneath(ruleset, handled, &(struct cl_cage_place){.path = old[i]},
                      O_NOFOLLOW | O_DIRECTORY);
    allow_beneath(ruleset, handled, &(struct cl_cage_place){.path = "/dev/null", .write = true}, 0);
}

static void keep_to(const struct cl_cage_place *places, size_t count)
{
    const int version = kernel.files;
    const uint32_t handled = files_handled(version);
    const struct ruleset attributes = {.files = handled,
                                       .net = version >= 4 ? NET_TCP : 0,
                                       .scoped = version >= 6 ? SCOPE_SIGNAL : 0};
    const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;

    if (version < 1 || count == 0)
        return;
    const long ruleset = syscall(LANDLOCK_CREATE, &attributes, size, 0);
    if (ruleset < 0)
        return;
    allow_system((int)ruleset, handled);
    for (size_t i = 0; i < count; i++)
        allow_beneath((int)ruleset, handled, &places[i], 0);
    (void)syscall(LANDLOCK_ENTER, ruleset, 0);
    (void)close((int)ruleset);
}

/* ---- the two steps ----------------------------------------------------------------------- */

/* A build for tests is told what to do with a refused call, and may be told to do without a cage;
 * in what is installed there is nothing to tell. */
#ifdef CL_CAGE_TESTS
static const char *wish(void)
{
    const char *said = getenv("CL_CAGE");
    return said ? said : CL_CAGE_TESTS;
}
static bool wanted(void)
{
    return strcmp(wish(), "off") != 0;
}
static uint32_t refusal(void)
{
    return strcmp(wish(), "kill") == 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM;
}
#else
static bool wanted(void)
{
    return true;
}
static uint32_t refusal(void)
{
    return SECCOMP_RET_ERRNO | EPERM;
}
#endif

void cl_cage_base(void)
{
    if (!wanted() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return;
    const long version = syscall(LANDLOCK_CREATE, NULL, 0, ASK_VERSION);
    kernel.files = version > 0 ? (int)version : 0;
    kernel.calls = install(BASE, refusal());
}

void cl_cage_enter(enum cl_cage_kind kind, const struct cl_cage_place *places, size_t count)
{
    if (!wanted())
        return;
    keep_to(places, count);
    if (kernel.calls)
        (void)install(kind == CL_CAGE_LOG ? LOG : PACKAGE, refusal());
}

#else

void cl_cage_base(void) {}

void cl_cage_enter(enum cl_cage_kind kind, const struct cl_cage_place *places, size_t count)
{
    (void)kind;
    (void)places;
    (void)count;
}

#endif
