/* SPDX-License-Identifier: Apache-2.0
 *
 * Removing expired data.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Removes one batch, LIMIT_CLEANUP rows at most, and returns their number.
 * Return: ERR_OK; faults. */
enum err upkeep_clean(struct op *op, int64_t *ret_n);

/* Counts one batch of what happened with applications, by day. Return: ERR_OK; faults. */
enum err upkeep_count(struct op *op, bool *ret_has_more);

/* How many rows are waiting to be removed. Return: ERR_OK; faults. */
enum err upkeep_waiting(struct op *op, int64_t *ret_n);
