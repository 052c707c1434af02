/* SPDX-License-Identifier: Apache-2.0
 *
 * Files embedded in the program at build time by tools/embed.
 */
#pragma once

#include "base/slice.h"

struct embedded {
        const char *name; /* without folder; NULL ends a list */
        struct slice bytes;
};

/* The steps of each database's schema, in order: src/store/sqlite/schema,
 * src/store/postgres/schema.
 */
extern const struct embedded sqlite_schema[];
extern const struct embedded postgres_schema[];

/* src/core/people/login/common_passwords.txt: a line each, in lower case. */
extern const struct embedded common_passwords[];

/* What browsers load: src/web. */
extern const struct embedded web_files[];
