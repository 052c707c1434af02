/* SPDX-License-Identifier: Apache-2.0
 *
 * Setting passwords.
 */
#pragma once

#include "core/op.h"

/* A password that somebody wants, and whose it would be; texts may be absent. */
struct password_choice {
        struct secret password;
        struct slice email, full_name;
};

/* Whether this is why a new password is refused. */
bool password_is_refused(enum err error);

/* Judges a new password by its length and by whether it is easy to guess. What it returns is the
 * form that is hashed, Unicode's NFC, in the call's arena. Return: ERR_OK; ERR_PASSWORD_LENGTH;
 * ERR_PASSWORD_NOT_TEXT; ERR_PASSWORD_EASY; ERR_PASSWORD_PERSONAL; faults. */
enum err password_choose(struct op *op, const struct password_choice *choice, struct secret *ret);

/* The form in which a chosen password is stored, in the call's arena. It reads the operator's list
 * of leaked ones and then hashes, so the caller counts attempts before.
 * Return: ERR_OK; ERR_PASSWORD_LEAKED; ERR_BUSY; faults. */
enum err password_encode(struct op *op, struct secret password, bool is_registration,
                         struct slice *ret);
