/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this driver share.
 */
#pragma once

#include <sqlite3.h>

#include "store/driver.h"

struct sql_connection {
        sqlite3 *database;
        sqlite3 *guard; /* of a writer: see sqlite_checkpoint() */
        sqlite3_stmt *prepared[STATEMENT_COUNT];
        bool sync_failed; /* nothing is committed any more */
        char revocations[4096 + 32];
};

/* Logs what failed and what SQLite says of it. Return: ERR_STORE_UNAVAILABLE. */
enum err sqlite_fault(struct sql_connection *connection, const char *what);

/* As the driver's run(). */
enum err sqlite_run(struct sql_connection *connection, enum statement statement,
                    const struct sql_values *values, struct arena *arena, struct sql_rows *ret);
