/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock (landlock(7)): the kernel opens no file for this process but those that were named.
 *
 * What is open already stays usable. The rule names a file or folder by its inode: where a file is
 * replaced by rename, its folder must be named.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum path_access {
        PATH_READ,   /* read the file, or what is in the folder and below it */
        PATH_APPEND, /* create and write files there, without reading them */
        PATH_CHANGE, /* read, write, create and delete files there */
};

struct path_rule {
        const char *path;
        enum path_access access;
};

struct landlock_plan {
        const struct path_rule *paths; /* one that does not exist is left out */
        size_t n_paths;
        const uint16_t *ports; /* of TCP that may be bound; 0: any free one */
        size_t n_ports;
};

/* Return: the version of Landlock's interface that the kernel offers; 0: none. */
int landlock_version(void);

/* For this thread and those it starts, for good: nothing but the plan may be opened, nothing
 * executed and no other TCP port bound (from version 4 on), no signal sent to another process and
 * no abstract Unix socket of another reached (6). Needs the bit no_new_privs.
 * Return: false, with errno. */
bool landlock_enter(const struct landlock_plan *plan);
