/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls, by number: glibc has no functions for them, and Debian 12's header has the
 * first version only, so the flags of later versions are copied here from the kernel's
 * include/uapi/linux/landlock.h.
 */
#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/files.h"
#include "base/macros.h"

enum {
        RULE_NET_PORT = 2,
        VERSION_NET = 4,
        VERSION_SCOPED = 6,
        NET_BIND_TCP = 1 << 0,
        SCOPE_ABSTRACT_SOCKET = 1 << 0,
        SCOPE_SIGNAL = 1 << 1,
        FS_REFER = 1 << 13,
        FS_TRUNCATE = 1 << 14,
        FS_IOCTL_DEVICE = 1 << 15,
};

/* The structure of version 6; older kernels read the part they know. */
struct ruleset {
        uint64_t filesystem;
        uint64_t network;
        uint64_t scoped;
};

struct port_rule {
        uint64_t allowed;
        uint64_t port;
};

enum {
        FS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        FS_APPEND = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG,
        FS_CHANGE = FS_READ | FS_APPEND | LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE,
        /* The rights that a rule for a file, not a folder, can allow. */
        FS_OF_FILE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE,
};

static const int access_bits[] = {
        [PATH_READ] = FS_READ, [PATH_APPEND] = FS_APPEND, [PATH_CHANGE] = FS_CHANGE};

int landlock_version(void)
{
        long version =
                syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

        return version > 0 ? (int)version : 0;
}

/* All rights of a version: those that no rule grants are refused. */
static uint64_t filesystem_rights(int version)
{
        uint64_t rights = FS_REFER - 1;

        if (version >= 2)
                rights |= FS_REFER;
        if (version >= 3)
                rights |= FS_TRUNCATE;
        if (version >= 5)
                rights |= FS_IOCTL_DEVICE;
        return rights;
}

static int ruleset_open(int version)
{
        struct ruleset ruleset = {.filesystem = filesystem_rights(version)};
        size_t size = offsetof(struct ruleset, network);

        if (version >= VERSION_NET) {
                ruleset.network = NET_BIND_TCP;
                size = offsetof(struct ruleset, scoped);
        }
        if (version >= VERSION_SCOPED) {
                ruleset.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
                size = sizeof(ruleset);
        }
        return (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
}

static bool is_absent(int number)
{
        return number == ENOENT || number == ENOTDIR || number == EACCES;
}

static bool path_allow(int ruleset, int version, const struct path_rule *rule)
{
        int target CLEANUP(descriptor_closep) = open(rule->path, O_PATH | O_CLOEXEC);
        struct landlock_path_beneath_attr attribute = {.parent_fd = target};
        struct stat status;

        if (target < 0)
                return is_absent(errno); /* a path that does not exist now needs no rule */
        if (fstat(target, &status) != 0)
                return false;
        attribute.allowed_access = (uint64_t)access_bits[rule->access] & filesystem_rights(version);
        if (!S_ISDIR(status.st_mode))
                attribute.allowed_access &= FS_OF_FILE;
        return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attribute, 0) ==
               0;
}

static bool port_allow(int ruleset, uint16_t port)
{
        struct port_rule rule = {.allowed = NET_BIND_TCP, .port = port};

        return syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0) == 0;
}

bool landlock_enter(const struct landlock_plan *plan)
{
        int version = landlock_version();
        int ruleset CLEANUP(descriptor_closep) = version ? ruleset_open(version) : -1;

        if (ruleset < 0)
                return false;
        for (size_t i = 0; i < plan->n_paths; i++)
                if (!path_allow(ruleset, version, &plan->paths[i]))
                        return false;
        for (size_t i = 0; i < plan->n_ports && version >= VERSION_NET; i++)
                if (!port_allow(ruleset, plan->ports[i]))
                        return false;
        return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}
