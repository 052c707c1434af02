/* SPDX-License-Identifier: Apache-2.0
 *
 * Notifying satellites of revoked grants: at least once each, by any one node, with growing pauses,
 * until the satellite has confirmed or the grant has expired.
 */
#pragma once

#include "core/grants/delivery_desk.h"
#include "core/op.h"
#include "core/store.h"

/* Runs some of the deliveries that are due and that the desk admits; several threads may share one
 * desk. `count`, unless NULL, is called with every outcome. Return: ERR_OK, and how many there
 * were; faults. */
enum err delivery_run_due(struct op *op, struct delivery_desk *desk,
                          void (*count)(enum err outcome), size_t *ret_n);

/* Revokes `target`, derived from `parent` by one caveat, and checks whether it took effect if the
 * response does not say. Keys are raw macaroons. Return: ERR_OK: the target is dead; otherwise the
 * reason why it may not be, as from the satellite port. */
enum err delivery_make(struct op *op, struct slice address, struct secret parent,
                       struct secret target);

/* "pending", "delivered", "failed" or "ended". */
const char *delivery_state_text(enum delivery_state state);
