/* SPDX-License-Identifier: Apache-2.0
 *
 * From a URL to a store.
 */
#pragma once

#include "base/error.h"
#include "core/store.h"

enum {
        STORE_FILES = 9,
        STORE_SCHEMA = 63,   /* bytes of a name in PostgreSQL */
        STORE_READERS = 256, /* the most that `readers` may be */
};

/* What is between us and the server, and which of its sessions a transaction gets. */
enum store_pooler {
        STORE_POOLER_NONE,
        STORE_POOLER_SESSION,     /* always the same */
        STORE_POOLER_TRANSACTION, /* any */
};

/* What a URL means for this machine. */
struct store_location {
        const struct sql_driver *driver; /* outlives the store */
        char name[320];                  /* for people: without a password */

        /* A database in a file. */
        char path[4096];         /* of it; empty: it is a server's */
        char log_path[4096 + 8]; /* of the file into which it writes first */

        /* A database of a server. Whoever locates it sets the last five, or leaves them. */
        char url[4096];                /* with a password, perhaps */
        char files[STORE_FILES][1024]; /* read to connect; those behind the last are empty */
        char schema[STORE_SCHEMA + 1]; /* where its tables are */
        bool allow_async_commit;       /* it may acknowledge what its disk does not have yet */
        enum store_pooler pooler;
        char revocation_copy[4096]; /* a file that gets the revocation log too; empty: none */
        unsigned readers;           /* connections for reading at once; 0: any number */
};

/* What is said of a URL that this build does not open. */
extern const char store_url_problem[];

/* Reads the URL, touching nothing.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: not a URL this program can open. */
enum err store_locate(struct slice url, struct store_location *ret);

struct migration;

/* What opening it would do to its schema; nothing is changed. A file that is missing would get all
 * steps. Return: as migrate_look(). */
enum err store_look(const struct store_location *location, struct migration *ret);

/* Opens the database, creates or migrates its schema, and starts its writer.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged; ERR_COPY_UNFINISHED: see store/copy.h; as
 * migrate().
 */
enum err store_open(const struct store_location *location, struct store **ret);

/* Whether the database knows all lines of `revocation_copy`: if not, an older copy of it was
 * restored and not recovered, or a failover has lost commits. Return: ERR_OK; ERR_CONFLICT: it does
 * not; ERR_STORE_UNAVAILABLE, logged. */
enum err store_check_log(struct store *store);

/* False once the outcome of a commit could not be learnt: the process must be restarted. */
bool store_is_sound(struct store *store);

/* Connections to the database, by what they do. */
struct store_connections {
        size_t reading, idle, writing;
};
void store_count_connections(struct store *store, struct store_connections *ret);

/* The name of the table that table_size() knows by this number; NULL: there are no more. */
const char *store_table_name(size_t table);

/* Writes a copy of the database, as it is at one moment, into the empty file `target`; others may
 * go on working. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err store_copy(struct store *store, const char *target);

/* Waits for running operations and frees. NULL is allowed. */
void store_close(struct store *store);
