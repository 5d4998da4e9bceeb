/* The cage's filters, number by number: what the kernel would be told of each call, held against
 * the table that they are made of. */
#include "base/cage.c" /* its filters are nobody else's to see */

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__x86_64__) || defined(__aarch64__)

#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define FOREIGN 0x40000003u /* no architecture that this is built for */

static uint32_t load(const struct seccomp_data *data, uint32_t offset)
{
    uint32_t value;
    assert_true(offset + sizeof value <= sizeof *data);
    memcpy(&value, (const uint8_t *)data + offset, sizeof value);
    return value;
}

static bool holds(uint16_t code, uint32_t a, uint32_t k)
{
    switch (code) {
    case BPF_JMP | BPF_K | BPF_JEQ:
        return a == k;
    case BPF_JMP | BPF_K | BPF_JGE:
        return a >= k;
    case BPF_JMP | BPF_K | BPF_JSET:
        return (a & k) != 0;
    default:
        fail_msg("an instruction that no filter here has: %#x", code);
        return false;
    }
}

/* As the kernel runs it, by the manual's words (seccomp(2), bpf(4)). */
static uint32_t run(const struct filter *f, const struct seccomp_data *data)
{
    uint32_t a = 0, x = 0;
    for (size_t at = f->start; at < FILTER_MAX; at++) {
        const struct sock_filter *step = &f->code[at];
        if (step->code == (BPF_RET | BPF_K))
            return step->k;
        if (step->code == (BPF_LD | BPF_W | BPF_ABS)) {
            a = load(data, step->k);
        } else if (step->code == (BPF_LD | BPF_IMM)) {
            a = step->k;
        } else if (step->code == (BPF_MISC | BPF_TAX)) {
            x = a;
        } else if (step->code == (BPF_ALU | BPF_AND | BPF_K)) {
            a &= step->k;
        } else if (step->code == (BPF_ALU | BPF_RSH | BPF_K)) {
            a >>= step->k;
        } else if (step->code == (BPF_ALU | BPF_RSH | BPF_X)) {
            assert_true(x < 32); /* more is told differently from kernel to kernel */
            a >>= x;
        } else if (step->code == (BPF_JMP | BPF_JA)) {
            at += step->k;
        } else {
            at += holds(step->code, a, step->k) ? step->jt : step->jf;
        }
    }
    fail_msg("a filter that does not end");
    return 0;
}

static bool has_rule(uint32_t number, uint8_t list)
{
    for (size_t i = 0; i < RULES; i++)
        if (argument_rules[i].number == number && (argument_rules[i].in & list))
            return true;
    return false;
}

static bool in_table(uint32_t number, uint8_t list)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i].number == number && (calls[i].in & list))
            return true;
    return false;
}

static void numbers_of(uint8_t list)
{
    struct filter f;
    make_filter(&f, list, REFUSED);
    assert_true(f.start > 0);
    for (uint32_t number = 0; number < 4 * NUMBERS; number++) {
        struct seccomp_data data = {.nr = (int)number, .arch = NATIVE};
        const bool refused = in_table(number, list) == (list == BASE);
        if (!has_rule(number, list))
            assert_int_equal(run(&f, &data), refused ? REFUSED : SECCOMP_RET_ALLOW);
        data.arch = FOREIGN;
        assert_int_equal(run(&f, &data), REFUSED);
#ifdef __x86_64__
        data = (struct seccomp_data){.nr = (int)(number | X32), .arch = NATIVE};
        assert_int_equal(run(&f, &data), REFUSED);
#endif
    }
    const struct seccomp_data last = {.nr = -1, .arch = NATIVE};
#ifdef __x86_64__
    assert_int_equal(run(&f, &last), REFUSED);
#else
    assert_int_equal(run(&f, &last), list == BASE ? SECCOMP_RET_ALLOW : REFUSED);
#endif
}

static void every_number(void **state)
{
    (void)state;
    numbers_of(BASE);
    numbers_of(LOG);
    numbers_of(PACKAGE);
}

static uint32_t asked(uint8_t list, int number, unsigned argument, uint64_t value, uint64_t other)
{
    struct seccomp_data data = {.nr = number, .arch = NATIVE};
    struct filter f;
    for (unsigned i = 0; i < 6; i++)
        data.args[i] = other;
    data.args[argument] = value;
    make_filter(&f, list, REFUSED);
    return run(&f, &data);
}

static void arguments(void **state)
{
    static const struct {
        uint8_t list, argument;
        int number;
        bool allowed;
        uint64_t value, other;
    } cases[] = {
        {BASE, 0, SYS_socket, true, AF_UNIX, 0},
        {BASE, 0, SYS_socket, false, AF_INET, AF_UNIX},
        {BASE, 0, SYS_socketpair, false, 0, AF_UNIX},
        {BASE, 0, SYS_clone, true, CLONE_VM, 0},
        {BASE, 0, SYS_clone, false, CLONE_VM | CLONE_NEWUSER, 0},
        {LOG, 0, SYS_clone, true, CLONE_VM | CLONE_THREAD | CLONE_FS, 0},
        {LOG, 0, SYS_clone, false, CLONE_VM, CLONE_THREAD},
        {LOG, 1, SYS_ioctl, true, FIONBIO, 0},
        {LOG, 1, SYS_ioctl, false, TIOCSTI, TCGETS},
        {LOG, 0, SYS_prctl, true, PR_CAPBSET_READ, 0},
        {PACKAGE, 0, SYS_prctl, false, PR_CAPBSET_READ, 0},
        {LOG, 0, SYS_prctl, false, PR_SET_DUMPABLE, PR_SET_NAME},
        {LOG, 2, SYS_mmap, true, PROT_READ | PROT_WRITE, MAP_ANONYMOUS},
        {LOG, 2, SYS_mmap, true, PROT_READ | PROT_EXEC, MAP_PRIVATE},
        {LOG, 2, SYS_mmap, false, PROT_READ | PROT_EXEC, MAP_ANONYMOUS},
        {LOG, 2, SYS_mmap, false, PROT_WRITE | PROT_EXEC, MAP_PRIVATE},
        {PACKAGE, 2, SYS_mmap, false, PROT_READ | PROT_EXEC, MAP_PRIVATE},
        {LOG, 2, SYS_mprotect, false, PROT_EXEC, 0},
        {LOG, 2, SYS_mprotect, true, PROT_READ, PROT_EXEC},
        {LOG, 0, SYS_prlimit64, true, 0, 1},
        {LOG, 0, SYS_prlimit64, false, 1, 0},
        {LOG, 0, SYS_kill, false, 0, 0},
        {PACKAGE, 0, SYS_tgkill, false, 1, 0},
        {LOG, 1, SYS_fcntl, true, F_SETLK, F_SETOWN},
        {LOG, 1, SYS_fcntl, true, F_DUPFD_CLOEXEC, 0},
        {LOG, 1, SYS_fcntl, false, F_SETOWN, F_GETFL}, /* a signal to others, by a descriptor */
        {PACKAGE, 1, SYS_fcntl, false, F_SETOWN_EX, 0},
        {PACKAGE, 1, SYS_fcntl, false, F_SETSIG, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint32_t got = asked(cases[i].list, cases[i].number, cases[i].argument,
                                   cases[i].value, cases[i].other);
        if (got != (cases[i].allowed ? SECCOMP_RET_ALLOW : REFUSED))
            fail_msg("case %zu: %#x", i, got);
    }
    assert_int_equal(asked(LOG, SYS_kill, 0, (uint64_t)getpid(), 0), SECCOMP_RET_ALLOW);
    assert_int_equal(asked(BASE, SYS_clone3, 0, 0, 0), SECCOMP_RET_ERRNO | ENOSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number),
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 0;
}

#endif
