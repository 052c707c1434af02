/* SPDX-License-Identifier: Apache-2.0
 *
 * What a copy is given, and what it reports: store/copy.h.
 */
#pragma once

#include "store/open.h"

enum { COPY_TABLES = 64 };

/* What a table, or the revocation log, has in it: the same on both sides, whatever their kind. */
struct copy_content {
        const char *name;
        int64_t n_rows;
        struct digest digest; /* over all rows in the order of their keys */
};

struct copy_report {
        struct copy_content items[COPY_TABLES];
        size_t n;
        const char *differs; /* with ERR_COPY_UNFINISHED: this one */
};

struct copy_task {
        const struct store_location *from, *to;
        struct slice source; /* what the database `from` is told by: 64 bytes at most */
        /* After each batch, and before the first one; `n_total` may be less than there is. */
        void (*progress)(void *context, const char *name, int64_t n_rows, int64_t n_total);
        void *context;
};
