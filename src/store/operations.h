/* SPDX-License-Identifier: Apache-2.0
 *
 * What operations do for each other, in the transaction of the one that asks.
 */
#pragma once

#include "store/sql.h"

/* Clears what is personal under an account that is deleted, its identities among it.
 * Return: as sql_run(). */
enum err account_clear(struct sql *sql, const struct uuid *id, struct instant at);

/* Inserts a project's row. Return: as sql_run(). */
enum err project_row_insert(struct sql *sql, const struct project *project);

/* Spends one of each of these quotas, if none of them is used up. Return: as sql_run(), and the
 * refusal of the first that is, with the seconds to wait; nothing is spent then. */
enum err quotas_take(struct sql *sql, const struct quota_bill *bill, int64_t *ret_wait);

/* Enters the delivery of one grant's revocation. Return: as sql_run(). */
enum err delivery_add(struct sql *sql, const struct uuid *grant_id, struct instant at);

/* The delivery in three columns from this one on. */
struct delivery delivery_of_row(const struct sql_rows *rows, size_t row, size_t column);

/* A grant's first nine columns, as GRANT_COLUMNS and GRANT_INSERT name them. */
struct grant grant_start_of_row(const struct sql_rows *rows, size_t row);
