/* SPDX-License-Identifier: Apache-2.0
 *
 * Making an ID token.
 */
#include "core/identity/id_token.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/jwt.h"
#include "base/macros.h"
#include "core/clients/client_ref.h"
#include "core/policy.h"

enum { TOKEN_SIZE = 8 * 1024 };

struct slice subject_of(struct arena *arena, const struct signing_keys *keys,
                        const struct client *client, const struct uuid *account_id)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        uint8_t pair[2 * UUID_SIZE];
        struct digest mac;

        if (client->subject == SUBJECT_PUBLIC) {
                uuid_encode(&text, account_id);
                return arena_copy_buf(arena, &text);
        }
        memcpy(pair, client->client_id.bytes, UUID_SIZE);
        memcpy(pair + UUID_SIZE, account_id->bytes, UUID_SIZE);
        crypto_hmac_sha256(secret_reveal(keys->subject), SLICE_ARRAY(pair), &mac);
        base64url_encode(&text, SLICE_ARRAY(mac.bytes));
        return arena_copy_buf(arena, &text);
}

/* The left half of its hash, OpenID Connect Core, "ID Token". */
static json_t *hash_of(struct secret token)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct digest digest;

        crypto_sha256(secret_reveal(token), &digest);
        base64url_encode(&text, slice_new(digest.bytes, sizeof(digest.bytes) / 2));
        return json_from_slice(buf_slice(&text));
}

static void words_append(json_t *array, const char *const *words)
{
        for (; *words; words++)
                json_append(array, json_string(*words));
}

/* How: `acr` is "2" where a second factor was shown, or a passkey, else "1"; of `amr` the words of
 * RFC 8176 that are certain. How a proxy or another provider knows people, we do not. */
static void means_put(json_t *claims, unsigned means)
{
        json_t *words = json_array();

        if (means & MEANS_PASSWORD)
                words_append(words, (const char *const[]){"pwd", NULL});
        if (means & MEANS_FACTOR)
                words_append(words, (const char *const[]){"otp", "mfa", NULL});
        if (means & MEANS_PASSKEY)
                words_append(words, (const char *const[]){"pop", "user", "mfa", NULL});
        json_put(claims, "acr", json_string(means & (MEANS_FACTOR | MEANS_PASSKEY) ? "2" : "1"));
        if (json_array_size(words))
                json_put(claims, "amr", words);
        else
                json_decref(words);
}

static json_t *claims_of(struct op *op, const struct signing_keys *keys,
                         const struct id_token *token)
{
        int64_t now = instant_seconds(op->now);
        json_t *claims = json_object();

        json_put(claims, "iss", json_from_slice(op->ports->policy->issuer));
        json_put(claims, "sub",
                 json_from_slice(subject_of(op->arena, keys, token->client, &token->account_id)));
        json_put(claims, "aud", json_from_slice(client_public_id(op->arena, token->client)));
        json_put(claims, "exp", json_integer(now + ID_TOKEN_LIFETIME));
        json_put(claims, "iat", json_integer(now));
        json_put(claims, "auth_time", json_integer(instant_seconds(token->authentication.at)));
        means_put(claims, token->authentication.means);
        if (token->nonce.data)
                json_put(claims, "nonce", json_from_slice(token->nonce));
        json_put(claims, "at_hash", hash_of(token->access_token));
        return claims;
}

static json_t *header_of(const struct signing_key *key)
{
        json_t *header = json_object();

        json_put(header, "alg", json_string(jwt_algorithm_text(key->public.algorithm)));
        json_put(header, "kid", json_from_slice(key->public.id));
        json_put(header, "typ", json_string("JWT"));
        return header;
}

enum err id_token_sign(struct op *op, const struct signing_keys *keys, const struct id_token *token,
                       struct secret *ret)
{
        const struct signing_key *key = signing_key_now(
                keys, token->client->id_tokens_es256 ? JWT_ES256 : JWT_RS256, op->now);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(TOKEN_SIZE);
        struct buf signature CLEANUP(buf_deinit) = BUF_LOCAL(SIGNATURE_SIZE);
        json_t *header CLEANUP(json_decrefp) = NULL;
        json_t *claims CLEANUP(json_decrefp) = NULL;

        if (!key)
                return ERR_INTERNAL;
        (void)json_ran_out();
        header = header_of(key);
        claims = claims_of(op, keys, token);
        if (json_ran_out())
                return ERR_OUT_OF_MEMORY;
        base64url_encode(&text, json_text(op->arena, header));
        buf_put_byte(&text, '.');
        base64url_encode(&text, json_text(op->arena, claims));
        TRY(private_key_sign(secret_reveal(key->der), key->public.algorithm, buf_slice(&text),
                             &signature));
        buf_put_byte(&text, '.');
        base64url_encode(&text, buf_slice(&signature));
        *ret = (struct secret){.hidden = arena_copy_buf(op->arena, &text)};
        return arena_check(op->arena);
}
