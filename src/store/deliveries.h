/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue of revocations that satellites are to learn of.
 */
#pragma once

#include "store/sql.h"

/* Enters the delivery of one grant's revocation. Return: as sql_run(). */
enum err delivery_add(struct sql *sql, const struct uuid *grant_id, struct instant at);

/* The delivery in three columns from this one on. */
struct delivery delivery_of_row(const struct sql_rows *rows, size_t row, size_t column);
