/* SPDX-License-Identifier: Apache-2.0
 *
 * Creating the tables, and bringing those of an older version up to date. Steps only add, so that
 * older programs go on serving meanwhile and afterwards; one that no longer does says so
 * (CONTRIBUTING.md, "Changing the schema").
 */
#pragma once

#include "store/driver.h"

struct migration {
        int64_t version; /* of the database: how many steps were run; 0: it has no tables */
        int64_t oldest;  /* programs that know at least this version may serve it */
        int64_t newest;  /* of this program */
        bool is_allowed; /* this role may run steps */
};

/* Reads where the database stands, and changes nothing. The connection is a reader's, or in a
 * transaction.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err migrate_look(const struct sql_driver *driver, struct sql_connection *connection,
                      struct migration *ret);

/* How many steps a program with this driver knows. */
int64_t migrate_known(const struct sql_driver *driver);

/* Whether this program may serve the database. The connection as for migrate_look().
 * Return: ERR_OK; ERR_PROGRAM_OLD: only newer ones may; ERR_STORE_UNAVAILABLE, logged. */
enum err migrate_check(const struct sql_driver *driver, struct sql_connection *connection);

/* Runs the steps that are missing, if any are, all in one transaction: killed in the middle,
 * nothing has happened. A database that a newer program has migrated is left alone. Return: ERR_OK:
 * this program may serve; ERR_STORE_UNAVAILABLE, logged; logged too: ERR_CONFLICT: only newer
 * programs may; ERR_SCHEMA_OLD: this role may not run the steps. */
enum err migrate(const struct sql_driver *driver, const struct store_location *location,
                 struct sql_connection *writer);

/* Lets a role of the database serve: it may read and write rows and nothing else, also in tables
 * that are added later by the role that calls this.
 * Return: ERR_OK; ERR_NOT_FOUND: this database has no roles; ERR_STORE_UNAVAILABLE, logged. */
enum err migrate_grant(const struct sql_driver *driver, struct sql_connection *writer,
                       struct slice role);
