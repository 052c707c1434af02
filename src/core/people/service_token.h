/* SPDX-License-Identifier: Apache-2.0
 *
 * The tokens of services (docs/protocol/http.md 7.1): "gst_" and 43 base64url characters, kept as a
 * digest.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* A new one, which opens nothing yet, and its text. */
void service_token_make(struct op *op, struct slice name, unsigned roles, struct service_token *ret,
                        struct secret *ret_text);

/* Puts it in force. Return: ERR_OK; faults. */
enum err service_token_add(struct op *op, const struct service_token *token);

/* Whether this is the text of a token with that role.
 * Return: ERR_OK; ERR_TOKEN_UNKNOWN; ERR_TOKEN_ROLE; faults. */
enum err service_token_check(struct op *op, struct secret text, enum token_role role);

/* Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err service_token_revoke(struct op *op, const struct uuid *id);
