/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the audit trail: who, what, when, from where, outcome; never a secret.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* An entry about what this call does. Account, client and subject may be NULL. */
struct audit_entry audit_entry_of(const struct op *op, const char *action,
                                  const struct uuid *account_id, const struct uuid *client_id,
                                  const struct uuid *subject_id);

/* Writes an entry of its own, for what changes nothing else. A failure to write it is a fault that
 * the store has logged; the caller's outcome stands. A failure is left out while the disk is low.
 */
void audit_note(struct op *op, struct audit_entry entry, enum err outcome);

/* The same without waiting; `completion` gets the store's outcome. */
void audit_note_then(struct op *op, struct audit_entry entry, enum err outcome,
                     struct completion completion);
