/* SPDX-License-Identifier: Apache-2.0
 *
 * What a set of claims decides, and that its outcomes are those of claims alone.
 */
#include "refreshes.h"
#include "together.h"

/* --- what a set decides --- */

TEST(good_claims_are_all_claimed_together)
{
        struct world world CLEANUP(world_end) = world_with_client();
        TOGETHER(together, world);
        struct request found;
        struct client client;
        int64_t n_before;

        for (int64_t i = 0; i < 5; i++) {
                struct request code = code_new(&world, 30 + i);

                (void)add(&together, &code, 7 + i);
        }
        together.claims[3].sealed_tail = (struct slice){0};
        n_before = n_audits(&together);
        run(&together, 5);
        for (size_t i = 0; i < together.n; i++) {
                const struct grant *grant = &together.grants[i];

                CHECK_ERR(together.outcomes[i], ERR_OK);
                CHECK_ID(grant->id, 5007 + (int64_t)i);
                CHECK_INT(grant->authorization_no, together.claims[i].authorization_no);
                CHECK_ID(grant->account_id, 1);
                CHECK_ID(grant->client_row, 20);
                CHECK_ID(grant->project_id, 10);
                CHECK_TEXT(grant->scope, "read bucket:photos");
                CHECK_INT(grant->status, i == 3 ? GRANT_MINTING : GRANT_LIVE);
                CHECK_INT(grant->created_at.ms, after(2).ms);
                CHECK_INT(grant->expires_at.ms, after(3602).ms);
                CHECK_OK(STORE(&world, code_find, &grant->authorization_no, &found));
                CHECK_INT(found.status, REQUEST_USED);
                CHECK_INT(found.code.used_at.ms, after(2).ms);
                CHECK(!found.code.sealed_access.data);
        }
        CHECK_INT(n_grants(&world), 5);
        CHECK_INT(n_audits(&together), n_before + 5);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM audit a JOIN access_grant g "
                                          "ON g.id = a.subject_id WHERE a.outcome = 'ok' "
                                          "AND a.account_id = g.account_id"),
                  5);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &client));
        CHECK_INT(client.secrets[0].last_used_at.ms, after(2).ms);
}

TEST(of_a_jwt_that_comes_twice_one_is_accepted)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31), found;
        TOGETHER(together, world);

        (void)add(&together, &first, 7);
        add(&together, &second, 8)->jwt = digest_of(7);
        run(&together, 1);
        CHECK_ERR(together.outcomes[0], ERR_OK);
        CHECK_ERR(together.outcomes[1], ERR_JWT_REUSED);
        CHECK_INT(n_grants(&world), 1);
        CHECK_OK(STORE(&world, code_find, &second.no, &found));
        CHECK_INT(found.status, REQUEST_APPROVED);
}

TEST(of_a_code_that_comes_twice_one_is_claimed)
{
        WORLD_WITH_CODE(world, code);
        TOGETHER(together, world);

        (void)add(&together, &code, 7);
        (void)add(&together, &code, 8);
        run(&together, 1);
        CHECK_ERR(together.outcomes[0], ERR_OK);
        CHECK_ERR(together.outcomes[1], ERR_CODE_USED);
        CHECK_INT(n_grants(&world), 1);
}

/* Its JWT was remembered by the set, which did not decide. */
TEST(an_attempt_does_not_count_as_its_own_reuse)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        TOGETHER(together, world);
        struct claim late;

        (void)add(&together, &first, 7);
        (void)add(&together, &first, 8);
        run(&together, 1);
        CHECK_ERR(together.outcomes[1], ERR_CODE_USED);
        late = claim_of(&second, 9);
        late.jwt = digest_of(8);
        CHECK_ERR(claim(&world, &late), ERR_JWT_REUSED);
}

TEST(an_attempt_that_is_repeated_finds_its_grant)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = code_new(&world, 30), second = code_new(&world, 31);
        TOGETHER(together, world);

        (void)add(&together, &first, 7);
        (void)add(&together, &second, 8);
        run(&together, 2);
        together.claims[0].grant_id = id_of(9999);
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_OK);
        CHECK_ERR(together.outcomes[1], ERR_OK);
        CHECK_ID(together.grants[0].id, 5007);
        CHECK_INT(n_grants(&world), 2);
}

/* The set fails as a whole. */
TEST(a_grants_id_that_is_there_already_harms_nobody_else)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request found, last;
        TOGETHER(together, world);

        for (int64_t i = 0; i < 3; i++) {
                last = code_new(&world, 30 + i);
                (void)add(&together, &last, 7 + i);
        }
        together.claims[2].grant_id = id_of(5007);
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_OK);
        CHECK_ERR(together.outcomes[1], ERR_OK);
        CHECK(error_is_fault(together.outcomes[2]));
        CHECK_INT(n_grants(&world), 2);
        CHECK_OK(STORE(&world, code_find, &last.no, &found));
        CHECK_INT(found.status, REQUEST_APPROVED);
}

TEST(a_claim_without_an_audit_entry_leaves_no_row)
{
        WORLD_WITH_CODE(world, code);
        TOGETHER(together, world);
        int64_t n_before = n_audits(&together);
        struct claim right = claim_of(&code, 7);
        struct grant grant;

        CHECK_OK(STORE_AS(&world, NULL, after(2), code_claim, &right, NULL, &grant));
        CHECK_INT(n_audits(&together), n_before);
}

TEST(families_begin_with_claims_that_come_together)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct refresh_issue issues[4];
        struct refresh_state family;
        struct request code = {0};
        TOGETHER(together, world);

        for (int64_t i = 0; i < 4; i++) {
                struct claim *claim;

                code = code_new(&world, 30 + i);
                claim = add(&together, &code, 7 + i);
                issues[i] = issue_of(30 + i, 0);
                claim->lifetime = i == 1 ? 0 : 600;
                claim->refresh = i == 1 ? NULL : &issues[i];
        }
        run(&together, 4);
        CHECK_INT(snapshot_count(&world, "refresh_token"), 3);
        for (size_t i = 0; i < 4; i++)
                CHECK_INT(together.grants[i].expires_at.ms, after(i == 1 ? 3602 : 602).ms);
        CHECK_OK(STORE_AS(&world, NULL, after(3), refresh_find, &code.no, &family));
        CHECK(digest_equal(&family.family, &issues[3].family));
        CHECK(digest_equal(&family.token, &issues[3].token));
        CHECK_TEXT(family.sealed_access, "sealed access");
        CHECK(!family.salt.data && !family.previous_access.data);
        CHECK_INT(family.last_used_at.ms, after(2).ms);
        CHECK_INT(family.expires_at.ms, after(1000).ms);
        CHECK_INT(family.ends_at.ms, after(5000).ms);
}

/* --- refusals among good claims --- */

static void wrong_code(struct claim *claim)
{
        claim->code = digest_of(99);
}

static void wrong_client(struct claim *claim)
{
        claim->client_row = id_of(21);
}

static void wrong_redirect(struct claim *claim)
{
        claim->redirect_uri = SLICE("https://other.example/");
}

static void verifier_of_none(struct claim *claim)
{
        claim->challenge = SLICE("challenge");
}

/* Codes 30 to 34: one good, three refused, one good. */
TEST(refusals_are_those_of_a_claim_alone)
{
        static void (*const spoil[])(struct claim *) = {NULL, wrong_code, wrong_redirect,
                                                        verifier_of_none, NULL};
        static const enum err wanted[] = {ERR_OK, ERR_CODE_UNKNOWN, ERR_REDIRECT_URI_DIFFERS,
                                          ERR_VERIFIER_UNEXPECTED, ERR_OK};
        struct world world CLEANUP(world_end) = world_with_client();
        TOGETHER(together, world);

        for (size_t i = 0; i < ARRAY_SIZE(spoil); i++) {
                struct request code = code_new(&world, 30 + (int64_t)i);
                struct claim *claim = add(&together, &code, 7 + (int64_t)i);

                if (spoil[i])
                        spoil[i](claim);
        }
        run(&together, 2);
        for (size_t i = 0; i < ARRAY_SIZE(spoil); i++)
                CHECK_ERR(together.outcomes[i], wanted[i]);
        CHECK_INT(n_grants(&world), 2);
}

/* Each condition of the shared statement is one of the set's, too. */
TEST(what_is_ended_is_not_claimed)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), other;
        struct client client = client_of(&world, 21, 1);
        TOGETHER(together, world);

        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        wrong_client(add(&together, &code, 7));
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_CODE_UNKNOWN);
        together.n = 0;
        (void)add(&together, &code, 8);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_delete, id(&world, 10), &audit));
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_CODE_GONE);
        together.n = 0;
        other = code_new(&world, 31);
        (void)add(&together, &other, 9);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_delete, id(&world, 20), &audit));
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_CLIENT_DISABLED);
        CHECK_INT(n_grants(&world), 0);
}

TEST(access_that_was_revoked_is_not_claimed)
{
        WORLD_WITH_CODE(world, code);
        TOGETHER(together, world);
        struct grant_list revoked;

        (void)add(&together, &code, 7);
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(1), access_revoke, id(&world, 20), &audit,
                          &revoked));
        run(&together, 0);
        CHECK_ERR(together.outcomes[0], ERR_CODE_WITHDRAWN);
}
