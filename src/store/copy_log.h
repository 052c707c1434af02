/* SPDX-License-Identifier: Apache-2.0
 *
 * The revocation log in a copy: store/copy.h.
 */
#pragma once

#include "store/copy_rows.h"

/* Appends the lines that the target does not have. Some at a time are in memory.
 * Return: as copy_run(). */
enum err log_copy(struct copy_sides *sides);

/* Reads the whole log. Return: as copy_run(). */
enum err log_digest(struct sql *sql, struct copy_content *ret);
