/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock and seccomp, and the files that glibc, OpenSSL, GnuTLS and libcurl read at run time.
 */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/event.h"
#include "base/macros.h"
#include "os/memory.h"
#include "os/syscall_filter.h"

enum { NAME_SIZE = 64 };

static const struct path_rule system_paths[] = {
        /* names */
        {"/etc/resolv.conf", PATH_READ},
        {"/etc/hosts", PATH_READ},
        {"/etc/host.conf", PATH_READ},
        {"/etc/nsswitch.conf", PATH_READ},
        {"/etc/gai.conf", PATH_READ},
        {"/etc/services", PATH_READ},
        {"/run/systemd/resolve", PATH_READ}, /* where resolv.conf often leads */
        {"/run/NetworkManager", PATH_READ},
        {"/run/resolvconf", PATH_READ},
        /* name service modules, loaded at run time */
        {"/etc/ld.so.cache", PATH_READ},
        {"/usr/lib", PATH_READ},
        {"/usr/lib64", PATH_READ},
        /* certificates, for edge.auth_url */
        {"/etc/ssl/certs", PATH_READ},
        {"/etc/ssl/openssl.cnf", PATH_READ},
        {"/etc/gnutls", PATH_READ},
        {"/usr/share/ca-certificates", PATH_READ},
        {"/usr/local/share/ca-certificates", PATH_READ},
        {"/etc/postgresql-common", PATH_READ}, /* services of libpq */
        /* glibc */
        {"/etc/localtime", PATH_READ},
        {"/usr/share/zoneinfo", PATH_READ},
        {"/sys/devices/system/cpu/online", PATH_READ},
        {"/dev/null", PATH_CHANGE},
        {"/dev/urandom", PATH_READ},
};

void sandbox_hide_memory(void)
{
        const struct rlimit none = {0};

        (void)setrlimit(RLIMIT_CORE, &none);
        (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* --- entering --- */

/* Both parts apply to this thread and those it starts; an existing thread would stay outside. The
 * link count of /proc/self/task is two plus one for each thread. */
static bool has_threads(void)
{
        struct stat status;

        return stat("/proc/self/task", &status) == 0 && status.st_nlink > 3;
}

/* Why neither part can be used. Valgrind makes system calls of its own inside the process. */
static const char *hindrance(void)
{
        const char *preload = getenv("LD_PRELOAD");

        if (*SANDBOX_HINDRANCE)
                return SANDBOX_HINDRANCE;
        if (preload && strstr(preload, "vgpreload"))
                return "the program runs under valgrind";
        return has_threads() ? "there are other threads already, which would stay outside" : NULL;
}

static const char *files_close(const struct sandbox_plan *plan, int *ret_version)
{
        struct path_rule paths[ARRAY_SIZE(system_paths) + SANDBOX_PATHS];
        struct landlock_plan all = {.paths = paths,
                                    .n_paths = ARRAY_SIZE(system_paths) + plan->n_paths,
                                    .ports = plan->ports,
                                    .n_ports = plan->n_ports};
        int version = landlock_version();

        memcpy(paths, system_paths, sizeof(system_paths));
        memcpy(paths + ARRAY_SIZE(system_paths), plan->paths, plan->n_paths * sizeof(*plan->paths));
        if (version == 0)
                return "the kernel has no Landlock, or it is switched off";
        if (!landlock_enter(&all))
                return strerror(errno);
        *ret_version = version;
        return NULL;
}

static const char *syscalls_close(void)
{
        if (syscall_filter_lacks())
                return syscall_filter_lacks();
        return syscall_filter_enter() ? NULL : strerror(errno);
}

static void names_note(void);

void sandbox_enter(const struct sandbox_plan *plan, struct sandbox_state *ret)
{
        const char *why = hindrance();

        *ret = (struct sandbox_state){.no_landlock = why, .no_seccomp = why};
        if (why)
                return;
        (void)os_resident_bytes(); /* opens its file while that is still possible */
        names_note();
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
                ret->no_landlock = ret->no_seccomp = strerror(errno);
                return;
        }
        ret->no_landlock = files_close(plan, &ret->landlock);
        ret->no_seccomp = syscalls_close();
}

/* --- reporting refusals --- */

/* Network managers often replace these by renaming a new file. */
static struct {
        const char *path;
        bool is_watched;
} names[] = {{.path = "/etc/resolv.conf"}, {.path = "/etc/hosts"}};

static bool can_read(const char *path)
{
        int descriptor = open(path, O_RDONLY | O_CLOEXEC);

        if (descriptor >= 0)
                (void)close(descriptor);
        return descriptor >= 0 || errno != EACCES;
}

static void names_note(void)
{
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                names[i].is_watched = can_read(names[i].path);
}

void sandbox_watch(void)
{
        char name[NAME_SIZE];

        while (syscall_filter_next_refused(name, sizeof(name)))
                EVENT(EVENT_ERROR, "system call refused", EVENT_TEXT("name", name),
                      EVENT_TEXT("what", "the sandbox does not list it; please report this"));
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                if (!names[i].is_watched || can_read(names[i].path))
                        continue;
                names[i].is_watched = false;
                EVENT(EVENT_ERROR, "file replaced", EVENT_TEXT("path", names[i].path),
                      EVENT_TEXT("what", "the sandbox cannot open the new one; restart grantd"));
        }
}
