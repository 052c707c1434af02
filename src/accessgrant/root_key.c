/* SPDX-License-Identifier: Apache-2.0
 *
 * The root key of a project, from the passphrase and the salt (docs/protocol/access-grant.md 8.1).
 */
#include <accessgrant.h>

#include <stdlib.h>
#include <string.h>

#include "accessgrant/memory.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum { PASSES = 1, LANES = 8 };

/* The salt of Argon2 is the project's salt under the passphrase, for the path "". */
static enum ag_error root_key_salt(struct slice passphrase, struct slice salt,
                                   uint8_t ret_salt[SHA256_SIZE])
{
        uint8_t mixed[AG_KEY_SIZE] CLEANUP(ag_wipe_key);

        TRY(ag_crypto_check(primitive_hmac_sha256(passphrase, salt, mixed)));
        return ag_crypto_check(primitive_hmac_sha256(SLICE_ARRAY(mixed), SLICE(""), ret_salt));
}

static void memory_freep(void **memory)
{
        free(*memory);
}

enum ag_error ag_root_key(struct ag_bytes passphrase, struct ag_bytes salt, void *memory,
                          uint8_t ret_key[AG_KEY_SIZE])
{
        void *own_memory CLEANUP(memory_freep) = NULL;
        uint8_t mixed_salt[AG_KEY_SIZE] CLEANUP(ag_wipe_key);
        uint8_t key[AG_KEY_SIZE] CLEANUP(ag_wipe_key);
        struct argon2id input = {
                .password = slice_of(passphrase),
                .salt = SLICE_ARRAY(mixed_salt),
                .memory_kib = AG_ROOT_KEY_MEMORY / 1024,
                .passes = PASSES,
                .lanes = LANES,
        };

        if (passphrase.size > AG_MAX_TEXT || salt.size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        if (!memory)
                own_memory = malloc(AG_ROOT_KEY_MEMORY);
        input.memory = memory ? memory : own_memory;
        if (!input.memory)
                return AG_ERR_MEMORY;
        TRY(root_key_salt(input.password, slice_of(salt), mixed_salt));
        TRY(ag_crypto_check(primitive_argon2id(&input, key)));
        memcpy(ret_key, key, sizeof(key));
        return AG_OK;
}
