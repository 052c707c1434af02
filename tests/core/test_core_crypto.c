/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core while the cryptography of libaccessgrant fails.
 */
#include "core/operations.h"

#include "accessgrant/failing_crypto.h"

static void crypto_break(struct stage *stage, unsigned at)
{
        (void)stage;
        n_calls_left = at - 1;
        n_calls_failed = 0;
}

static bool crypto_mend(struct stage *stage)
{
        (void)stage;
        n_calls_left = SIZE_MAX;
        return n_calls_failed > 0;
}

TEST(cryptography_that_fails_is_a_fault_of_every_operation_and_never_an_answer)
{
        static const struct trouble trouble = {crypto_break, crypto_mend, ERR_INTERNAL,
                                               .is_written_down = true};

        CHECK(operations_try(&trouble) > 50);
}
