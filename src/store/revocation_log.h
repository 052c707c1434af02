/* SPDX-License-Identifier: Apache-2.0
 *
 * revocations.log, beside the database: whatever takes access away once more, outside of it. Who
 * restores an older copy of the database replays it (`grantd store restored`), so that what was
 * revoked stays revoked. store/revocation_line.h shows a line; they are only ever appended.
 *
 * A transaction collects its lines, and writes them before its commit. Only whoever writes to the
 * database calls that, so it needs no lock, in other processes either.
 */
#pragma once

#include "store/revocation_history.h"

struct revocation_log;

/* Of the database of this path. The file is made with the first line.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE: no memory. */
enum err revocation_log_new(const char *database, struct revocation_log **ret);

/* NULL is allowed. */
void revocation_log_free(struct revocation_log *log);

/* --- collecting --- */

/* Its number and `before` are set when it is written.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE: no memory. */
enum err revocation_log_add(struct revocation_log *log, const struct revocation_line *line);

/* How many lines were collected and not written. */
size_t revocation_log_n(const struct revocation_log *log);

/* Forgets all but the first `n` of them, with what takes them back. */
void revocation_log_cut(struct revocation_log *log, size_t n);

/* --- the file --- */

/* Appends what was collected. `known` is the last line that the database knows; the last one of now
 * comes out. A line at the end of the file that was not finished is cut off: nobody was answered
 * for it. On disk when it returns. Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged: the lines are
 * still collected. */
enum err revocation_log_write(struct revocation_log *log, int64_t known, int64_t *ret_last);

/* Adds all lines of the file. Any thread may call it.
 * Return: ERR_OK, also if there is no file; ERR_STORE_UNAVAILABLE, logged. */
enum err revocation_log_read(const struct revocation_log *log, struct revocation_history *history);
