/* SPDX-License-Identifier: Apache-2.0
 *
 * Quotas that another operation spends, in its transaction.
 */
#pragma once

#include "store/sql.h"

/* Spends one of each of these quotas, if none of them is used up. Return: as sql_run(), and the
 * refusal of the first that is, with the seconds to wait; nothing is spent then. */
enum err quotas_take(struct sql *sql, const struct quota_bill *bill, int64_t *ret_wait);
