/* SPDX-License-Identifier: Apache-2.0
 *
 * Rate limits (docs/protocol/http.md 1.6): on failures of strangers in the audit trail, on log-ins,
 * and on failures themselves. A rate limit decides only about requests that failed: no
 * authenticated caller is refused by one.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Whether a failure of an unauthenticated caller is written to the audit trail. An address, or its
 * /64 network, has limits.audited_failures of them an hour, of any kind; the rest are only counted.
 */
bool limit_lets_audit(struct op *op);

/* The same for failures of an account's authenticated applications; called before it is known
 * whether the call fails. Return: whether a failure may be written; pass it to limit_audit_end() as
 * `may_audit`. */
bool limit_audit_begin(struct op *op, const struct uuid *account_id);
void limit_audit_end(struct op *op, const struct uuid *account_id, bool may_audit,
                     enum err outcome);

/* A caller's position in the queue of password checks. */
struct password_user limit_password_user(struct op *op);

/* One attempt at a password. */
struct login_attempt {
        struct digest pair;    /* the account's name and the address */
        struct digest address; /* of IPv6 the /64 */
};

/* Whether this caller may try a password of this account now. No account is ever locked as a whole:
 * attempts are counted per account and address, and per address. Return: ERR_OK: it must be ended;
 * ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err limit_login_begin(struct op *op, struct slice email, struct login_attempt *ret);

/* A right password (ERR_OK) resets its pair; a wrong one (ERR_INVALID_CREDENTIALS) stays counted,
 * and so does a wrong code of a second factor (ERR_FACTOR_WRONG) and a wrong passkey; any other
 * outcome is not an attempt. */
void limit_login_end(struct op *op, const struct login_attempt *attempt, enum err outcome);

/* Whether registration from this address is allowed now. It counts whether an account is created or
 * not, unless we could not serve it (ERR_BUSY, faults). Return: ERR_OK: it must be ended;
 * ERR_TOO_MANY_REGISTRATIONS, with `caller->wait`. */
enum err limit_registration_begin(struct op *op, struct digest *ret_attempt);
void limit_registration_end(struct op *op, const struct digest *attempt, enum err outcome);

/* Counts a mail that this address asks for. Return: ERR_OK; ERR_TOO_MANY_MAILS, with
 * `caller->wait`. */
enum err limit_mail(struct op *op);

/* Whether this account may make the server call a satellite now. Failed calls are counted, and
 * concurrent ones limited, so that the server cannot be used to scan the internet, or be tied up.
 * Return: ERR_OK: it must be ended; ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err limit_satellite_begin(struct op *op);
void limit_satellite_end(struct op *op, enum err outcome);

/* One fetch of a metadata document. */
struct document_attempt {
        struct digest running;
        struct digest hourly;
        bool is_new;
};

/* Whether this address may make the server fetch a document now: a few at once, and in an hour as
 * many of unknown clients as it may register. Return: ERR_OK: it must be ended;
 * ERR_TOO_MANY_DOCUMENTS, with `caller->wait`. */
enum err limit_document_begin(struct op *op, bool is_new, struct document_attempt *ret);
void limit_document_end(struct op *op, const struct document_attempt *attempt, enum err outcome);

/* One attempt at a user code of a device. */
struct user_code_attempt {
        struct digest account;
        struct digest address; /* as above */
};

/* Whether this account, from this address, may try a user code now. Wrong ones are counted for
 * both, since one person may have many accounts, or many addresses. Return: ERR_OK: it must be
 * ended; ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err limit_user_code_begin(struct op *op, struct user_code_attempt *ret);
void limit_user_code_end(struct op *op, const struct user_code_attempt *attempt, enum err outcome);

/* Counts a row that this client begins, by its kind, against the address, if anybody at all could
 * begin it: one of a public client, or of one that registered itself. Return: ERR_OK;
 * ERR_TOO_MANY_STARTS, with `caller->wait`. */
enum err limit_start(struct op *op, const struct client *client, const char *kind);

/* Counts the refusal of an unauthenticated request against its address, or its /64 network. Return:
 * the refusal; ERR_TOO_MANY_REQUESTS: the address has exceeded its limit of this minute, with
 * `caller->wait`. An outcome that is not a refusal is returned uncounted. */
enum err limit_address(struct op *op, enum err refusal);

/* The same for an authenticated application that was refused because of its code.
 * Return: the refusal; ERR_CLIENT_FAILURES, with `caller->wait`. */
enum err limit_client(struct op *op, const struct uuid *client_id, enum err refusal);
