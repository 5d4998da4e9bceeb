#include "base/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

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
#define WORD        32u         /* bits */
#define WORD_BITS   5
#define WORDS       (NUMBERS / WORD)
#define FILTER_MAX  256 /* instructions */

static bool standing; /* in the base: no new privileges, and if the kernel has filters, that one */
static bool filtered;

/* ---- rules on arguments ------------------------------------------------------------------ */

/* What the base's filter refuses a later one need not refuse again: the kernel asks both.
 * Looked at is the lower half of the argument: each of these is an int, or has its bits there. */
enum how { ONE_OF, NONE_OF, NONE_OF_BITS, ALL_BITS, OWN_PROCESS, CODE_OF_FILES, ABSENT };
#define VALUES 5

#define NAMESPACES                                                                                 \
    (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |     \
     CLONE_NEWCGROUP)

static const struct rule {
    uint16_t number;
    uint8_t in; /* the lists in which it stands; in BASE it means: not refused but for this */
    uint8_t argument;
    enum how how;
    uint32_t values[VALUES]; /* ONE_OF, NONE_OF: as many as are not 0, and 0 only as the first; else
                                bits */
} argument_rules[] = {
    {SYS_socket, BASE, 0, ONE_OF, {AF_UNIX}},
    {SYS_socketpair, BASE, 0, ONE_OF, {AF_UNIX}},
    {SYS_clone, BASE, 0, NONE_OF_BITS, {NAMESPACES}},
    {SYS_clone, LOG | PACKAGE, 0, ALL_BITS, {CLONE_VM | CLONE_THREAD}},
    /* Its flags are in memory, where no filter can look. */
    {SYS_clone3, BASE, 0, ABSENT, {0}},
    {SYS_ioctl, LOG | PACKAGE, 1, ONE_OF, {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO}},
    /* By these a descriptor that becomes ready sends a signal, of any number, to any process. */
    {SYS_fcntl, LOG | PACKAGE, 1, NONE_OF, {F_SETOWN, F_SETSIG, F_SETOWN_EX}},
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

/* The kernel translates a filter anew in every process, so each instruction less is seen in every
 * start: the calls without a rule are a bit each, and each verdict stands there once.
 *
 * Jumps go forward only. A filter is made from its end to its beginning, so that each place that is
 * jumped to is there already; `start` is its first instruction so far. */
struct filter {
    uint16_t start;
    uint16_t allow, refuse; /* where these verdicts stand */
    struct sock_filter code[FILTER_MAX];
};

/* Returns where it stands. What does not jump goes on to what was emitted before it. One that does
 * not fit is not installed. */
static uint16_t emit(struct filter *f, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    if (f->start > 0)
        f->code[--f->start] = (struct sock_filter){code, yes, no, k};
    return f->start;
}

static uint16_t emit_verdict(struct filter *f, uint32_t verdict)
{
    return emit(f, BPF_RET | BPF_K, verdict, 0, 0);
}

static uint16_t emit_load(struct filter *f, size_t offset)
{
    return emit(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static uint16_t emit_and(struct filter *f, uint32_t bits)
{
    return emit(f, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
}

/* A place that a test emitted next, or the one after that, can jump to. */
static uint16_t within_reach(struct filter *f, uint16_t to)
{
    const unsigned far = (unsigned)to - f->start;
    return far + 1 > UINT8_MAX ? emit(f, BPF_JMP | BPF_JA, far, 0, 0) : to;
}

static uint16_t emit_test(struct filter *f, uint16_t test, uint32_t k, uint16_t yes, uint16_t no)
{
    yes = within_reach(f, yes);
    no = within_reach(f, no);
    return emit(f, BPF_JMP | BPF_K | test, k, (uint8_t)(yes - f->start), (uint8_t)(no - f->start));
}

static uint16_t emit_load_argument(struct filter *f, unsigned argument)
{
    return emit_load(f, offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));
}

static void emit_one_of(struct filter *f, const struct rule *rule, uint16_t one, uint16_t none)
{
    unsigned count = 1;
    while (count < VALUES && rule->values[count])
        count++;
    uint16_t next = none;
    while (count-- > 0)
        next = emit_test(f, BPF_JEQ, rule->values[count], one, next);
}

static void emit_own_process(struct filter *f, const struct rule *rule)
{
    const uint16_t own = emit_test(f, BPF_JEQ, (uint32_t)getpid(), f->allow, f->refuse);
    /* 0 is this process for prlimit, its whole group for kill. */
    if (rule->number == SYS_prlimit64)
        emit_test(f, BPF_JEQ, 0, f->allow, own);
}

/* mmap: executable only what is a file's, and then not writable. */
static uint16_t emit_code_of_files(struct filter *f)
{
    emit_test(f, BPF_JEQ, 0, f->allow, f->refuse);
    emit_and(f, MAP_ANONYMOUS);
    const uint16_t executable = emit_load_argument(f, 3);
    const uint16_t not_both = emit_test(f, BPF_JEQ, PROT_EXEC, executable, f->allow);
    emit_test(f, BPF_JEQ, PROT_EXEC | PROT_WRITE, f->refuse, not_both);
    emit_and(f, PROT_EXEC | PROT_WRITE);
    return emit_load_argument(f, 2);
}

static uint16_t emit_rule(struct filter *f, const struct rule *rule)
{
    const uint32_t bits = rule->values[0];

    if (rule->how == ABSENT)
        return emit_verdict(f, SECCOMP_RET_ERRNO | ENOSYS);
    if (rule->how == CODE_OF_FILES)
        return emit_code_of_files(f);
    if (rule->how == ONE_OF) {
        emit_one_of(f, rule, f->allow, f->refuse);
    } else if (rule->how == NONE_OF) {
        emit_one_of(f, rule, f->refuse, f->allow);
    } else if (rule->how == OWN_PROCESS) {
        emit_own_process(f, rule);
    } else {
        emit_test(f, BPF_JEQ, rule->how == ALL_BITS ? bits : 0, f->allow, f->refuse);
        emit_and(f, bits);
    }
    return emit_load_argument(f, rule->argument);
}

/* Calls of x32 have numbers of their own, of which no list says anything. */
static void emit_x32(struct filter *f, uint16_t native)
{
#ifdef __x86_64__
    emit_test(f, BPF_JGE, X32, f->refuse, native);
#else
    (void)f;
    (void)native;
#endif
}

/* A bit for each number whose verdict is not the list's usual one. */
static void mark_calls(uint8_t list, uint32_t marked[static WORDS])
{
    memset(marked, 0, WORDS * sizeof *marked);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i].in & list)
            marked[calls[i].number / WORD] |= 1u << calls[i].number % WORD;
}

/* Which word is the number's, and whether its bit is set there: goes to `usual` or `other`. */
static void emit_bits(struct filter *f, uint8_t list, uint16_t usual, uint16_t other)
{
    uint32_t marked[WORDS];
    uint16_t words[WORDS], next = usual;

    mark_calls(list, marked);
    emit_test(f, BPF_JSET, 1, other, usual);
    const uint16_t shift = emit(f, BPF_ALU | BPF_RSH | BPF_X, 0, 0, 0);
    for (unsigned i = WORDS; i-- > 0;) {
        if (!marked[i])
            continue;
        if (f->start != shift)
            emit(f, BPF_JMP | BPF_JA, (uint32_t)(shift - f->start), 0, 0);
        words[i] = emit(f, BPF_LD | BPF_IMM, marked[i], 0, 0);
    }
    for (unsigned i = WORDS; i-- > 0;)
        if (marked[i])
            next = emit_test(f, BPF_JEQ, i, words[i], next);
    emit(f, BPF_ALU | BPF_RSH | BPF_K, WORD_BITS, 0, 0);
    emit_load(f, offsetof(struct seccomp_data, nr));
    emit(f, BPF_MISC | BPF_TAX, 0, 0, 0);
    emit_and(f, WORD - 1);
}

static void make_filter(struct filter *f, uint8_t list, uint32_t refusal)
{
    uint16_t rules[RULES];

    f->start = FILTER_MAX;
    f->allow = emit_verdict(f, SECCOMP_RET_ALLOW);
    f->refuse = emit_verdict(f, refusal);
    for (size_t i = 0; i < RULES; i++)
        if (argument_rules[i].in & list)
            rules[i] = emit_rule(f, &argument_rules[i]);
    if (list == BASE)
        emit_bits(f, list, f->allow, f->refuse);
    else
        emit_bits(f, list, f->refuse, f->allow);
    for (size_t i = 0; i < RULES; i++)
        if (argument_rules[i].in & list)
            emit_test(f, BPF_JEQ, argument_rules[i].number, rules[i], f->start);
    emit_x32(f, f->start);
    const uint16_t number = emit_load(f, offsetof(struct seccomp_data, nr));
    emit_test(f, BPF_JEQ, NATIVE, number, f->refuse);
    emit_load(f, offsetof(struct seccomp_data, arch));
}

static bool install(uint8_t list, uint32_t refusal)
{
    struct filter f;

    make_filter(&f, list, refusal);
    const struct sock_fprog program = {FILTER_MAX - f.start, f.code + f.start};
    return f.start > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
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
    int fd = place->path ? open(place->path, O_PATH | O_CLOEXEC | flags) : -1;

    if (fd < 0)
        return;
    uint32_t rights = READ_FILE | READ_DIR;
    if (place->write)
        rights |= WRITE_FILE | TRUNCATE | REMOVE_FILE | MAKE_FILE;
    struct beneath rule = {.allowed = rights & handled, .parent = fd};
    /* Refused are a folder's rights for what is none, and any for what is no file of a file system,
     * a pipe; and that needs no rule. */
    if (syscall(LANDLOCK_ADD, ruleset, BENEATH, &rule, 0) != 0) {
        rule.allowed &= of_file;
        (void)syscall(LANDLOCK_ADD, ruleset, BENEATH, &rule, 0);
    }
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

/* Asked when it is needed, which `hello` is not; once, because later the cage may not let it. */
static int landlock_version(void)
{
    static long version = -1;
    if (version < 0 && standing)
        version = syscall(LANDLOCK_CREATE, NULL, 0, ASK_VERSION);
    return version > 0 ? (int)version : 0;
}

static void keep_to(const struct cl_cage_place *places, size_t count)
{
    const int version = count ? landlock_version() : 0;
    const uint32_t handled = files_handled(version);
    const struct ruleset attributes = {.files = handled,
                                       .net = version >= 4 ? NET_TCP : 0,
                                       .scoped = version >= 6 ? SCOPE_SIGNAL : 0};
    const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;

    if (version < 1)
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
static const char *cage_mode(void)
{
    const char *said = getenv("CL_CAGE");
    return said ? said : CL_CAGE_TESTS;
}
static bool wanted(void)
{
    return strcmp(cage_mode(), "off") != 0;
}
static uint32_t refusal(void)
{
    return strcmp(cage_mode(), "kill") == 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM;
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
    standing = true;
    filtered = install(BASE, refusal());
}

void cl_cage_enter(enum cl_cage_kind kind, const struct cl_cage_place *places, size_t count)
{
    if (!wanted())
        return;
    keep_to(places, count);
    if (filtered)
        (void)install(kind == CL_CAGE_LOG ? LOG : PACKAGE, refusal());
}

struct cl_cage_kernel cl_cage_kernel(void)
{
    return (struct cl_cage_kernel){.calls = filtered, .files = landlock_version()};
}

#else

void cl_cage_base(void) {}

void cl_cage_enter(enum cl_cage_kind kind, const struct cl_cage_place *places, size_t count)
{
    (void)kind;
    (void)places;
    (void)count;
}

struct cl_cage_kernel cl_cage_kernel(void)
{
    return (struct cl_cage_kernel){0};
}

#endif
