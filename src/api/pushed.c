/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed authorization requests (RFC 9126): everything is checked when it is pushed, and what is
 * wrong is in the response, as JSON. docs/protocol/oauth.md 1.3.
 */
#include "api/pushed.h"

#include "api/client_credentials.h"
#include "api/json.h"
#include "api/vocabulary.h"
#include "base/macros.h"
#include "core/authorize/pushed.h"
#include "core/authorize/resource.h"
#include "core/clients/client_proof.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"
#include "http/fields.h"
#include "http/respond.h"

/* --- pushing --- */

struct pushed_body {
        struct client_credentials credentials;
};

static const struct field body_fields[] = {
        {.name = "request_uri", .kind = FIELD_REFUSED},
        CLIENT_CREDENTIALS_FIELDS(struct pushed_body, credentials),
};

/* How the application authenticates is nobody's business later. */
static bool is_credential(struct slice name)
{
        static const char *const credentials[] = {"client_id", "client_secret", "client_assertion",
                                                  "client_assertion_type"};

        for (size_t i = 0; i < ARRAY_SIZE(credentials); i++)
                if (slice_equal(name, slice_from_string(credentials[i])))
                        return true;
        return false;
}

/* All pairs but the credentials, as they were sent. */
static enum err parameters_of(struct http_call *call, struct slice *ret)
{
        struct buf kept CLEANUP(buf_deinit) = BUF_INIT(LIMIT_BODY);
        struct slice rest = call->request.body;

        while (rest.size) {
                struct slice whole, pair, encoded, name;

                (void)slice_cut(&rest, '&', &whole);
                pair = whole;
                (void)slice_cut(&pair, '=', &encoded);
                TRY(query_decode(call->arena, encoded, &name));
                if (!whole.size || is_credential(name))
                        continue;
                if (kept.size)
                        buf_put_byte(&kept, '&');
                buf_put(&kept, whole);
        }
        *ret = arena_copy_buf(call->arena, &kept);
        return arena_check(call->arena);
}

static enum err push(struct op *op, struct http_call *call, struct client *client,
                     struct secret *ret_uri)
{
        struct authorize_params params = {
                .pairs = call->request.body,
                .form = {.client_id = client->client_id,
                         .client_url = client->document,
                         .is_pushed = true},
        };
        struct slice parameters;

        TRY(authorize_read_redirect(op, call, &params, client));
        TRY(authorize_read_terms(op, call, client, &params));
        TRY(resources_check(op->ports->policy, params.resources));
        TRY(parameters_of(call, &parameters));
        return pushed_keep(op, client, parameters, ret_uri);
}

static enum err proof_read(const struct api *api, struct http_call *call, struct client_proof *ret)
{
        struct pushed_body body = {0};

        call->no_store = true;
        call->vocabulary = &vocabulary_rfc6749;
        if (!fields_body_is_form(call))
                return ERR_BODY_NOT_FORM;
        TRY(fields_decode_pairs(call, call->request.body, body_fields, ARRAY_SIZE(body_fields),
                                &body));
        return client_credentials_read(call, api->ports->policy->issuer, &body.credentials, ret);
}

enum err pushed_post(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct client_proof proof = {0};
        struct client client = {0};
        struct secret uri = {0};
        json_t *object;

        TRY(limit_address(&op, proof_read(api, call, &proof)));
        proof.may_be_new = true;
        TRY(client_prove(&op, &proof, &client));
        TRY(limit_address(&op, push(&op, call, &client, &uri)));
        object = json_object();
        respond_secret(call, object, "request_uri", uri);
        json_put(object, "expires_in", json_integer(PUSHED_LIFETIME));
        respond_json(call, 201, object);
        return ERR_OK;
}

/* --- following --- */

enum err pushed_read(struct op *op, struct http_call *call,
                     const struct pushed_reference *reference, struct authorize_params *params,
                     struct client *ret)
{
        struct pushed_request request;

        TRY(request_client(op, &params->form, ret));
        TRY(pushed_open(op, ret, reference->request_uri, &reference->browser, &request));
        params->pairs = request.parameters;
        params->opened_at = request.opened_at;
        params->form.is_pushed = true;
        return authorize_read_redirect(op, call, params, ret);
}
