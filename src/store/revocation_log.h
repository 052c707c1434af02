/* SPDX-License-Identifier: Apache-2.0
 *
 * The revocation log: whatever takes access away, once more, outside of the database. Who restores
 * an older copy of the database replays it (`grantd store recover`), so that what was revoked stays
 * revoked. store/revocation_line.h shows a line; they are only ever appended.
 *
 * Where the log is kept is the driver's business (log_append and log_read in store/driver.h), as
 * long as a copy of the database that is put back does not put the log back too. SQLite's is
 * revocations.log, a file beside the database.
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
