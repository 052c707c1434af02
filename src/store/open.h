/* SPDX-License-Identifier: Apache-2.0
 *
 * From a URL to a store: `sqlite:PATH`.
 */
#pragma once

#include "base/error.h"
#include "core/store.h"

/* What a URL means for the files beside it. */
struct store_place {
        char path[4096]; /* of the SQLite file */
        bool is_new;     /* no file there yet, or an empty one */
};

/* Reads the URL, touching nothing.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: not a URL this program can open. */
enum err store_place_of(struct slice url, struct store_place *ret);

/* Opens the database, creates or migrates its schema, and starts its writer.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged; ERR_CONFLICT: made by a newer grantd. */
enum err store_open(const struct store_place *place, struct store **ret);

/* The same on a given driver, which must outlive the store. */
struct sql_driver;
enum err store_open_on(const struct sql_driver *driver, const struct store_place *place,
                       struct store **ret);

/* False once the outcome of a commit could not be learnt: the process must be restarted. */
bool store_is_sound(struct store *store);

/* The name of the table that table_size() knows by this number; NULL: there are no more. */
const char *store_table_name(size_t table);

/* Writes a copy of the database, as it is at one moment, into the empty file `target`; others may
 * go on working. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err store_copy(struct store *store, const char *target);

/* Waits for running verbs and frees. NULL is allowed. */
void store_close(struct store *store);
