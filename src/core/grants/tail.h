/* SPDX-License-Identifier: Apache-2.0
 *
 * The tail of a grant's API key, at rest. It is the key's signature: together with the limits,
 * which are stored in clear, it makes up the key. So it is sealed.
 */
#pragma once

#include "core/op.h"
#include "core/upkeep/seal.h"

/* Return: ERR_OK; ERR_INTERNAL. */
enum err grant_tail_seal(struct op *op, const struct uuid *grant_id, struct slice tail,
                         struct slice *ret_sealed);

/* Return: ERR_OK; ERR_NOT_AUTHENTIC, as seal_open(). */
enum err grant_tail_open(struct op *op, const struct uuid *grant_id, struct slice sealed,
                         struct secret *ret_tail);
