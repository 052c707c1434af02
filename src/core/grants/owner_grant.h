/* SPDX-License-Identifier: Apache-2.0
 *
 * The owner's access to their own storage (docs/protocol/http.md 4.4): a grant without a client,
 * recorded and revoked like any other.
 */
#pragma once

#include "core/op.h"
#include "core/people/login/login.h"
#include "core/store.h"

struct owner_grant_form {
        struct uuid project_id;
        struct confirmation person;
        struct secret passphrase; /* absent: the grant has no encryption key */
};

/* Requires the password and the second factor again, since the grant opens everything.
 * Return: ERR_OK; as login_check(); ERR_NOT_FOUND: not the account's project; ERR_API_KEY_EXPIRED;
 *         ERR_GRANT_TOO_LONG; ERR_BUSY; faults. */
enum err owner_grant_make(struct op *op, const struct account *account,
                          const struct owner_grant_form *form, struct secret *ret_grant);
