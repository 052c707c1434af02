/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts (docs/protocol/http.md 2.1). An account is a person: developer, storage user or both.
 */
#pragma once

#include "core/people/login/login.h"
#include "core/people/login/password.h"
#include "core/store.h"

struct registration {
        struct slice email;
        struct secret password;
        struct slice full_name;
        struct secret invitation; /* its token; absent: none */
        unsigned roles;           /* that the account gets; those of an invitation replace them */
        struct slice subject;     /* of its identity, for a provider's person; otherwise absent */
        bool is_address_proven;   /* so that it gets the roles of an invitation of this address */
};

/* Creates an account with its first, self-issued project. An invitation is used up only then.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_REGISTRATION_CLOSED; ERR_INVITATION_INVALID;
 *         ERR_FIELD_MALFORMED (the e-mail address); as password_choose(); ERR_PASSWORD_LEAKED;
 *         ERR_TOO_MANY_REGISTRATIONS, with `caller->wait`; ERR_EMAIL_TAKEN; ERR_BUSY; faults. */
enum err account_register(struct op *op, const struct registration *form, struct account *ret);

/* Enters the mail that brings a link to register with this address, or says that there is an
 * account. Which of them is not looked up before it is sent, so it makes no difference here.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_REGISTRATION_CLOSED; ERR_NO_MAIL; ERR_FIELD_MALFORMED (the
 * address); ERR_TOO_MANY_MAILS, with `caller->wait`; ERR_BUSY: too many wait; faults. */
enum err account_ask(struct op *op, struct slice email);

/* The same as account_register() for the operator's tools, whether registration is open or not, and
 * without rate limits.
 */
enum err account_create(struct op *op, const struct registration *form, struct account *ret);

/* Creates an account without a password, for a person whom another way to log in has authenticated.
 * The form's address is in its normal form; what is before the '@' is the name, until its owner
 * changes it, unless the form has one that could be registered.
 * Return: ERR_OK; ERR_EMAIL_TAKEN; faults. */
enum err account_create_by(struct op *op, enum login_method method, const struct registration *form,
                           struct account *ret);

/* Returns the name as stored. Return: ERR_OK; ERR_UNAUTHENTICATED: the account is gone; faults. */
enum err account_change_name(struct op *op, struct slice full_name, struct slice *ret);

/* Of the call's account. To switch notices off takes a recent proof, or a thief of the session
 * would begin with that. Return: ERR_OK; ERR_PROOF_OLD; ERR_QUOTA_CHANGES; ERR_UNAUTHENTICATED: the
 * account is gone; faults. */
enum err account_prefer(struct op *op, const struct session *session,
                        const struct account_preferences *wanted);

/* Sets a password without requiring the old one, and ends the sessions.
 * Return: ERR_OK; as password_choose(); ERR_PASSWORD_LEAKED; ERR_NO_ROW: there is no such account;
 * ERR_BUSY; faults. */
enum err account_set_password_of(struct op *op, const struct account *account, struct secret fresh);

struct password_pair {
        struct confirmation old;
        struct secret fresh;
};

/* All other sessions end.
 * Return: ERR_OK; as password_choose(); ERR_PASSWORD_LEAKED; as login_check(); ERR_UNAUTHENTICATED;
 * faults. */
enum err account_change_password(struct op *op, const struct session *session,
                                 const struct password_pair *pair);

enum account_end { ACCOUNT_DISABLE, ACCOUNT_DELETE };

/* Disables or deletes an account without its password. A disabled account keeps its data; in both
 * cases everything under it is dead from then on. Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err account_end_by_operator(struct op *op, const struct uuid *id, enum account_end end);

/* What was under way when an account was disabled has ended after this many seconds. */
enum { ACCOUNT_SETTLES = 60 };

/* Lets its person log in again, and its applications and projects work. What was issued before
 * stays dead: it has been revoked for all to see, also at satellites. So everything is ended first,
 * by the operations by which its users could do it, some at a time; if that is interrupted, the
 * account stays disabled. `account` is as it was read. Return: ERR_OK, also if it is not disabled;
 * ERR_CONFLICT: it was disabled less than ACCOUNT_SETTLES seconds ago; ERR_NOT_FOUND; faults. */
enum err account_enable_by_operator(struct op *op, const struct account *account);

/* Whether it may register applications: everybody may, or developers (accounts.developers).
 * Return: ERR_OK; ERR_NOT_DEVELOPER. */
enum err account_check_developer(const struct op *op, const struct account *account);

/* Gives it these roles and no others. Losing one acts at the next request. `account` is as it was
 * read. Return: ERR_OK, also if it has them; ERR_NOT_FOUND; faults. */
enum err account_set_roles_by_operator(struct op *op, const struct account *account,
                                       unsigned roles);

/* Marks it as deleted: everything under it is dead from then on, and its e-mail address is free.
 * Return: ERR_OK; as login_check(); ERR_UNAUTHENTICATED; faults. */
enum err account_remove(struct op *op, const struct session *session,
                        const struct confirmation *given);
