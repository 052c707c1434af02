/* SPDX-License-Identifier: Apache-2.0
 *
 * How often codes by time may be tried.
 */
#pragma once

#include "core/op.h"

/* What a code is typed for. Each is counted apart: who has a session, but not the password, gets to
 * consents only, and must not keep the account's owner from logging in. */
enum factor_use { FACTOR_LOG_IN, FACTOR_CONSENT };

/* One attempt at a code by time of this account. However many addresses somebody has, after five
 * failures they wait, an hour in the end. Return: ERR_OK: it must be ended; ERR_TOO_MANY_REQUESTS,
 * with `caller->wait`. */
enum err factor_limit_begin(struct op *op, enum factor_use use, const struct uuid *account_id,
                            struct digest *ret_attempt);

/* A right code (ERR_OK) resets it; a wrong one (ERR_FACTOR_WRONG) stays counted; any other outcome
 * is not an attempt. */
void factor_limit_end(struct op *op, const struct digest *attempt, enum err outcome);
