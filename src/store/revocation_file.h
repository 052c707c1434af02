/* SPDX-License-Identifier: Apache-2.0
 *
 * The revocation log as a file.
 */
#pragma once

#include "store/revocation_history.h"
#include "store/revocation_log.h"

/* Appends what was collected, which is none then. The file is created with the first line. `known`
 * is the last line that the database knows; the last one of now comes out. A line at the end of the
 * file that was not finished is cut off: nobody was answered for it. On disk when it returns.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE, ERR_OUT_OF_MEMORY, logged: the lines are still
 * collected. */
enum err revocation_file_append(const char *path, struct revocation_log *log, int64_t known,
                                int64_t *ret_last);

/* Appends lines that have their numbers already; none repair the end of a file that is there, and
 * create none. On disk when it returns. Return: ERR_OK; ERR_STORE_UNAVAILABLE, ERR_OUT_OF_MEMORY,
 * logged. */
enum err revocation_file_keep(const char *path, struct slice lines);

/* The number of its last line; 0: there is none. Return: as revocation_file_read(). */
enum err revocation_file_last(const char *path, int64_t *ret);

/* Adds all lines of the file. Any thread may call it.
 * Return: ERR_OK, also if there is no file; ERR_STORE_UNAVAILABLE, ERR_OUT_OF_MEMORY, logged. */
enum err revocation_file_read(const char *path, struct revocation_history *history);
