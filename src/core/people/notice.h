/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail that tells people what happened with their account.
 */
#pragma once

#include "core/op.h"
#include "core/people/account_model.h"
#include "core/people/mail_model.h"

/* A mail that tells an account's person something, to be entered together with what it tells: as
 * the `notice` of its audit entry. It is in the account's language, or the caller's if it has none.
 * Return: without a kind: this server sends no mail, the account has no address, or its person has
 * switched such notices off. */
struct mail mail_notice(struct op *op, enum mail_kind kind, const struct account *account);

/* The same to the account with this id. Return: ERR_OK; faults. */
enum err mail_notice_to(struct op *op, enum mail_kind kind, const struct uuid *account_id,
                        struct mail *ret);
