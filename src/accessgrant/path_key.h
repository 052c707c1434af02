/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys along a path, and the encryption of its components. Each component is encrypted with the key
 * of the path above it, and the key of the path down to it is derived from that and the plain
 * component (docs/protocol/access-grant.md 8.2 to 8.6).
 */
#pragma once

#include "accessgrant/words.h"

/* Replaces `key` by the key of `component`, a bucket or path component, below it.
 * Return: AG_OK; AG_ERR_LIMIT: longer than AG_MAX_PATH; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_path_key_descend(uint8_t key[AG_KEY_SIZE], struct slice component);

/* Appends `component` as it is stored, and replaces `key` by its key.
 * Return: AG_OK; AG_ERR_CIPHER; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_component_encrypt(enum ag_cipher cipher, uint8_t key[AG_KEY_SIZE],
                                               struct slice component, struct buf *encrypted);

/* The reverse. With every cipher the empty component decrypts to the empty component.
 * Return: AG_OK; AG_ERR_CIPHER; AG_ERR_WRONG_KEY; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_component_decrypt(enum ag_cipher cipher, uint8_t key[AG_KEY_SIZE],
                                               struct slice encrypted, struct buf *component);
