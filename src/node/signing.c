/* SPDX-License-Identifier: Apache-2.0
 *
 * Making the keys of ID tokens.
 */
#include "node/signing.h"

#include "base/macros.h"
#include "os/complain.h"
#include "os/signing_key.h"

static const enum jwt_algorithm algorithms[] = {JWT_RS256, JWT_ES256};

static enum err key_make(struct arena *arena, enum jwt_algorithm algorithm, struct signing_key *ret)
{
        struct signing_key key = {.public.algorithm = algorithm};
        struct slice der;

        TRY(signing_key_make(algorithm, arena, &der, &key.public.key));
        key.der = (struct secret){.hidden = der};
        *ret = key;
        return ERR_OK;
}

enum err signing_make(struct arena *arena, struct new_signing_keys *ret)
{
        struct signing_key *keys = arena_array(arena, ARRAY_SIZE(algorithms), struct signing_key);

        if (!keys)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++)
                TRY(key_make(arena, algorithms[i], &keys[i]));
        *ret = (struct new_signing_keys){.keys = keys, .n = ARRAY_SIZE(algorithms)};
        return ERR_OK;
}

static enum err keys_begin(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 18);
        struct op op = op_begin(ports, &arena);
        struct new_signing_keys made;
        bool exist;

        TRY(signing_keys_exist(&op, &exist));
        if (exist)
                return ERR_OK;
        TRY(signing_make(&arena, &made));
        return signing_keys_begin(&op, &made);
}

enum err signing_begin(const struct ports *ports)
{
        enum err error = keys_begin(ports);

        if (error != ERR_OK)
                complain("cannot make the keys that ID tokens are signed with: %s",
                         error_info(error)->sentence);
        return error;
}
