/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail that tells people what happened with their account.
 */
#pragma once

#include "core/op.h"
#include "core/people/mail_model.h"

/* A mail that tells an account's person something, in the language of `tag` ("de", "en"; absent:
 * English), to be entered together with what it tells. Return: without a kind: this server sends no
 * mail, or there is no recipient. */
struct mail mail_notice(struct op *op, enum mail_kind kind, struct slice recipient,
                        struct slice tag);
