/* SPDX-License-Identifier: Apache-2.0
 *
 * How often codes by time may be tried.
 */
#pragma once

#include "core/op.h"

/* One attempt at a code by time of this account, of somebody who knows its password. However many
 * addresses they have, after five failures they wait, an hour in the end. Return: ERR_OK: it must
 * be ended; ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err factor_limit_begin(struct op *op, const struct uuid *account_id,
                            struct digest *ret_attempt);

/* A right code (ERR_OK) resets it; a wrong one (ERR_FACTOR_WRONG) stays counted; any other outcome
 * is not an attempt. */
void factor_limit_end(struct op *op, const struct digest *attempt, enum err outcome);
