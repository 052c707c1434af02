/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords, as they are set.
 */
#pragma once

#include "core/op.h"

/* Whether it has the least and the greatest size that one may have. */
bool password_is_valid(struct secret password);

/* What an identity keeps of a password, in the arena of the call.
 * Return: ERR_OK; ERR_BUSY; faults. */
enum err password_encode(struct op *op, struct secret password, bool is_registration,
                         struct slice *ret);
