/* SPDX-License-Identifier: Apache-2.0
 *
 * The public keys that a developer registers: what is accepted is read again as it was kept, and no
 * key accepts a signature that nobody made.
 */
#include "base/arena.h"
#include "base/macros.h"
#include "core/clients/client_keys.h"
#include "fuzz.h"

static bool keys_equal(const struct jwk *a, const struct jwk *b)
{
        return a->key.kind == b->key.kind && a->algorithm == b->algorithm &&
               slice_equal(a->id, b->id) && slice_equal(a->key.x, b->key.x) &&
               slice_equal(a->key.y, b->key.y) && slice_equal(a->key.modulus, b->key.modulus) &&
               slice_equal(a->key.exponent, b->key.exponent);
}

static void check_key(const struct jwk *jwk)
{
        static const uint8_t signature[RSA_MOST / 8] = {1};

        for (int i = 0; i < JWT_ALGORITHMS; i++) {
                enum jwt_algorithm algorithm = (enum jwt_algorithm)i;
                size_t size = jwk->key.kind == PUBLIC_KEY_RSA ? jwk->key.modulus.size : 64;

                REQUIRE(public_key_verify(&jwk->key, algorithm, SLICE("message"),
                                          slice_new(signature, size)) == ERR_NOT_AUTHENTIC);
                REQUIRE(!jwk_fits(jwk, algorithm, (struct slice){0}) ||
                        public_key_fits(jwk->key.kind, algorithm));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(8 << 20);
        struct slice kept, again;
        struct jwks keys, read;

        if (client_keys_take(&arena, slice_new(data, size), &kept) != ERR_OK)
                return 0;
        REQUIRE(jwks_read(&arena, slice_new(data, size), &keys) == ERR_OK);
        REQUIRE(client_keys_read(&arena, kept, &read) == ERR_OK);
        REQUIRE(keys.n == read.n && read.n >= 1 && read.n <= LIMIT_CLIENT_KEYS);
        for (size_t i = 0; i < read.n; i++) {
                REQUIRE(keys_equal(&keys.keys[i], &read.keys[i]));
                check_key(&read.keys[i]);
        }
        again = jwks_text(&arena, &read);
        REQUIRE(slice_equal(kept, again));
        return 0;
}
