/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing with a subkey per purpose.
 */
#include "oauth/seal.h"

#include <stdatomic.h>

#include "base/macros.h"

const struct uuid seal_no_row;

enum { HEADER_SIZE = SEAL_KEY_ID_SIZE + CRYPTO_NONCE_SIZE };

/* "table.column": the purpose and the table in one word. */
static const char *const names[SEAL_PURPOSES] = {
        [SEAL_CLIENT_SECRET] = "client_secret.sealed",
        [SEAL_API_KEY] = "project.sealed_api_key",
        [SEAL_PROJECT_SECRET] = "project.sealed_secret",
        [SEAL_CAVEAT] = "access_grant.sealed_caveat",
        [SEAL_TAIL] = "access_grant.sealed_tail",
        [SEAL_KNOWN_VALUE] = "meta.known_value",
};

bool seal_add(struct seal *seal, const uint8_t id[SEAL_KEY_ID_SIZE], struct secret master)
{
        size_t n = atomic_load(&seal->n_keys);
        struct seal_key *key;

        if (n == SEAL_KEYS)
                return false;
        key = &seal->keys[n];
        memcpy(key->id, id, sizeof(key->id));
        for (size_t i = 0; i < SEAL_PURPOSES; i++) {
                struct buf info CLEANUP(buf_deinit) = BUF_INIT(128);

                buf_put_string(&info, "grantd seal ");
                buf_put_string(&info, names[i]);
                crypto_hkdf(secret_reveal(master), (struct slice){0}, buf_slice(&info),
                            &key->purposes[i]);
        }
        atomic_store(&seal->n_keys, n + 1);
        return true;
}

static size_t key_index(const struct seal *seal, struct slice id)
{
        size_t n = atomic_load(&seal->n_keys), i = 0;

        while (i < n && !slice_equal(SLICE_ARRAY(seal->keys[i].id), id))
                i++;
        return i;
}

bool seal_adopt(struct seal *seal, const struct seal *more)
{
        size_t before = atomic_load(&seal->n_keys);

        for (size_t i = 0; i < atomic_load(&more->n_keys); i++) {
                size_t n = atomic_load(&seal->n_keys);

                if (key_index(seal, SLICE_ARRAY(more->keys[i].id)) < n || n == SEAL_KEYS)
                        continue;
                seal->keys[n] = more->keys[i];
                atomic_store(&seal->n_keys, n + 1);
        }
        if (key_index(seal, SLICE_ARRAY(more->keys[0].id)) < atomic_load(&seal->n_keys))
                atomic_store(&seal->newest, key_index(seal, SLICE_ARRAY(more->keys[0].id)));
        return atomic_load(&seal->n_keys) > before;
}

struct slice seal_newest_id(const struct seal *seal)
{
        return SLICE_ARRAY(seal->keys[atomic_load(&seal->newest)].id);
}

struct slice seal_id_of(struct slice sealed)
{
        return slice_to(sealed, SEAL_KEY_ID_SIZE);
}

static void associated_put(struct buf *out, enum seal_purpose purpose, const struct uuid *row,
                           const struct seal_key *key)
{
        buf_put_string(out, names[purpose]);
        buf_put_byte(out, 0);
        buf_put(out, uuid_slice(row));
        buf_put(out, SLICE_ARRAY(key->id));
}

enum err seal_close(const struct seal *seal, const struct entropy_port *entropy,
                    enum seal_purpose purpose, const struct uuid *row, struct secret plain,
                    struct arena *arena, struct slice *ret_sealed)
{
        struct buf associated CLEANUP(buf_deinit) = BUF_INIT(128);
        const struct seal_key *key = &seal->keys[atomic_load(&seal->newest)];
        struct slice plaintext = secret_reveal(plain);
        size_t size = HEADER_SIZE + plaintext.size + CRYPTO_TAG_SIZE;
        uint8_t *sealed = arena_alloc(arena, size);

        if (atomic_load(&seal->n_keys) == 0)
                return ERR_INTERNAL;
        memcpy(sealed, key->id, sizeof(key->id));
        entropy->fill(entropy->context, sealed + SEAL_KEY_ID_SIZE, CRYPTO_NONCE_SIZE);
        associated_put(&associated, purpose, row, key);
        TRY(crypto_seal(&key->purposes[purpose], sealed + SEAL_KEY_ID_SIZE, buf_slice(&associated),
                        plaintext, sealed + HEADER_SIZE));
        *ret_sealed = slice_new(sealed, size);
        return ERR_OK;
}

/* Another process may have added a key since the file was read. */
static const struct seal_key *key_find(const struct seal *seal, struct slice id)
{
        size_t i = key_index(seal, id);

        if (i == atomic_load(&seal->n_keys) && seal->reload && seal->reload(seal->context))
                i = key_index(seal, id);
        return i < atomic_load(&seal->n_keys) ? &seal->keys[i] : NULL;
}

enum err seal_open(const struct seal *seal, enum seal_purpose purpose, const struct uuid *row,
                   struct slice sealed, struct arena *arena, struct secret *ret_plain)
{
        struct buf associated CLEANUP(buf_deinit) = BUF_INIT(128);
        const struct seal_key *key = key_find(seal, seal_id_of(sealed));
        uint8_t *plain;
        size_t size;

        if (!key || sealed.size < HEADER_SIZE + CRYPTO_TAG_SIZE)
                return ERR_NOT_AUTHENTIC;
        size = sealed.size - HEADER_SIZE - CRYPTO_TAG_SIZE;
        plain = arena_alloc(arena, size);
        associated_put(&associated, purpose, row, key);
        TRY(crypto_open(&key->purposes[purpose], sealed.data + SEAL_KEY_ID_SIZE,
                        buf_slice(&associated), slice_from(sealed, HEADER_SIZE), plain));
        *ret_plain = (struct secret){.hidden = slice_new(plain, size)};
        return ERR_OK;
}

enum err seal_open_stand_in(const struct seal *seal, struct arena *arena, struct secret *ret_plain)
{
        static const uint8_t zeros[64];
        uint8_t *plain = arena_alloc(arena, sizeof(zeros));
        uint8_t sealed[HEADER_SIZE + sizeof(zeros) + CRYPTO_TAG_SIZE] = {0};
        struct secret unused;

        if (atomic_load(&seal->n_keys) == 0)
                return ERR_INTERNAL;
        memcpy(sealed, seal->keys[0].id, SEAL_KEY_ID_SIZE);
        /* It does not open, which costs what opening costs. */
        if (seal_open(seal, SEAL_CLIENT_SECRET, &seal_no_row, SLICE_ARRAY(sealed), arena,
                      &unused) != ERR_NOT_AUTHENTIC)
                return ERR_INTERNAL;
        *ret_plain = (struct secret){.hidden = slice_new(plain, sizeof(zeros))};
        return ERR_OK;
}
