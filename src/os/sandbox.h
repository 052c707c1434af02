/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process that holds secrets gives up: first the ways in which its memory could leave it,
 * then, in a server, all files and system calls that serving does not take.
 */
#pragma once

#include "os/landlock.h"

/* No core dumps, and no other process of the same user may look into this one. Children that are
 * started inherit the first only. */
void sandbox_hide_memory(void);

enum { SANDBOX_PATHS = 24 /* of a caller */, SANDBOX_PORTS = 2 };

/* What a server needs besides the files of the system that resolve names and check certificates. */
struct sandbox_plan {
        struct path_rule paths[SANDBOX_PATHS];
        size_t n_paths;
        uint16_t ports[SANDBOX_PORTS]; /* that it listens on */
        size_t n_ports;
};

/* What holds now. Each text is NULL, or says why that part does not hold; static or thread-local.
 */
struct sandbox_state {
        int landlock; /* version; 0: none */
        const char *no_landlock;
        const char *no_seccomp;
};

/* Call it while there is one thread: those started later inherit it. It cannot be undone. */
void sandbox_enter(const struct sandbox_plan *plan, struct sandbox_state *ret);

/* Logs, once each, what the sandbox has refused since: system calls, by name, and files for names
 * that were replaced under their folder's roof and cannot be opened any more. For one thread, now
 * and then. */
void sandbox_watch(void);
