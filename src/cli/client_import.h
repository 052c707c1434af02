/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing an application whose client_id and secret exist already.
 */
#pragma once

#include "core/clients/client.h"

/* `form` has client_id and secret. The import also approves the application.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: the secret is not 64 lower-case hex characters;
 *         ERR_CONFLICT: the client_id is taken; as client_create(). */
enum err client_import(struct op *op, const struct client_form *form, struct client *ret);
