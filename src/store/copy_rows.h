/* SPDX-License-Identifier: Apache-2.0
 *
 * One table of a copy: store/copy.h.
 */
#pragma once

#include "store/copy_task.h"
#include "store/sql.h"

struct copied {
        const char *name;
        const char *key_kinds, *kinds; /* one letter a column, as those of parameters */
        enum statement count, read, last, write, clear;
};

/* Those of store/tables.def. */
extern const struct copied copied_tables[];
extern const size_t n_copied_tables;

/* What takes part in a copy. */
struct copy_sides {
        const struct copy_task *task;
        struct sql source; /* reads */
        struct sql locked; /* writes to the source, or keeps others from it */
        struct sql target; /* writes */
        struct sql copied; /* reads what was written */
};

/* Begins, does and commits one write to the target. */
enum err target_write(struct copy_sides *sides, enum err (*body)(struct sql *, const void *),
                      const void *in);

/* Copies what is behind the last row of the target, a batch a transaction. */
enum err rows_copy(struct copy_sides *sides, const struct copied *table);

/* Reads the whole table. A page at a time is in memory. */
enum err rows_digest(struct sql *sql, const struct copied *table, struct copy_content *ret);
