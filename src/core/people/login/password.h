/* SPDX-License-Identifier: Apache-2.0
 *
 * Setting passwords.
 */
#pragma once

#include "core/op.h"

/* Whether its size is within the limits. */
bool password_is_valid(struct secret password);

/* The form in which a password is stored, in the call's arena.
 * Return: ERR_OK; ERR_BUSY; faults. */
enum err password_encode(struct op *op, struct secret password, bool is_registration,
                         struct slice *ret);
