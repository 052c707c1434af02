/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases of the tests as bytes (on a server: as copies), to restore many times, and as text,
 * to compare.
 */
#pragma once

#include "fixture.h"

/* Closes the world. Return: its database, in its arena. */
struct slice snapshot_take(struct world *world);

/* Replaces the database of a closed world; an empty slice leaves none. */
void snapshot_put(const struct world *world, struct slice database);

/* All rows of all tables, one per line, in the arena. Works while the store is open. */
struct slice snapshot_dump(const struct world *world, struct arena *arena);

/* The number that a query returns; -1: it failed. */
int64_t snapshot_number(const struct world *world, const char *query);

/* The rows of a table. */
int64_t snapshot_count(const struct world *world, const char *table);

/* Removes all rows of the audit trail. Return: how many there were. */
int64_t audit_take(struct world *world);
