/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls libaccessgrant's derivation for the server.
 */
#include "os/root_key.h"

#include "base/event.h"
#include "core/ag_words.h"

_Static_assert(AG_KEY_SIZE == CRYPTO_KEY_SIZE, "both are 256-bit keys");

enum err root_key_derive(void *memory, struct secret passphrase, struct slice salt,
                         struct crypto_key *ret_key)
{
        enum ag_error error =
                ag_root_key(ag_of(secret_reveal(passphrase)), ag_of(salt), memory, ret_key->bytes);

        if (error == AG_OK)
                return ERR_OK;
        EVENT_FAULT("root key", EVENT_TEXT("why", ag_error_text(error)));
        return ERR_INTERNAL;
}

struct kdf_options root_key_options(unsigned n_slots, int64_t max_wait_seconds)
{
        return (struct kdf_options){
                .n_slots = n_slots,
                .max_wait_ms = max_wait_seconds * 1000,
                .idle_ms = 10000,
                .memory_size = AG_ROOT_KEY_MEMORY,
                .derive = root_key_derive,
        };
}
