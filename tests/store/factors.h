/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts with second factors.
 */
#pragma once

#include "fixture.h"

#define SEALED SLICE("a sealed secret")

/* Their ids and digests are `number` and those that follow. */
static inline struct recovery_codes recovery_codes_of(int64_t number)
{
        struct recovery_codes codes;

        for (int64_t i = 0; i < N_RECOVERY_CODES; i++)
                codes.items[i] = (struct recovery_code){id_of(number + i), digest_of(number + i)};
        return codes;
}

static inline enum err totp_begin(struct world *world, int64_t account, struct slice sealed)
{
        return STORE_AS(world, id(world, account), NOW, totp_begin, &sealed);
}

/* With a code of step 100. */
static inline enum err totp_confirm(struct world *world, int64_t account, int64_t codes,
                                    int64_t spared)
{
        struct totp_confirmation confirmation = {.sealed_secret = SEALED,
                                                 .step = 100,
                                                 .codes = recovery_codes_of(codes),
                                                 .spared = id_of(spared)};

        return STORE_AS(world, id(world, account), after(5), totp_confirm, &confirmation, &audit);
}

static inline void factor_new(struct world *world, int64_t account, int64_t codes)
{
        CHECK_OK(totp_begin(world, account, SEALED));
        CHECK_OK(totp_confirm(world, account, codes, 0));
}

static inline struct totp totp_now(struct world *world, int64_t account)
{
        struct totp totp = {0};

        CHECK_OK(STORE(world, totp_find, id(world, account), &totp));
        return totp;
}

static inline enum err totp_use(struct world *world, int64_t account, int64_t step)
{
        return STORE(world, totp_use, &(struct totp_use){id_of(account), step});
}

static inline enum err recovery_code_use(struct world *world, int64_t account, int64_t code)
{
        return STORE(world, recovery_code_use,
                     &(struct recovery_code_use){id_of(account), digest_of(code)}, &audit);
}
