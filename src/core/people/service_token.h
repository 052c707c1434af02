/* SPDX-License-Identifier: Apache-2.0
 *
 * The tokens of services (docs/protocol/http.md 7.1): "gst_" and 43 base64url characters, stored as
 * a digest.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Creates a token, which is not valid yet, and its text. */
void service_token_make(struct op *op, struct slice name, unsigned roles, struct service_token *ret,
                        struct secret *ret_text);

/* Stores it, which makes it valid. Return: ERR_OK; faults. */
enum err service_token_add(struct op *op, const struct service_token *token);

/* Checks that this is the text of a token with that role.
 * Return: ERR_OK; ERR_TOKEN_UNKNOWN; ERR_TOKEN_ROLE; faults. */
enum err service_token_check(struct op *op, struct secret text, enum token_role role);

/* Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err service_token_revoke(struct op *op, const struct uuid *id);
