/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanges that ask for S3 credentials too.
 */
#include "core.h"

#define NONE ((struct secret){0})
#define READ TEXTS(SLICE("read"))

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

static struct core *core_with_service(void)
{
        struct core *core = core_new();

        core->ports.edge = (struct edge_port){.is_there = true, .register_grant = service_register};
        service_answer = ERR_OK;
        n_registered = 0;
        return core;
}

static enum err exchange_for(struct core *core, struct secret code, struct slice credentials,
                             struct exchange_result *ret)
{
        struct exchange_form form = {.client_id = core_client_id(core),
                                     .client_secret = core_jwt(core),
                                     .redirect_uri = REDIRECT,
                                     .code = code,
                                     .credentials = credentials};

        return exchange_code_wait(OP(&core->ports, &core->arena, &core->caller, NULL), &form, ret);
}

/* --- what is asked for --- */

TEST(other_credentials_than_those_of_s3_are_not_made_and_cost_nothing)
{
        struct core *core CLEANUP(core_freep) = core_with_service();
        struct secret code = core_code(core, READ, NONE);
        struct exchange_result result;

        CHECK_ERR(exchange_for(core, code, SLICE("S3"), &result), ERR_CREDENTIALS_UNKNOWN);
        CHECK_ERR(exchange_for(core, code, SLICE(""), &result), ERR_CREDENTIALS_UNKNOWN);
        core->ports.edge.is_there = false;
        CHECK_ERR(exchange_for(core, code, SLICE("s3"), &result), ERR_CREDENTIALS_UNKNOWN);
        CHECK_STRING(core->calls, "");
        CHECK_INT(n_registered, 0);
}

TEST(credentials_are_made_of_the_grant_that_is_handed_out)
{
        struct core *core CLEANUP(core_freep) = core_with_service();
        struct secret code = core_code(core, READ, NONE);
        struct exchange_result result;

        CHECK_OK(exchange_for(core, code, SLICE("s3"), &result));
        CHECK(result.wants_s3);
        CHECK_ERR(result.s3_error, ERR_OK);
        CHECK(secret_equal(result.s3.access_key_id, result.access_grant));
        CHECK_STRING(core->noted_outcome, "ok");
}

TEST(whoever_asks_for_none_gets_none)
{
        struct core *core CLEANUP(core_freep) = core_with_service();
        struct secret code = core_code(core, READ, NONE);
        struct exchange_result result;

        CHECK_OK(exchange_for(core, code, (struct slice){0}, &result));
        CHECK(!result.wants_s3);
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
        struct core *core CLEANUP(core_freep) = core_with_service();
        struct secret code = core_code(core, READ, NONE);
        struct exchange_result result;

        service_answer = ERR_EDGE_UNAVAILABLE;
        CHECK_OK(exchange_for(core, code, SLICE("s3"), &result));
        CHECK(!secret_is_absent(result.access_grant));
        CHECK_ERR(result.s3_error, ERR_EDGE_UNAVAILABLE);
        CHECK_STRING(core->noted_outcome, "ERR_EDGE_UNAVAILABLE");
}

TEST(access_without_an_end_gives_no_credentials_and_uses_nothing_up)
{
        struct core *core CLEANUP(core_freep) = core_with_service();
        struct consent_form consent = {.approved = READ, .lifetime = LIFETIME_NO_END};
        struct consent_result decided = {0};
        struct exchange_result result;

        CHECK_OK(core_request(core, READ));
        CHECK_OK(core_consent(core, consent, &decided));
        CHECK_ERR(exchange_for(core, decided.code, SLICE("s3"), &result), ERR_CREDENTIALS_NO_END);
        CHECK(!was_called(core, "code_claim"));
        CHECK_OK(exchange_for(core, decided.code, (struct slice){0}, &result));
        CHECK_INT(result.expires_in, 0);
}

TEST(a_claim_that_is_refused_gives_no_credentials)
{
        struct core *core CLEANUP(core_freep) = core_with_service();
        struct secret code = core_code(core, READ, NONE);
        struct exchange_result result;

        core_fail(core, "code_claim", ERR_CODE_USED, 1);
        CHECK_ERR(exchange_for(core, code, SLICE("s3"), &result), ERR_CODE_USED);
        CHECK_INT(n_registered, 0);
}
