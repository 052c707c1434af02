/* SPDX-License-Identifier: Apache-2.0
 *
 * What the browser says about a use of a passkey, which the passkey signs as well: clientDataJSON
 * of WebAuthn.
 */
#pragma once

#include "core/op.h"

enum client_data_type { CLIENT_DATA_CREATE, CLIENT_DATA_GET };

/* Checks that it is of this type and from our own pages. `ret_challenge` is in the arena.
 * Return: ERR_OK; ERR_PASSKEY_WRONG, explained; faults. */
enum err client_data_read(struct op *op, struct slice json, enum client_data_type type,
                          struct slice *ret_challenge);
