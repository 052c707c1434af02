/* SPDX-License-Identifier: Apache-2.0
 *
 * What another operation does with accounts, in its transaction.
 */
#pragma once

#include "store/sql.h"

/* Clears what is personal under an account that is deleted, its identities among it.
 * Return: as sql_run(). */
enum err account_clear(struct sql *sql, const struct uuid *id, struct instant at);
