/* SPDX-License-Identifier: Apache-2.0
 *
 * The database server that the tests of the store run on if TEST_DATABASE_URL has its URL; each
 * world has a schema of its own there. Without it they run on SQLite. If the URL is that of a
 * pooler in transaction mode, TEST_DATABASE_DIRECT_URL has the server's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

bool server_is_pooled(void);

/* Changes nothing without a server. The schema is named after the world's folder. */
void server_use(const char *folder, char (*url)[256], char (*schema)[64]);

/* Partitions for the rows of 40 hours from then on, unix milliseconds, in the schema of a server.
 */
void server_partition(const char *url, const char *schema, int64_t since);

/* Drops the schema, if it is one of a server. */
void server_clean(const char *url, const char *schema);

/* What snapshot.h has for a file. A copy is a schema, and its bytes are the name. */
struct slice server_copy(const char *url, const char *schema, struct arena *arena);
void server_restore(const char *url, const char *schema, struct slice copy);
struct slice server_dump(const char *url, const char *schema, struct arena *arena);
int64_t server_number(const char *url, const char *schema, const char *query);
