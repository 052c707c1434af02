/* SPDX-License-Identifier: Apache-2.0
 *
 * A database full of codes, written through the store's own operations while no server runs.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"

/* How a token request is worded: docs/protocol/http.md 5.4 and oauth.md 2. */
enum prepared_wording { PREPARED_JSON, PREPARED_FORM };

struct prepared_kind {
        enum prepared_wording wording;
        uint16_t port;
};

/* Creates bench.db and bench.key in the current folder, and `n` complete HTTP token requests for
 * its codes, for the host "localhost:port". Exits on a failure. */
struct slice *prepare_requests(struct arena *arena, size_t n, uint16_t port);

/* The same with as many requests of each kind, one kind after the other. */
struct slice *prepare_kinds(struct arena *arena, size_t n, const struct prepared_kind *kinds,
                            size_t n_kinds);

/* Starts a server on that database; `flag` is an additional flag, or NULL. */
pid_t prepared_server_start(char *grantd, uint16_t port, const char *flag);

/* The main() of a measurement that is given the path of grantd: runs it in a folder of its own.
 * Return: the exit status. */
int prepared_main(int argc, char **argv, int (*measure)(char *grantd));

enum { PREPARED_FOLDER_SIZE = 32 };

/* Creates a folder for one measurement and enters it. Exits on a failure. */
void prepared_folder_enter(char ret_folder[PREPARED_FOLDER_SIZE]);

/* Returns to the previous folder, and removes this one with its content. */
void prepared_folder_remove(const char *folder);
