/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes that write to one database at once, each through a store of its own, until they are
 * killed or asked to stop:
 *
 *      hammer_prepare(path);
 *      struct hammer *hammer = hammer_new(url);
 *      pid_t pid = hammer_start(hammer, seed);         any number of them, again and again
 *      ... kill(pid, SIGKILL), waitpid() ...
 *      hammer_judge(hammer, path, why, sizeof(why));   the processes have all ended
 *      hammer_free(hammer);
 *
 * A transaction inserts some rows, or changes more pages than SQLite's cache holds; a third is
 * rolled back. The disk is full at times: SQLite's file layer gets ENOSPC from the system, even in
 * the middle of a write. Requests and outcomes are recorded in memory that all processes share.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"

struct hammer;

/* Adds to a database what the transactions change. Return: whether it could. */
bool hammer_prepare(const char *path);

/* Of a database that is prepared. NULL without memory. */
struct hammer *hammer_new(const char *url);
void hammer_free(struct hammer *hammer);

/* From a process without threads and without open databases. Return: the process. */
pid_t hammer_start(struct hammer *hammer, uint64_t seed);

/* The processes end when their transactions have. */
void hammer_stop(struct hammer *hammer);

struct hammer_counts {
        uint64_t n_done, n_refused, n_rolled_back, n_unknown;
};

/* Whether the file is intact, has every row that was acknowledged, none that was refused or rolled
 * back, and all rows or none of each transaction with an unknown outcome. `why` is text. */
bool hammer_judge(const struct hammer *hammer, const char *path, char *why, size_t size,
                  struct hammer_counts *ret_counts);
