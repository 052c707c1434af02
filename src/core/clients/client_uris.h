/* SPDX-License-Identifier: Apache-2.0
 *
 * The URIs that a client registers. A refusal names those that are wrong, and why (op_explain()).
 */
#pragma once

#include "core/model.h"
#include "core/op.h"

/* Return: ERR_OK; ERR_FIELD_MISSING: there is none; ERR_TOO_MANY; ERR_REDIRECT_URI_MALFORMED. */
enum err client_redirect_uris_check(const struct op *op, struct texts uris,
                                    enum application_type type);

/* Where a logout leads: the same rules, with an outcome of its own. Return: ERR_OK; ERR_TOO_MANY;
 * ERR_LOGOUT_URI_MALFORMED. */
enum err client_logout_uris_check(const struct op *op, struct texts uris,
                                  enum application_type type);
