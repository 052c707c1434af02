/* SPDX-License-Identifier: Apache-2.0
 *
 * What has expired by the rules and is to be removed.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Removes one batch, LIMIT_CLEANUP rows at most; how many it was comes out.
 * Return: ERR_OK; faults. */
enum err upkeep_clean(struct op *op, int64_t *ret_n);

/* How many rows wait. Return: ERR_OK; faults. */
enum err upkeep_waiting(struct op *op, int64_t *ret_n);
