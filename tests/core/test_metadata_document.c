/* SPDX-License-Identifier: Apache-2.0
 *
 * What a metadata document may say, and clients that are known by one: docs/protocol/oauth.md 8.
 */
#include "core.h"

#include "core/clients/client_find.h"
#include "core/clients/metadata_document.h"
#include "documents_double.h"

#define URL     "https://app.example.com/client.json"

#define MEMBERS "\"client_id\":\"" URL "\",\"redirect_uris\":[\"https://app.example.com/cb\"]"

static enum err read_text(struct core *core, const char *text, struct client *ret)
{
        return metadata_document_read(core_op(core), SLICE(URL), slice_from_string(text), ret);
}

static enum err read_error(struct core *core, const char *text)
{
        struct client client;

        TRY(read_text(core, text, &client));
        return metadata_document_keys(core_op(core), &client);
}

TEST(the_least_document_is_a_public_client_with_the_name_of_its_host)
{
        CORE(core);
        struct client client;

        CHECK_OK(read_text(&core, "{" MEMBERS "}", &client));
        CHECK_TEXT(client.name, "app.example.com");
        CHECK_TEXT(client.document, URL);
        CHECK_INT(client.auth_method, CLIENT_AUTH_NONE);
        CHECK_INT(client.type, APPLICATION_WEB);
        CHECK_INT(client.n_secrets, 0);
        CHECK(client.is_new && client.require_pkce && !client.refresh_tokens &&
              !client.device_flow);
        CHECK(client_is_self_registered(&client));
}

TEST(a_document_may_say_more)
{
        CORE(core);
        struct client client;

        CHECK_OK(read_text(&core,
                           "{\"client_id\":\"" URL "\",\"client_name\":\"Reader\","
                           "\"redirect_uris\":[\"http://localhost/cb\"],\"logo_uri\":7,"
                           "\"grant_types\":[\"authorization_code\",\"refresh_token\",\"x\"],"
                           "\"response_types\":[\"code\"],\"scope\":\"list read offline_access\"}",
                           &client));
        CHECK_TEXT(client.name, "Reader");
        CHECK_TEXT(client.optional_scopes, "read list");
        CHECK_INT(client.type, APPLICATION_NATIVE);
        CHECK(client.refresh_tokens);
}

TEST(a_document_that_is_not_sound_is_refused)
{
        CORE(core);
        static const char *const malformed[] = {
                "",
                "[]",
                "{" MEMBERS,
                "{" MEMBERS "," MEMBERS "}",
                "{\"client_id\":\"" URL "\"}",
                "{\"client_id\":\"" URL "\",\"redirect_uris\":[]}",
                "{\"client_id\":\"" URL "\",\"redirect_uris\":\"https://a.example/\"}",
                "{\"client_id\":\"" URL "\",\"redirect_uris\":[1]}",
                "{" MEMBERS ",\"client_name\":1}",
                "{" MEMBERS ",\"grant_types\":[\"refresh_token\"]}",
                "{" MEMBERS ",\"response_types\":[\"token\"]}",
                "{" MEMBERS ",\"application_type\":\"desktop\"}",
        };

        for (size_t i = 0; i < ARRAY_SIZE(malformed); i++)
                CHECK_ERR(read_error(&core, malformed[i]), ERR_DOCUMENT_MALFORMED);
        CHECK_ERR(read_error(&core, "{\"redirect_uris\":[\"https://app.example.com/cb\"]}"),
                  ERR_DOCUMENT_CLIENT_ID);
        CHECK_ERR(read_error(&core, "{\"client_id\":\"" URL "?\"}"), ERR_DOCUMENT_CLIENT_ID);
        CHECK_ERR(read_error(&core, "{" MEMBERS ",\"client_name\":\"p\xd0\xb0y\"}"),
                  ERR_NAME_UNCLEAR);
        CHECK_ERR(read_error(&core, "{" MEMBERS ",\"scope\":\"fly\"}"), ERR_SCOPE_UNKNOWN);
}

TEST(a_document_has_no_secret)
{
        CORE(core);
        static const char *const wrong[] = {
                "\"token_endpoint_auth_method\":\"client_secret_basic\"",
                "\"token_endpoint_auth_method\":\"client_secret_post\"",
                "\"token_endpoint_auth_method\":\"client_secret_jwt\"",
                "\"token_endpoint_auth_method\":\"tls_client_auth\"",
                "\"client_secret\":\"\"",
                "\"client_secret_expires_at\":0",
        };

        core.policy.raw_secrets = true;
        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
                char text[512];

                (void)snprintf(text, sizeof(text), "{" MEMBERS ",%s}", wrong[i]);
                CHECK_ERR(read_error(&core, text), ERR_DOCUMENT_AUTH_METHOD);
        }
}

TEST(keys_are_in_the_document_itself)
{
        CORE(core);
        const char *method = "{" MEMBERS ",\"token_endpoint_auth_method\":\"private_key_jwt\"";
        char text[1024];
        struct client client;

        (void)snprintf(text, sizeof(text), "%s}", method);
        CHECK_ERR(read_error(&core, text), ERR_CLIENT_KEYS_MISSING);
        (void)snprintf(text, sizeof(text), "%s,\"jwks_uri\":\"https://a.example/\"}", method);
        CHECK_ERR(read_error(&core, text), ERR_JWKS_URI);
        (void)snprintf(text, sizeof(text), "%s,\"jwks\":[]}", method);
        CHECK_ERR(read_error(&core, text), ERR_JWKS_MALFORMED);
        (void)snprintf(text, sizeof(text),
                       "%s,\"jwks\":{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                       "\"x\":\"bm7yZh4WIEDByU8z1zOKWx3pwy-cN4RvzVSurM5IUhI\"}]}}",
                       method);
        CHECK_OK(read_text(&core, text, &client));
        CHECK_OK(metadata_document_keys(core_op(&core), &client));
        CHECK_INT(client.auth_method, CLIENT_AUTH_PRIVATE_KEY_JWT);
        CHECK(client.jwks.size > 0);
}

/* --- finding --- */

#define DOCUMENTS(core, double)                                                                    \
        CORE(core);                                                                                \
        struct documents_double double = documents_begin(&(core).ports);                           \
        (core).ports.documents.context = &double;                                                  \
        (core).policy.metadata_documents = true;                                                   \
        (core).policy.dynamic_limit = 10

static enum err find(struct core *core, struct client *ret)
{
        struct client_ref ref;

        CHECK(client_ref_parse(SLICE(URL), &ref));
        return client_find(core_op(core), &ref, ret);
}

TEST(a_row_is_made_by_admission_only)
{
        DOCUMENTS(core, documents);
        struct client client;

        documents.text = "{" MEMBERS "}";
        CHECK_OK(find(&core, &client));
        CHECK(client.is_new);
        CHECK_INT(core_n_rows(&core, "client"), 1);
        CHECK_OK(client_admit(core_op(&core), &client));
        CHECK(!client.is_new);
        CHECK_INT(core_n_rows(&core, "client"), 2);
        CHECK_OK(find(&core, &client));
        CHECK_INT(documents.n_fetches, 1);
}

TEST(a_row_is_good_for_as_long_as_the_document_said)
{
        DOCUMENTS(core, documents);
        struct client client;

        documents.text = "{" MEMBERS "}";
        CHECK_OK(find(&core, &client));
        CHECK_OK(client_admit(core_op(&core), &client));
        documents.text = "{" MEMBERS ",\"client_name\":\"Writer\"}";
        core.now.ms += 599 * 1000;
        CHECK_OK(find(&core, &client));
        CHECK_TEXT(client.name, "app.example.com");
        core.now.ms += 1000;
        CHECK_OK(find(&core, &client));
        CHECK_TEXT(client.name, "Writer");
        CHECK_INT(documents.n_fetches, 2);
        core.now.ms += 600 * 1000;
        documents.error = ERR_DOCUMENT_UNAVAILABLE;
        CHECK_ERR(find(&core, &client), ERR_DOCUMENT_UNAVAILABLE);
}

TEST(what_is_not_sound_is_rejected_at_the_port)
{
        DOCUMENTS(core, documents);
        struct client client;

        documents.text = "{}";
        CHECK_ERR(find(&core, &client), ERR_DOCUMENT_CLIENT_ID);
        CHECK_ERR(documents.rejected, ERR_DOCUMENT_CLIENT_ID);
        core.policy.metadata_documents = false;
        CHECK_ERR(find(&core, &client), ERR_NO_ROW);
        CHECK_INT(documents.n_fetches, 1);
}

TEST(what_an_operator_approved_waits_when_it_changes)
{
        DOCUMENTS(core, documents);
        struct client client;

        core.policy.require_approval = true;
        documents.text = "{" MEMBERS "}";
        CHECK_OK(find(&core, &client));
        CHECK_OK(client_admit(core_op(&core), &client));
        CHECK_INT(client.status, CLIENT_WAITING);
        CHECK_OK(client_switch_by_operator(core_op(&core), &client, true));
        core.now.ms += 600 * 1000;
        CHECK_OK(find(&core, &client));
        CHECK_INT(client.status, CLIENT_ACTIVE);
        documents.text = "{" MEMBERS ",\"client_name\":\"Writer\"}";
        core.now.ms += 600 * 1000;
        CHECK_OK(find(&core, &client));
        CHECK_INT(client.status, CLIENT_WAITING);
        CHECK_INT(core_n_rows(&core, "client"), 2);
}

TEST(there_are_no_more_than_the_operator_allows)
{
        DOCUMENTS(core, documents);
        struct client client;

        core.policy.dynamic_limit = 0;
        documents.text = "{" MEMBERS "}";
        CHECK_OK(find(&core, &client));
        CHECK_ERR(client_admit(core_op(&core), &client), ERR_CLIENTS_FULL);
        CHECK_INT(core_n_rows(&core, "client"), 1);
}
