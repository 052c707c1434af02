/* SPDX-License-Identifier: Apache-2.0
 *
 * The revocation log: whatever takes access away, once more, outside of the database. Who restores
 * an older copy of the database replays it (`grantd store recover`), so that what was revoked stays
 * revoked. store/revocation_line.h shows a line; they are only ever appended.
 *
 * The driver decides where the log is kept (log_append and log_read in store/driver.h). SQLite's is
 * revocations.log, a file next to the database, which a restored copy does not replace.
 * PostgreSQL's is a table, which is restored too (log_is_inside).
 *
 * A transaction collects its lines here, and appends them before its commit. Only whoever writes to
 * the database does that, so no lock is needed, in other processes either.
 */
#pragma once

#include "store/revocation_line.h"

/* Lines that were collected and not written. Zeros: none. */
struct revocation_log {
        struct revocation_line *lines;
        size_t n, room;
};

void revocation_log_deinit(struct revocation_log *log);

/* Its number and `before` are set when it is written.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE: no memory. */
enum err revocation_log_add(struct revocation_log *log, const struct revocation_line *line);

/* Forgets all but the first `n`, with what wanted them. */
void revocation_log_cut(struct revocation_log *log, size_t n);

/* For a driver: numbers the lines from behind the last of the log and the last that the database
 * knows, and puts their text. Each names the one before it, as they are committed together. */
void revocation_log_put(struct revocation_log *log, int64_t known, int64_t last, struct buf *out);
