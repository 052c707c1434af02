/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether this program may still serve the database. While it runs, a newer one may have run a step
 * of the schema that it cannot bear (CONTRIBUTING.md, "Changing the schema").
 *
 * Readers look once a second. Writers need not: the driver lets none of them commit.
 */
#pragma once

#include <stdatomic.h>

#include "store/driver.h"

struct schema_watch {
        atomic_int_least64_t next_look; /* monotonic_now() */
        atomic_bool is_over;            /* for good */
};

/* Looks with a reader's connection, unless somebody has in the last second.
 * Return: ERR_OK; ERR_PROGRAM_OLD, logged the first time; ERR_STORE_UNAVAILABLE, logged. */
enum err schema_watch_look(struct schema_watch *watch, const struct sql_driver *driver,
                           struct sql_connection *reader);

/* What is known. Return: ERR_OK; ERR_PROGRAM_OLD. */
enum err schema_watch_check(struct schema_watch *watch);
