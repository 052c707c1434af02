/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering and reading the public keys of a client.
 */
#include "core/clients/client_keys.h"

#include "base/macros.h"

enum err client_keys_take(struct arena *arena, struct slice text, struct slice *ret)
{
        struct jwks keys;
        struct slice kept;

        TRY(jwks_read(arena, text, &keys));
        TRY(jwks_check(&keys));
        kept = jwks_text(arena, &keys);
        TRY(arena_check(arena));
        *ret = kept;
        return ERR_OK;
}

enum err client_keys_read(struct arena *arena, struct slice stored, struct jwks *ret)
{
        enum err error = jwks_read(arena, stored, ret);

        return error == ERR_OK || error_is_fault(error) ? error : ERR_INTERNAL;
}
