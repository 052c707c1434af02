/* SPDX-License-Identifier: Apache-2.0
 *
 * What a browser sends of a passkey: a byte that chooses what the rest is. No data makes a key
 * accept a signature that nobody made, and what is read of a new passkey has sizes that are stored.
 */
#include "base/macros.h"
#include "base/webauthn.h"
#include "core/people/passkey/client_data.h"
#include "core/policy.h"
#include "fuzz.h"

static void registration_check(struct arena *arena, struct slice data)
{
        const struct webauthn_proof proof = {SLICE("localhost"), SLICE("{}"), slice_to(data, 37),
                                             SLICE("a signature that nobody made")};
        struct webauthn_credential credential;
        enum err error = webauthn_credential_read(arena, data, &credential);

        if (error == ERR_NOT_AUTHENTIC)
                return;
        REQUIRE(error == ERR_OK);
        REQUIRE(credential.id.size && credential.key.bytes.size);
        REQUIRE(credential.key.bytes.size <= 259);
        REQUIRE(webauthn_verify(arena, &credential.key, &proof) == ERR_NOT_AUTHENTIC);
}

static void proof_check(struct arena *arena, struct slice data)
{
        static const uint8_t key[259] = {1};
        static const enum webauthn_algorithm algorithms[] = {WEBAUTHN_ES256, WEBAUTHN_EDDSA,
                                                             WEBAUTHN_RS256};
        const struct webauthn_proof proof = {SLICE("localhost"), SLICE("{}"), data,
                                             slice_to(data, 72)};

        for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++) {
                const struct webauthn_key public_key = {algorithms[i], SLICE_ARRAY(key)};

                REQUIRE(webauthn_verify(arena, &public_key, &proof) == ERR_NOT_AUTHENTIC);
        }
}

static void client_data_check(struct arena *arena, struct slice data)
{
        const struct policy policy = {.issuer = SLICE("http://localhost:10100")};
        const struct ports ports = {.policy = &policy};
        struct op op = {.ports = &ports, .arena = arena};
        struct slice challenge = {0};
        enum err error = client_data_read(&op, data, CLIENT_DATA_GET, &challenge);

        REQUIRE(error == ERR_OK || error == ERR_PASSKEY_WRONG);
        REQUIRE(error != ERR_OK || challenge.size < data.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(8 << 20);
        struct slice rest = slice_new(data + 1, size ? size - 1 : 0);

        if (size == 0)
                return 0;
        switch (data[0] % 3) {
        case 0:
                registration_check(&arena, rest);
                break;
        case 1:
                proof_check(&arena, rest);
                break;
        default:
                client_data_check(&arena, rest);
        }
        return 0;
}
