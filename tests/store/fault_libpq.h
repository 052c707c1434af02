/* SPDX-License-Identifier: Apache-2.0
 *
 * libpq with faults, which a test's program has in place of its own: connections to a real server
 * are really cut, and statements are really refused by it.
 *
 *      libpq_fault_set((struct libpq_fault){LIBPQ_CUTS_BEFORE, .at = 3});  at the third call
 *      ... claims ...
 *      CHECK(libpq_fault_clear());
 *
 * Calls are what connects, sends, or fetches a result, of all connections and threads.
 */
#pragma once

#include <stdbool.h>

enum libpq_fault_kind {
        LIBPQ_REFUSES,     /* the call fails, and does nothing */
        LIBPQ_CUTS_BEFORE, /* the connection is lost before the call, but not what was sent */
        LIBPQ_CUTS_AFTER,  /* the same after the call */
        LIBPQ_CUTS_LATE,   /* the same once the server has answered, and the answer is lost */
        LIBPQ_FAILS,       /* the server refuses the statement, with `state` */
        LIBPQ_ENDS,        /* the server ends the session instead of running the statement */
        LIBPQ_STOPS,       /* the caller stops before the call, until libpq_release() */
        LIBPQ_KINDS,
};

struct libpq_fault {
        enum libpq_fault_kind kind;
        unsigned at;       /* the number of the call; 0: none */
        const char *state; /* an SQLSTATE */
        bool lasts;        /* each later call of the same function, too */
        unsigned most;     /* with `lasts`: so many calls in all; 0: for ever */
        unsigned again;    /* so many calls later the connection is lost again; 0: it is not */
};

void libpq_fault_set(struct libpq_fault fault);
/* Return: whether it occurred, and the second one too, if there was to be one. */
bool libpq_fault_clear(void);

/* How often it occurred. */
unsigned libpq_n_faults(void);

/* The calls since libpq_fault_set(); and which was the last of this function, 0: none. */
unsigned libpq_n_calls(void);
unsigned libpq_last_call(const char *function);

/* Waits until a caller has stopped, and lets it go on. */
void libpq_wait_stopped(void);
void libpq_release(void);
