/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys along a path, and the encryption of its components.
 */
#include "accessgrant/path_key.h"

#include "accessgrant/memory.h"
#include "accessgrant/segment.h"
#include "accessgrant/words.h"
#include "base/macros.h"

/* The first half of an HMAC-SHA512. */
static enum ag_error derive(const uint8_t key[AG_KEY_SIZE], struct slice message,
                            uint8_t ret_derived[AG_KEY_SIZE])
{
        uint8_t mac[SHA512_SIZE];
        enum primitive result = primitive_hmac_sha512(slice_new(key, AG_KEY_SIZE), message, mac);

        if (!result)
                memcpy(ret_derived, mac, AG_KEY_SIZE);
        wipe(mac, sizeof(mac));
        return ag_crypto_check(result);
}

enum ag_error ag_path_key_descend(uint8_t key[AG_KEY_SIZE], struct slice component)
{
        static const char label[] = {'p', 'a', 't', 'h', ':'};
        uint8_t message[sizeof(label) + AG_MAX_PATH];
        size_t size = sizeof(label) + component.size;
        enum ag_error error;

        if (component.size > AG_MAX_PATH)
                return AG_ERR_LIMIT;
        memcpy(message, label, sizeof(label));
        if (component.size)
                memcpy(message + sizeof(label), component.data, component.size);
        error = derive(key, slice_new(message, size), key);
        wipe(message, size);
        return error;
}

/* --- AES-GCM: nonce, ciphertext, tag; of the empty component only the nonce --- */

/* The nonce is derived from the component's own key, so no other component uses it. */
static enum ag_error nonce_of(const uint8_t child_key[AG_KEY_SIZE],
                              uint8_t ret_nonce[GCM_NONCE_SIZE])
{
        uint8_t derived[AG_KEY_SIZE];

        TRY(derive(child_key, SLICE("nonce"), derived));
        memcpy(ret_nonce, derived, GCM_NONCE_SIZE);
        return AG_OK;
}

static enum ag_error gcm_encrypt(uint8_t key[AG_KEY_SIZE], struct slice component,
                                 struct buf *encrypted)
{
        struct buf body CLEANUP(buf_deinit) = BUF_INIT(2 * AG_MAX_PATH);
        uint8_t parent[AG_KEY_SIZE] CLEANUP(ag_wipe_key);
        uint8_t *nonce, *sealed;

        memcpy(parent, key, sizeof(parent));
        TRY(ag_path_key_descend(key, component));
        nonce = buf_extend(&body, GCM_NONCE_SIZE);
        if (!nonce)
                return ag_buf_check(&body);
        TRY(nonce_of(key, nonce));
        if (component.size) {
                sealed = buf_extend(&body, component.size + GCM_TAG_SIZE);
                if (!sealed)
                        return ag_buf_check(&body);
                TRY(ag_crypto_check(
                        primitive_seal(parent, body.data, (struct slice){0}, component, sealed)));
        }
        ag_segment_encode(buf_slice(&body), encrypted);
        return ag_buf_check(encrypted);
}

static enum ag_error gcm_decrypt(const uint8_t key[AG_KEY_SIZE], struct slice encrypted,
                                 struct buf *component)
{
        struct buf body CLEANUP(buf_deinit) = BUF_INIT(encrypted.size);
        bool is_encoded = ag_segment_decode(encrypted, &body);
        struct slice sealed;
        uint8_t *plain;

        TRY(ag_buf_check(&body));
        if (!is_encoded || body.size < GCM_NONCE_SIZE)
                return AG_ERR_WRONG_KEY;
        sealed = slice_from(buf_slice(&body), GCM_NONCE_SIZE);
        if (sealed.size == 0)
                return AG_OK;
        if (sealed.size < GCM_TAG_SIZE)
                return AG_ERR_WRONG_KEY;
        plain = buf_extend(component, sealed.size - GCM_TAG_SIZE);
        if (!plain)
                return ag_buf_check(component);
        return ag_crypto_check(primitive_open(key, body.data, (struct slice){0}, sealed, plain));
}

/* --- any cipher --- */

enum ag_error ag_component_encrypt(enum ag_cipher cipher, uint8_t key[AG_KEY_SIZE],
                                   struct slice component, struct buf *encrypted)
{
        switch (cipher) {
        case AG_CIPHER_AES_GCM:
                return gcm_encrypt(key, component, encrypted);
        case AG_CIPHER_NULL:
                buf_put(encrypted, component);
                TRY(ag_buf_check(encrypted));
                return ag_path_key_descend(key, component);
        case AG_CIPHER_UNSPECIFIED:
        case AG_CIPHER_SECRETBOX:
        case AG_CIPHER_NULL_BASE64URL:
                break;
        }
        return AG_ERR_CIPHER;
}

static enum ag_error decrypt(enum ag_cipher cipher, const uint8_t key[AG_KEY_SIZE],
                             struct slice encrypted, struct buf *component)
{
        switch (cipher) {
        case AG_CIPHER_AES_GCM:
                return encrypted.size ? gcm_decrypt(key, encrypted, component) : AG_OK;
        case AG_CIPHER_NULL:
                buf_put(component, encrypted);
                return ag_buf_check(component);
        case AG_CIPHER_UNSPECIFIED:
        case AG_CIPHER_SECRETBOX:
        case AG_CIPHER_NULL_BASE64URL:
                break;
        }
        return AG_ERR_CIPHER;
}

enum ag_error ag_component_decrypt(enum ag_cipher cipher, uint8_t key[AG_KEY_SIZE],
                                   struct slice encrypted, struct buf *component)
{
        size_t begin = component->size;

        TRY(decrypt(cipher, key, encrypted, component));
        return ag_path_key_descend(key, slice_from(buf_slice(component), begin));
}
