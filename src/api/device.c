/* SPDX-License-Identifier: Apache-2.0
 *
 * Device authorization requests (RFC 8628): docs/protocol/oauth.md 7.
 */
#include "core/authorize/device.h"

#include "api/api.h"
#include "api/client_credentials.h"
#include "api/details.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "core/authorize/resource.h"
#include "core/clients/client_proof.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"
#include "http/fields.h"
#include "http/respond.h"

struct device_body {
        struct client_credentials credentials;
        struct slice scope;
        struct field_texts resources;
        struct slice details;
};

static const struct field credential_fields[] = {
        CLIENT_CREDENTIALS_FIELDS(struct device_body, credentials),
};

static const struct field body_fields[] = {
        {"scope", FIELD_ASCII, offsetof(struct device_body, scope),
         .maximum = LIMIT_SCOPES * LIMIT_SCOPE, .too_long = ERR_SCOPE_TOO_LONG},
        {"resource", FIELD_TEXTS, offsetof(struct device_body, resources), .flags = FIELD_ONE_TEXT,
         .maximum = LIMIT_REDIRECT_URI, .count = LIMIT_RESOURCES, .too_long = ERR_RESOURCE,
         .malformed = ERR_RESOURCE},
        DETAILS_FIELD(struct device_body, details),
};

/* The client comes first, as at the token endpoint. */
static enum err proof_read(const struct api *api, struct http_call *call, struct client_proof *ret)
{
        struct device_body body = {0};

        if (!fields_body_is_form(call))
                return ERR_BODY_NOT_FORM;
        TRY(fields_decode_pairs(call, call->request.body, credential_fields,
                                ARRAY_SIZE(credential_fields), &body));
        return client_credentials_read(call, api->ports->policy->issuer, &body.credentials, ret);
}

static enum err begin(struct op *op, struct http_call *call, const struct client *client,
                      struct device_start *ret)
{
        struct device_body body = {0};
        struct device_wish wish = {0};

        TRY(fields_decode_pairs(call, call->request.body, body_fields, ARRAY_SIZE(body_fields),
                                &body));
        TRY(resources_check(op->ports->policy, texts_of_field(&body.resources)));
        TRY(scope_split(call->arena, body.scope, &wish.scope));
        TRY(details_decode(call, body.details, &wish.details));
        return device_begin(op, client, &wish, ret);
}

/* The page with the code filled in. */
static struct slice complete_url(struct http_call *call, struct slice page, struct slice user_code)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_BODY);

        buf_put(&text, page);
        buf_put_string(&text, "?user_code=");
        buf_put(&text, user_code);
        return arena_copy_buf(call->arena, &text);
}

static enum err device_respond(const struct api *api, struct http_call *call,
                               const struct device_start *start)
{
        struct slice page = api_url(call->arena, api->ports->policy->issuer, SLICE("/device"));
        struct slice complete = complete_url(call, page, start->user_code);
        json_t *object;

        TRY(arena_check(call->arena));
        object = json_object();
        respond_secret(call, object, "device_code", start->device_code);
        json_put(object, "user_code", json_from_slice(start->user_code));
        json_put(object, "verification_uri", json_from_slice(page));
        json_put(object, "verification_uri_complete", json_from_slice(complete));
        json_put(object, "expires_in", json_integer(DEVICE_LIFETIME));
        json_put(object, "interval", json_integer(DEVICE_INTERVAL));
        respond_json(call, 200, object);
        return ERR_OK;
}

enum err device_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct client_proof proof = {0};
        struct device_start start = {0};
        struct client client = {0};

        call->no_store = true;
        call->vocabulary = &vocabulary_rfc6749;
        TRY(limit_address(&op, proof_read(api, call, &proof)));
        TRY(client_prove(&op, &proof, &client));
        TRY(limit_address(&op, begin(&op, call, &client, &start)));
        return device_respond(api, call, &start);
}
