/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, registering applications, and what a user's applications have
 * (docs/protocol/http.md 5.2, 3 and 5.5).
 */
#include "core.h"

#include "core/grants/connected.h"

/* --- requests --- */

static enum err ask(struct core *core)
{
        struct uuid id;

        return core_request(core, READ, &id);
}

TEST(a_client_that_is_unknown_or_not_active_asks_for_nothing)
{
        CORE(core);

        CHECK_OK(client_switch(core_op(&core), &core.client, CLIENT_DISABLED));
        CHECK_ERR(ask(&core), ERR_CLIENT_INACTIVE);
        core_update(&core, "UPDATE client SET status = 2"); /* CLIENT_WAITING */
        CHECK_ERR(ask(&core), ERR_CLIENT_INACTIVE);
        core.client.client_id.bytes[0] ^= 1;
        CHECK_ERR(ask(&core), ERR_INVALID_CLIENT_ID);
        CHECK_INT(core_n_rows(&core, "request"), 0);
}

TEST(a_challenge_is_a_digest_in_base64url)
{
        CORE(core);
        struct request_form form = {.client_id = core.client.client_id,
                                    .redirect_uri = CORE_REDIRECT,
                                    .scope = READ,
                                    .challenge_method = SLICE("S256")};
        const struct op *op = core_op(&core);
        struct request_scope scope;

        form.challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        CHECK_OK(request_check(op, &core.client, &form, &scope));
        form.challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM");
        CHECK_ERR(request_check(op, &core.client, &form, &scope), ERR_CHALLENGE_METHOD);
        form.challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c");
        CHECK_ERR(request_check(op, &core.client, &form, &scope), ERR_CHALLENGE_METHOD);
}

TEST(a_request_is_shown_to_its_account_as_long_as_its_client_lives)
{
        CORE(core);
        struct request_view view;
        struct uuid id;

        CHECK_OK(core_request(&core, READ, &id));
        CHECK_OK(request_show(core_op(&core), &id, &view));
        CHECK(uuid_equal(&view.request.id, &id));
        core.account.id.bytes[0] ^= 1;
        CHECK_ERR(request_show(core_op(&core), &id, &view), ERR_NOT_FOUND);
        core.account.id.bytes[0] ^= 1;
        core_update(&core, "UPDATE request SET scope = 'nonsense'");
        CHECK_ERR(request_show(core_op(&core), &id, &view), ERR_INTERNAL);
        CHECK_OK(client_remove(core_op(&core), &core.client.id));
        CHECK_ERR(request_show(core_op(&core), &id, &view), ERR_NOT_FOUND);
}

TEST(current_access_that_cannot_be_read_is_a_fault)
{
        CORE(core);
        struct exchange_form form = core_form(&core, core_code(&core));

        CHECK_OK(core_exchange(&core, &form));
        CHECK_OK(ask(&core));
        core_update(&core, "UPDATE access_grant SET scope = 'nonsense'");
        CHECK_ERR(ask(&core), ERR_INTERNAL);
}

TEST(registered_scopes_that_cannot_be_read_allow_nothing_and_require_everything)
{
        CORE(core);
        struct scope requested = {.rights = RIGHT_READ | RIGHT_LIST};

        core_update(&core, "UPDATE client SET scopes = 'nonsense'");
        CHECK_ERR(ask(&core), ERR_INTERNAL);
        CHECK_OK(client_of_account(core_op(&core), &core.client.id, &core.client));
        CHECK_INT(request_required_rights(&core.world.arena, &core.client, &requested),
                  RIGHT_READ | RIGHT_LIST);
}

/* --- applications --- */

static enum err register_client(struct core *core, const struct client_form *form)
{
        struct secret secret;

        return client_create(core_op(core), form, &core->client, &secret);
}

TEST(an_application_is_checked_before_it_is_kept)
{
        CORE(core);
        struct slice many[LIMIT_REDIRECT_URIS + 1];
        struct client_form form = {.name = SLICE("App"), .redirect_uris = {.items = many}};

        for (size_t i = 0; i < ARRAY_SIZE(many); i++)
                many[i] = CORE_REDIRECT;
        CHECK_ERR(register_client(&core, &form), ERR_FIELD_MISSING);
        form.redirect_uris.n = ARRAY_SIZE(many);
        CHECK_ERR(register_client(&core, &form), ERR_TOO_MANY);
        form.redirect_uris.n--;
        form.scopes = TEXTS(SLICE("nonsense"));
        CHECK_ERR(register_client(&core, &form), ERR_SCOPE_UNKNOWN);
        form.scopes = READ;
        form.optional_scopes = TEXTS(SLICE("nonsense"));
        CHECK_ERR(register_client(&core, &form), ERR_SCOPE_UNKNOWN);
        form.optional_scopes = (struct texts){0};
        form.client_id = &core.client.client_id;
        CHECK_ERR(register_client(&core, &form), ERR_CONFLICT);
        form.client_id = NULL;
        core.seal.n_keys = 0;
        CHECK_ERR(register_client(&core, &form), ERR_INTERNAL);
        CHECK_INT(core_n_rows(&core, "client"), 1);
}

TEST(where_applications_are_approved_all_but_the_operators_wait)
{
        CORE(core);
        struct client_form form = {.name = SLICE("App"), .redirect_uris = TEXTS(CORE_REDIRECT)};

        core.policy.require_approval = true;
        CHECK_OK(register_client(&core, &form));
        CHECK_INT(core.client.status, CLIENT_WAITING);
        form.is_approved = true;
        CHECK_OK(register_client(&core, &form));
        CHECK_INT(core.client.status, CLIENT_ACTIVE);
}

TEST(scopes_of_an_application_are_checked_when_they_are_changed)
{
        CORE(core);
        struct texts nonsense = TEXTS(SLICE("nonsense")), no_right = TEXTS(SLICE("bucket:photos"));
        struct client_update_form form = {.scopes = &nonsense};
        struct client client;

        CHECK_ERR(client_change(core_op(&core), &core.client, &form, &client), ERR_SCOPE_UNKNOWN);
        form = (struct client_update_form){.optional_scopes = &nonsense};
        CHECK_ERR(client_change(core_op(&core), &core.client, &form, &client), ERR_SCOPE_UNKNOWN);
        form = (struct client_update_form){.scopes = &no_right};
        CHECK_ERR(client_change(core_op(&core), &core.client, &form, &client), ERR_SCOPE_NO_RIGHT);
        CHECK_INT(core_n_rows(&core, "audit WHERE action = 'client_change'"), 0);
}

TEST(a_secret_is_rotated_for_the_applications_account_only)
{
        CORE(core);
        const struct uuid id = core.client.id;
        struct secret secret = {0};
        struct client client;

        core.account.id.bytes[0] ^= 1;
        CHECK_ERR(client_rotate(core_op(&core), &id, 0, &client, &secret), ERR_NOT_FOUND);
        CHECK(secret_is_absent(secret));
        core.account.id.bytes[0] ^= 1;
        CHECK_OK(client_rotate(core_op(&core), &id, 0, &client, &secret));
        CHECK_INT(secret_reveal(secret).size, 64);
        core.seal.n_keys = 0;
        CHECK_ERR(client_rotate(core_op(&core), &id, 0, &client, &secret), ERR_INTERNAL);
}

/* --- grants --- */

TEST(a_grants_status_is_told_in_a_word)
{
        struct grant grant = {.status = GRANT_MINTING, .created_at = NOW};
        struct instant minute = instant_add_seconds(NOW, 60);
        struct instant later = {.ms = minute.ms + 1};

        CHECK_STRING(grant_status_text(&grant, minute), "minting");
        CHECK_STRING(grant_status_text(&grant, later), "failed");
        grant.status = GRANT_LIVE;
        CHECK_STRING(grant_status_text(&grant, later), "live");
        grant.expires_at = minute;
        CHECK_STRING(grant_status_text(&grant, NOW), "live");
        CHECK_STRING(grant_status_text(&grant, minute), "expired");
        grant.is_dead = true;
        CHECK_STRING(grant_status_text(&grant, NOW), "revoked");
        grant = (struct grant){.status = GRANT_REVOKED, .created_at = NOW};
        CHECK_STRING(grant_status_text(&grant, NOW), "revoked");
}

TEST(access_is_revoked_of_an_application_that_is_there)
{
        CORE(core);
        struct exchange_form form = core_form(&core, core_code(&core));
        struct uuid id = core.client.client_id;
        struct grant_list grants;

        CHECK_OK(core_exchange(&core, &form));
        id.bytes[0] ^= 1;
        CHECK_ERR(connected_revoke(core_op(&core), &id, &grants), ERR_NOT_FOUND);
        CHECK_INT(core_grant(&core).status, GRANT_LIVE);
        id.bytes[0] ^= 1;
        CHECK_OK(connected_revoke(core_op(&core), &id, &grants));
        CHECK_INT(grants.n, 1);
        CHECK_INT(core_grant(&core).status, GRANT_REVOKED);
}
