/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks a client-secret JWT as the server does: jwt_verify CLIENT_ID SECRET NOW < TOKEN
 * Prints the outcome's name.
 */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/number.h"
#include "oauth/client_secret.h"

static enum err check(struct slice token, char **argv, int64_t now)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct secret secret = {.hidden = slice_from_string(argv[2])};
        struct client_assertion assertion;
        size_t which;

        TRY(client_secret_parse(token, &arena, &assertion));
        return client_secret_verify(&assertion,
                                    &(struct client_secret_rules){
                                            .client_id = slice_from_string(argv[1]),
                                            .secrets = &secret,
                                            .n_secrets = 1,
                                            .n_real = 1,
                                            .issuer = SLICE("http://localhost:10100"),
                                            .now = {now * 1000},
                                            .leeway = 10,
                                            .max_lifetime = 300,
                                    },
                                    &which);
}

int main(int argc, char **argv)
{
        char text[8192];
        size_t size = fread(text, 1, sizeof(text), stdin);
        int64_t now;

        if (argc != 4 || !int64_parse(slice_from_string(argv[3]), &now))
                return 2;
        (void)puts(error_info(check(slice_new(text, size), argv, now))->name);
        return 0;
}
