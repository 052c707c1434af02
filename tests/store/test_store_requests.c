/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, from asking to deciding.
 */
#include "snapshot.h"

TEST(a_request_is_read_back_by_its_id_and_by_its_number)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_of(30), found[2];

        request.state = SLICE("state");
        request.challenge = SLICE("challenge");
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &found[0]));
        CHECK_OK(STORE(&world, code_find, &request.no, &found[1]));
        for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
                CHECK_INT(found[i].no, request.no);
                CHECK_ID(found[i].id, 30);
                CHECK_ID(found[i].account_id, 1);
                CHECK_ID(found[i].client_row, 20);
                CHECK_TEXT(found[i].redirect_uri, "https://app.example.com/cb");
                CHECK_TEXT(found[i].scope, "list read bucket:photos");
                CHECK_TEXT(found[i].state, "state");
                CHECK_TEXT(found[i].challenge, "challenge");
                CHECK_INT(found[i].status, REQUEST_PENDING);
                CHECK_INT(found[i].created_at.ms, NOW.ms);
                CHECK_INT(found[i].expires_at.ms, after(600).ms);
                CHECK_INT(found[i].decided_at.ms, 0);
        }
}

TEST(what_a_request_does_not_have_stays_absent)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        CHECK_OK(STORE(&world, code_find, &request.no, &found));
        CHECK(!found.state.data && !found.challenge.data && !found.authorization.scope.data);
        CHECK(!found.code.sealed_access.data);
        CHECK_INT(found.code.expires_at.ms, 0);
        CHECK_INT(found.code.used_at.ms, 0);
}

TEST(an_empty_state_is_told_apart_from_none)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_of(30), found;

        request.state = SLICE("");
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &found));
        CHECK(found.state.data && found.state.size == 0);
}

TEST(an_unknown_request_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        CHECK_ERR(STORE(&world, request_get, id(&world, 31), &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, code_find, &(int64_t){request.no + 1}, &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, code_find, &(int64_t){-1}, &found), ERR_NO_ROW);
}

TEST(numbers_of_requests_grow)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = request_new(&world, 30);

        CHECK(request_new(&world, 31).no > first.no);
}

static enum err decide_as(struct world *world, const struct request *request,
                          enum request_status status, struct instant at)
{
        struct request decided = approval_of(request, 30);

        decided.status = status;
        decided.decided_at = at;
        return STORE(world, request_decide, &decided, &audit);
}

TEST(of_twenty_one_pending_requests_the_oldest_falls_out)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request requests[LIMIT_PENDING_REQUESTS + 1];

        for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
                requests[i] = request_new(&world, 100 + (int64_t)i);
        CHECK_ERR(decide_as(&world, &requests[0], REQUEST_REJECTED, after(1)), ERR_REQUEST_EXPIRED);
        for (size_t i = 1; i < ARRAY_SIZE(requests); i++)
                CHECK_OK(decide_as(&world, &requests[i], REQUEST_REJECTED, after(1)));
}

TEST(pending_requests_of_other_clients_and_decided_ones_do_not_count)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = request_new(&world, 30), decided, other = request_of(31);

        other.client_row = id_of(21);
        CHECK_OK(STORE(&world, request_insert, &other, &audit, &other.no));
        for (int64_t i = 0; i < LIMIT_PENDING_REQUESTS; i++) {
                decided = request_new(&world, 100 + i);
                CHECK_OK(decide_as(&world, &decided, REQUEST_REJECTED, after(1)));
        }
        CHECK_OK(decide_as(&world, &first, REQUEST_REJECTED, after(1)));
        CHECK_OK(decide_as(&world, &other, REQUEST_REJECTED, after(1)));
}

TEST(an_approval_keeps_all_that_consent_adds)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30), found;
        struct request approved = approval_of(&pending, 77);
        struct digest code = digest_of(77);

        approved.code.needs_passphrase = true;
        CHECK_OK(STORE(&world, request_decide, &approved, &audit));
        CHECK_OK(STORE(&world, code_find, &pending.no, &found));
        CHECK_INT(found.status, REQUEST_APPROVED);
        CHECK_INT(found.decided_at.ms, after(1).ms);
        CHECK_ID(found.authorization.project_id, 10);
        CHECK_TEXT(found.authorization.scope, "read bucket:photos");
        CHECK_INT(found.authorization.lifetime, 3600);
        CHECK(found.code.needs_passphrase);
        CHECK_TEXT(found.code.sealed_access, "sealed access");
        CHECK(digest_equal(&found.code.digest, &code));
        CHECK_INT(found.code.expires_at.ms, after(61).ms);
}

TEST(a_rejection_has_no_code_and_no_key)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        request.status = REQUEST_REJECTED;
        request.decided_at = after(1);
        CHECK_OK(STORE(&world, request_decide, &request, &audit));
        CHECK_OK(STORE(&world, code_find, &request.no, &found));
        CHECK_INT(found.status, REQUEST_REJECTED);
        CHECK(!found.authorization.scope.data && !found.code.sealed_access.data);
        CHECK_INT(found.code.expires_at.ms, 0);
}

TEST(a_request_is_decided_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        CHECK_OK(decide_as(&world, &request, REQUEST_APPROVED, after(1)));
        CHECK_ERR(decide_as(&world, &request, REQUEST_REJECTED, after(2)), ERR_REQUEST_NOT_PENDING);
        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(2)), ERR_REQUEST_NOT_PENDING);
        CHECK_OK(STORE(&world, code_find, &request.no, &found));
        CHECK_INT(found.decided_at.ms, after(1).ms);
}

TEST(a_request_is_not_decided_from_its_end_on)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30);

        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(600)), ERR_REQUEST_EXPIRED);
        CHECK_OK(
                decide_as(&world, &request, REQUEST_APPROVED, (struct instant){after(600).ms - 1}));
        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(601)),
                  ERR_REQUEST_NOT_PENDING);
}

TEST(a_refused_decision_is_audited)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30);

        (void)audit_take(&world);
        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(600)), ERR_REQUEST_EXPIRED);
        CHECK_INT(audit_take(&world), 1);
}

/* --- all that an exchange looks at --- */

static struct exchange_rows rows_now(struct world *world, int64_t client_id, int64_t no)
{
        struct exchange_rows rows;

        CHECK_OK(STORE_AS(world, NULL, after(2), exchange_rows,
                          &(struct exchange_key){id_of(client_id), no}, &rows));
        return rows;
}

static void client_same(const struct client *a, const struct client *b)
{
        CHECK(uuid_equal(&a->id, &b->id) && uuid_equal(&a->client_id, &b->client_id) &&
              uuid_equal(&a->account_id, &b->account_id));
        CHECK(slice_equal(a->name, b->name) && slice_equal(a->description, b->description) &&
              slice_equal(a->scopes, b->scopes) &&
              slice_equal(a->optional_scopes, b->optional_scopes));
        CHECK_INT(a->redirect_uris.n, b->redirect_uris.n);
        for (size_t i = 0; i < a->redirect_uris.n; i++)
                CHECK(slice_equal(a->redirect_uris.items[i], b->redirect_uris.items[i]));
        CHECK_INT(a->status, b->status);
        CHECK_INT(a->auth_method, b->auth_method);
        CHECK_INT(a->type, b->type);
        CHECK(slice_equal(a->jwks, b->jwks));
        CHECK_INT(a->require_pkce, b->require_pkce);
        CHECK_INT(a->legacy_redirect, b->legacy_redirect);
        CHECK_INT(a->secret_max_lifetime, b->secret_max_lifetime);
        CHECK_INT(a->created_at.ms, b->created_at.ms);
        CHECK_INT(a->n_secrets, b->n_secrets);
        for (size_t i = 0; i < a->n_secrets; i++) {
                CHECK(uuid_equal(&a->secrets[i].id, &b->secrets[i].id));
                CHECK(slice_equal(a->secrets[i].sealed, b->secrets[i].sealed));
                CHECK_INT(a->secrets[i].created_at.ms, b->secrets[i].created_at.ms);
                CHECK_INT(a->secrets[i].expires_at.ms, b->secrets[i].expires_at.ms);
                CHECK_INT(a->secrets[i].last_used_at.ms, b->secrets[i].last_used_at.ms);
                CHECK_INT(a->secrets[i].is_foreign, b->secrets[i].is_foreign);
        }
}

static void request_same(const struct request *a, const struct request *b)
{
        CHECK_INT(a->no, b->no);
        CHECK(uuid_equal(&a->id, &b->id) && uuid_equal(&a->account_id, &b->account_id) &&
              uuid_equal(&a->client_row, &b->client_row));
        CHECK(slice_equal(a->redirect_uri, b->redirect_uri) && slice_equal(a->scope, b->scope) &&
              slice_equal(a->asked, b->asked) && slice_equal(a->state, b->state) &&
              slice_equal(a->challenge, b->challenge));
        CHECK_INT(a->status, b->status);
        CHECK_INT(a->created_at.ms, b->created_at.ms);
        CHECK_INT(a->expires_at.ms, b->expires_at.ms);
        CHECK_INT(a->decided_at.ms, b->decided_at.ms);
        CHECK_INT(a->login_after.ms, b->login_after.ms);
        CHECK(uuid_equal(&a->authorization.project_id, &b->authorization.project_id));
        CHECK(slice_equal(a->authorization.scope, b->authorization.scope));
        CHECK_INT(a->authorization.lifetime, b->authorization.lifetime);
        CHECK_INT(a->protocol_scopes, b->protocol_scopes);
        CHECK_INT(a->authorization.protocol_scopes, b->authorization.protocol_scopes);
        CHECK_INT(a->code.needs_passphrase, b->code.needs_passphrase);
        CHECK(slice_equal(a->code.sealed_access, b->code.sealed_access));
        CHECK(digest_equal(&a->code.digest, &b->code.digest));
        CHECK_INT(a->code.expires_at.ms, b->code.expires_at.ms);
        CHECK_INT(a->code.used_at.ms, b->code.used_at.ms);
}

static void project_same(const struct project *a, const struct project *b)
{
        CHECK(uuid_equal(&a->id, &b->id) && uuid_equal(&a->account_id, &b->account_id));
        CHECK(slice_equal(a->name, b->name) &&
              slice_equal(a->satellite_address, b->satellite_address) &&
              slice_equal(a->head, b->head) && slice_equal(a->sealed_api_key, b->sealed_api_key) &&
              slice_equal(a->sealed_secret, b->sealed_secret) && slice_equal(a->salt, b->salt) &&
              slice_equal(a->limits, b->limits) && slice_equal(a->public_id, b->public_id) &&
              slice_equal(a->problem, b->problem));
        CHECK_INT(a->path_cipher, b->path_cipher);
        CHECK_INT(a->key_begins_at.ms, b->key_begins_at.ms);
        CHECK_INT(a->key_ends_at.ms, b->key_ends_at.ms);
        CHECK_INT(a->created_at.ms, b->created_at.ms);
        CHECK_INT(a->prove_at.ms, b->prove_at.ms);
        CHECK_INT(a->is_dead, b->is_dead);
}

static void rows_same(struct world *world, int64_t no)
{
        struct exchange_rows rows = rows_now(world, 1020, no);
        struct client client;
        struct request request;
        struct project project;

        CHECK(rows.has_client && rows.has_request && rows.has_project);
        CHECK_OK(STORE_AS(world, NULL, after(2), client_find, id(world, 1020), &client));
        CHECK_OK(STORE(world, code_find, &no, &request));
        CHECK_OK(STORE(world, project_get, id(world, 10), &project));
        client_same(&rows.client, &client);
        request_same(&rows.request, &request);
        project_same(&rows.project, &project);
}

TEST(what_an_exchange_looks_at_is_what_is_found_one_by_one)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct client_secret_row second = {.id = id_of(2021),
                                           .sealed = SLICE("another"),
                                           .created_at = after(1),
                                           .is_foreign = true};
        struct grant grant;
        struct claim claim = claim_of(&code, 7);

        rows_same(&world, code.no);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(1), client_secret_add,
                          &(struct new_client_secret){id_of(20), second, after(99)}, &audit));
        CHECK_INT(rows_now(&world, 1020, code.no).client.n_secrets, 2);
        CHECK_OK(CLAIM(&world, &claim, &grant));
        rows_same(&world, code.no);
}

TEST(what_an_exchange_does_not_find_does_not_hide_the_rest)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), pending = request_new(&world, 31);
        struct exchange_rows rows = rows_now(&world, 1020, code.no + 100);

        CHECK(rows.has_client && !rows.has_request && !rows.has_project);
        CHECK_INT(rows.client.n_secrets, 1);
        rows = rows_now(&world, 1021, code.no);
        CHECK(!rows.has_client && rows.has_request && rows.has_project);
        rows = rows_now(&world, 1020, pending.no);
        CHECK(rows.has_client && rows.has_request && !rows.has_project);
        rows = rows_now(&world, 1021, 0);
        CHECK(!rows.has_client && !rows.has_request && !rows.has_project);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_delete, id(&world, 10), &audit));
        rows = rows_now(&world, 1020, code.no);
        CHECK(rows.has_client && rows.has_request && !rows.has_project);
        CHECK_OK(STORE_AS(&world, NULL, NOW, account_disable, id(&world, 1), &audit));
        rows = rows_now(&world, 1020, code.no);
        CHECK(!rows.has_client && rows.has_request && !rows.has_project);
}

/* Its secrets are not those of others, nor the ones that have ended. */
TEST(what_an_exchange_looks_at_has_the_secrets_that_live)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client other = client_of(&world, 21, 1);
        struct request code = code_new(&world, 30);
        struct client_secret_row second = {
                .id = id_of(2022), .sealed = SLICE("another"), .created_at = after(1)};
        struct exchange_rows rows;

        CHECK_OK(STORE(&world, client_insert, &other, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(1), client_secret_add,
                          &(struct new_client_secret){id_of(20), second, after(1)}, &audit));
        rows = rows_now(&world, 1020, code.no);
        CHECK_INT(rows.client.n_secrets, 1);
        CHECK_ID(rows.client.secrets[0].id, 2022);
}
