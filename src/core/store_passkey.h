/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store for passkeys. They are as those of core/store.h.
 */
#pragma once

#include "core/op.h"
#include "core/people/passkey/passkey_model.h"
#include "core/upkeep/audit_entry.h"

/* That of a credential's id, of an account that is not deleted; it may be disabled. Return: ERR_OK;
 * ERR_NO_ROW. */
enum err store_passkey_find(struct op *op, const struct slice *credential,
                            struct passkey_owner *ret);
/* The account's, the oldest first: LIMIT_PASSKEYS at most. */
enum err store_passkey_list(struct op *op, const struct uuid *account_id, struct passkey_list *ret);
/* Ends all sessions except the one to keep, and what was checked of the account's identities is out
 * of date. Return: ERR_OK; ERR_NO_ROW: the account is gone or has LIMIT_PASSKEYS, the credential is
 * somebody's, or the account has accepted this challenge, or a later one. */
enum err store_passkey_insert(struct op *op, const struct new_passkey *passkey,
                              const struct audit_entry *audit);
/* Notes a proof. Return: ERR_OK; ERR_NO_ROW: the passkey is gone, its challenge, or a later one,
 * was accepted before, or the counter has not grown. */
enum err store_passkey_use(struct op *op, const struct passkey_use *use);
/* The account's own. Return: ERR_OK; ERR_NO_ROW. */
enum err store_passkey_rename(struct op *op, const struct passkey_name *name,
                              const struct audit_entry *audit);
/* The account's own; ends sessions as store_passkey_insert() does. Return: ERR_OK; ERR_NO_ROW. */
enum err store_passkey_delete(struct op *op, const struct passkey_end *end,
                              const struct audit_entry *audit);
/* The account's second factor with its recovery codes, all its passkeys, and all its sessions.
 * Return: ERR_OK; ERR_NO_ROW: it has neither. */
enum err store_factors_delete(struct op *op, const struct uuid *account_id,
                              const struct audit_entry *audit);
