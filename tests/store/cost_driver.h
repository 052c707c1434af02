/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's driver with a counter: how many steps of its virtual machine each statement takes. That
 * is what a statement costs on any machine: a row that is looked at takes several, however it is
 * found. Nothing is committed, so each operation finds the same rows.
 */
#pragma once

#include "fixture.h"
#include "store/driver.h"

/* Opens a world that is closed. */
void cost_open(struct world *world);

/* The steps since the last call, by statement. */
struct cost {
        int64_t of[STATEMENT_COUNT];
};

struct cost cost_take(void);
int64_t cost_sum(const struct cost *cost);
