/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks client-secret JWTs as the server does:
 *      jwt_verify CLIENT_ID SECRET NOW < TOKENS
 * Each line is a token in hex, since tokens may contain anything. For each it prints the outcome's
 * name and, if it is valid, its exp.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/macros.h"
#include "base/number.h"
#include "core/clients/client_secret.h"

enum { LIMIT_TOKEN = 1 << 16 };

static enum err check(struct slice token, char **argv, int64_t now, int64_t *ret_exp)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct secret secret = {.hidden = slice_from_string(argv[2])};
        struct client_assertion assertion;
        size_t which;

        TRY(client_assertion_parse(token, JWT_BIT(JWT_HS256), &arena, &assertion));
        TRY(client_secret_verify(&assertion, &(struct client_secrets){&secret, 1, 1}, &which));
        TRY(client_assertion_check(&assertion, &(struct assertion_rules){
                                                       .client_id = slice_from_string(argv[1]),
                                                       .issuer = SLICE("http://localhost:10100"),
                                                       .now = {now * 1000},
                                                       .leeway = 10,
                                                       .max_lifetime = 300,
                                               }));
        *ret_exp = assertion.exp;
        return ERR_OK;
}

static bool answer(struct slice line, char **argv, int64_t now)
{
        struct buf token CLEANUP(buf_deinit) = BUF_INIT(LIMIT_TOKEN);
        int64_t exp = 0;
        enum err error;

        if (!hex_decode(line, &token))
                return false;
        error = check(buf_slice(&token), argv, now, &exp);
        (void)printf("%s", error_info(error)->name);
        if (error == ERR_OK)
                (void)printf(" %" PRId64, exp);
        (void)putchar('\n');
        return true;
}

int main(int argc, char **argv)
{
        static char line[2 * LIMIT_TOKEN + 2];
        int64_t now;

        if (argc != 4 || !int64_parse(slice_from_string(argv[3]), &now))
                return 2;
        while (fgets(line, sizeof(line), stdin)) {
                line[strcspn(line, "\n")] = '\0';
                if (!answer(slice_from_string(line), argv, now))
                        return 2;
        }
        return 0;
}
