/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions: who is logged in (docs/protocol/http.md 2.2).
 */
#pragma once

#include "core/op.h"
#include "core/people/login/login.h"
#include "core/store.h"

/* Always creates a new session, which records how and when the person logged in, and returns its
 * token, which cannot be read again. The credentials need no action. Return: as login_check(). */
enum err session_log_in(struct op *op, const struct credentials *credentials, struct session *ret,
                        struct secret *ret_token);

/* Return: ERR_OK; ERR_UNAUTHENTICATED: no such session, or past its end; faults. */
enum err session_authenticate(struct op *op, struct slice token, struct session *ret);

/* Whether somebody has shown who they are recently enough, by policy->session_proof, for what would
 * harm them most if another person used their session. Return: ERR_OK; ERR_PROOF_OLD. */
enum err session_require_proof(const struct op *op, const struct authentication *authentication);

/* Its person shows again who they are. Return: ERR_OK; ERR_UNAUTHENTICATED: it has ended in the
 * meantime; as login_confirm(); faults. */
enum err session_prove(struct op *op, const struct session *session,
                       const struct confirmation *given);

/* Ends it. Return: ERR_OK; faults. */
enum err session_log_out(struct op *op, const struct session *session);

/* Ends one of the account's sessions. Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err session_end_one(struct op *op, const struct uuid *id);

/* Ends all of the account's sessions. Return: ERR_OK; faults. */
enum err session_end_all(struct op *op);
