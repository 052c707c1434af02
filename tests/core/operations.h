/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the core, each with data to work on, for tests that run all of them while
 * something fails:
 *
 *      static const struct trouble no_disk = {disk_fill, disk_clear, ERR_STORE_UNAVAILABLE};
 *
 *      operations_try(&no_disk);
 */
#pragma once

#include "full_core.h"

/* What an operation leaves behind if something in it fails. */
enum nature {
        READS,  /* it never writes */
        WRITES, /* all or nothing */
        SHRUGS, /* the same, but a failing audit note does not stop it */
        STEPS,  /* a part of it; the next run does the rest */
};

struct operation {
        const char *name;
        enum err (*run)(struct full_core *);
        enum nature nature;
        enum err outcome;                    /* if nothing fails */
        bool (*is_done)(struct full_core *); /* of STEPS: all of it; NULL: when it succeeds */
};

/* Up to one without a name. */
extern const struct operation operations_of_people[], operations_of_factors[],
        operations_of_operators[], operations_of_grants[];

/* Something that can fail, and does at its use number `at`. */
struct trouble {
        void (*set)(struct full_core *, unsigned at);
        bool (*clear)(struct full_core *); /* Return: whether it occurred */
        enum err outcome;                  /* of the operation in which it occurs */
        bool is_memory;                    /* so ERR_OUT_OF_MEMORY is right, too */
        bool is_written_down; /* an operation with STEPS may go on, and repeat the step later */
};

/* Runs every operation with the trouble at the first use, at the second ... until it succeeds
 * without. Return: how often the trouble occurred. */
unsigned operations_try(const struct trouble *trouble);

/* The same for long tests: with TEST_FAULTS=sample (store/sample.h), one operation in four, with
 * TEST_FAULTS=few one in sixteen. Fails if the trouble occurred less than `least` times, in a
 * sample less than a tenth of that. */
void operations_try_or_sample(const struct trouble *trouble, unsigned least);

/* Helpers for writing the operations. */
#define PORTS   (&full->remote.core.ports)
#define ACCOUNT (&full->remote.core.account)
#define CLIENT  (&full->remote.core.client)
#define ASK(function, ...)                                                                         \
        function(OP(PORTS, &full->arena, NULL, &ACCOUNT->id) __VA_OPT__(, ) __VA_ARGS__)
#define DO(function, ...) DO_AS(&ACCOUNT->id, function __VA_OPT__(, ) __VA_ARGS__)
#define DO_AS(account_id, function, ...)                                                           \
        function(OP(PORTS, &full->arena, &full->remote.core.caller, account_id) __VA_OPT__(, )     \
                         __VA_ARGS__)

/* An operation that is a single call. */
#define ONE_CALL(name, ...)                                                                        \
        static enum err name(struct full_core *full)                                               \
        {                                                                                          \
                return __VA_ARGS__;                                                                \
        }
