/* SPDX-License-Identifier: Apache-2.0
 *
 * What operators do with the accounts of others on the server's page (docs/protocol/http.md 10.2).
 * The caller's `operator_id` says who acts. Accounts of operators are changed by commands only: so
 * nobody can block the last one, and whoever steals the session of one cannot lock out the others.
 */
#pragma once

#include "core/store.h"

/* Return: ERR_OK; ERR_NOT_OPERATOR. */
enum err operator_check(const struct account *account);

/* Each for the account with this id. Return: ERR_NOT_FOUND; ERR_OPERATORS_ACCOUNT; faults; and: */

/* ERR_OK, also if it is disabled already. */
enum err operator_disable_account(struct op *op, const struct uuid *id);
/* As account_enable_by_operator(), but ERR_ACCOUNT_SETTLING if it was disabled a moment ago. */
enum err operator_enable_account(struct op *op, const struct uuid *id);
/* ERR_OK; ERR_NO_FACTORS: it has neither a second factor nor a passkey. */
enum err operator_reset_factors(struct op *op, const struct uuid *id);
/* As reset_request(): the link goes to the person alone, and is shown to no operator. Also
 * ERR_ACCOUNT_DISABLED. */
enum err operator_mail_reset(struct op *op, const struct uuid *id);
