/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements that more than one file of verbs runs.
 */
#pragma once

#include "store/sql.h"

/* Puts into the feed, and appends to revocations.log, that these grants, or all grants of these
 * clients, projects or accounts, have died. Every verb that makes grants die calls it, in its
 * transaction, after it has marked the rows. Return: as sql_run(). */
enum err revocations_add(struct sql *sql, enum revocation_kind kind, const struct uuid *ids,
                         size_t n, struct instant at);

/* Inserts a project's row. Return: as sql_run(). */
enum err project_row_insert(struct sql *sql, const struct project *project);
