/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchange on a store that fails (docs/protocol/http.md 5.4, what each outcome uses up). No
 * real time passes.
 */
#include "api/vocabulary.h"
#include "core.h"

enum { PATIENCE = 30000, PAUSE = 100 }; /* ms, as the exchange has them */

static int status_of(enum err error)
{
        return vocabulary_word(&vocabulary_grantd, error)->status;
}

/* --- the claim --- */

/* Fails call number `n` and all later ones. Return: false if there are fewer. */
static bool claim_try(struct core *core, enum fault_kind kind, unsigned at, bool is_derived)
{
        struct secret code = core_code(core);
        struct exchange_form form =
                is_derived ? core_form_derived(core, code) : core_form(core, code);
        int n_derived = core->n_derived;
        enum fault_place place;
        enum err error;

        core->now.ms++;
        fault_set((struct fault){.kind = kind, .at = at, .lasts = true});
        error = core_exchange(core, &form);
        place = fault_clear();
        CHECK_INT(core->n_reserved, 0);
        if (place == FAULT_NOWHERE)
                CHECK_OK(error);
        if (place == FAULT_NOWHERE || core->n_derived > n_derived)
                return false; /* the claim has gone through */
        if (place == FAULT_IN_COMMIT && fault_is_unknown(kind)) {
                CHECK_ERR(error, ERR_COMMIT_UNKNOWN);
                CHECK_INT(status_of(error), 500);
                core_restart(core);
        } else {
                CHECK_ERR(error, ERR_STORE_UNAVAILABLE);
                CHECK_INT(status_of(error), 503);
        }
        /* Neither the JWT nor the code is used up. */
        CHECK_OK(core_exchange(core, &form));
        CHECK_INT(core_grant(core).status, GRANT_LIVE);
        return true;
}

static void claims_try(bool is_derived)
{
        CORE(core);

        for (enum fault_kind kind = 0; kind < FAULT_KINDS; kind++) {
                unsigned at = 1;

                while (claim_try(&core, kind, at, is_derived))
                        at++;
                CHECK(at > 5); /* a read, a transaction and its statements */
        }
}

TEST(a_fault_before_the_claims_end_is_a_503_and_uses_nothing_up)
{
        claims_try(false);
}

TEST(a_fault_before_the_claims_end_gives_the_reserved_place_back)
{
        claims_try(true);
}

TEST(a_claim_whose_commit_is_unknown_is_a_500_and_may_have_used_the_code_up)
{
        CORE(core);
        struct exchange_form form;
        unsigned at = 1;
        enum err error;

        do {
                form = core_form(&core, core_code(&core));
                fault_set((struct fault){FAULT_IO, .at = at++, .commits_unknown = true});
                error = core_exchange(&core, &form);
        } while (fault_clear() != FAULT_IN_COMMIT);
        CHECK_ERR(error, ERR_COMMIT_UNKNOWN);
        CHECK_INT(status_of(error), 500);
        form = core_form(&core, form.code);
        CHECK_ERR(core_exchange(&core, &form), ERR_STORE_UNAVAILABLE);
        core_restart(&core);
        CHECK_ERR(core_exchange(&core, &form), ERR_CODE_USED);
        CHECK_INT(core_grant(&core).status, GRANT_LIVE);
}

/* --- recording --- */

static int64_t comes_back_at; /* ms after NOW */

static void fail_from_now_on(struct core *core)
{
        (void)core;
        fault_set((struct fault){FAULT_FULL, .at = 1, .lasts = true});
}

static void come_back(struct core *core)
{
        if (core->now.ms - NOW.ms >= comes_back_at)
                (void)fault_clear();
}

static void come_back_and_revoke(struct core *core)
{
        (void)fault_clear();
        core_revoke(core);
}

static void take_a_minute(struct core *core)
{
        core->now.ms += 60 * 1000;
}

/* An exchange whose claim succeeds before the store becomes unavailable. */
static enum err exchange_lost(struct core *core, int64_t back_at)
{
        struct exchange_form form;

        core_begin(core);
        form = core_form_derived(core, core_code(core));
        comes_back_at = back_at;
        core->while_deriving = fail_from_now_on;
        core->while_waiting = come_back;
        return core_exchange(core, &form);
}

TEST(what_was_minted_is_recorded_when_the_store_comes_back_in_time)
{
        struct core core CLEANUP(core_end);

        CHECK_OK(exchange_lost(&core, PATIENCE));
        CHECK_INT(core.now.ms - NOW.ms, PATIENCE);
        CHECK_INT(core_grant(&core).status, GRANT_LIVE);
        CHECK(!secret_is_absent(core.result.access_grant));
}

TEST(what_cannot_be_recorded_for_five_seconds_is_lost)
{
        struct core core CLEANUP(core_end);
        enum err error = exchange_lost(&core, INT64_MAX);

        CHECK_ERR(error, ERR_COMMIT_UNKNOWN);
        CHECK_INT(status_of(error), 500);
        CHECK_INT(core.now.ms - NOW.ms, PATIENCE);
        (void)fault_clear();
        CHECK_INT(core_grant(&core).status, GRANT_MINTING);
        CHECK_INT(core.n_reserved, 0);
}

TEST(after_a_lost_record_the_code_is_used)
{
        CORE(core);
        struct exchange_form form;

        form = core_form_derived(&core, core_code(&core));
        core.while_deriving = fail_from_now_on;
        CHECK_ERR(core_exchange(&core, &form), ERR_COMMIT_UNKNOWN);
        (void)fault_clear();
        CHECK_ERR(core_exchange(&core, &form), ERR_JWT_REUSED);
        form = core_form_derived(&core, form.code);
        core.while_deriving = NULL;
        CHECK_ERR(core_exchange(&core, &form), ERR_CODE_USED);
}

TEST(a_record_whose_commit_is_unknown_is_lost_and_may_be_live)
{
        for (int happened = 0; happened < 2; happened++) {
                CORE(core);
                struct exchange_form form;
                enum fault_place place = FAULT_NOWHERE;
                enum err error = ERR_OK;

                for (unsigned at = 1; place != FAULT_IN_COMMIT || core.n_derived == 0; at++) {
                        core_restart(&core);
                        core.now.ms++;
                        form = core_form_derived(&core, core_code(&core));
                        core.n_derived = 0;
                        fault_set((struct fault){FAULT_IO, .at = at, .commits_unknown = happened});
                        error = core_exchange(&core, &form);
                        place = fault_clear();
                }
                CHECK_ERR(error, ERR_COMMIT_UNKNOWN);
                core_restart(&core);
                CHECK_INT(core_grant(&core).status, happened ? GRANT_LIVE : GRANT_MINTING);
        }
}

TEST(a_grant_revoked_while_it_is_minted_is_not_handed_out)
{
        CORE(core);
        struct exchange_form form;
        enum err error;

        form = core_form_derived(&core, core_code(&core));
        core.while_deriving = core_revoke;
        error = core_exchange(&core, &form);
        CHECK_ERR(error, ERR_CODE_FAILED);
        CHECK_STRING(vocabulary_word(&vocabulary_grantd, error)->code, "invalid_code");
        CHECK_INT(core.now.ms, NOW.ms); /* it was not retried */
        CHECK_INT(core_grant(&core).status, GRANT_REVOKED);
}

TEST(a_grant_revoked_while_the_store_was_away_is_not_handed_out)
{
        CORE(core);
        struct exchange_form form;

        form = core_form_derived(&core, core_code(&core));
        core.while_deriving = fail_from_now_on;
        core.while_waiting = come_back_and_revoke;
        CHECK_ERR(core_exchange(&core, &form), ERR_CODE_FAILED);
        CHECK_INT(core.now.ms - NOW.ms, PAUSE);
        CHECK_INT(core_grant(&core).status, GRANT_REVOKED);
}

TEST(a_grant_that_took_a_minute_has_failed_for_good)
{
        CORE(core);
        struct exchange_form form;

        form = core_form_derived(&core, core_code(&core));
        core.while_deriving = take_a_minute;
        CHECK_ERR(core_exchange(&core, &form), ERR_CODE_FAILED);
        CHECK_INT(core_grant(&core).status, GRANT_MINTING);
}
