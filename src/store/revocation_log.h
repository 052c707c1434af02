/* SPDX-License-Identifier: Apache-2.0
 *
 * revocations.log, beside the database: every revocation once more, outside of it. Who restores an
 * older copy of the database replays it (`grantd store restored`), so that what was taken back
 * stays taken back. One line a revocation, only ever appended:
 *
 *      17 grant 0197b3c1-... 1767225600000
 *
 * its number in the feed, what died, its id, unix milliseconds.
 */
#pragma once

#include "base/arena.h"
#include "oauth/model.h"

struct revocation_log;

struct revocation_line {
        int64_t seq;
        enum revocation_kind kind;
        struct uuid id;
        struct instant at;
};

/* Of the database of this path. The file is made with the first line.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE: no memory. */
enum err revocation_log_new(const char *database, struct revocation_log **ret);

/* NULL is allowed. */
void revocation_log_free(struct revocation_log *log);

/* On disk when it returns. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err revocation_log_append(struct revocation_log *log, const struct revocation_line *lines,
                               size_t n);

/* All lines; what cannot be read, as a line that was cut off, is skipped. A file that is not there
 * has none. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged. */
enum err revocation_log_read(struct revocation_log *log, struct arena *arena,
                             struct revocation_line **ret, size_t *ret_n);
