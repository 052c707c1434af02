/* SPDX-License-Identifier: Apache-2.0
 *
 * JWT checks in a second of processor time, one thread: parsing, two HMACs as in the server,
 * claims. The fastest of the rounds, since other programs only slow it down.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/macros.h"
#include "core/clients/client_secret.h"

#define CLIENT_ID SLICE("e45fa79a-05f5-4f00-bbfe-bd0a14aead0a")

enum { ROUNDS = 21, CHECKS = 20000, CHECKS_AN_ARENA = 100 };

static const int64_t now_seconds = 1750000000;

static void check_once(struct arena *arena, struct slice token, const struct secret *secrets)
{
        struct client_assertion assertion;
        size_t matched;

        if (client_assertion_parse(token, JWT_BIT(JWT_HS256), arena, &assertion) != ERR_OK ||
            client_secret_verify(&assertion,
                                 &(struct client_secrets){secrets, LIMIT_CLIENT_SECRETS, 1},
                                 &matched) != ERR_OK ||
            client_assertion_check(&assertion, &(struct assertion_rules){
                                                       .client_id = CLIENT_ID,
                                                       .now = {.ms = now_seconds * 1000},
                                                       .leeway = 10,
                                                       .max_lifetime = 300,
                                               }) != ERR_OK)
                abort();
}

/* Return: seconds of processor time. */
static double round_run(struct slice token, const struct secret *secrets)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 24);
        struct timespec began, ended;

        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &began);
        for (int i = 0; i < CHECKS; i++) {
                check_once(&arena, token, secrets);
                if (i % CHECKS_AN_ARENA == 0)
                        arena_reset(&arena);
        }
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
        return (double)(ended.tv_sec - began.tv_sec) +
               (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
}

int main(void)
{
        struct arena kept CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct secret secret = secret_copy(
                &kept, SLICE("2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102"));
        struct secret secrets[] = {secret, secret};
        struct client_secret_claims claims = {
                .client_id = CLIENT_ID, .exp = now_seconds + 300, .jti = SLICE("0123456789abcdef")};
        struct slice token = secret_reveal(client_secret_sign(&kept, secret, &claims));
        double least = 1e9;

        for (int i = 0; i < ROUNDS; i++) {
                double seconds = round_run(token, secrets);

                least = seconds < least ? seconds : least;
        }
        (void)printf("JWT checks      %.0f a second (%d, one thread)\n", CHECKS / least, CHECKS);
        return 0;
}
