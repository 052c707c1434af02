/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that are part of the program, put in at build time by tools/embed.
 */
#pragma once

#include "base/slice.h"

struct embedded {
        const char *name; /* without folder; NULL ends a list */
        struct slice bytes;
};

/* The SQLite schema's steps, in their order: src/store/schema. */
extern const struct embedded schema_files[];

/* What browsers get: src/web. */
extern const struct embedded web_files[];
