/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts and their sessions (contract 2). An account is a person: developer, storage user or
 * both.
 */
#pragma once

#include "oauth/ports.h"
#include "oauth/store_port.h"

struct registration {
        struct slice email;
        struct secret password;
        struct slice full_name;
};

/* A new account with its first, self-issued project.
 * Return: ERR_OK; ERR_REGISTRATION_CLOSED; ERR_FIELD_MALFORMED (the e-mail address);
 * ERR_PASSWORD_LENGTH; ERR_EMAIL_TAKEN; ERR_BUSY; faults. */
enum err account_register(const struct ports *ports, struct arena *arena,
                          const struct caller *caller, const struct registration *form,
                          struct account *ret);

/* The same without asking whether registration is open: for the operator's own tools. */
enum err account_create(const struct ports *ports, struct arena *arena, const struct caller *caller,
                        const struct registration *form, struct account *ret);

/* Always a new session; the token comes out once. An unknown address costs and answers the same as
 * a wrong password. Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_BUSY; faults. */
enum err session_log_in(const struct ports *ports, struct arena *arena, const struct caller *caller,
                        struct slice email, struct secret password, struct session *ret_session,
                        struct secret *ret_token);

/* Return: ERR_OK; ERR_UNAUTHENTICATED: no such session, or past its end; faults. */
enum err session_authenticate(const struct ports *ports, struct arena *arena, struct slice token,
                              struct session *ret);

/* Ends it. Return: ERR_OK; faults. */
enum err session_log_out(const struct ports *ports, struct arena *arena,
                         const struct caller *caller, const struct session *session);

/* Trimmed, ASCII-lower-cased, in the arena. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err email_normalise(struct arena *arena, struct slice text, struct slice *ret);
