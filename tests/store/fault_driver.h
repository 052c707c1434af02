/* SPDX-License-Identifier: Apache-2.0
 *
 * The database's driver with faults, for tests of the store and of what uses it:
 *
 *      fault_open(&world);                           the fixture's world, on this driver
 *      fault_set((struct fault){FAULT_FULL, .at = 3});  the third call from here on fails
 *      ... an operation ...
 *      CHECK_INT(fault_clear(), FAULT_IN_RUN);
 *
 * Claims do not overlap on it: test_store_claim_faults.c has those that do. One fault per process.
 * Calls are open, begin, mark, run and commit, of all connections.
 */
#pragma once

#include "fixture.h"
#include "store/driver.h"

enum fault_kind {
        FAULT_FULL,   /* the transaction is rolled back, as after the next two */
        FAULT_IO,     /* */
        FAULT_MEMORY, /* */
        FAULT_BUSY,   /* the call fails, the transaction remains */
        FAULT_GONE,   /* the connection is lost, with its transaction, until fault_clear() */
        FAULT_KINDS,
};

/* Where a fault occurred. */
enum fault_place {
        FAULT_NOWHERE,
        FAULT_IN_OPEN,
        FAULT_IN_BEGIN,
        FAULT_IN_MARK,
        FAULT_IN_RUN,
        FAULT_IN_COMMIT,
};

struct fault {
        enum fault_kind kind;
        unsigned at;          /* the number of the call that fails */
        bool lasts;           /* all later calls fail too, until fault_clear() */
        bool commits_unknown; /* if the outcome of a commit is unknown, it was committed */
};

/* Opens a world that is closed. */
void fault_open(struct world *world);

void fault_set(struct fault fault);
/* Clears the fault. Return: where the first call failed. */
enum fault_place fault_clear(void);
/* The calls since fault_set(), and the number of completed operations in the largest transaction
 * since. */
unsigned fault_n_calls(void);
unsigned fault_n_batch(void);

/* Whether a commit that fails this way is not known to have failed, and whether it stays unknown:
 * this database cannot tell afterwards. */
bool fault_is_unknown(enum fault_kind kind);
bool fault_stays_unknown(enum fault_kind kind);

/* The next commit waits: fault_wait() returns when it is reached, fault_release() lets it continue.
 * Whether it fails is decided before it waits. */
void fault_hold(void);
void fault_wait(void);
void fault_release(void);
