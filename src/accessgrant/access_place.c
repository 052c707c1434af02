/* SPDX-License-Identifier: Apache-2.0
 *
 * What an access can do for one place. It always begins at a base, the nearest key above the
 * place, and goes on component by component.
 */
#include "accessgrant/access_place.h"

#include "accessgrant/bytes.h"
#include "accessgrant/macros.h"
#include "accessgrant/memory.h"
#include "accessgrant/path.h"
#include "accessgrant/path_key.h"

/* Where a key is known. Of the root key that is the bucket. */
struct base {
        struct ag_bytes path;
        struct ag_bytes encrypted;
        enum ag_cipher cipher;
        uint8_t key[AG_KEY_SIZE];
};

static void base_deinit(struct base *base)
{
        ag_wipe(base, sizeof(*base));
}

/* Return: AG_OK; AG_ERR_NO_KEY; AG_ERR_LIMIT; AG_ERR_CRYPTO. */
static enum ag_error base_find(const ag_access *access, struct ag_bytes bucket,
                               struct ag_bytes path, enum ag_side side, struct base *ret)
{
        const struct ag_access_entry *entry = ag_access_find(access, bucket, path, side);

        if (entry) {
                *ret = (struct base){.path = entry->view.path,
                                     .encrypted = entry->view.encrypted,
                                     .cipher = entry->view.cipher};
                memcpy(ret->key, entry->key, AG_KEY_SIZE);
                return AG_OK;
        }
        if (!access->has_root_key)
                return AG_ERR_NO_KEY;
        *ret = (struct base){.cipher = access->path_cipher};
        memcpy(ret->key, access->root_key, AG_KEY_SIZE);
        return ag_path_key_descend(ret->key, bucket);
}

enum ag_error ag_access_encrypt(const ag_access *access, const struct ag_place *place,
                                struct ag_buf *encrypted)
{
        struct base base CLEANUP(base_deinit) = {0};
        struct ag_components rest;
        struct ag_bytes component;

        if (place->prefix.size == 0)
                return AG_OK;
        TRY(base_find(access, place->bucket, place->prefix, AG_SIDE_PLAIN, &base));
        ag_buf_put(encrypted, base.encrypted);
        (void)ag_path_after(place->prefix, base.path, &rest);
        for (bool below = base.path.size > 0; ag_components_next(&rest, &component); below = true) {
                if (below)
                        ag_buf_put_byte(encrypted, '/');
                TRY(ag_component_encrypt(base.cipher, base.key, component, encrypted));
        }
        return encrypted->error;
}

/* Appends the plain path of an encrypted one, and tells the cipher. */
static enum ag_error path_decrypt(const ag_access *access, const struct ag_path *path,
                                  struct ag_buf *plain, enum ag_cipher *ret_cipher)
{
        struct base base CLEANUP(base_deinit) = {0};
        struct ag_components rest;
        struct ag_bytes component;

        TRY(base_find(access, path->bucket, path->encrypted, AG_SIDE_ENCRYPTED, &base));
        *ret_cipher = base.cipher;
        ag_buf_put(plain, base.path);
        (void)ag_path_after(path->encrypted, base.encrypted, &rest);
        for (bool below = base.path.size > 0; ag_components_next(&rest, &component); below = true) {
                if (below)
                        ag_buf_put_byte(plain, '/');
                TRY(ag_component_decrypt(base.cipher, base.key, component, plain));
        }
        return plain->error;
}

/* The key of a plain path. */
static enum ag_error path_key(const ag_access *access, struct ag_bytes bucket, struct ag_bytes path,
                              uint8_t ret_key[AG_KEY_SIZE])
{
        struct base base CLEANUP(base_deinit) = {0};
        struct ag_components rest;
        struct ag_bytes component;

        TRY(base_find(access, bucket, path, AG_SIDE_PLAIN, &base));
        (void)ag_path_after(path, base.path, &rest);
        while (ag_components_next(&rest, &component))
                TRY(ag_path_key_descend(base.key, component));
        memcpy(ret_key, base.key, AG_KEY_SIZE);
        return AG_OK;
}

enum ag_error ag_access_pass_on(const ag_access *source, const struct ag_path *path,
                                ag_access *access)
{
        struct ag_buf plain CLEANUP(ag_buf_deinit) = AG_BUF_INIT(AG_MAX_PATH);
        struct ag_entry entry = {.bucket = path->bucket, .encrypted = path->encrypted};
        uint8_t key[AG_KEY_SIZE] CLEANUP(ag_wipe_key);

        TRY(path_decrypt(source, path, &plain, &entry.cipher));
        entry.path = ag_buf_bytes(&plain);
        TRY(path_key(source, entry.bucket, entry.path, key));
        return ag_access_add(access, &entry, key);
}
