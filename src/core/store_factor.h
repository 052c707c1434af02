/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store for second factors. They are as those of core/store.h.
 */
#pragma once

#include "core/op.h"
#include "core/people/factor/factor_model.h"
#include "core/upkeep/audit_entry.h"

/* The account's, confirmed or not. Return: ERR_OK; ERR_NO_ROW. */
enum err store_totp_find(struct op *op, const struct uuid *account_id, struct totp *ret);
/* Replaces one that was not confirmed. Return: ERR_OK; ERR_NO_ROW: there is a confirmed one. */
enum err store_totp_begin(struct op *op, const struct slice *sealed_secret);
/* With its recovery codes. Ends all sessions except the one to keep, and what was checked of the
 * account's identities is out of date. Return: ERR_OK; ERR_NO_ROW: another one was begun meanwhile,
 * or it is confirmed already. */
enum err store_totp_confirm(struct op *op, const struct totp_confirmation *confirmation,
                            const struct audit_entry *audit);
/* Whether each consent takes a code. Return: ERR_OK; ERR_NO_ROW: there is no confirmed factor. */
enum err store_totp_set_at_consent(struct op *op, const bool *at_consent,
                                   const struct audit_entry *audit);
/* Notes the step of a code. Return: ERR_OK; ERR_NO_ROW: a code of it, or of a later one, was
 * accepted before. */
enum err store_totp_use(struct op *op, const struct totp_use *use);
/* Uses the recovery code up. Return: ERR_OK; ERR_NO_ROW: there is none. */
enum err store_recovery_code_use(struct op *op, const struct recovery_code_use *use,
                                 const struct audit_entry *audit);
/* Replaces those that are left. Return: ERR_OK; ERR_NO_ROW: there is no confirmed factor. */
enum err store_recovery_codes_renew(struct op *op, const struct recovery_codes *codes,
                                    const struct audit_entry *audit);
/* With its recovery codes. Ends all sessions except this one; zeros: all. Return: ERR_OK;
 * ERR_NO_ROW. */
enum err store_totp_delete(struct op *op, const struct uuid *spared,
                           const struct audit_entry *audit);
