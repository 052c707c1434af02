/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the audit trail: who, what, when, from where, outcome; never a secret.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* An entry about this call. Account, client and subject may be NULL. */
struct audit_entry audit_entry_of(const struct op *op, const char *action,
                                  const struct uuid *account_id, const struct uuid *client_id,
                                  const struct uuid *subject_id);

/* Writes a separate entry, for calls that change nothing else. If it cannot be written the store
 * has logged that, and the caller's outcome is unaffected. Failures are left out while the disk is
 * low.
 */
void audit_note(struct op *op, struct audit_entry entry, enum err outcome);

/* The same without waiting; `completion` gets the store's outcome. */
void audit_note_then(struct op *op, struct audit_entry entry, enum err outcome,
                     struct completion completion);
