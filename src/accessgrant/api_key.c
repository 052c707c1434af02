/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys: macaroons that own their bytes, are in canonical form, and have had their caveats
 * checked.
 */
#include "accessgrant/api_key.h"

#include "accessgrant/base58.h"
#include "accessgrant/caveat.h"
#include "accessgrant/macaroon.h"
#include "accessgrant/memory.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum { VERSION = 0 }; /* of the text form */

struct ag_api_key {
        struct buf raw;
        struct ag_macaroon macaroon; /* within `raw` */
        size_t n_paths;              /* of all caveats */
        bool is_unreadable;          /* a caveat is malformed */
};

void ag_api_key_free(ag_api_key *key)
{
        if (key)
                buf_deinit(&key->raw);
        ag_free(key);
}

/* --- making --- */

/* In lenient mode a bad caveat is accepted, but remembered. */
static enum ag_error caveat_check(ag_api_key *key, struct slice message, enum ag_mode mode)
{
        struct ag_caveat caveat;
        enum ag_error error = ag_caveat_read(message, &caveat);

        if (error == AG_ERR_CAVEAT && mode == AG_LENIENT) {
                key->is_unreadable = true;
                return AG_OK;
        }
        TRY(error);
        key->n_paths += caveat.n_paths;
        if (key->n_paths > AG_MAX_PLACES)
                return AG_ERR_LIMIT;
        return mode == AG_STRICT ? ag_caveat_check_canonical(&caveat) : AG_OK;
}

static enum ag_error caveats_check(ag_api_key *key, enum ag_mode mode)
{
        for (size_t i = 0; i < key->macaroon.n_caveats; i++)
                TRY(caveat_check(key, key->macaroon.caveats[i], mode));
        return AG_OK;
}

/* Return: AG_OK; AG_ERR_CAVEAT (strict); AG_ERR_NOT_CANONICAL (strict); AG_ERR_LIMIT;
 *         AG_ERR_MEMORY. */
static enum ag_error api_key_make(const struct ag_macaroon *macaroon, enum ag_mode mode,
                                  ag_api_key **ret_key)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = ag_memory_new(sizeof(*key));

        if (!key)
                return AG_ERR_MEMORY;
        key->raw.maximum = AG_MAX_TEXT;
        ag_macaroon_write(macaroon, &key->raw);
        TRY(ag_buf_check(&key->raw));
        TRY(ag_macaroon_read(buf_slice(&key->raw), &key->macaroon));
        TRY(caveats_check(key, mode));
        *ret_key = take(&key);
        return AG_OK;
}

enum ag_error ag_api_key_new(struct ag_bytes secret, struct ag_bytes head, ag_api_key **ret_key)
{
        uint8_t tail[AG_TAIL_SIZE] = {0};
        struct ag_macaroon macaroon = {.head = slice_of(head), .tail = SLICE_ARRAY(tail)};

        if (secret.size != AG_SECRET_SIZE || head.size != AG_HEAD_SIZE)
                return AG_ERR_KEY_SIZE;
        TRY(ag_crypto_check(primitive_hmac_sha256(slice_of(secret), macaroon.head, tail)));
        return api_key_make(&macaroon, AG_STRICT, ret_key);
}

enum ag_error ag_api_key_parse_raw(struct ag_bytes raw, enum ag_mode mode, ag_api_key **ret_key)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        struct ag_macaroon macaroon;

        if (raw.size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        TRY(ag_macaroon_read(slice_of(raw), &macaroon));
        TRY(api_key_make(&macaroon, mode, &key));
        if (mode == AG_STRICT && (macaroon.head.size != AG_HEAD_SIZE ||
                                  !slice_equal(buf_slice(&key->raw), slice_of(raw))))
                return AG_ERR_NOT_CANONICAL;
        *ret_key = take(&key);
        return AG_OK;
}

enum ag_error ag_api_key_parse(struct ag_bytes text, enum ag_mode mode, ag_api_key **ret_key)
{
        struct buf raw CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        TRY(ag_base58check_decode(VERSION, slice_of(text), &raw));
        return ag_api_key_parse_raw(ag_of(buf_slice(&raw)), mode, ret_key);
}

enum ag_error ag_api_key_copy(const ag_api_key *key, ag_api_key **ret_key)
{
        return api_key_make(&key->macaroon, AG_LENIENT, ret_key);
}

enum ag_error ag_api_key_restrict(const ag_api_key *key, struct slice caveat, ag_api_key **ret_key)
{
        struct ag_macaroon macaroon = key->macaroon;
        uint8_t tail[AG_TAIL_SIZE];

        if (macaroon.n_caveats == AG_MAX_CAVEATS)
                return AG_ERR_LIMIT;
        TRY(ag_crypto_check(primitive_hmac_sha256(macaroon.tail, caveat, tail)));
        macaroon.caveats[macaroon.n_caveats++] = caveat;
        macaroon.tail = SLICE_ARRAY(tail);
        return api_key_make(&macaroon, AG_LENIENT, ret_key);
}

/* --- looking --- */

struct ag_bytes ag_api_key_raw(const ag_api_key *key)
{
        return ag_of(buf_slice(&key->raw));
}

enum ag_error ag_api_key_text(const ag_api_key *key, char **ret_text)
{
        return ag_base58check_text(VERSION, buf_slice(&key->raw), ret_text);
}

struct ag_bytes ag_api_key_head(const ag_api_key *key)
{
        return ag_of(key->macaroon.head);
}

struct ag_bytes ag_api_key_tail(const ag_api_key *key)
{
        return ag_of(key->macaroon.tail);
}

size_t ag_api_key_n_caveats(const ag_api_key *key)
{
        return key->macaroon.n_caveats;
}

enum ag_error ag_api_key_caveat(const ag_api_key *key, size_t index, struct ag_caveat *ret_caveat)
{
        return ag_caveat_read(key->macaroon.caveats[index], ret_caveat);
}

size_t ag_api_key_n_paths(const ag_api_key *key)
{
        return key->n_paths;
}

bool ag_api_key_is_unreadable(const ag_api_key *key)
{
        return key->is_unreadable;
}

/* Recomputes the chain of tails (docs/protocol/access-grant.md 4.4). */
enum ag_error ag_api_key_verify(const ag_api_key *key, struct ag_bytes secret,
                                uint8_t (*ret_tails)[AG_TAIL_SIZE])
{
        const struct ag_macaroon *macaroon = &key->macaroon;
        uint8_t tails[AG_MAX_CAVEATS + 1][AG_TAIL_SIZE];
        size_t n = macaroon->n_caveats;
        enum primitive result = primitive_hmac_sha256(slice_of(secret), macaroon->head, tails[0]);
        enum ag_error error;

        for (size_t i = 0; i < n && !result; i++)
                result = primitive_hmac_sha256(SLICE_ARRAY(tails[i]), macaroon->caveats[i],
                                               tails[i + 1]);
        error = ag_crypto_check(result);
        if (!error && !primitive_equal(SLICE_ARRAY(tails[n]), macaroon->tail))
                error = AG_ERR_SIGNATURE;
        if (!error && ret_tails)
                memcpy(ret_tails, tails, (n + 1) * sizeof(tails[0]));
        wipe(tails, sizeof(tails));
        return error;
}
