/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done only so often (docs/protocol/http.md 1.6): failures of strangers in the audit trail,
 * log-ins, and failures themselves. A rate limit decides only about requests that failed; who
 * proves themselves is never refused by one.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Whether a failure of a caller who proved nothing is written to the audit trail. An address, or
 * the /64 network of it, has limits.audited_failures of them in an hour, whatever they are about;
 * the rest are only counted. */
bool limit_lets_audit(struct op *op);

/* The same for what fails of the applications of an account, which have proven themselves: asked
 * before it is known whether it fails. Return: whether a failure may be written; told to
 * limit_audit_end() as `may_audit`. */
bool limit_audit_begin(struct op *op, const struct uuid *account_id);
void limit_audit_end(struct op *op, const struct uuid *account_id, bool may_audit,
                     enum err outcome);

/* Where a caller stands in the queue of passwords. */
struct password_user limit_password_user(struct op *op);

/* One try at a password. */
struct login_attempt {
        struct digest pair;    /* the account's name and the address */
        struct digest address; /* of IPv6 the /64 */
};

/* May this caller try a password of this account now? No account is ever locked as a whole: what
 * is counted is the pair of account and address, and the address.
 * Return: ERR_OK: to be ended; ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err limit_login_begin(struct op *op, struct slice email, struct login_attempt *ret);

/* A right password (ERR_OK) resets its pair; a wrong one (ERR_INVALID_CREDENTIALS) stays counted;
 * anything else was no attempt. */
void limit_login_end(struct op *op, const struct login_attempt *attempt, enum err outcome);

/* May somebody register from this address now? Whether an account came of it or not, it counts;
 * what we could not do (ERR_BUSY, faults) does not.
 * Return: ERR_OK: to be ended; ERR_TOO_MANY_REGISTRATIONS, with `caller->wait`. */
enum err limit_registration_begin(struct op *op, struct digest *ret_attempt);
void limit_registration_end(struct op *op, const struct digest *attempt, enum err outcome);

/* May this account make the server call a satellite now? Calls that failed are counted, and only so
 * many are made at once, so that nobody uses the server to look around in the internet, or up.
 * Return: ERR_OK: to be ended; ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err limit_satellite_begin(struct op *op);
void limit_satellite_end(struct op *op, enum err outcome);

/* What is answered to a refused request that proved nothing: counts it against its address, or the
 * /64 network of it. Return: the refusal; ERR_TOO_MANY_REQUESTS: the address has used up its limit
 * of this minute, with `caller->wait`. What is no refusal is given back uncounted. */
enum err limit_address(struct op *op, enum err refusal);

/* The same of an application that proved itself and was refused for its code.
 * Return: the refusal; ERR_CLIENT_FAILURES, with `caller->wait`. */
enum err limit_client(struct op *op, const struct uuid *client_id, enum err refusal);
