/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing and opening tails.
 */
#include "core/grants/tail.h"

enum err grant_tail_seal(struct op *op, const struct uuid *grant_id, struct slice tail,
                         struct slice *ret_sealed)
{
        return seal_close(op, SEAL_TAIL, grant_id, (struct secret){.hidden = tail}, ret_sealed);
}

enum err grant_tail_open(struct op *op, const struct uuid *grant_id, struct slice sealed,
                         struct secret *ret_tail)
{
        return seal_open(op, SEAL_TAIL, grant_id, sealed, ret_tail);
}
