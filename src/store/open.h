/* SPDX-License-Identifier: Apache-2.0
 *
 * From a URL to a store.
 */
#pragma once

#include "base/error.h"
#include "core/store.h"

/* What a URL means for this machine. */
struct store_location {
        const struct sql_driver *driver; /* outlives the store */
        char path[4096];                 /* of the database's file */
        char log_path[4096 + 8];         /* of the file into which it writes first */
        bool is_new;                     /* no file there yet, or an empty one */
};

/* The forms of URL that this program opens, as the operator is told. */
#define STORE_URL_FORMS "sqlite:PATH"

/* Reads the URL, touching nothing.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: not a URL this program can open. */
enum err store_locate(struct slice url, struct store_location *ret);

/* Opens the database, creates or migrates its schema, and starts its writer.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged; ERR_CONFLICT: made by a newer grantd. */
enum err store_open(const struct store_location *location, struct store **ret);

/* False once the outcome of a commit could not be learnt: the process must be restarted. */
bool store_is_sound(struct store *store);

/* The name of the table that table_size() knows by this number; NULL: there are no more. */
const char *store_table_name(size_t table);

/* Writes a copy of the database, as it is at one moment, into the empty file `target`; others may
 * go on working. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err store_copy(struct store *store, const char *target);

/* Waits for running operations and frees. NULL is allowed. */
void store_close(struct store *store);
