/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking the second factor of somebody whose first was right.
 */
#pragma once

#include "core/op.h"
#include "core/people/factor/factor_model.h"

/* The digits of a code by time, without the spaces that programs show in it. */
struct slice factor_digits(struct arena *arena, struct secret typed);

/* The factor of which codes are asked. Return: ERR_OK; ERR_NOT_FOUND: there is none; faults. */
enum err factor_find(struct op *op, const struct uuid *account_id, struct totp *ret);

/* The secret of a factor. Return: ERR_OK; faults. */
enum err factor_open(struct op *op, const struct uuid *account_id, const struct totp *totp,
                     struct secret *ret_key);

/* `typed` is a code by time or a recovery code, which it uses up; absent: none was sent. Wrong
 * codes by time are counted against the account, from wherever they come: there are only a million.
 * Only people who know the password get here, and recovery codes are not counted, so nobody else
 * can keep the account's owner out. Return: ERR_OK, also if there is no factor, which
 * `*ret_is_asked` tells; ERR_FACTOR_REQUIRED; ERR_FACTOR_WRONG; ERR_TOO_MANY_REQUESTS, with
 * `caller->wait`; faults. */
enum err factor_check(struct op *op, const struct uuid *account_id, struct secret typed,
                      bool *ret_is_asked);

/* The same for a consent, which takes a code only if the account's owner wants it to. Whoever has a
 * session gets here, so its wrong codes are counted apart from those of log-ins. */
enum err factor_check_consent(struct op *op, const struct uuid *account_id, struct secret typed);
