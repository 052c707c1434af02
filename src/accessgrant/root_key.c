/* SPDX-License-Identifier: Apache-2.0
 *
 * The root key of a project, from the passphrase and the salt (docs/protocol/access-grant.md 8.1).
 */
#include <accessgrant.h>

#include <argon2.h>
#include <stdlib.h>
#include <string.h>

#include "accessgrant/crypto.h"
#include "accessgrant/macros.h"
#include "accessgrant/memory.h"

enum { PASSES = 1, LANES = 8 };

/* The block the next derivation of this thread works in. libargon2 tells its hooks nothing about
 * the call they belong to, so they must find it here; it is set for the length of that call. */
static _Thread_local void *working_memory;

static int memory_lend(uint8_t **ret_memory, size_t size)
{
        *ret_memory = size <= AG_ROOT_KEY_MEMORY ? working_memory : NULL;
        return *ret_memory ? ARGON2_OK : ARGON2_MEMORY_ALLOCATION_ERROR;
}

/* libargon2 has wiped it. */
static void memory_return(uint8_t *memory, size_t size)
{
        (void)memory;
        (void)size;
}

/* The salt of Argon2 is the project's salt under the passphrase, for the path "". */
static enum ag_error root_key_salt(struct ag_bytes passphrase, struct ag_bytes salt,
                                   uint8_t ret_salt[AG_SHA256_SIZE])
{
        uint8_t mixed[AG_SHA256_SIZE];
        enum ag_error error = ag_hmac_sha256(passphrase, salt, mixed);

        if (!error)
                error = ag_hmac_sha256(ag_bytes_new(mixed, sizeof(mixed)), ag_bytes_new("", 0),
                                       ret_salt);
        ag_wipe(mixed, sizeof(mixed));
        return error;
}

/* The lanes are part of the function; that one thread works on all of them is not. */
static enum ag_error root_key_hash(struct ag_bytes passphrase, uint8_t salt[AG_SHA256_SIZE],
                                   void *memory, uint8_t ret_key[AG_KEY_SIZE])
{
        argon2_context context = {
                .out = ret_key,
                .outlen = AG_KEY_SIZE,
                .pwd = (uint8_t *)(uintptr_t)passphrase.data, /* only read, by these flags */
                .pwdlen = (uint32_t)passphrase.size,
                .salt = salt,
                .saltlen = AG_SHA256_SIZE,
                .t_cost = PASSES,
                .m_cost = AG_ROOT_KEY_MEMORY / 1024,
                .lanes = LANES,
                .threads = 1,
                .version = ARGON2_VERSION_13,
                .allocate_cbk = memory_lend,
                .free_cbk = memory_return,
                .flags = ARGON2_DEFAULT_FLAGS,
        };
        int result;

        working_memory = memory;
        result = argon2id_ctx(&context);
        working_memory = NULL;
        if (result == ARGON2_MEMORY_ALLOCATION_ERROR)
                return AG_ERR_MEMORY;
        return result == ARGON2_OK ? AG_OK : AG_ERR_CRYPTO;
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

        if (passphrase.size > AG_MAX_TEXT || salt.size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        if (!memory) {
                own_memory = malloc(AG_ROOT_KEY_MEMORY);
                memory = own_memory;
        }
        if (!memory)
                return AG_ERR_MEMORY;
        TRY(root_key_salt(passphrase, salt, mixed_salt));
        TRY(root_key_hash(passphrase, mixed_salt, memory, key));
        memcpy(ret_key, key, sizeof(key));
        return AG_OK;
}
