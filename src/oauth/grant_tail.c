/* SPDX-License-Identifier: Apache-2.0
 *
 * Tails, sealed.
 */
#include "oauth/grant_tail.h"

#include <accessgrant.h>

enum err grant_tail_seal(const struct ports *ports, struct arena *arena,
                         const struct uuid *grant_id, struct slice tail, struct slice *ret_sealed)
{
        return seal_close(ports->seal, &ports->entropy, SEAL_TAIL, grant_id,
                          (struct secret){.hidden = tail}, arena, ret_sealed);
}

enum err grant_tail_open(struct seal *seal, struct arena *arena, const struct uuid *grant_id,
                         struct slice sealed, struct secret *ret_tail)
{
        if (sealed.size != AG_TAIL_SIZE)
                return seal_open(seal, SEAL_TAIL, grant_id, sealed, arena, ret_tail);
        *ret_tail = (struct secret){.hidden = sealed};
        return ERR_OK;
}
