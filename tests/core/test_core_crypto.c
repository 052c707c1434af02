/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core while cryptography fails: all of libaccessgrant's, and the
 * server's sealing and opening.
 */
#include "core/operations.h"

#include "accessgrant/failing_crypto.h"

/* The server aborts if its own digests fail, so here they do not. */
#define SPARED(name, parameters, arguments)                                                        \
        static enum primitive spared_##name parameters                                             \
        {                                                                                          \
                enum primitive result;                                                             \
                                                                                                   \
                is_spared = true;                                                                  \
                result = primitive_##name arguments;                                               \
                is_spared = false;                                                                 \
                return result;                                                                     \
        }

SPARED(sha256, (struct slice data, uint8_t digest[SHA256_SIZE]), (data, digest))
SPARED(hmac_sha256, (struct slice key, struct slice data, uint8_t mac[SHA256_SIZE]),
       (key, data, mac))
SPARED(hmac_sha1, (struct slice key, struct slice data, uint8_t mac[SHA1_SIZE]), (key, data, mac))

#define primitive_sha256      spared_sha256
#define primitive_hmac_sha1   spared_hmac_sha1
#define primitive_hmac_sha256 spared_hmac_sha256
#include "base/crypto.c"

static void crypto_break(struct full_core *full, unsigned at)
{
        (void)full;
        n_calls_left = at - 1;
        n_calls_failed = 0;
}

static bool crypto_mend(struct full_core *full)
{
        (void)full;
        n_calls_left = SIZE_MAX;
        return n_calls_failed > 0;
}

TEST(cryptography_that_fails_is_a_fault_of_every_operation_and_never_an_answer)
{
        static const struct trouble trouble = {crypto_break, crypto_mend, ERR_INTERNAL,
                                               .is_written_down = true};

        operations_try_or_sample(&trouble, 50);
}
