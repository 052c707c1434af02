/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite databases of the tests as bytes, to begin from many times, and as text, to compare.
 */
#pragma once

#include "fixture.h"

/* Closes the world. Return: its database, in its arena. */
struct slice snapshot_take(struct world *world);

/* Gives a closed world another database. Nothing, too, is one. */
void snapshot_put(const struct world *world, struct slice database);

/* All rows of all tables, a line each, in the arena. Works beside an open store. */
struct slice snapshot_dump(const struct world *world, struct arena *arena);

/* The number that a query gives; -1: it failed. */
int64_t snapshot_number(const struct world *world, const char *query);
