/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing and checking the client-secret JWT.
 */
#include "core/clients/client_secret.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/macros.h"

static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

/* JSON text of a jti: quotes, backslashes and control characters are escaped. */
static void jti_put(struct buf *out, struct slice jti)
{
        json_t *text = json_stringn((const char *)jti.data, jti.size);
        char *encoded = text ? json_dumps(text, JSON_ENCODE_ANY) : NULL;

        if (encoded)
                buf_put_string(out, encoded);
        else
                out->failed = true;
        free(encoded);
        json_decref(text);
}

struct slice client_secret_payload(struct arena *arena, const struct client_secret_claims *claims)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);

        buf_put_string(&text, "{\"client_id\":\"");
        buf_put(&text, claims->client_id);
        buf_put_string(&text, "\",\"exp\":");
        buf_put_int64(&text, claims->exp);
        if (claims->iat) {
                buf_put_string(&text, ",\"iat\":");
                buf_put_int64(&text, claims->iat);
        }
        if (claims->jti.size) {
                buf_put_string(&text, ",\"jti\":");
                jti_put(&text, claims->jti);
        }
        buf_put_byte(&text, '}');
        return arena_copy(arena, buf_slice(&text));
}

struct secret client_secret_sign(struct arena *arena, struct secret key,
                                 const struct client_secret_claims *claims)
{
        struct buf token CLEANUP(buf_deinit) = BUF_LOCAL(2 * LIMIT_JWT);
        struct digest mac;

        base64url_encode(&token, slice_from_string(header));
        buf_put_byte(&token, '.');
        base64url_encode(&token, client_secret_payload(arena, claims));
        crypto_hmac_sha256(secret_reveal(key), buf_slice(&token), &mac);
        buf_put_byte(&token, '.');
        base64url_encode(&token, SLICE_ARRAY(mac.bytes));
        return secret_copy(arena, buf_slice(&token));
}

/* Tries all secrets, even after one has matched. */
enum err client_secret_verify(const struct client_assertion *assertion,
                              const struct client_secrets *secrets, size_t *ret_secret)
{
        bool found = false;

        for (size_t i = 0; i < secrets->n; i++) {
                struct digest mac;
                bool is_equal;

                crypto_hmac_sha256(secret_reveal(secrets->items[i]), assertion->jwt.signing_input,
                                   &mac);
                is_equal = crypto_equal(SLICE_ARRAY(mac.bytes), assertion->jwt.signature);
                if (is_equal && i < secrets->n_real && !found) {
                        *ret_secret = i;
                        found = true;
                }
        }
        return found ? ERR_OK : ERR_CLIENT_UNKNOWN;
}
