/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling satellites which grants were revoked: at least once each, by whichever node comes
 * first, with growing pauses, until the satellite knows or the grant has ended.
 */
#pragma once

#include "core/grants/delivery_desk.h"
#include "core/op.h"
#include "core/store.h"

/* Makes some of the deliveries that are due and that the desk allows; for several threads at once
 * with one desk. `count`, unless NULL, is told every outcome.
 * Return: ERR_OK, and how many there were; faults. */
enum err delivery_run_due(struct op *op, struct delivery_desk *desk,
                          void (*count)(enum err outcome), size_t *ret_n);

/* Revokes `target`, made from `parent` by one caveat, and finds out whether it took effect where
 * the answer does not say. Keys are raw macaroons.
 * Return: ERR_OK: the target is dead; else why it may not be: as the satellite port. */
enum err delivery_make(struct op *op, struct slice address, struct secret parent,
                       struct secret target);

/* "pending", "delivered", "failed" or "ended". */
const char *delivery_state_text(enum delivery_state state);
