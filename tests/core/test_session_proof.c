/* SPDX-License-Identifier: Apache-2.0
 *
 * Showing again who one is (docs/protocol/http.md 2.9), and what asks for it.
 */
#include "core.h"

#include "core/clients/client.h"
#include "core/people/session.h"

#define EMAIL SLICE("user@example.com")

struct there {
        struct secret token;
        struct session session;
};

static void log_in(struct core *core, struct there *there)
{
        CHECK_OK(session_log_in(core_op(core), BY_PASSWORD(EMAIL, PASSWORD), &there->session,
                                &there->token));
}

static enum err prove(struct core *core, const struct there *there, struct secret password)
{
        return session_prove(core_op(core), &there->session, &(struct confirmation){password});
}

/* What the session is good for now. */
static enum err require(struct core *core, struct there *there)
{
        CHECK_OK(session_authenticate(core_op(core), secret_reveal(there->token), &there->session));
        return session_require_proof(core_op(core), &there->session.authentication);
}

TEST(a_log_in_is_a_proof_until_it_is_too_old)
{
        CORE(core);
        struct there there;

        log_in(&core, &there);
        CHECK_OK(require(&core, &there));
        CHECK_INT(there.session.authentication.means, MEANS_PASSWORD);
        core.now.ms += 600 * 1000;
        CHECK_OK(require(&core, &there));
        core.now.ms++;
        CHECK_ERR(require(&core, &there), ERR_PROOF_OLD);
}

TEST(the_password_makes_the_session_good_again_and_no_other)
{
        CORE(core);
        struct there there, other;

        log_in(&core, &there);
        log_in(&core, &other);
        core.now.ms += 601 * 1000;
        CHECK_ERR(prove(&core, &there, ((struct secret){SLICE("not this one")})),
                  ERR_INVALID_CREDENTIALS);
        CHECK_ERR(require(&core, &there), ERR_PROOF_OLD);
        CHECK_OK(prove(&core, &there, PASSWORD));
        CHECK_OK(require(&core, &there));
        CHECK_INT(there.session.authentication.at.ms, core.now.ms);
        CHECK_ERR(require(&core, &other), ERR_PROOF_OLD);
}

TEST(a_session_that_has_ended_is_not_made_good_again)
{
        CORE(core);
        struct there there;
        struct session session;

        log_in(&core, &there);
        CHECK_OK(session_log_out(core_op(&core), &there.session));
        CHECK_ERR(prove(&core, &there, PASSWORD), ERR_UNAUTHENTICATED);
        CHECK_ERR(session_authenticate(core_op(&core), secret_reveal(there.token), &session),
                  ERR_UNAUTHENTICATED);
}

TEST(a_consent_with_a_passphrase_needs_a_proof_and_derives_nothing_without)
{
        CORE(core);
        struct consent_form form = {.approved = READ, .passphrase = PASSPHRASE};
        struct consent_result result;
        struct request request;

        CHECK_OK(core_request(&core, form.approved, &form.request_id));
        form.authentication.at = (struct instant){core.now.ms - 600 * 1000 - 1};
        CHECK_ERR(consent_decide(core_op(&core), &form, &result), ERR_PROOF_OLD);
        CHECK_INT(core.n_derived, 0);
        CHECK_OK(STORE(&core.world, request_get, &form.request_id, &request));
        CHECK_INT(request.status, REQUEST_PENDING);
        form.passphrase = (struct secret){0};
        CHECK_OK(consent_decide(core_op(&core), &form, &result));
}

TEST(only_a_change_of_where_an_application_is_or_how_it_proves_itself_is_grave)
{
        CORE(core);
        const struct client *client = &core.client;
        struct slice elsewhere = SLICE("https://elsewhere.example/cb");
        struct texts other = {.items = &elsewhere, .n = 1};
        enum client_auth same = client->auth_method, basic = CLIENT_AUTH_SECRET_BASIC;

        CHECK(!client_change_is_grave(client, &(struct client_update_form){.name = SLICE("New")}));
        CHECK(!client_change_is_grave(
                client, &(struct client_update_form){.redirect_uris = &client->redirect_uris,
                                                     .auth_method = &same}));
        CHECK(client_change_is_grave(client,
                                     &(struct client_update_form){.redirect_uris = &other}));
        CHECK(client_change_is_grave(client, &(struct client_update_form){.auth_method = &basic}));
        CHECK(client_change_is_grave(client, &(struct client_update_form){.jwks = SLICE("{}")}));
}
