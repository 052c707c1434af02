/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store for forgotten passwords. They keep the promises at the head of
 * core/store.h, which includes this.
 */
#pragma once

#include "core/model.h"
#include "core/op.h"
#include "core/upkeep/audit_entry.h"

/* A link by which somebody who has forgotten the password chooses another. */
struct password_reset {
        struct uuid account_id;
        struct digest token; /* of its text */
        struct instant ends_at;
};

/* Another way to log in to an account; one that it has stays as it is. Return: ERR_OK; ERR_NO_ROW:
 * the account is gone. */
enum err store_identity_insert(struct op *op, const struct identity *identity,
                               const struct audit_entry *audit);

/* It takes the place of the account's earlier one. Return: ERR_OK; ERR_NO_ROW: the account is
 * deleted or disabled, or has no password. */
enum err store_reset_insert(struct op *op, const struct password_reset *reset,
                            const struct audit_entry *audit);
/* Whose link it is that has not expired. Return: ERR_OK; ERR_NO_ROW. */
enum err store_reset_find(struct op *op, const struct digest *token, struct account *ret);
