/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing an application whose client_id and secret exist already.
 */
#pragma once

#include "core/clients/client.h"

/* `form` has client_id and secret. The import also approves the application. A foreign secret is 32
 * to 256 printable characters instead of 64 lower-case hex ones, and marked as such.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: the secret; ERR_CONFLICT: the client_id is taken; as
 *         client_create(). */
enum err client_import(struct op *op, const struct client_form *form, bool takes_foreign,
                       struct client *ret);
