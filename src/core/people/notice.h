/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail that tells people what happened with their account.
 */
#pragma once

#include "core/op.h"
#include "core/people/mail_model.h"

/* A mail that tells an account's person something, in the caller's language, to be entered together
 * with what it tells: as the `notice` of its audit entry. Return: without a kind: this server sends
 * no mail, or there is no recipient. */
struct mail mail_notice(struct op *op, enum mail_kind kind, struct slice recipient);

/* The same to the account with this id. Return: ERR_OK; faults. */
enum err mail_notice_to(struct op *op, enum mail_kind kind, const struct uuid *account_id,
                        struct mail *ret);
