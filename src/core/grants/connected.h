/* SPDX-License-Identifier: Apache-2.0
 *
 * The access of a user's applications, and revoking it (docs/protocol/http.md 5.5).
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* "live", "revoked", "failed", "expired" or "minting". */
const char *grant_status_text(const struct grant *grant, struct instant now);

/* "pending", "approved", "rejected", "withdrawn", "expired", "used", "failed" or "revoked". */
const char *request_state_text(enum request_state state);

/* The rights and places of a connection's permissions, each once. That they are in the same list
 * does not mean that each right holds in each place. Return: ERR_OK; faults. */
enum err connection_scopes(struct arena *arena, const struct connection *connection,
                           struct texts *ret);

/* The requests of this application to this account, newest first.
 * Return: ERR_OK; ERR_NOT_FOUND: no such application; faults. */
enum err connected_history(struct op *op, const struct uuid *client_id,
                           const struct list_page *page, struct history_list *ret);

/* Revokes one grant; one that has ended is unchanged.
 * Return: ERR_OK; ERR_NOT_FOUND: it is not this account's; faults. */
enum err connected_revoke_grant(struct op *op, const struct uuid *id, struct grant *ret);

/* Revokes all live grants of the client for the account, and withdraws its pending requests and
 * unused codes. Returns the first of the grants. Return: ERR_OK; ERR_NOT_FOUND: no such
 * application; faults. */
enum err connected_revoke(struct op *op, const struct uuid *client_id, struct grant_list *ret);
