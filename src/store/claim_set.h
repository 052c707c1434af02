/* SPDX-License-Identifier: Apache-2.0
 *
 * Many claims in one statement, beside those of other connections and nodes.
 */
#pragma once

#include "store/sql.h"

enum { CLAIM_SET = 64 }; /* claims, at most */

/* Claims the codes of all that can be had at once, whose works' `in` is a struct claim: with a
 * fresh JWT, and a code that meets every condition. Outcomes come out: ERR_OK: claimed, and the
 * work's `ret` is filled; ERR_COMMIT_UNKNOWN; ERR_NO_ROW: nothing has happened, but that its JWT
 * may be remembered as used by this attempt, and store/exchange.c decides. */
void claim_set_run(const struct sql_driver *driver, struct sql_connection *connection,
                   const struct sql_work *const *works, size_t n, enum err *ret_outcomes);
