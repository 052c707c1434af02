/* SPDX-License-Identifier: Apache-2.0
 *
 * Tails, sealed.
 */
#include "core/grants/tail.h"

enum err grant_tail_seal(struct op *op, const struct uuid *grant_id, struct slice tail,
                         struct slice *ret_sealed)
{
        return seal_close(op->ports->seal, &op->ports->entropy, SEAL_TAIL, grant_id,
                          (struct secret){.hidden = tail}, op->arena, ret_sealed);
}

enum err grant_tail_open(struct seal *seal, struct arena *arena, const struct uuid *grant_id,
                         struct slice sealed, struct secret *ret_tail)
{
        return seal_open(seal, SEAL_TAIL, grant_id, sealed, arena, ret_tail);
}
