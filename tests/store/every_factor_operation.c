/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations on second factors, for every_operation.c: account 4 has one, account 5 sets one up.
 */
#include "every_operation.h"

#include "factors.h"

enum err do_totp_find(struct given *given)
{
        struct totp totp;

        return CALL(totp_find, ID(4), &totp);
}

enum err do_totp_begin(struct given *given)
{
        return totp_begin(given->world, 5, SLICE("another secret"));
}

enum err do_totp_confirm(struct given *given)
{
        return totp_confirm(given->world, 5, 700, 0);
}

enum err do_totp_use(struct given *given)
{
        return totp_use(given->world, 4, 101);
}

enum err do_recovery_code_use(struct given *given)
{
        return recovery_code_use(given->world, 4, 600);
}

enum err do_recovery_codes_renew(struct given *given)
{
        struct recovery_codes codes = recovery_codes_of(700);

        return STORE_AS(given->world, ID(4), NOW, recovery_codes_renew, &codes, &audit);
}

enum err do_totp_delete(struct given *given)
{
        return STORE_AS(given->world, ID(4), NOW, totp_delete, ID(0), &audit);
}

enum err do_totp_set_at_consent(struct given *given)
{
        const bool yes = true;

        return STORE_AS(given->world, ID(4), NOW, totp_set_at_consent, &yes, &audit);
}
