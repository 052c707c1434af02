/* SPDX-License-Identifier: Apache-2.0
 *
 * The root key of a project, from the passphrase and the salt (docs/protocol/access-grant.md 8.1).
 */
#include <accessgrant.h>

#include <stdlib.h>
#include <string.h>

#include "accessgrant/argon2/argon2id.h"
#include "accessgrant/argon2/variants.h"
#include "accessgrant/memory.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum { LANES = 8 };

_Static_assert(AG_KEY_SIZE == ARGON2ID_SIZE, "the key is the whole hash");

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

/* The memory is wiped here and nowhere else, since the passphrase's owner has no more use for it.
 */
static enum ag_error root_key_derive(struct slice passphrase, struct slice salt, void *memory,
                                     uint8_t ret_key[AG_KEY_SIZE])
{
        struct argon2id input = {
                .password = passphrase.data,
                .password_size = (uint32_t)passphrase.size,
                .salt = salt.data,
                .salt_size = (uint32_t)salt.size,
                .memory_kib = AG_ROOT_KEY_MEMORY / 1024,
                .lanes = LANES,
                .memory = memory,
        };
        bool is_derived = argon2id(&input, argon2_fill_choose(), ret_key);

        wipe(memory, AG_ROOT_KEY_MEMORY);
        return is_derived ? AG_OK : AG_ERR_CRYPTO;
}

enum ag_error ag_root_key(struct ag_bytes passphrase, struct ag_bytes salt, void *memory,
                          uint8_t ret_key[AG_KEY_SIZE])
{
        void *own_memory CLEANUP(memory_freep) = NULL;
        void *used_memory = memory;
        uint8_t mixed_salt[AG_KEY_SIZE] CLEANUP(ag_wipe_key);

        if (passphrase.size > AG_MAX_TEXT || salt.size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        if (!memory) {
                own_memory = malloc(AG_ROOT_KEY_MEMORY);
                used_memory = own_memory;
        }
        if (!used_memory)
                return AG_ERR_MEMORY;
        TRY(root_key_salt(slice_of(passphrase), slice_of(salt), mixed_salt));
        return root_key_derive(slice_of(passphrase), SLICE_ARRAY(mixed_salt), used_memory, ret_key);
}
