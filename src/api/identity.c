/* SPDX-License-Identifier: Apache-2.0
 *
 * The endpoints of OpenID Connect that are not OAuth's: the public keys, and the user's claims.
 * docs/protocol/openid.md.
 */
#include "api/api.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "core/identity/signing_keys.h"
#include "core/identity/userinfo.h"
#include "core/upkeep/rate_limit.h"
#include "http/auth_header.h"
#include "http/respond.h"

static json_t *key_json(const struct signing_key *key)
{
        json_t *object = jwk_json(&key->public);

        json_put(object, "use", json_string("sig"));
        return object;
}

enum err signing_keys_get(const struct api *api, struct http_call *call,
                          const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct signing_keys keys;
        json_t *array, *object;

        TRY(signing_keys_read(&op, &keys));
        array = json_array();
        for (size_t i = 0; i < keys.n; i++)
                if (signing_key_is_published(&keys, &keys.keys[i], op.now))
                        json_append(array, key_json(&keys.keys[i]));
        object = json_object();
        json_put(object, "keys", array);
        respond_json(call, 200, object);
        return ERR_OK;
}

enum err userinfo_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct userinfo info;
        struct secret grant;
        json_t *object;

        call->no_store = true;
        call->vocabulary = &vocabulary_bearer;
        TRY(limit_address(&op, bearer_grant_read(call, &grant)));
        TRY(limit_address(&op, userinfo_of(&op, grant, &info)));
        object = json_object();
        json_put(object, "sub", json_from_slice(info.subject));
        if (info.email.data) {
                json_put(object, "email", json_from_slice(info.email));
                json_put(object, "email_verified", json_false()); /* nothing says whether it is */
        }
        if (info.name.data)
                json_put(object, "name", json_from_slice(info.name));
        respond_json(call, 200, object);
        return ERR_OK;
}
