/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the store, with data to work on, for tests that run all of them.
 */
#pragma once

#include "fixture.h"

/* The arguments of an operation are prepared before, so that only its own calls are counted. */
struct given {
        struct world *world;
        struct request request; /* the operation's request, as stored */
        struct claim claim;     /* of that request's code, by attempt 9 */
        struct uuid grant;      /* the live one */
};

struct store_operation {
        const char *name;
        enum err (*call)(struct given *);
        int64_t request; /* the number of the request it works on */
};

extern const struct store_operation writing_operations[],
        reading_operations[]; /* up to one without a name */

/* A world with data for all of them: session 40, token 50; request 31 pending, 30 approved, 32
 * being minted, 33 live. */
struct world world_full(void);

struct given given_of(struct world *world, const struct store_operation *operation);

/* Helpers for the two files of operations. */
#define CALL(name, ...)          STORE(given->world, name __VA_OPT__(, ) __VA_ARGS__)
#define CALL_AT(time, name, ...) STORE_AS(given->world, NULL, time, name __VA_OPT__(, ) __VA_ARGS__)
#define ID(number)               id(given->world, number)
