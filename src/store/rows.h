/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements that more than one file of verbs runs.
 */
#pragma once

#include "store/sql.h"

/* Puts into the feed, and tells revocations.log, that these grants, or all grants of these clients
 * or projects, have died. A verb that makes grants die calls it, in its transaction, after it has
 * marked the rows. Return: as sql_run(). */
enum err revocations_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids,
                         size_t n, struct instant at);

/* The feed alone, for what the log tells in another way. */
enum err feed_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids, size_t n,
                  struct instant at);

/* The log alone. Every verb that takes access away calls it, after feed_add() if grants die; a kind
 * of its own is a line in core/upkeep/log_kinds.def. Return: as sql_run(). */
enum err log_add(struct sql *sql, enum log_kind kind, const struct uuid *ids, size_t n,
                 struct instant at);

/* Writes what log_add() has collected: before the commit, on disk when it returns.
 * Return: as sql_run(). */
enum err log_write(struct sql *sql);

/* The last line of revocations.log and the last number of the feed that the database knows; 0:
 * none. Return: as sql_run(). */
enum err log_known(struct sql *sql, int64_t *ret_known, int64_t *ret_feed);

/* The grants of a row of the feed, those behind `after`, `limit` at most, without those past their
 * end: columns are the id, the tail, the end, and what delivery_of_row() reads.
 * Return: as sql_run(). */
enum err feed_run(struct sql *sql, enum revocation_kind kind, const struct uuid *id,
                  const struct uuid *after, struct instant now, int64_t limit,
                  struct sql_rows *ret);

/* The delivery that stands in three columns from this one on. */
struct delivery delivery_of_row(const struct sql_rows *rows, size_t row, size_t column);

/* Enters what follows from a row of the feed: the one grant's delivery, or that its grants are to
 * be looked for. Return: as sql_run(). */
enum err deliveries_add(struct sql *sql, enum revocation_kind kind, int64_t seq,
                        const struct uuid *id, struct instant at);

/* Spends one of each of these quotas, if none of them is used up. Return: as sql_run(), and the
 * refusal of the first that is, with the seconds to wait; nothing is spent then. */
enum err quotas_take(struct sql *sql, const struct quota_bill *bill, int64_t *ret_wait);

/* Clears what is personal under an account that is deleted, its identities among it.
 * Return: as sql_run(). */
enum err account_clear(struct sql *sql, const struct uuid *id, struct instant at);

/* Inserts a project's row. Return: as sql_run(). */
enum err project_row_insert(struct sql *sql, const struct project *project);
