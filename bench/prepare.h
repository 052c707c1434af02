/* SPDX-License-Identifier: Apache-2.0
 *
 * A database full of codes, written through the store's own operations while no server runs.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"

/* Makes bench.db and bench.key in the current folder and `n` token requests for codes in it, whole
 * HTTP requests for the host "localhost:port". Ends the process on a fault. */
struct slice *prepare_requests(struct arena *arena, size_t n, uint16_t port);

/* Starts the server that is to answer them; `flag` is one more, or NULL. */
pid_t prepared_server_start(char *grantd, uint16_t port, const char *flag);

/* The main() of a measurement that is given the path of grantd: runs it in a folder of its own.
 * Return: the exit status. */
int prepared_main(int argc, char **argv, int (*measure)(char *grantd));

enum { PREPARED_FOLDER_SIZE = 32 };

/* A folder for one measurement, which becomes the current one. Ends the process on a fault. */
void prepared_folder_enter(char ret_folder[PREPARED_FOLDER_SIZE]);

/* Back to where we were; the folder goes with what measurements leave in it. */
void prepared_folder_remove(const char *folder);
