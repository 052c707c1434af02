/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims of codes, where the database lets them overlap. Those that wait at a moment go together;
 * what the set does not decide is handed over to the one writer.
 */
#pragma once

#include "store/group_commit.h"

struct claim_queue;

/* The location and the writer outlive the queue. Return: ERR_OK; ERR_STORE_UNAVAILABLE. */
enum err claim_queue_start(const struct sql_driver *driver, const struct store_location *location,
                           struct group_commit *writer, struct claim_queue **ret);

/* As group_commit_run(), for a work whose `in` is a struct claim. */
enum err claim_queue_run(struct claim_queue *queue, const struct sql_work *work);

/* As group_commit_submit(); `completion` is called on a thread of the queue or of the writer. */
void claim_queue_submit(struct claim_queue *queue, const struct sql_work *work,
                        struct completion completion);

/* How many connections it has opened. */
size_t claim_queue_connections(struct claim_queue *queue);

/* Finishes what waits, closes the connections and frees. NULL is allowed. */
void claim_queue_stop(struct claim_queue *queue);
