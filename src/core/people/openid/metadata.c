/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading discovery documents.
 */
#include "core/people/openid/metadata.h"

#include "base/json.h"
#include "base/jwt.h"
#include "base/macros.h"
#include "base/uri.h"

enum { LIMIT_PROVIDER_URL = 1024 };

static bool is_this_machine(struct slice host)
{
        return slice_equal(host, SLICE("localhost")) || slice_equal(host, SLICE("127.0.0.1")) ||
               slice_equal(host, SLICE("[::1]"));
}

static bool is_https(struct slice url)
{
        struct uri uri = {0};

        return uri_parse(url, &uri) && slice_equal(uri.scheme, SLICE("https"));
}

bool provider_url_is_good(struct slice url)
{
        struct uri uri = {0};

        if (!url.size || url.size > LIMIT_PROVIDER_URL || slice_has_white_space(url) ||
            !slice_is_utf8(url) || !slice_is_plain_text(url) || slice_contains_byte(url, '#') ||
            !uri_parse(url, &uri) || !uri.at.host.size || uri.userinfo.data)
                return false;
        return slice_equal(uri.scheme, SLICE("https")) ||
               (slice_equal(uri.scheme, SLICE("http")) && is_this_machine(uri.at.host));
}

static enum err refuse(struct op *op, const char *why)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        buf_put_string(&text, "The provider's discovery document is not good: ");
        buf_put_string(&text, why);
        return op_explain(op, ERR_PROVIDER_AWAY, arena_copy_buf(op->arena, &text));
}

/* Absent if it is none that may be called. A provider of another machine names none of this one's:
 * behind loopback are services that answer whoever can reach them. */
static struct slice url_of(struct op *op, const struct openid_provider *provider,
                           const json_t *document, const char *name)
{
        const json_t *url = json_object_get(document, name);

        if (!json_is_string(url) || !provider_url_is_good(json_slice(url)) ||
            (is_https(provider->issuer) && !is_https(json_slice(url))))
                return (struct slice){0};
        return arena_copy(op->arena, json_slice(url));
}

static enum err document_read(struct op *op, const struct openid_provider *provider,
                              const json_t *document, struct openid_metadata *ret)
{
        const json_t *issuer = json_object_get(document, "issuer");
        const json_t *methods = json_object_get(document, "token_endpoint_auth_methods_supported");
        const char *iss = "authorization_response_iss_parameter_supported";
        struct openid_metadata metadata = {
                .authorization_endpoint = url_of(op, provider, document, "authorization_endpoint"),
                .token_endpoint = url_of(op, provider, document, "token_endpoint"),
                .userinfo_endpoint = url_of(op, provider, document, "userinfo_endpoint"),
                .jwks_uri = url_of(op, provider, document, "jwks_uri"),
                .sends_issuer = json_is_true(json_object_get(document, iss)),
                .wants_body_auth = jwt_lists(methods, SLICE("client_secret_post")) &&
                                   !jwt_lists(methods, SLICE("client_secret_basic")),
        };

        TRY(arena_check(op->arena));
        if (!jwt_is_text(issuer, provider->issuer))
                return refuse(op, "its issuer is not the one of the setting.");
        if (!metadata.authorization_endpoint.size || !metadata.token_endpoint.size ||
            !metadata.jwks_uri.size)
                return refuse(op, "authorization_endpoint, token_endpoint and jwks_uri need https "
                                  "URLs.");
        *ret = metadata;
        return ERR_OK;
}

enum err openid_metadata(struct op *op, const struct openid_provider *provider,
                         struct openid_metadata *ret)
{
        const struct provider_port *port = &op->ports->provider;
        struct buf url CLEANUP(buf_deinit) = BUF_LOCAL(2 * LIMIT_PROVIDER_URL);
        json_t *document CLEANUP(json_decrefp) = NULL;
        struct slice text, issuer = provider->issuer;
        enum err error;

        if (issuer.size && issuer.data[issuer.size - 1] == '/')
                issuer.size--;
        buf_put(&url, issuer);
        buf_put_string(&url, "/.well-known/openid-configuration");
        TRY(port->read(port->context, op->arena,
                       &(struct provider_document){buf_slice(&url), PROVIDER_FRESH}, &text));
        error = json_read(text, &document);
        if (error != ERR_OK)
                return error_is_fault(error) ? error : refuse(op, "it is no JSON object.");
        return document_read(op, provider, document, ret);
}
