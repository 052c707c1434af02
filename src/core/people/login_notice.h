/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling people of a log-in from a browser that their account does not know.
 */
#pragma once

#include "core/op.h"
#include "core/people/account_model.h"
#include "core/people/mail_model.h"

/* What an account knows a browser by: nobody can tell from it that another account knows the same
 * one. */
struct digest browser_digest(const struct account *account, struct secret browser);

/* The notice of this session's log-in, which the store enters if the browser is new. Return:
 * ERR_OK; ERR_OUT_OF_MEMORY. */
enum err login_notice(struct op *op, const struct session *session, struct mail *ret);
