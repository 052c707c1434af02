/* SPDX-License-Identifier: Apache-2.0
 *
 * A database full of codes, written through the store's own verbs while no server runs.
 */
#pragma once

#include "base/arena.h"

/* Makes bench.db and bench.key in the current folder and `n` token requests for codes in it, whole
 * HTTP requests for the host "localhost:port". Ends the process on a fault. */
struct slice *prepare_requests(struct arena *arena, size_t n, uint16_t port);

/* The settings of the server that is to answer them. */
#define PREPARED_STORE "store.url=sqlite:bench.db"
#define PREPARED_KEY   "keys.master=bench.key"
