/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying a whole database into another one, of the same kind or not: every table of
 * store/tables.def, row by row in the order of their keys, and the revocation log. Sealed values
 * are copied as they are, so the master key stays the same.
 *
 * It may be interrupted at any moment: the same call goes on behind the last row that the target
 * has. The target names its source until the copy is whole, and store_open() refuses it until then.
 * At the end, while nobody can write to the source, both sides are read and compared.
 * The call of a complete copy compares only.
 */
#pragma once

#include "store/copy_task.h"

/* Both databases must have the schema of this program; `to` gets it if it has none.
 * Return: ERR_OK; ERR_CONFLICT: `to` is in use, or a copy of another database, and was not changed;
 * ERR_COPY_UNFINISHED: the source changed meanwhile, and the call must be repeated;
 * ERR_FIELD_MALFORMED: the revocation log of the source is damaged; ERR_STORE_UNAVAILABLE,
 * ERR_OUT_OF_MEMORY, ERR_SCHEMA_*, logged: repeat it when that is mended. */
enum err copy_run(const struct copy_task *task, struct copy_report *ret);
