/* SPDX-License-Identifier: Apache-2.0
 *
 * What every operation calls that takes access away, in its transaction: the feed of revocations,
 * and the log of them that a restored copy of the database needs.
 */
#pragma once

#include "store/sql.h"

/* Puts into the feed, and writes to the log, that these grants, or all grants of these clients or
 * projects, have died. An operation that makes grants die calls it after it has marked the rows.
 * Return: as sql_run(). */
enum err revocations_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids,
                         size_t n, struct instant at);

/* The feed alone, for what the log has in another way. */
enum err feed_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids, size_t n,
                  struct instant at);

/* The log alone. Every operation that takes access away calls it, after feed_add() if grants die; a
 * kind of its own is a line in core/upkeep/log_kinds.def. Return: as sql_run(). */
enum err log_add(struct sql *sql, enum log_kind kind, const struct uuid *ids, size_t n,
                 struct instant at);

/* Writes what log_add() has collected: before the commit, and safe when it returns.
 * Return: as sql_run(). */
enum err log_write(struct sql *sql);

/* The last line of the log and the last number of the feed that the database knows; 0: none. */
struct log_known {
        int64_t line;
        int64_t feed;
};

/* Return: as sql_run(). */
enum err log_known(struct sql *sql, struct log_known *ret);
