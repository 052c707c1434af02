/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects that another operation creates, in its transaction.
 */
#pragma once

#include "store/sql.h"

/* Inserts a project's row. Return: as sql_run(). */
enum err project_row_insert(struct sql *sql, const struct project *project);
