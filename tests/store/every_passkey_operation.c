/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations on passkeys, for every_operation.c: account 4 has passkey 97.
 */
#include "every_operation.h"

#include "passkeys.h"

enum err do_passkey_find(struct given *given)
{
        struct passkey_owner owner;

        return passkey_find(given->world, 97, &owner);
}

enum err do_passkey_list(struct given *given)
{
        struct passkey_list passkeys;

        return CALL(passkey_list, ID(4), &passkeys);
}

enum err do_passkey_insert(struct given *given)
{
        return passkey_add(given->world, 98, 4);
}

enum err do_passkey_use(struct given *given)
{
        return passkey_use(given->world, 97, 1, 98);
}

enum err do_passkey_rename(struct given *given)
{
        const struct passkey_name name = {id_of(97), SLICE("Another name")};

        return STORE_AS(given->world, ID(4), NOW, passkey_rename, &name, &audit);
}

enum err do_passkey_delete(struct given *given)
{
        return passkey_remove(given->world, 97, 4);
}

enum err do_factors_delete(struct given *given)
{
        return CALL(factors_delete, ID(4), &audit);
}
