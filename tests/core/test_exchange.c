/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a code: the order of work, and what happens when a step fails
 * (docs/protocol/http.md 5.4).
 */
#include "core.h"

#include "core/projects/project.h"

#define PREFIX TEXTS(SLICE("read"), SLICE("bucket:photos;prefix:2024/"))

static enum err exchange(struct core *core, struct secret code)
{
        struct exchange_form form = core_form(core, code);

        return core_exchange(core, &form);
}

static enum err exchange_derived(struct core *core, struct secret code)
{
        struct exchange_form form = core_form_derived(core, code);

        return core_exchange(core, &form);
}

/* --- keys --- */

static enum err reserve_unclaimed(void *context, const struct derivation_user *user,
                                  struct derivation_ticket **ret_ticket)
{
        CHECK_INT(core_n_rows(context, "request WHERE status = 1"), 1); /* REQUEST_APPROVED */
        return core_reserve(context, user, ret_ticket);
}

static void check_minting(struct core *core)
{
        CHECK_INT(core->n_reserved, 0); /* the ticket is in use */
        CHECK_INT(core_grant(core).status, GRANT_MINTING);
}

TEST(rule_36_a_place_is_reserved_before_the_code_is_claimed_and_only_then_is_derived)
{
        CORE(core);

        core.ports.root_key.reserve = reserve_unclaimed;
        core.while_deriving = check_minting;
        CHECK_OK(exchange_derived(&core, core_code(&core)));
        CHECK_INT(core.n_derived, 1);
        CHECK_INT(core_grant(&core).status, GRANT_LIVE);
        CHECK_INT(core.result.expires_in, core.policy.grant_default_lifetime);
}

TEST(what_needs_no_derivation_is_claimed_and_recorded_in_one)
{
        CORE(core);
        struct exchange_form form = core_form(&core, core_code(&core));
        unsigned at = 1;

        for (;; at++) {
                fault_set((struct fault){FAULT_FULL, .at = at, .lasts = true});
                (void)!core_exchange(&core, &form);
                if (fault_clear() == FAULT_NOWHERE)
                        break;
                CHECK_INT(core_n_rows(&core, "access_grant"), 0);
        }
        CHECK(at > 5);
        CHECK_INT(core_grant(&core).status, GRANT_LIVE);
        CHECK_INT(core.n_derived, 0);
}

TEST(a_key_kept_since_consent_needs_no_derivation_and_no_passphrase)
{
        CORE(core);
        struct consent_form consent = {.approved = PREFIX, .passphrase = PASSPHRASE};
        struct secret codes[] = {core_consent(&core, consent), core_consent(&core, consent)};

        CHECK_INT(core.n_derived, 2);
        CHECK_OK(exchange_derived(&core, codes[0]));
        CHECK_OK(exchange(&core, codes[1]));
        CHECK_INT(core.n_derived, 2);
}

TEST(rule_36_without_a_place_nothing_is_claimed)
{
        CORE(core);
        struct exchange_form form = core_form_derived(&core, core_code(&core));

        core.reserving = ERR_BUSY;
        CHECK_ERR(core_exchange(&core, &form), ERR_BUSY);
        CHECK_INT(core.n_reserved, 0);
        core.reserving = ERR_OK;
        CHECK_OK(core_exchange(&core, &form));
}

TEST(a_refused_claim_gives_the_place_back_and_derives_nothing)
{
        CORE(core);
        struct exchange_form form = core_form_derived(&core, core_code(&core));

        form.redirect_uri = SLICE("https://app.example.com/other");
        CHECK_ERR(core_exchange(&core, &form), ERR_REDIRECT_URI_DIFFERS);
        CHECK_INT(core.n_reserved, 0);
        CHECK_INT(core.n_derived, 0);
}

TEST(a_derivation_that_fails_is_told)
{
        CORE(core);

        core.deriving = ERR_INTERNAL;
        CHECK_ERR(exchange_derived(&core, core_code(&core)), ERR_INTERNAL);
        CHECK_INT(core_grant(&core).status, GRANT_MINTING);
}

TEST(a_prefix_without_any_key_is_left_to_the_claim)
{
        CORE(core);
        struct secret code = core_consent(&core, (struct consent_form){.approved = PREFIX});

        CHECK_ERR(exchange(&core, code), ERR_PASSPHRASE_REQUIRED);
        CHECK_INT(core_n_rows(&core, "access_grant"), 0);
        CHECK_OK(exchange_derived(&core, code));
}

/* --- codes --- */

TEST(a_jwt_is_good_once)
{
        CORE(core);
        struct exchange_form form = core_form(&core, core_code(&core));

        CHECK_OK(core_exchange(&core, &form));
        form.code = core_code(&core);
        CHECK_ERR(core_exchange(&core, &form), ERR_JWT_REUSED);
        CHECK_OK(exchange(&core, form.code));
}

static struct secret code_of_nothing(struct core *core)
{
        (void)core;
        return (struct secret){SLICE("x")};
}

static struct secret code_used(struct core *core)
{
        struct secret code = core_code(core);

        CHECK_OK(exchange(core, code));
        return code;
}

static struct secret code_expired(struct core *core)
{
        struct secret code = core_code(core);

        core->now = instant_add_seconds(core->now, core->policy.code_lifetime);
        return code;
}

/* A guessed code of an existing row. */
static struct secret code_guessed(struct core *core)
{
        struct secret code = core_code(core);

        core_update(core, "UPDATE code SET digest = zeroblob(32)");
        return code;
}

static struct secret code_of_another(struct core *core)
{
        struct client_form form = {.name = SLICE("Other"), .redirect_uris = TEXTS(CORE_REDIRECT)};
        struct secret code = core_code(core);

        CHECK_OK(client_create(core_op(core), &form, &core->client, &core->client_secret));
        return code;
}

static struct secret code_without_project(struct core *core)
{
        struct secret code = core_code(core);
        struct project project;

        CHECK_OK(project_choose(core_op(core), NULL, &project));
        CHECK_OK(project_remove(core_op(core), &project.id));
        return code;
}

TEST(a_code_that_is_not_good_derives_and_mints_nothing)
{
        static const struct {
                struct secret (*make)(struct core *);
                enum err expected;
        } cases[] = {{code_of_nothing, ERR_CODE_UNKNOWN}, {code_used, ERR_CODE_USED},
                     {code_expired, ERR_CODE_EXPIRED},    {code_guessed, ERR_CODE_UNKNOWN},
                     {code_of_another, ERR_CODE_UNKNOWN}, {code_without_project, ERR_CODE_GONE}};

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                CORE(core);
                struct secret code = cases[i].make(&core);
                int64_t n_grants = core_n_rows(&core, "access_grant");

                core.reserving = ERR_INTERNAL; /* not reached */
                CHECK_ERR(exchange_derived(&core, code), cases[i].expected);
                CHECK_INT(core_n_rows(&core, "access_grant"), n_grants);
        }
}

/* --- clients --- */

TEST(who_cannot_prove_to_be_the_client_gets_nowhere_and_leaves_a_trace)
{
        CORE(core);
        struct secret code = core_code(&core), right = core.client_secret;

        core.client_secret = (struct secret){SLICE("another secret")};
        CHECK_ERR(exchange(&core, code), ERR_CLIENT_UNKNOWN);
        CHECK_INT(core_n_rows(&core, "audit WHERE outcome = 'ERR_CLIENT_UNKNOWN'"), 1);
        core.client_secret = right;
        CHECK_OK(exchange(&core, code));
}

TEST(who_fails_too_often_is_told_so_and_leaves_no_trace_any_more)
{
        CORE(core);
        struct secret code = core_code(&core), right = core.client_secret;
        struct exchange_form form;

        core_use_up(&core);
        core.client_secret = (struct secret){SLICE("another secret")};
        CHECK_ERR(exchange(&core, code), ERR_TOO_MANY_REQUESTS);
        core.client_secret = right;
        form = core_form(&core, code);
        form.redirect_uri = SLICE("https://app.example.com/other");
        CHECK_ERR(core_exchange(&core, &form), ERR_CLIENT_FAILURES);
        CHECK_INT(core_n_rows(&core, "audit WHERE outcome <> 'ok'"), 0);
        CHECK_OK(exchange(&core, code)); /* successful requests are never refused */
}

TEST(rule_47_an_unknown_client_is_answered_as_one_with_a_bad_signature)
{
        CORE(core);
        struct secret code = core_code(&core);

        core.client.client_id.bytes[0] ^= 1;
        CHECK_ERR(exchange(&core, code), ERR_CLIENT_UNKNOWN);
}

TEST(a_disabled_client_that_proves_itself_is_told_so)
{
        CORE(core);
        struct exchange_form form = core_form(&core, core_code(&core));

        CHECK_OK(client_switch(core_op(&core), &core.client, CLIENT_DISABLED));
        CHECK_ERR(core_exchange(&core, &form), ERR_CLIENT_DISABLED);
        CHECK_OK(client_switch(core_op(&core), &core.client, CLIENT_ACTIVE));
        CHECK_OK(core_exchange(&core, &form));
}

TEST(a_clients_own_lifetime_of_its_jwts_counts)
{
        CORE(core);
        struct secret code = core_code(&core);

        core.policy.client_secret_leeway = 10;
        core_update(&core, "UPDATE client SET secret_max_lifetime = 60");
        CHECK_ERR(exchange(&core, code), ERR_JWT_EXP_TOO_FAR);
        core_update(&core, "UPDATE client SET secret_max_lifetime = 290");
        CHECK_OK(exchange(&core, code));
}

/* --- what the developer sees --- */

TEST(what_a_proven_client_fails_with_before_its_claim_is_recorded_for_its_developer)
{
        CORE(core);
        struct exchange_form form = core_form(&core, core_code(&core));

        core.policy.client_secret_leeway = 10;
        core_update(&core, "UPDATE client SET secret_max_lifetime = 60");
        CHECK_ERR(core_exchange(&core, &form), ERR_JWT_EXP_TOO_FAR);
        CHECK_INT(core_n_rows(&core, "audit WHERE action = 'exchange' AND client_id IS NOT NULL "
                                     "AND outcome = 'ERR_JWT_EXP_TOO_FAR'"),
                  1);
}

TEST(a_proven_clients_failures_have_its_developers_budget)
{
        CORE(core);
        struct secret code = core_code(&core);

        core.policy.client_secret_leeway = 10;
        core_update(&core, "UPDATE client SET secret_max_lifetime = 60");
        core_use_up(&core);
        CHECK_ERR(exchange(&core, code), ERR_TOO_MANY_REQUESTS);
        CHECK_INT(core_n_rows(&core, "audit WHERE outcome <> 'ok'"), 0);
}

/* --- damage --- */

TEST(what_cannot_be_opened_or_read_is_a_fault)
{
        static const char *const updates[] = {
                "UPDATE client_secret SET id = zeroblob(16)",
                "UPDATE access_authorization SET scope = 'nonsense'",
                "UPDATE code SET sealed_access = x'00'",
                "UPDATE project SET sealed_api_key = x'00'",
        };

        for (size_t i = 0; i < ARRAY_SIZE(updates); i++) {
                CORE(core);
                struct consent_form consent = {.approved = READ, .passphrase = PASSPHRASE};
                struct secret code = core_consent(&core, consent);

                core_update(&core, updates[i]);
                CHECK(error_is_fault(exchange(&core, code)));
                CHECK_INT(core_n_rows(&core, "used_jwt"), 0);
        }
}

TEST(without_a_sealing_key_nothing_is_believed)
{
        CORE(core);
        struct secret code = core_code(&core);

        core.seal.n_keys = 0;
        CHECK(error_is_fault(exchange(&core, code)));
        core.client.client_id.bytes[0] ^= 1;
        CHECK_ERR(exchange(&core, code), ERR_INTERNAL);
}
