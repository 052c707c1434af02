/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a code: the order of work, and what happens when a step fails
 * (docs/protocol/http.md 5.4).
 */
#include "core.h"

#define NONE       ((struct secret){0})
#define EVERYTHING TEXTS(SLICE("read"))

TEST(rule_36_a_place_is_reserved_before_the_code_is_claimed_and_only_then_is_derived)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        CHECK_OK(core_exchange(core, code, PASSPHRASE, &result));
        CHECK_STRING(core->calls, "client_find code_find project_get reserve code_claim derive "
                                  "grant_issued");
        CHECK(!core->claim.sealed_tail.data && core->claim.has_passphrase);
        CHECK_INT(result.expires_in, 2592000);
}

TEST(what_needs_no_derivation_is_claimed_and_recorded_in_one)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        CHECK_OK(core_exchange(core, code, NONE, &result));
        CHECK_STRING(core->calls, "client_find code_find project_get code_claim");
        CHECK_INT(core->claim.sealed_tail.size, SEALED_TAIL_SIZE);
}

TEST(a_key_kept_since_consent_needs_no_derivation_and_no_passphrase)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, PASSPHRASE);
        struct exchange_result result;

        CHECK_OK(core_exchange(core, code, PASSPHRASE, &result));
        CHECK_STRING(core->calls, "client_find code_find project_get code_claim");
}

TEST(rule_36_without_a_place_nothing_is_claimed)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "reserve", ERR_BUSY, 1);
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_BUSY);
        CHECK(!was_called(core, "code_claim") && !was_called(core, "release"));
}

TEST(a_refused_claim_gives_the_place_back_and_derives_nothing)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "code_claim", ERR_CODE_USED, 1);
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_CODE_USED);
        CHECK(was_called(core, "code_claim release") && !was_called(core, "derive"));
}

TEST(a_derivation_that_fails_is_told)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "derive", ERR_INTERNAL, 1);
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_INTERNAL);
        CHECK(!was_called(core, "grant_issued"));
}

TEST(what_was_minted_is_recorded_once_the_store_is_back)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "grant_issued", ERR_STORE_UNAVAILABLE, 3);
        CHECK_OK(core_exchange(core, code, PASSPHRASE, &result));
        CHECK(was_called(core, "grant_issued grant_issued grant_issued grant_issued"));
        CHECK_INT(core->now.ms - NOW.ms, 300);
}

TEST(a_store_that_stays_away_is_waited_for_five_seconds)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "grant_issued", ERR_STORE_UNAVAILABLE, 1000);
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_STORE_LOST);
        CHECK_INT(core->now.ms - NOW.ms, 5000);
}

TEST(a_grant_revoked_while_it_was_minted_is_not_tried_again)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "grant_issued", ERR_CODE_FAILED, 1);
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_CODE_FAILED);
        CHECK_INT(core->now.ms, NOW.ms);
}

TEST(a_fault_of_the_store_is_passed_on_and_uses_nothing_up)
{
        static const char *const verbs[] = {"client_find", "code_find", "project_get"};

        for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
                struct core *core CLEANUP(core_freep) = core_new();
                struct secret code = core_code(core, EVERYTHING, NONE);
                struct exchange_result result;

                core_fail(core, verbs[i], ERR_STORE_UNAVAILABLE, 1);
                CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_STORE_UNAVAILABLE);
                CHECK(!was_called(core, "code_claim") && !was_called(core, "reserve"));
                CHECK(!was_called(core, "audit_write"));
        }
}

TEST(the_claims_own_refusal_is_passed_on)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "code_claim", ERR_JWT_REUSED, 1);
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_JWT_REUSED);
}

/* Each of these is for the claim to refuse; here it would not, and still nothing comes of it. */
static void check_never_derived(struct core *core, struct secret code)
{
        struct exchange_result result;

        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_CODE_FAILED);
        CHECK(was_called(core, "code_claim"));
        CHECK(!was_called(core, "reserve") && !was_called(core, "derive"));
        CHECK(!core->claim.sealed_tail.data);
}

TEST(a_code_that_is_not_good_derives_and_mints_nothing)
{
        for (int what = 0; what < 6; what++) {
                struct core *core CLEANUP(core_freep) = core_new();
                struct secret code = core_code(core, EVERYTHING, NONE);

                switch (what) {
                case 0:
                        code = (struct secret){SLICE("x")};
                        break;
                case 1:
                        core->request.status = REQUEST_USED;
                        break;
                case 2:
                        core->now.ms += 60000;
                        break;
                case 3:
                        core->request.code.bytes[31] ^= 1;
                        break;
                case 4:
                        core->request.client_row.bytes[15] ^= 1;
                        break;
                case 5:
                        core->has_project = false;
                        break;
                }
                check_never_derived(core, code);
        }
}

TEST(a_prefix_without_any_key_is_left_to_the_claim)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code =
                core_code(core, TEXTS(SLICE("read"), SLICE("bucket:photos;prefix:2024/")), NONE);
        struct exchange_result result;

        core_fail(core, "code_claim", ERR_PASSPHRASE_REQUIRED, 1);
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_PASSPHRASE_REQUIRED);
        CHECK(!core->claim.sealed_tail.data);
}

TEST(who_cannot_prove_to_be_the_client_gets_nowhere_and_leaves_a_trace)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core->client_secret = (struct secret){SLICE("another secret")};
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_CLIENT_UNKNOWN);
        CHECK_STRING(core->calls, "client_find audit_write");
        CHECK_STRING(core->noted_outcome, "ERR_CLIENT_UNKNOWN");
}

TEST(who_fails_too_often_is_told_so_and_leaves_no_trace_any_more)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE), right = core->client_secret;
        struct exchange_result result;

        core_count(core);
        core->client_secret = (struct secret){SLICE("another secret")};
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_TOO_MANY_REQUESTS);
        CHECK(!was_called(core, "audit_write"));
        core->client_secret = right;
        core_fail(core, "code_claim", ERR_CODE_USED, 1);
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_CLIENT_FAILURES);
        CHECK_OK(core_exchange(core, code, NONE, &result)); /* who succeeds is never refused */
}

TEST(rule_47_an_unknown_client_is_answered_as_one_with_a_bad_signature)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core_fail(core, "client_find", ERR_NO_ROW, 1);
        CHECK_ERR(core_exchange(core, code, PASSPHRASE, &result), ERR_CLIENT_UNKNOWN);
}

TEST(a_disabled_client_that_proves_itself_is_told_so)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core->client.status = CLIENT_DISABLED;
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_CLIENT_DISABLED);
        CHECK(!was_called(core, "code_claim"));
}

TEST(a_clients_own_lifetime_of_its_jwts_counts)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core->client.secret_max_lifetime = 60;
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_JWT_EXP_TOO_FAR);
        core->client.secret_max_lifetime = 290;
        CHECK_OK(core_exchange(core, code, NONE, &result));
}

TEST(what_cannot_be_opened_or_read_is_a_fault)
{
        for (int what = 0; what < 4; what++) {
                struct core *core CLEANUP(core_freep) = core_new();
                struct secret code = core_code(core, EVERYTHING, PASSPHRASE);
                struct exchange_result result;
                enum err error;

                switch (what) {
                case 0:
                        core->client.secrets[0].id.bytes[0] ^= 1;
                        break;
                case 1:
                        core->request.granted = SLICE("nonsense");
                        break;
                case 2:
                        core->request.sealed_access = SLICE("short");
                        break;
                case 3:
                        core->project.sealed_api_key = SLICE("short");
                        break;
                }
                error = core_exchange(core, code, NONE, &result);
                CHECK(error_is_fault(error));
                CHECK(!was_called(core, "code_claim"));
        }
}

TEST(without_a_sealing_key_nothing_is_believed)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, EVERYTHING, NONE);
        struct exchange_result result;

        core->seal.n_keys = 0;
        CHECK(error_is_fault(core_exchange(core, code, NONE, &result)));
        core_fail(core, "client_find", ERR_NO_ROW, 1);
        CHECK_ERR(core_exchange(core, code, NONE, &result), ERR_INTERNAL);
}
