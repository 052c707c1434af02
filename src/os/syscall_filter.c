/* SPDX-License-Identifier: Apache-2.0
 *
 * The list as a libseccomp filter.
 *
 * A call that is not on the list raises SIGSYS. The handler records its number and lets the call
 * fail with ENOSYS, after which glibc falls back to an older call; so if the list is too short for
 * a new glibc, the log shows it and the process lives. While SIGSYS is blocked, as in glibc for a
 * moment when it creates a thread, the kernel ends the process and logs the call itself.
 */
#include "os/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"
#include "os/syscall_result.h"

enum {
        NUMBERS = 1024,     /* system calls; the highest of 2026 is below 500 */
        CODE_OF_FILTER = 1, /* SYS_SECCOMP, which glibc 2.36 does not define */
};

/* Calls that no library makes but an intruder does: the process ends at once. */
static const int deadly[] = {
        SCMP_SYS(execve),
        SCMP_SYS(execveat),
        SCMP_SYS(ptrace),
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
        SCMP_SYS(pidfd_getfd),
        SCMP_SYS(bpf),
        SCMP_SYS(init_module),
        SCMP_SYS(finit_module),
        SCMP_SYS(kexec_load),
        SCMP_SYS(mount),
        SCMP_SYS(pivot_root),
        SCMP_SYS(unshare),
        SCMP_SYS(setns),
        SCMP_SYS(userfaultfd),
};

static const int allowed[] = {
#define SYSCALL(name) SCMP_SYS(name),
#include "os/syscalls.def"
#undef SYSCALL
};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
static const int controls[] = {FIONBIO, FIONREAD, TCGETS};

/* --- what was refused --- */

static atomic_bool refused[NUMBERS], told[NUMBERS];

static void on_refused(int signal, siginfo_t *info, void *context)
{
        unsigned number = (unsigned)info->si_syscall;

        (void)signal;
        if (info->si_code != CODE_OF_FILTER)
                _exit(128 + SIGSYS);
        if (number < NUMBERS)
                atomic_store(&refused[number], true);
        syscall_result_set(context, -ENOSYS);
}

bool syscall_filter_next_refused(char *name, size_t size)
{
        for (int number = 0; number < NUMBERS; number++) {
                char *found;

                if (!atomic_load(&refused[number]) || atomic_exchange(&told[number], true))
                        continue;
                found = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
                (void)snprintf(name, size, "%s", found ? found : "unknown");
                free(found);
                return true;
        }
        return false;
}

static bool handler_set(void)
{
        struct sigaction action = {.sa_sigaction = on_refused, .sa_flags = SA_SIGINFO | SA_NODEFER};

        (void)sigfillset(&action.sa_mask);
        return sigaction(SIGSYS, &action, NULL) == 0;
}

/* --- the filter --- */

/* A call that this architecture lacks is not an error. */
static bool add(scmp_filter_ctx filter, uint32_t action, int number)
{
        int error = number == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(filter, action, number, 0);

        return error == 0 || error == -EDOM;
}

static bool allow_value(scmp_filter_ctx filter, int number, unsigned argument, int value)
{
        struct scmp_arg_cmp equal =
                SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint32_t)value);

        return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1, &equal) == 0;
}

static bool allow_values(scmp_filter_ctx filter, int number, unsigned argument, const int *values,
                         size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (!allow_value(filter, number, argument, values[i]))
                        return false;
        return true;
}

/* No memory that is writable and then executable. A file may be mapped as executable: glibc loads
 * its name service modules at run time. */
static bool memory_add(scmp_filter_ctx filter)
{
        const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
        const struct scmp_arg_cmp file[] = {
                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_EXEC),
                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0),
        };

        return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &plain) == 0 &&
               seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), ARRAY_SIZE(file),
                                      file) == 0 &&
               seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &plain) == 0;
}

/* Allows threads, but no processes, and signals to this process only, as abort() needs. clone3()
 * has its flags in memory, which a filter cannot read; glibc falls back to clone() if it fails with
 * ENOSYS. The filter returns that itself, since glibc blocks all signals around the call. */
static bool threads_add(scmp_filter_ctx filter)
{
        const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
        const struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, 0);

        return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread) == 0 &&
               add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3)) &&
               seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, &self) == 0 &&
               allow_value(filter, SCMP_SYS(tgkill), 0, getpid()) &&
               allow_value(filter, SCMP_SYS(prctl), 0, PR_SET_NAME) &&
               allow_value(filter, SCMP_SYS(prctl), 0, PR_SET_VMA);
}

static bool rules_add(scmp_filter_ctx filter)
{
        for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
                if (!add(filter, SCMP_ACT_ALLOW, allowed[i]))
                        return false;
        for (size_t i = 0; i < ARRAY_SIZE(deadly); i++)
                if (!add(filter, SCMP_ACT_KILL_PROCESS, deadly[i]))
                        return false;
        return memory_add(filter) && threads_add(filter) &&
               allow_values(filter, SCMP_SYS(socket), 0, families, ARRAY_SIZE(families)) &&
               allow_values(filter, SCMP_SYS(ioctl), 1, controls, ARRAY_SIZE(controls));
}

static void filter_free(scmp_filter_ctx *filter)
{
        if (*filter)
                seccomp_release(*filter);
}

const char *syscall_filter_lacks(void)
{
        return NULL;
}

bool syscall_filter_enter(void)
{
        scmp_filter_ctx filter CLEANUP(filter_free) = seccomp_init(SCMP_ACT_TRAP);
        int error;

        if (!filter || !rules_add(filter) || !handler_set()) {
                errno = errno ? errno : ENOMEM;
                return false;
        }
        (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree: 7 steps, not 120 */
        error = seccomp_load(filter);
        errno = -error;
        return error == 0;
}
