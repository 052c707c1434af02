/* SPDX-License-Identifier: Apache-2.0
 *
 * Share prefixes. Derivation starts at a base, the nearest key above the prefix, and continues
 * component by component.
 */
#include "accessgrant/access_prefix.h"

#include "accessgrant/memory.h"
#include "accessgrant/path.h"
#include "accessgrant/path_key.h"
#include "accessgrant/words.h"
#include "base/macros.h"

/* A point at which a key is known; for the root key, the bucket. */
struct base {
        struct slice path;
        struct slice encrypted;
        enum ag_cipher cipher;
        uint8_t key[AG_KEY_SIZE];
};

static void base_deinit(struct base *base)
{
        wipe(base, sizeof(*base));
}

/* Return: AG_OK; AG_ERR_NO_KEY; AG_ERR_LIMIT; AG_ERR_CRYPTO. */
static enum ag_error base_find(const ag_access *access, struct slice bucket, struct slice path,
                               enum ag_side side, struct base *ret)
{
        const struct ag_access_entry *entry = ag_access_find(access, bucket, path, side);

        if (entry) {
                *ret = (struct base){.path = slice_of(entry->view.path),
                                     .encrypted = slice_of(entry->view.encrypted),
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

enum ag_error ag_access_encrypt(const ag_access *access, const struct ag_place *share,
                                struct buf *encrypted)
{
        struct base base CLEANUP(base_deinit) = {0};
        struct slice path = slice_of(share->prefix), component;
        struct ag_components rest;

        if (path.size == 0)
                return AG_OK;
        TRY(base_find(access, slice_of(share->bucket), path, AG_SIDE_PLAIN, &base));
        buf_put(encrypted, base.encrypted);
        (void)ag_path_after(path, base.path, &rest);
        for (bool below = base.path.size > 0; ag_components_next(&rest, &component); below = true) {
                if (below)
                        buf_put_byte(encrypted, '/');
                TRY(ag_component_encrypt(base.cipher, base.key, component, encrypted));
        }
        return ag_buf_check(encrypted);
}

/* Appends the plain path of an encrypted one, and returns its cipher. */
static enum ag_error path_decrypt(const ag_access *access, const struct ag_path *path,
                                  struct buf *plain, enum ag_cipher *ret_cipher)
{
        struct base base CLEANUP(base_deinit) = {0};
        struct slice encrypted = slice_of(path->encrypted), component;
        struct ag_components rest;

        TRY(base_find(access, slice_of(path->bucket), encrypted, AG_SIDE_ENCRYPTED, &base));
        *ret_cipher = base.cipher;
        buf_put(plain, base.path);
        (void)ag_path_after(encrypted, base.encrypted, &rest);
        for (bool below = base.path.size > 0; ag_components_next(&rest, &component); below = true) {
                if (below)
                        buf_put_byte(plain, '/');
                TRY(ag_component_decrypt(base.cipher, base.key, component, plain));
        }
        return ag_buf_check(plain);
}

/* The key of a plain path. */
static enum ag_error path_key(const ag_access *access, struct slice bucket, struct slice path,
                              uint8_t ret_key[AG_KEY_SIZE])
{
        struct base base CLEANUP(base_deinit) = {0};
        struct ag_components rest;
        struct slice component;

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
        struct buf plain CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);
        struct ag_entry entry = {.bucket = path->bucket, .encrypted = path->encrypted};
        uint8_t key[AG_KEY_SIZE] CLEANUP(ag_wipe_key);

        TRY(path_decrypt(source, path, &plain, &entry.cipher));
        entry.path = ag_of(buf_slice(&plain));
        TRY(path_key(source, slice_of(entry.bucket), buf_slice(&plain), key));
        return ag_access_add(access, &entry, key);
}
