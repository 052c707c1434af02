/* SPDX-License-Identifier: Apache-2.0
 *
 * What a user's applications have, and taking it back (contract 5.5).
 */
#pragma once

#include "oauth/ports.h"
#include "oauth/store_port.h"

/* "live", "revoked", "failed", "expired" or "minting". */
const char *grant_status_text(const struct grant *grant, struct instant now);

/* Revokes every live grant of that client for that account and withdraws its pending requests and
 * unspent codes. Return: ERR_OK; ERR_NOT_FOUND: no such application; faults. */
enum err connected_revoke(const struct ports *ports, struct arena *arena,
                          const struct caller *caller, const struct uuid *account_id,
                          const struct uuid *client_id, struct grant **ret, size_t *ret_n);

/* Revokes one grant, which comes out unless it had ended before.
 * Return: ERR_OK; ERR_NOT_FOUND: not the account's; faults. */
enum err connected_revoke_grant(const struct ports *ports, struct arena *arena,
                                const struct caller *caller, const struct uuid *account_id,
                                const struct uuid *id, struct grant **ret, size_t *ret_n);
