/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchange of a code: claimed once, and every refusal in the order of
 * docs/protocol/http.md 5.4.
 */
#include "claims.h"

TEST(a_claim_gives_a_grant_that_is_being_minted)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), found;
        struct claim right = claim_of(&code, 7);
        struct grant grant;

        CHECK_OK(CLAIM(&world, &right, &grant));
        CHECK_ID(grant.id, 5007);
        CHECK_INT(grant.authorization_no, code.no);
        CHECK_ID(grant.account_id, 1);
        CHECK_ID(grant.client_row, 20);
        CHECK_ID(grant.project_id, 10);
        CHECK_TEXT(grant.scope, "read bucket:photos");
        CHECK_INT(grant.status, GRANT_MINTING);
        CHECK_INT(grant.created_at.ms, after(2).ms);
        CHECK_INT(grant.expires_at.ms, after(3602).ms);
        CHECK_OK(STORE(&world, code_find, &code.no, &found));
        CHECK_INT(found.status, REQUEST_USED);
        CHECK_INT(found.code.used_at.ms, after(2).ms);
        CHECK(!found.code.sealed_access.data);
}

TEST(a_claim_with_a_tail_gives_a_live_grant)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);
        struct grant grant;

        right.sealed_tail = tail;
        CHECK_OK(CLAIM(&world, &right, &grant));
        CHECK_INT(grant.status, GRANT_LIVE);
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
}

TEST(a_grant_without_lifetime_has_no_end)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30);
        struct request code = approval_of(&pending, 30);
        struct claim right;
        struct grant grant;

        code.authorization.lifetime = 0;
        CHECK_OK(STORE(&world, request_decide, &code, &audit));
        right = claim_of(&code, 7);
        CHECK_OK(CLAIM(&world, &right, &grant));
        CHECK_INT(grant.expires_at.ms, 0);
}

TEST(a_grant_ends_at_a_whole_second)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);
        struct instant now = after(2);
        struct grant grant;

        now.ms += 999;
        CHECK_OK(CLAIM_AT(&world, now, &right, &grant));
        CHECK_INT(grant.expires_at.ms, after(3602).ms);
}

TEST(repeating_an_attempt_changes_nothing)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);
        struct grant first, again;

        CHECK_OK(CLAIM(&world, &right, &first));
        right.grant_id = id_of(9999);
        CHECK_OK(CLAIM_AT(&world, after(5), &right, &again));
        CHECK(uuid_equal(&first.id, &again.id));
        CHECK_INT(again.created_at.ms, first.created_at.ms);
        CHECK_INT(again.expires_at.ms, first.expires_at.ms);
        CHECK_INT(again.status, GRANT_MINTING);
        CHECK_INT(n_grants(&world), 1);
}

TEST(repeating_an_attempt_after_the_codes_end_is_no_replay)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);
        struct grant first, again;

        right.sealed_tail = tail;
        CHECK_OK(CLAIM(&world, &right, &first));
        CHECK_OK(CLAIM_AT(&world, after(100), &right, &again));
        CHECK(uuid_equal(&first.id, &again.id));
        CHECK_INT(again.created_at.ms, first.created_at.ms);
        CHECK_INT(status_of_newest(&world), GRANT_LIVE);
        CHECK_OK(STORE(&world, code_find, &code.no, &code));
        CHECK_INT(code.code.used_at.ms, after(2).ms);
}

TEST(a_jwt_is_used_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31), found;
        struct claim right = claim_of(&first, 7), reuse = claim_of(&second, 8);

        CHECK_OK(claim(&world, &right));
        reuse.jwt = right.jwt;
        CHECK_ERR(claim(&world, &reuse), ERR_JWT_REUSED);
        CHECK_OK(STORE(&world, code_find, &second.no, &found));
        CHECK_INT(found.status, REQUEST_APPROVED);
        CHECK_TEXT(found.code.sealed_access, "sealed access");
        CHECK_INT(n_grants(&world), 1);
}

TEST(a_jwt_is_used_up_by_a_refused_claim_too)
{
        WORLD_WITH_CODE(world, code);
        struct claim wrong = claim_of(&code, 7), right = claim_of(&code, 8);

        wrong.redirect_uri = SLICE("https://other.example/");
        CHECK_ERR(claim(&world, &wrong), ERR_REDIRECT_URI_DIFFERS);
        right.jwt = wrong.jwt;
        CHECK_ERR(claim(&world, &right), ERR_JWT_REUSED);
}

TEST(the_secret_that_signed_is_marked_as_used)
{
        WORLD_WITH_CODE(world, code);
        struct claim right = claim_of(&code, 7);
        struct client client;

        CHECK_OK(claim(&world, &right));
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &client));
        CHECK_INT(client.secrets[0].last_used_at.ms, after(2).ms);
}

/* --- refusals --- */

TEST(an_unknown_code_is_unknown)
{
        WORLD_WITH_CODE(world, code);
        struct claim wrong = claim_of(&code, 7);

        wrong.code = digest_of(31);
        CHECK_ERR(claim(&world, &wrong), ERR_CODE_UNKNOWN);
        wrong = claim_of(&code, 8);
        wrong.authorization_no++;
        CHECK_ERR(claim(&world, &wrong), ERR_CODE_UNKNOWN);
}

TEST(a_code_is_unknown_to_another_client)
{
        WORLD_WITH_CODE(world, code);
        struct claim wrong = claim_of(&code, 7);
        struct client other = client_of(&world, 21, 1);

        CHECK_OK(STORE(&world, client_insert, &other, &audit));
        wrong.client_row = id_of(21);
        CHECK_ERR(claim(&world, &wrong), ERR_CODE_UNKNOWN);
}

TEST(a_pending_request_has_no_code)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30);
        struct claim wrong = claim_of(&pending, 7);

        CHECK_ERR(claim(&world, &wrong), ERR_CODE_UNKNOWN);
}

TEST(a_disabled_client_claims_nothing)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client disabled = client_of(&world, 21, 1);
        struct request request = request_of(31);
        struct claim wrong;

        disabled.status = CLIENT_DISABLED;
        CHECK_OK(STORE(&world, client_insert, &disabled, &audit));
        request.client_row = id_of(21);
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        request = approval_of(&request, 31);
        CHECK_OK(STORE(&world, request_decide, &request, &audit));
        wrong = claim_of(&request, 7);
        wrong.client_row = id_of(21);
        CHECK_ERR(claim(&world, &wrong), ERR_CLIENT_DISABLED);
}

TEST(a_deleted_client_claims_nothing)
{
        WORLD_WITH_CODE(world, code);
        struct claim wrong = claim_of(&code, 7);

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_delete, id(&world, 20), &audit));
        CHECK_ERR(claim(&world, &wrong), ERR_CLIENT_DISABLED);
}

TEST(a_code_whose_projects_key_has_ended_is_gone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project = project_of(11, 1);
        struct request pending = request_new(&world, 30);
        struct request code = approval_of(&pending, 30);
        struct claim wrong;

        project.key_ends_at = after(2);
        CHECK_OK(STORE(&world, project_insert, &project, &audit));
        code.authorization.project_id = id_of(11);
        CHECK_OK(STORE(&world, request_decide, &code, &audit));
        wrong = claim_of(&code, 7);
        CHECK_ERR(claim(&world, &wrong), ERR_CODE_GONE);
}

TEST(a_code_is_claimed_until_its_end)
{
        WORLD_WITH_CODE(world, code);
        struct claim late = claim_of(&code, 7), timely = claim_of(&code, 8);
        struct instant end = after(61);

        CHECK_ERR(claim_at(&world, end, &late), ERR_CODE_EXPIRED);
        end.ms--;
        CHECK_OK(claim_at(&world, end, &timely));
}

TEST(the_redirect_uri_must_be_the_requests)
{
        WORLD_WITH_CODE(world, code);
        struct claim wrong = claim_of(&code, 7), right = claim_of(&code, 8);

        wrong.redirect_uri = SLICE("https://app.example.com/cb/");
        CHECK_ERR(claim(&world, &wrong), ERR_REDIRECT_URI_DIFFERS);
        CHECK_OK(claim(&world, &right));
}

TEST(a_verifier_must_fit_its_challenge)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_of(30);
        struct claim claims[3];

        request.challenge = SLICE("challenge");
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        request = approval_of(&request, 30);
        CHECK_OK(STORE(&world, request_decide, &request, &audit));
        for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
                claims[i] = claim_of(&request, 7 + (int64_t)i);
        CHECK_ERR(claim(&world, &claims[0]), ERR_VERIFIER_MISSING);
        claims[1].challenge = SLICE("another");
        CHECK_ERR(claim(&world, &claims[1]), ERR_VERIFIER_WRONG);
        claims[2].challenge = SLICE("challenge");
        CHECK_OK(claim(&world, &claims[2]));
}

TEST(a_verifier_without_a_challenge_is_refused)
{
        WORLD_WITH_CODE(world, code);
        struct claim wrong = claim_of(&code, 7);

        wrong.challenge = SLICE("challenge");
        CHECK_ERR(claim(&world, &wrong), ERR_VERIFIER_UNEXPECTED);
}

TEST(a_passphrase_that_is_needed_must_come)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30);
        struct request code = approval_of(&pending, 30);
        struct claim wrong, right;

        code.code.needs_passphrase = true;
        CHECK_OK(STORE(&world, request_decide, &code, &audit));
        wrong = claim_of(&code, 7);
        CHECK_ERR(claim(&world, &wrong), ERR_PASSPHRASE_REQUIRED);
        right = claim_of(&code, 8);
        right.has_passphrase = true;
        CHECK_OK(claim(&world, &right));
}

TEST(refusals_come_in_the_contracts_order)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30);
        struct request code = approval_of(&pending, 30);
        struct claim wrong;

        code.code.needs_passphrase = true;
        CHECK_OK(STORE(&world, request_decide, &code, &audit));
        wrong = claim_of(&code, 7);
        wrong.redirect_uri = SLICE("https://other.example/");
        wrong.challenge = SLICE("challenge");
        CHECK_ERR(claim(&world, &wrong), ERR_REDIRECT_URI_DIFFERS);
        wrong.attempt = id_of(8);
        wrong.jwt = digest_of(8);
        CHECK_ERR(claim_at(&world, after(61), &wrong), ERR_CODE_EXPIRED);
        wrong.attempt = id_of(9);
        wrong.jwt = digest_of(9);
        wrong.redirect_uri = code.redirect_uri;
        CHECK_ERR(claim(&world, &wrong), ERR_VERIFIER_UNEXPECTED);
}
