/* SPDX-License-Identifier: Apache-2.0
 *
 * Isolation of a process that holds secrets: first the ways in which its memory could leak, then,
 * in a server, all files and system calls that serving does not need.
 */
#pragma once

#include "os/landlock.h"

/* Disables core dumps, and access by processes of the same user. Children inherit only the first.
 */
void sandbox_hide_memory(void);

enum { SANDBOX_PATHS = 40 /* of a caller */, SANDBOX_PORTS = 2 };

/* What a server needs besides the system's files for resolving names and checking certificates. */
struct sandbox_plan {
        struct path_rule paths[SANDBOX_PATHS];
        size_t n_paths;
        uint16_t ports[SANDBOX_PORTS]; /* that it listens on */
        size_t n_ports;
};

/* What is in force. Each text is NULL, or says why that part is not in force; static or
 * thread-local.
 */
struct sandbox_state {
        int landlock; /* version; 0: none */
        const char *no_landlock;
        const char *no_seccomp;
};

/* Call it while there is only one thread; threads started later inherit it. It cannot be undone. */
void sandbox_enter(const struct sandbox_plan *plan, struct sandbox_state *ret);

/* Logs, once each, what the sandbox has refused since: system calls, by name, and name service
 * files that were replaced and can no longer be opened. Called by one thread from time to time. */
void sandbox_watch(void);
