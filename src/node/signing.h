/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of ID tokens: made at the first start, and by `grantd keys rotate-signing`.
 */
#pragma once

#include "core/identity/signing_keys.h"

/* New keys of each algorithm, in the arena. Return: ERR_OK; faults. */
enum err signing_make(struct arena *arena, struct new_signing_keys *ret);

/* Makes the first keys, if there are none. What is wrong is said. Return: ERR_OK; faults. */
enum err signing_begin(const struct ports *ports);
