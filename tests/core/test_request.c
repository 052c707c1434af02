/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, registering applications, and what a user's applications have, when the
 * store fails or holds odd things (docs/protocol/http.md 5.2, 3 and 5.5).
 */
#include "core.h"

#include "core/grants/connected.h"

#define READ TEXTS(SLICE("read"))

/* --- requests --- */

static enum err show(struct core *core, struct request_view *ret)
{
        return request_show(OP(&core->ports, &core->arena, NULL, &core->account.id),
                            &core->request.id, ret);
}

TEST(what_the_store_says_to_a_request_is_passed_on)
{
        static const struct {
                const char *name;
                enum err failure, expected;
        } cases[] = {
                {"client_find", ERR_STORE_UNAVAILABLE, ERR_STORE_UNAVAILABLE},
                {"client_find", ERR_NO_ROW, ERR_INVALID_CLIENT_ID},
                {"request_insert", ERR_STORE_LOST, ERR_STORE_LOST},
                {"grant_scopes", ERR_STORE_UNAVAILABLE, ERR_STORE_UNAVAILABLE},
        };

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct core *core CLEANUP(core_freep) = core_new();

                core_fail(core, cases[i].name, cases[i].failure, 1);
                CHECK_ERR(core_request(core, READ), cases[i].expected);
                CHECK_OK(core_request(core, READ));
        }
}

TEST(a_challenge_is_a_digest_in_base64url)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct request_form form = {.client_id = core->client.client_id,
                                    .redirect_uri = REDIRECT,
                                    .scope = READ,
                                    .challenge_method = SLICE("S256")};
        struct scope scope;

        form.challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        CHECK_OK(request_check(&core->arena, &core->client, &form, &scope));
        form.challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM");
        CHECK_ERR(request_check(&core->arena, &core->client, &form, &scope), ERR_CHALLENGE_METHOD);
        form.challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c");
        CHECK_ERR(request_check(&core->arena, &core->client, &form, &scope), ERR_CHALLENGE_METHOD);
}

TEST(a_client_that_is_not_active_asks_for_nothing)
{
        struct core *core CLEANUP(core_freep) = core_new();

        core->client.status = CLIENT_WAITING;
        CHECK_ERR(core_request(core, READ), ERR_CLIENT_INACTIVE);
        CHECK(!was_called(core, "request_insert"));
}

TEST(a_request_is_shown_to_its_account_as_long_as_its_client_lives)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct request_view view;

        CHECK_OK(core_request(core, READ));
        CHECK_OK(show(core, &view));
        CHECK(uuid_equal(&view.request.id, &core->request.id));
        core_fail(core, "request_get", ERR_NO_ROW, 1);
        CHECK_ERR(show(core, &view), ERR_NOT_FOUND);
        core_fail(core, "request_get", ERR_STORE_UNAVAILABLE, 1);
        CHECK_ERR(show(core, &view), ERR_STORE_UNAVAILABLE);
        core_fail(core, "client_by_row", ERR_NO_ROW, 1);
        CHECK_ERR(show(core, &view), ERR_NOT_FOUND);
        core_fail(core, "client_by_row", ERR_STORE_UNAVAILABLE, 1);
        CHECK_ERR(show(core, &view), ERR_STORE_UNAVAILABLE);
        core->request.account_id.bytes[0] ^= 1;
        CHECK_ERR(show(core, &view), ERR_NOT_FOUND);
        core->request.account_id = core->account.id;
        core->request.scope = SLICE("nonsense");
        CHECK_ERR(show(core, &view), ERR_INTERNAL);
}

TEST(current_access_that_cannot_be_read_is_a_fault)
{
        struct core *core CLEANUP(core_freep) = core_new();

        core->grant_scope = SLICE("nonsense");
        CHECK_ERR(core_request(core, READ), ERR_INTERNAL);
        core->grant_scope = SLICE("read bucket:photos");
        CHECK_OK(core_request(core, READ));
}

TEST(registered_scopes_that_cannot_be_read_allow_nothing_and_require_everything)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct scope requested = {.rights = RIGHT_READ | RIGHT_LIST};

        core->client.scopes = SLICE("nonsense");
        CHECK_ERR(core_request(core, READ), ERR_INTERNAL);
        CHECK_INT(request_required_rights(&core->arena, &core->client, &requested),
                  RIGHT_READ | RIGHT_LIST);
}

/* --- applications --- */

static enum err register_client(struct core *core, const struct client_form *form)
{
        struct client client;
        struct secret secret;

        return client_create(OP(&core->ports, &core->arena, &core->caller, &core->account.id), form,
                             &client, &secret);
}

TEST(an_application_is_checked_before_it_is_kept)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct slice many[LIMIT_REDIRECT_URIS + 1];
        struct client_form form = {.redirect_uris = {.items = many}};

        for (size_t i = 0; i < ARRAY_SIZE(many); i++)
                many[i] = REDIRECT;
        CHECK_ERR(register_client(core, &form), ERR_FIELD_MISSING);
        form.redirect_uris.n = ARRAY_SIZE(many);
        CHECK_ERR(register_client(core, &form), ERR_TOO_MANY);
        form.redirect_uris.n--;
        form.scopes = TEXTS(SLICE("nonsense"));
        CHECK_ERR(register_client(core, &form), ERR_SCOPE_UNKNOWN);
        form.scopes = READ;
        form.optional_scopes = TEXTS(SLICE("nonsense"));
        CHECK_ERR(register_client(core, &form), ERR_SCOPE_UNKNOWN);
        CHECK(!was_called(core, "client_insert"));
        form.optional_scopes = (struct texts){0};
        core_fail(core, "client_insert", ERR_CONFLICT, 1);
        CHECK_ERR(register_client(core, &form), ERR_CONFLICT);
        core->seal.n_keys = 0;
        CHECK_ERR(register_client(core, &form), ERR_INTERNAL);
}

TEST(an_application_waits_where_applications_are_approved)
{
        struct core *core CLEANUP(core_freep) = core_new();

        core->policy.require_approval = true;
        CHECK_OK(register_client(core, &(struct client_form){.redirect_uris = TEXTS(REDIRECT)}));
        CHECK_INT(core->client.status, CLIENT_WAITING);
}

TEST(an_application_of_the_operators_waits_for_nobody)
{
        struct core *core CLEANUP(core_freep) = core_new();

        core->policy.require_approval = true;
        CHECK_OK(register_client(core, &(struct client_form){.redirect_uris = TEXTS(REDIRECT),
                                                             .is_approved = true}));
        CHECK_INT(core->client.status, CLIENT_ACTIVE);
}

TEST(scopes_of_an_application_are_checked_when_they_are_changed)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct texts nonsense = TEXTS(SLICE("nonsense")), no_right = TEXTS(SLICE("bucket:photos"));
        struct client_update_form form = {.scopes = &nonsense};
        struct client client;

        CHECK_ERR(client_change(OP(&core->ports, &core->arena, &core->caller, NULL), &core->client,
                                &form, &client),
                  ERR_SCOPE_UNKNOWN);
        form = (struct client_update_form){.optional_scopes = &nonsense};
        CHECK_ERR(client_change(OP(&core->ports, &core->arena, &core->caller, NULL), &core->client,
                                &form, &client),
                  ERR_SCOPE_UNKNOWN);
        form = (struct client_update_form){.scopes = &no_right};
        CHECK_ERR(client_change(OP(&core->ports, &core->arena, &core->caller, NULL), &core->client,
                                &form, &client),
                  ERR_SCOPE_NO_RIGHT);
        CHECK_STRING(core->calls, "");
}

TEST(a_secret_is_rotated_for_the_applications_account_only)
{
        struct core *core CLEANUP(core_freep) = core_new();
        const struct uuid *id = &core->client.id;
        struct client client;
        struct secret secret = {0};
        static const struct {
                const char *name;
                enum err failure, expected;
        } cases[] = {
                {"client_get", ERR_NO_ROW, ERR_NOT_FOUND},
                {"client_get", ERR_STORE_UNAVAILABLE, ERR_STORE_UNAVAILABLE},
                {"client_secret_add", ERR_NO_ROW, ERR_NOT_FOUND},
                {"client_secret_add", ERR_STORE_LOST, ERR_STORE_LOST},
        };

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                core_fail(core, cases[i].name, cases[i].failure, 1);
                CHECK_ERR(client_rotate(
                                  OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                                  id, 0, &client, &secret),
                          cases[i].expected);
                CHECK(secret_is_absent(secret));
        }
        CHECK_OK(client_rotate(OP(&core->ports, &core->arena, &core->caller, &core->account.id), id,
                               0, &client, &secret));
        CHECK_INT(secret_reveal(secret).size, 64);
        core->seal.n_keys = 0;
        CHECK_ERR(client_rotate(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                                id, 0, &client, &secret),
                  ERR_INTERNAL);
}

TEST(an_application_that_is_not_there_is_not_removed)
{
        struct core *core CLEANUP(core_freep) = core_new();
        const struct uuid *id = &core->client.id;

        core_fail(core, "client_delete", ERR_NO_ROW, 1);
        CHECK_ERR(
                client_remove(OP(&core->ports, &core->arena, &core->caller, &core->account.id), id),
                ERR_NOT_FOUND);
        CHECK_OK(client_remove(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                               id));
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

TEST(access_is_taken_back_from_an_application_that_is_there)
{
        struct core *core CLEANUP(core_freep) = core_new();
        const struct uuid *id = &core->client.client_id;
        struct grant *grants;
        bool is_cut;
        size_t n;

        core_fail(core, "client_find", ERR_NO_ROW, 1);
        CHECK_ERR(connected_revoke(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                                   id, &grants, &n, &is_cut),
                  ERR_NOT_FOUND);
        core_fail(core, "client_find", ERR_STORE_UNAVAILABLE, 1);
        CHECK_ERR(connected_revoke(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                                   id, &grants, &n, &is_cut),
                  ERR_STORE_UNAVAILABLE);
        CHECK(!was_called(core, "access_revoke"));
        CHECK_OK(connected_revoke(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                                  id, &grants, &n, &is_cut));
        CHECK(was_called(core, "access_revoke"));
}
