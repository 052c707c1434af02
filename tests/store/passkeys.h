/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts with passkeys.
 */
#pragma once

#include "fixture.h"

/* Its credential is the digest of its number. */
static inline struct passkey passkey_of(struct world *world, int64_t number, int64_t account)
{
        const struct digest credential = digest_of(number);

        return (struct passkey){
                .id = id_of(number),
                .account_id = id_of(account),
                .name = SLICE("A key"),
                .credential = {arena_copy(&world->values, SLICE_ARRAY(credential.bytes)),
                               {WEBAUTHN_EDDSA, SLICE("a public key")}},
                .challenged_at = after(number),
                .created_at = after(number),
        };
}

static inline enum err passkey_add(struct world *world, int64_t number, int64_t account)
{
        const struct passkey passkey = passkey_of(world, number, account);
        const struct new_passkey added = {&passkey, id_of(number + 1000), id_of(0)};

        return STORE_AS(world, id(world, account), NOW, passkey_insert, &added, &audit);
}

static inline enum err passkey_find(struct world *world, int64_t number, struct passkey_owner *ret)
{
        const struct passkey passkey = passkey_of(world, number, 0);

        return STORE(world, passkey_find, &passkey.credential.id, ret);
}

static inline enum err passkey_use(struct world *world, int64_t number, int64_t counter,
                                   int64_t challenged_after)
{
        const struct passkey_use use = {id_of(number), counter, after(challenged_after)};

        return STORE(world, passkey_use, &use);
}

static inline enum err passkey_remove(struct world *world, int64_t number, int64_t account)
{
        const struct passkey_end end = {id_of(number), id_of(0)};

        return STORE_AS(world, id(world, account), NOW, passkey_delete, &end, &audit);
}
