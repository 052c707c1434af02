/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys along a path, and the encryption of its components.
 */
#include "accessgrant/path_key.h"

#include "accessgrant/bytes.h"
#include "accessgrant/crypto.h"
#include "accessgrant/macros.h"
#include "accessgrant/memory.h"
#include "accessgrant/segment.h"

/* The first half of an HMAC-SHA512. */
static enum ag_error derive(const uint8_t key[AG_KEY_SIZE], struct ag_bytes message,
                            uint8_t ret_derived[AG_KEY_SIZE])
{
        uint8_t mac[AG_SHA512_SIZE];
        enum ag_error error = ag_hmac_sha512(ag_bytes_new(key, AG_KEY_SIZE), message, mac);

        if (!error)
                memcpy(ret_derived, mac, AG_KEY_SIZE);
        ag_wipe(mac, sizeof(mac));
        return error;
}

enum ag_error ag_path_key_descend(uint8_t key[AG_KEY_SIZE], struct ag_bytes component)
{
        static const char label[] = {'p', 'a', 't', 'h', ':'};
        uint8_t message[sizeof(label) + AG_MAX_PATH];
        size_t size = sizeof(label) + component.size;
        enum ag_error error;

        if (component.size > AG_MAX_PATH)
                return AG_ERR_LIMIT;
        memcpy(message, label, sizeof(label));
        ag_bytes_copy(message + sizeof(label), component);
        error = derive(key, ag_bytes_new(message, size), key);
        ag_wipe(message, size);
        return error;
}

/* --- AES-GCM: nonce, ciphertext, tag; of the empty component only the nonce --- */

/* The nonce comes from the component's own key, so that it is never used for another. */
static enum ag_error nonce_of(const uint8_t restricted_key[AG_KEY_SIZE],
                              uint8_t ret_nonce[AG_GCM_NONCE_SIZE])
{
        uint8_t derived[AG_KEY_SIZE];

        TRY(derive(restricted_key, ag_bytes_new("nonce", 5), derived));
        memcpy(ret_nonce, derived, AG_GCM_NONCE_SIZE);
        return AG_OK;
}

static enum ag_error gcm_encrypt(uint8_t key[AG_KEY_SIZE], struct ag_bytes component,
                                 struct ag_buf *encrypted)
{
        struct ag_buf body CLEANUP(ag_buf_deinit) = AG_BUF_INIT(2 * AG_MAX_PATH);
        uint8_t parent[AG_KEY_SIZE] CLEANUP(ag_wipe_key);
        uint8_t *nonce, *sealed;

        memcpy(parent, key, sizeof(parent));
        TRY(ag_path_key_descend(key, component));
        nonce = ag_buf_extend(&body, AG_GCM_NONCE_SIZE);
        if (!nonce)
                return body.error;
        TRY(nonce_of(key, nonce));
        if (component.size) {
                sealed = ag_buf_extend(&body, component.size + AG_GCM_TAG_SIZE);
                if (!sealed)
                        return body.error;
                TRY(ag_gcm_seal(parent, body.data, component, sealed));
        }
        ag_segment_encode(ag_buf_bytes(&body), encrypted);
        return encrypted->error;
}

static enum ag_error gcm_decrypt(const uint8_t key[AG_KEY_SIZE], struct ag_bytes encrypted,
                                 struct ag_buf *component)
{
        struct ag_buf body CLEANUP(ag_buf_deinit) = AG_BUF_INIT(encrypted.size);
        bool is_encoded = ag_segment_decode(encrypted, &body);
        struct ag_bytes sealed;
        uint8_t *plain;

        TRY(body.error);
        if (!is_encoded || body.size < AG_GCM_NONCE_SIZE)
                return AG_ERR_WRONG_KEY;
        sealed = ag_bytes_after(ag_buf_bytes(&body), AG_GCM_NONCE_SIZE);
        if (sealed.size == 0)
                return AG_OK;
        if (sealed.size < AG_GCM_TAG_SIZE)
                return AG_ERR_WRONG_KEY;
        plain = ag_buf_extend(component, sealed.size - AG_GCM_TAG_SIZE);
        return plain ? ag_gcm_open(key, body.data, sealed, plain) : component->error;
}

/* --- any cipher --- */

enum ag_error ag_component_encrypt(enum ag_cipher cipher, uint8_t key[AG_KEY_SIZE],
                                   struct ag_bytes component, struct ag_buf *encrypted)
{
        switch (cipher) {
        case AG_CIPHER_AES_GCM:
                return gcm_encrypt(key, component, encrypted);
        case AG_CIPHER_NULL:
                ag_buf_put(encrypted, component);
                TRY(encrypted->error);
                return ag_path_key_descend(key, component);
        case AG_CIPHER_UNSPECIFIED:
        case AG_CIPHER_SECRETBOX:
        case AG_CIPHER_NULL_BASE64URL:
                break;
        }
        return AG_ERR_CIPHER;
}

static enum ag_error decrypt(enum ag_cipher cipher, const uint8_t key[AG_KEY_SIZE],
                             struct ag_bytes encrypted, struct ag_buf *component)
{
        switch (cipher) {
        case AG_CIPHER_AES_GCM:
                return encrypted.size ? gcm_decrypt(key, encrypted, component) : AG_OK;
        case AG_CIPHER_NULL:
                ag_buf_put(component, encrypted);
                return component->error;
        case AG_CIPHER_UNSPECIFIED:
        case AG_CIPHER_SECRETBOX:
        case AG_CIPHER_NULL_BASE64URL:
                break;
        }
        return AG_ERR_CIPHER;
}

enum ag_error ag_component_decrypt(enum ag_cipher cipher, uint8_t key[AG_KEY_SIZE],
                                   struct ag_bytes encrypted, struct ag_buf *component)
{
        size_t begin = component->size;

        TRY(decrypt(cipher, key, encrypted, component));
        return ag_path_key_descend(key, ag_bytes_after(ag_buf_bytes(component), begin));
}
