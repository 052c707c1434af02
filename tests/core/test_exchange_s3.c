/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanges that ask for S3 credentials too.
 */
#include "core.h"

/* --- the service --- */

static enum err service_answer; /* of the service */
static unsigned n_registered;

static enum err service_register(void *context, struct arena *arena, struct secret grant,
                                 struct s3_credentials *ret)
{
        (void)context;
        (void)arena;
        n_registered++;
        TRY(service_answer);
        ret->access_key_id = grant;
        return ERR_OK;
}

static void service_begin(struct core *core)
{
        core->ports.edge = (struct edge_port){.is_there = true, .register_grant = service_register};
        service_answer = ERR_OK;
        n_registered = 0;
}

#define WITH_SERVICE(name)                                                                         \
        CORE(name);                                                                                \
        service_begin(&name)

static enum err exchange_for(struct core *core, struct secret code, struct slice credentials)
{
        struct exchange_form form = core_form(core, code);

        form.credentials = credentials;
        return core_exchange(core, &form);
}

/* --- what is asked for --- */

TEST(other_credentials_than_those_of_s3_are_not_made_and_cost_nothing)
{
        WITH_SERVICE(core);
        struct secret code = core_code(&core);

        CHECK_ERR(exchange_for(&core, code, SLICE("S3")), ERR_CREDENTIALS_UNKNOWN);
        CHECK_ERR(exchange_for(&core, code, SLICE("")), ERR_CREDENTIALS_UNKNOWN);
        core.ports.edge.is_there = false;
        CHECK_ERR(exchange_for(&core, code, SLICE("s3")), ERR_CREDENTIALS_UNKNOWN);
        CHECK_INT(core_n_rows(&core, "used_jwt"), 0);
        CHECK_INT(n_registered, 0);
        CHECK_OK(exchange_for(&core, code, (struct slice){0}));
}

TEST(credentials_are_made_of_the_grant_that_is_handed_out)
{
        WITH_SERVICE(core);

        CHECK_OK(exchange_for(&core, core_code(&core), SLICE("s3")));
        CHECK(core.result.wants_s3);
        CHECK_ERR(core.result.s3_error, ERR_OK);
        CHECK(slice_equal(secret_reveal(core.result.s3.access_key_id),
                          secret_reveal(core.result.access_grant)));
        CHECK_INT(core_n_rows(&core, "audit WHERE action = 's3_credentials' AND outcome = 'ok'"),
                  1);
}

TEST(whoever_asks_for_none_gets_none)
{
        WITH_SERVICE(core);

        CHECK_OK(exchange_for(&core, core_code(&core), (struct slice){0}));
        CHECK(!core.result.wants_s3);
        CHECK_INT(n_registered, 0);
}

TEST(an_exchange_may_wait_where_a_key_is_derived_or_a_service_called)
{
        CHECK(!exchange_may_wait(&(struct exchange_form){0}));
        CHECK(exchange_may_wait(&(struct exchange_form){.passphrase = PASSPHRASE}));
        CHECK(exchange_may_wait(&(struct exchange_form){.credentials = SLICE("s3")}));
}

/* --- what does not come about --- */

TEST(a_service_that_is_away_costs_the_credentials_only)
{
        WITH_SERVICE(core);

        service_answer = ERR_EDGE_UNAVAILABLE;
        CHECK_OK(exchange_for(&core, core_code(&core), SLICE("s3")));
        CHECK(!secret_is_absent(core.result.access_grant));
        CHECK_ERR(core.result.s3_error, ERR_EDGE_UNAVAILABLE);
        CHECK_INT(core_n_rows(&core, "audit WHERE action = 's3_credentials' "
                                     "AND outcome = 'ERR_EDGE_UNAVAILABLE'"),
                  1);
}

TEST(access_without_an_end_gives_no_credentials_and_uses_nothing_up)
{
        WITH_SERVICE(core);
        struct consent_form consent = {.approved = READ, .lifetime = LIFETIME_NO_END};
        struct secret code = core_consent(&core, consent);

        CHECK_ERR(exchange_for(&core, code, SLICE("s3")), ERR_CREDENTIALS_NO_END);
        CHECK_INT(n_registered, 0);
        CHECK_OK(exchange_for(&core, code, (struct slice){0}));
        CHECK_INT(core.result.expires_in, 0);
}

TEST(a_claim_that_is_refused_gives_no_credentials)
{
        WITH_SERVICE(core);
        struct secret code = core_code(&core);

        CHECK_OK(exchange_for(&core, code, (struct slice){0}));
        CHECK_ERR(exchange_for(&core, code, SLICE("s3")), ERR_CODE_USED);
        CHECK_INT(n_registered, 0);
}
