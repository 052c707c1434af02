/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing with a subkey for each purpose.
 */
#include "core/upkeep/seal.h"

#include "base/macros.h"

const struct uuid seal_no_row;

enum { HEADER_SIZE = SEAL_KEY_ID_SIZE + CRYPTO_NONCE_SIZE };

/* "table.column" where it is stored, which names the purpose. */
static const char *const names[SEAL_PURPOSES] = {
        [SEAL_CLIENT_SECRET] = "client_secret.sealed",
        [SEAL_API_KEY] = "project.sealed_api_key",
        [SEAL_PROJECT_SECRET] = "project.sealed_secret",
        [SEAL_CAVEAT] = "access_grant.sealed_caveat",
        [SEAL_TAIL] = "access_grant.sealed_tail",
        [SEAL_LINK] = "legacy link",
        [SEAL_LOGIN] = "log-in",
        [SEAL_PASSKEY] = "passkey challenge",
        [SEAL_TOTP] = "totp.sealed_secret",
        [SEAL_SIGNING_KEYS] = "meta.signing_keys",
        [SEAL_KNOWN_VALUE] = "meta.known_value",
};

bool seal_add(struct seal *seal, const uint8_t id[SEAL_KEY_ID_SIZE], struct secret master)
{
        struct seal_key *key;

        if (seal->n_keys == SEAL_KEYS)
                return false;
        key = &seal->keys[seal->n_keys];
        memcpy(key->id, id, sizeof(key->id));
        for (size_t i = 0; i < SEAL_PURPOSES; i++) {
                struct buf info CLEANUP(buf_deinit) = BUF_LOCAL(128);

                buf_put_string(&info, "grantd seal ");
                buf_put_string(&info, names[i]);
                crypto_hkdf(secret_reveal(master), (struct slice){0}, buf_slice(&info),
                            &key->purposes[i]);
        }
        seal->n_keys++;
        return true;
}

/* Return: its index; `n_keys` if there is none. Under the lock. */
static size_t key_index(const struct seal *seal, struct slice id)
{
        size_t i = 0;

        while (i < seal->n_keys && !slice_equal(SLICE_ARRAY(seal->keys[i].id), id))
                i++;
        return i;
}

static bool has_all(const struct seal *seal, const struct seal *file)
{
        for (size_t i = 0; i < file->n_keys; i++)
                if (key_index(seal, SLICE_ARRAY(file->keys[i].id)) == seal->n_keys)
                        return false;
        return true;
}

bool seal_adopt(struct seal *seal, const struct seal *file)
{
        bool is_new;

        (void)pthread_rwlock_wrlock(&seal->lock);
        is_new = !has_all(seal, file);
        wipe(seal->keys, sizeof(seal->keys));
        memcpy(seal->keys, file->keys, file->n_keys * sizeof(*file->keys));
        seal->n_keys = file->n_keys;
        (void)pthread_rwlock_unlock(&seal->lock);
        return is_new;
}

/* --- the key of one value --- */

/* A copy, so that the lock is not held while it is used; wipe it afterwards. */
struct value_key {
        uint8_t id[SEAL_KEY_ID_SIZE];
        struct crypto_key key;
};

static void value_key_wipe(struct value_key *key)
{
        wipe(key, sizeof(*key));
}

static bool key_copy(struct seal *seal, size_t index, enum seal_purpose purpose,
                     struct value_key *ret)
{
        if (index >= seal->n_keys)
                return false;
        memcpy(ret->id, seal->keys[index].id, sizeof(ret->id));
        ret->key = seal->keys[index].purposes[purpose];
        return true;
}

static bool key_newest(struct seal *seal, enum seal_purpose purpose, struct value_key *ret)
{
        bool is_there;

        (void)pthread_rwlock_rdlock(&seal->lock);
        is_there = key_copy(seal, 0, purpose, ret);
        (void)pthread_rwlock_unlock(&seal->lock);
        return is_there;
}

static bool key_of_id(struct seal *seal, struct slice id, enum seal_purpose purpose,
                      struct value_key *ret)
{
        bool is_there;

        (void)pthread_rwlock_rdlock(&seal->lock);
        is_there = key_copy(seal, key_index(seal, id), purpose, ret);
        (void)pthread_rwlock_unlock(&seal->lock);
        return is_there;
}

struct slice seal_newest_id(struct seal *seal, struct arena *arena)
{
        struct value_key key CLEANUP(value_key_wipe) = {0};

        return key_newest(seal, 0, &key) ? arena_copy(arena, SLICE_ARRAY(key.id))
                                         : (struct slice){0};
}

struct slice seal_id_of(struct slice sealed)
{
        return slice_to(sealed, SEAL_KEY_ID_SIZE);
}

static void associated_put(struct buf *out, enum seal_purpose purpose, const struct uuid *row,
                           const struct value_key *key)
{
        buf_put_string(out, names[purpose]);
        buf_put_byte(out, 0);
        buf_put(out, uuid_slice(row));
        buf_put(out, SLICE_ARRAY(key->id));
}

enum err seal_close(struct op *op, enum seal_purpose purpose, const struct uuid *row,
                    struct secret plain, struct slice *ret_sealed)
{
        const struct entropy_port *entropy = &op->ports->entropy;
        struct seal *seal = op->ports->seal;
        struct buf associated CLEANUP(buf_deinit) = BUF_LOCAL(128);
        struct value_key key CLEANUP(value_key_wipe) = {0};
        struct slice plaintext = secret_reveal(plain);
        size_t size = HEADER_SIZE + plaintext.size + CRYPTO_TAG_SIZE;
        uint8_t *sealed = arena_alloc(op->arena, size);

        if (seal->refresh)
                seal->refresh(seal->context);
        if (!key_newest(seal, purpose, &key))
                return ERR_INTERNAL;
        TRY(arena_check(op->arena)); /* the plaintext may be missing as well */
        memcpy(sealed, key.id, sizeof(key.id));
        entropy->fill(entropy->context, sealed + SEAL_KEY_ID_SIZE, CRYPTO_NONCE_SIZE);
        associated_put(&associated, purpose, row, &key);
        TRY(crypto_seal(&key.key, sealed + SEAL_KEY_ID_SIZE, buf_slice(&associated), plaintext,
                        sealed + HEADER_SIZE));
        *ret_sealed = slice_new(sealed, size);
        return ERR_OK;
}

/* Another process may have added a key since the file was read. */
static bool key_find(struct seal *seal, struct slice id, enum seal_purpose purpose,
                     struct value_key *ret)
{
        if (key_of_id(seal, id, purpose, ret))
                return true;
        return seal->reload && seal->reload(seal->context) && key_of_id(seal, id, purpose, ret);
}

enum err seal_open(struct op *op, enum seal_purpose purpose, const struct uuid *row,
                   struct slice sealed, struct secret *ret_plain)
{
        struct seal *seal = op->ports->seal;
        struct buf associated CLEANUP(buf_deinit) = BUF_LOCAL(128);
        struct value_key key CLEANUP(value_key_wipe) = {0};
        uint8_t *plain;
        size_t size;

        if (sealed.size < HEADER_SIZE + CRYPTO_TAG_SIZE ||
            !key_find(seal, seal_id_of(sealed), purpose, &key))
                return ERR_NOT_AUTHENTIC;
        size = sealed.size - HEADER_SIZE - CRYPTO_TAG_SIZE;
        plain = arena_alloc(op->arena, size);
        if (!plain)
                return ERR_OUT_OF_MEMORY;
        associated_put(&associated, purpose, row, &key);
        TRY(crypto_open(&key.key, sealed.data + SEAL_KEY_ID_SIZE, buf_slice(&associated),
                        slice_from(sealed, HEADER_SIZE), plain));
        *ret_plain = (struct secret){.hidden = slice_new(plain, size)};
        return ERR_OK;
}

enum err seal_open_stand_in(struct op *op, struct secret *ret_plain)
{
        static const uint8_t zeros[64];
        uint8_t *plain = arena_alloc(op->arena, sizeof(zeros));
        uint8_t sealed[HEADER_SIZE + sizeof(zeros) + CRYPTO_TAG_SIZE] = {0};
        struct value_key key CLEANUP(value_key_wipe) = {0};
        struct secret unused;

        if (!key_newest(op->ports->seal, SEAL_CLIENT_SECRET, &key))
                return ERR_INTERNAL;
        if (!plain)
                return ERR_OUT_OF_MEMORY;
        memcpy(sealed, key.id, SEAL_KEY_ID_SIZE);
        /* It does not open, which takes the same time. */
        if (seal_open(op, SEAL_CLIENT_SECRET, &seal_no_row, SLICE_ARRAY(sealed), &unused) !=
            ERR_NOT_AUTHENTIC)
                return op->arena->failed ? ERR_OUT_OF_MEMORY : ERR_INTERNAL;
        *ret_plain = (struct secret){.hidden = slice_new(plain, sizeof(zeros))};
        return ERR_OK;
}
