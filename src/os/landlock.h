/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock (landlock(7)): the kernel lets this process open only the files that were named.
 *
 * Files that are already open stay usable. A rule names a file or folder by its inode: if a file is
 * replaced by rename, its folder must be named.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum path_access {
        PATH_READ,   /* read the file, or the folder and everything below it */
        PATH_APPEND, /* create and write files there, without reading them */
        PATH_CHANGE, /* read, write, create and delete files there */
};

struct path_rule {
        const char *path;
        enum path_access access;
};

struct landlock_plan {
        const struct path_rule *paths; /* one that does not exist is ignored */
        size_t n_paths;
        const uint16_t *ports; /* TCP ports that may be bound; 0: any free one */
        size_t n_ports;
};

/* Return: the version of Landlock that the kernel supports; 0: none. */
int landlock_version(void);

/* Restricts this thread and those it starts, irrevocably: only files of the plan may be opened,
 * nothing executed, no other TCP port bound (from version 4), no signal sent to another process and
 * no abstract Unix socket of another reached (6). Requires no_new_privs. Return: false with errno
 * set. */
bool landlock_enter(const struct landlock_plan *plan);
