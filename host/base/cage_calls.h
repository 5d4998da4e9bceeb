/* The cage's one table of system calls, for cage.c alone, for x86_64 and aarch64. Calls that only
 * the older of the two has are inside #ifdef of their own name.
 *
 *   BASE     refused to both programs, whatever they do
 *   LOG      what an operation on the log needs, measured: SQLite, libgcrypt, and on the way to the
 *            keyring the loader, sd-bus, libsecret with GDBus
 *
 *   PACKAGE  what looking at a package needs: OpenSSL, threads, and the C library
 *
 * Those with a rule on their arguments are in `argument_rules` as well. */
#ifndef CL_CAGE_CALLS_H
#define CL_CAGE_CALLS_H

#include <stdint.h>
#include <sys/syscall.h>

enum { BASE = 1, LOG = 2, PACKAGE = 4 };

/* Later than the oldest headers that this is built with; from 424 on all architectures agree. */
enum { QUOTACTL_FD = 443, OPEN_TREE_ATTR = 467 };

static const struct call {
    uint16_t number;
    uint8_t in;
} calls[] = {
    /* ---- bytes and descriptors --------------------------------------------------------------- */
    {SYS_read, LOG | PACKAGE},
    {SYS_write, LOG | PACKAGE},
    {SYS_readv, LOG},
    {SYS_writev, LOG | PACKAGE},
    {SYS_pread64, LOG | PACKAGE},
    {SYS_pwrite64, LOG | PACKAGE},
    {SYS_lseek, LOG | PACKAGE},
    {SYS_close, LOG | PACKAGE},
    {SYS_fstat, LOG | PACKAGE},
    {SYS_newfstatat, LOG | PACKAGE},
    {SYS_statx, LOG | PACKAGE},
    {SYS_fcntl, LOG | PACKAGE}, /* by rule: no signals to others */
    {SYS_ioctl, LOG | PACKAGE}, /* by rule: a terminal's size, and whether it is one */
    {SYS_openat, LOG | PACKAGE},
    {SYS_faccessat, LOG | PACKAGE},
    {SYS_faccessat2, LOG | PACKAGE},
    {SYS_readlinkat, LOG | PACKAGE},
    {SYS_getdents64, LOG | PACKAGE},
    {SYS_getcwd, LOG | PACKAGE},
    {SYS_fsync, LOG | PACKAGE},
    {SYS_fdatasync, LOG | PACKAGE},
    {SYS_ftruncate, LOG | PACKAGE},
    {SYS_unlinkat, LOG | PACKAGE},
    {SYS_linkat, LOG | PACKAGE},
    {SYS_renameat2, LOG | PACKAGE},
    {SYS_fadvise64, LOG | PACKAGE},
    {SYS_dup, LOG},
    {SYS_umask, LOG},
    {SYS_statfs, LOG},
    {SYS_fstatfs, LOG},
    {SYS_mkdirat, LOG},
    {SYS_fchmod, LOG},
    {SYS_fchown, LOG},
    {SYS_fallocate, LOG},
    {SYS_utimensat, LOG},
    {SYS_flock, LOG | PACKAGE}, /* a report that is being written */
    {SYS_pipe2, LOG},
    {SYS_ppoll, LOG},
    {SYS_eventfd2, LOG},
    {SYS_dup3, LOG},
#ifdef SYS_open
    {SYS_open, LOG | PACKAGE},
    {SYS_stat, LOG | PACKAGE},
    {SYS_lstat, LOG | PACKAGE},
    {SYS_access, LOG | PACKAGE},
    {SYS_readlink, LOG | PACKAGE},
    {SYS_unlink, LOG | PACKAGE},
    {SYS_link, LOG | PACKAGE},
    {SYS_rename, LOG | PACKAGE},
    {SYS_mkdir, LOG},
    {SYS_poll, LOG},
    {SYS_pipe, LOG},
    {SYS_dup2, LOG},
#endif
    /* ---- memory, threads, time --------------------------------------------------------------- */
    {SYS_mmap, LOG | PACKAGE},     /* by rule: executable none, or where LOG what is a file's */
    {SYS_mprotect, LOG | PACKAGE}, /* by rule: nothing becomes executable */
    {SYS_munmap, LOG | PACKAGE},
    {SYS_mremap, LOG | PACKAGE},
    {SYS_madvise, LOG | PACKAGE},
    {SYS_brk, LOG | PACKAGE},
    {SYS_mlock, LOG | PACKAGE},
    {SYS_munlock, LOG | PACKAGE},
    {SYS_mlock2, LOG | PACKAGE},
    {SYS_futex, LOG | PACKAGE},
    {SYS_clone, LOG | PACKAGE},  /* by rule: threads */
    {SYS_clone3, LOG | PACKAGE}, /* by rule: not there, so that the C library takes clone */
    {SYS_set_robust_list, LOG | PACKAGE},
#ifdef SYS_rseq
    {SYS_rseq, LOG | PACKAGE},
#endif
    {SYS_membarrier, LOG | PACKAGE},
    {SYS_sched_yield, LOG | PACKAGE},
    {SYS_sched_getaffinity, LOG | PACKAGE},
    {SYS_sched_getattr, LOG},
    {SYS_sched_setattr, LOG},
    {SYS_prctl, LOG | PACKAGE}, /* by rule: names */
    {SYS_getrandom, LOG | PACKAGE},
    {SYS_clock_gettime, LOG | PACKAGE},
    {SYS_clock_getres, LOG | PACKAGE},
    {SYS_gettimeofday, LOG | PACKAGE},
    {SYS_nanosleep, LOG | PACKAGE},
    {SYS_clock_nanosleep, LOG | PACKAGE},
    {SYS_clock_adjtime, LOG}, /* asked, not set: to set it needs a right that nobody here has */
    {SYS_adjtimex, LOG},
    {SYS_getrusage, LOG | PACKAGE},
    {SYS_sysinfo, LOG | PACKAGE}, /* by qsort */
    {SYS_uname, LOG | PACKAGE},
    {SYS_prlimit64, LOG | PACKAGE}, /* by rule: this process */
#ifdef SYS_time
    {SYS_time, LOG | PACKAGE},
    {SYS_getrlimit, LOG | PACKAGE},
#endif
    /* ---- itself, and its end ----------------------------------------------------------------- */
    {SYS_getpid, LOG | PACKAGE},
    {SYS_gettid, LOG | PACKAGE},
    {SYS_getuid, LOG | PACKAGE},
    {SYS_geteuid, LOG | PACKAGE},
    {SYS_getgid, LOG | PACKAGE},
    {SYS_getegid, LOG | PACKAGE},
    {SYS_getresuid, LOG},
    {SYS_getresgid, LOG},
    {SYS_rt_sigaction, LOG | PACKAGE},
    {SYS_rt_sigprocmask, LOG | PACKAGE},
    {SYS_rt_sigreturn, LOG | PACKAGE},
    {SYS_restart_syscall, LOG | PACKAGE},
    {SYS_sigaltstack, LOG | PACKAGE},
    {SYS_kill, LOG | PACKAGE},   /* by rule: this process */
    {SYS_tgkill, LOG | PACKAGE}, /* by rule: this process */
    {SYS_exit, LOG | PACKAGE},
    {SYS_exit_group, LOG | PACKAGE},
    /* ---- the keyring's bus ------------------------------------------------------------------- */
    {SYS_socket, LOG},
    {SYS_socketpair, LOG},
    {SYS_connect, LOG},
    {SYS_bind, LOG}, /* newer versions of sd-bus give their end of a connection a name */
    {SYS_getsockname, LOG},
    {SYS_getpeername, LOG},
    {SYS_getsockopt, LOG},
    {SYS_setsockopt, LOG},
    {SYS_sendto, LOG},
    {SYS_recvfrom, LOG},
    {SYS_sendmsg, LOG},
    {SYS_recvmsg, LOG},
    {SYS_shutdown, LOG},
    /* ---- never ------------------------------------------------------------------------------- */
    {SYS_ptrace, BASE}, /* others' memory */
    {SYS_process_vm_readv, BASE},
    {SYS_process_vm_writev, BASE},
#ifdef SYS_process_madvise
    {SYS_process_madvise, BASE},
#endif
#ifdef SYS_pidfd_getfd
    {SYS_pidfd_getfd, BASE},
#endif
    {SYS_kcmp, BASE},
    {SYS_move_pages, BASE},
    {SYS_migrate_pages, BASE},
    {SYS_bpf, BASE}, /* the kernel's doors that most faults in it were behind */
    {SYS_perf_event_open, BASE},
    {SYS_userfaultfd, BASE},
#ifdef SYS_io_uring_setup
    {SYS_io_uring_setup, BASE},
    {SYS_io_uring_enter, BASE},
    {SYS_io_uring_register, BASE},
#endif
    {SYS_keyctl, BASE},
    {SYS_add_key, BASE},
    {SYS_request_key, BASE},
    {SYS_fanotify_init, BASE},
    {SYS_open_by_handle_at, BASE},
    {SYS_vmsplice, BASE},
    {SYS_personality, BASE},
    {SYS_syslog, BASE},
    {SYS_acct, BASE},
    {SYS_quotactl, BASE},
    {QUOTACTL_FD, BASE},
    {SYS_mount, BASE}, /* mounts and namespaces; those of clone by rule */
    {SYS_umount2, BASE},
    {SYS_pivot_root, BASE},
    {SYS_chroot, BASE},
#ifdef SYS_fsopen
    {SYS_open_tree, BASE},
    {SYS_move_mount, BASE},
    {SYS_fsopen, BASE},
    {SYS_fsconfig, BASE},
    {SYS_fsmount, BASE},
    {SYS_fspick, BASE},
#endif
#ifdef SYS_mount_setattr
    {SYS_mount_setattr, BASE},
#endif
    {OPEN_TREE_ATTR, BASE},
    {SYS_unshare, BASE},
    {SYS_setns, BASE},
    {SYS_init_module, BASE}, /* the machine itself */
    {SYS_finit_module, BASE},
    {SYS_delete_module, BASE},
    {SYS_kexec_load, BASE},
#ifdef SYS_create_module
    {SYS_create_module, BASE}, /* what came before those: in no kernel of today */
    {SYS_get_kernel_syms, BASE},
    {SYS_query_module, BASE},
#endif
#ifdef SYS_kexec_file_load
    {SYS_kexec_file_load, BASE},
#endif
    {SYS_reboot, BASE},
    {SYS_swapon, BASE},
    {SYS_swapoff, BASE},
    {SYS_settimeofday, BASE},
    {SYS_clock_settime, BASE},
    {SYS_sethostname, BASE},
    {SYS_setdomainname, BASE},
    {SYS_vhangup, BASE},
#ifdef SYS_iopl
    {SYS_iopl, BASE},
    {SYS_ioperm, BASE},
    {SYS_modify_ldt, BASE},
#endif
};

#endif
