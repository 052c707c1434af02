/* SPDX-License-Identifier: Apache-2.0
 *
 * One writer for a database that takes one: the operations of all who wait at a moment run in one
 * transaction, and share one sync of the disk. Nobody is answered before the commit returned.
 */
#pragma once

#include "store/sql.h"

struct group_commit;

/* Takes the connection over: the threads that call group_commit_run() use it in turns.
 * Return: ERR_OK; ERR_STORE_UNAVAILABLE. */
enum err group_commit_start(const struct sql_driver *driver, struct sql_connection *connection,
                            struct group_commit **ret);

/* Runs an operation and waits for its commit.
 * Return: its outcome; ERR_STORE_UNAVAILABLE: rolled back; ERR_COMMIT_UNKNOWN: not known. */
enum err group_commit_run(struct group_commit *group, const struct sql_work *work);

/* As group_commit_run(), but it may return before the commit: `completion` is called once with what
 * that would have returned, on the thread that commits. What is handed over stays until then. */
void group_commit_submit(struct group_commit *group, const struct sql_work *work,
                         struct completion completion);

/* The same, but never on the caller's thread. */
void group_commit_hand_over(struct group_commit *group, const struct sql_work *work,
                            struct completion completion);

/* False once a commit's outcome could not be learnt: the process must be restarted. */
bool group_commit_is_sound(struct group_commit *group);

/* Finishes what waits, closes the connection and frees. NULL is allowed. */
void group_commit_stop(struct group_commit *group);
