/* SPDX-License-Identifier: Apache-2.0
 *
 * Bringing an application along whose client_id and secret are known already.
 */
#pragma once

#include "core/clients/client.h"

/* `form` names client_id and secret. The operator approves by doing it.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: the secret is not 64 lower-case hex characters;
 * ERR_CONFLICT: the client_id is taken; as client_create(). */
enum err client_import(struct op *op, const struct client_form *form, struct client *ret);
