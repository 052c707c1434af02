/* SPDX-License-Identifier: Apache-2.0
 *
 * Running scenarios and comparing them with a store. Threads run them, so nothing here fails a test
 * itself.
 */
#include "scenario.h"

#include "fixture.h"

enum {
        IDS = 10000, /* a scenario's ids start at its number times this */
        ACCOUNT = 1,
        PROJECT,
        CLIENT,
        REQUEST,
        ATTEMPT,
};

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

__attribute__((format(printf, 2, 3))) static void wrong(struct scenario *scenario,
                                                        const char *format, ...)
{
        va_list arguments;

        if (*scenario->wrong)
                return;
        va_start(arguments, format);
        (void)vsnprintf(scenario->wrong, sizeof(scenario->wrong), format, arguments);
        va_end(arguments);
}

/* --- its course --- */

static bool is_rejected(const struct scenario *scenario)
{
        return scenario->number % 8 == 7;
}

static bool is_at_once(const struct scenario *scenario)
{
        return scenario->number % 2 == 0;
}

static bool has_step(const struct scenario *scenario, enum step step)
{
        bool claims = !is_rejected(scenario) && scenario->number % 8 != 6;

        switch (step) {
        case STEP_ACCOUNT:
        case STEP_CLIENT:
        case STEP_REQUEST:
        case STEP_DECIDE:
                return true;
        case STEP_CLAIM:
                return claims;
        case STEP_ISSUE:
                return claims && !is_at_once(scenario);
        case STEP_REVOKE:
                return scenario->number % 8 >= 4 && !is_rejected(scenario);
        case STEPS:
                break;
        }
        return false;
}

/* --- its values --- */

struct actor {
        struct store *store;
        struct arena arena;
        struct scenario *scenario;
        int64_t base;
};

#define ACTOR(store_, scenario_)                                                                   \
        {                                                                                          \
                .store = (store_), .arena = ARENA_INIT(8 << 20), .scenario = (scenario_),          \
                .base = (scenario_)->number * IDS                                                  \
        }

static void actor_end(struct actor *actor)
{
        arena_deinit(&actor->arena);
}

static const struct uuid *actor_id(struct actor *actor, int64_t number)
{
        struct uuid *uuid = arena_new(&actor->arena, struct uuid);

        *uuid = id_of(actor->base + number);
        return uuid;
}

static struct account actor_account(struct actor *actor)
{
        struct world world = {.values = actor->arena};
        struct account account = account_of(&world, actor->base + ACCOUNT);

        actor->arena = world.values;
        return account;
}

static struct client actor_client(struct actor *actor)
{
        struct world world = {.values = actor->arena};
        struct client client = client_of(&world, actor->base + CLIENT, actor->base + ACCOUNT);

        actor->arena = world.values;
        return client;
}

static struct request actor_request(struct actor *actor)
{
        struct request request = request_of(actor->base + REQUEST);

        request.no = actor->scenario->request_no;
        request.account_id = id_of(actor->base + ACCOUNT);
        request.client_row = id_of(actor->base + CLIENT);
        return request;
}

static struct request actor_decision(struct actor *actor)
{
        struct request request = actor_request(actor);

        request = approval_of(&request, actor->base);
        request.authorization.project_id = id_of(actor->base + PROJECT);
        if (is_rejected(actor->scenario))
                request.status = REQUEST_REJECTED;
        return request;
}

/* The claim of another attempt; 0 is the scenario's own. */
static struct claim actor_claim(struct actor *actor, int64_t further)
{
        struct request code = actor_decision(actor);
        struct claim claim = claim_of(&code, actor->base + ATTEMPT + further);

        claim.secret_row = id_of(actor->base + CLIENT + 2000);
        claim.client_row = code.client_row;
        if (is_at_once(actor->scenario))
                claim.sealed_tail = tail;
        return claim;
}

/* --- running --- */

static enum err step_take(struct actor *actor, enum step step)
{
        struct project project = project_of(actor->base + PROJECT, actor->base + ACCOUNT);
        struct account account = actor_account(actor);
        struct identity identity = identity_of(&account);
        struct client client = actor_client(actor);
        struct request request = actor_request(actor), decision = actor_decision(actor);
        struct claim claim = actor_claim(actor, 0);
        struct grant_list grants;
        struct grant grant;

        switch (step) {
        case STEP_ACCOUNT:
                return store_account_insert(
                        OP_ON(actor->store, &actor->arena),
                        &(struct new_account){.identity = &identity, .project = &project}, &audit);
        case STEP_CLIENT:
                return store_client_insert(OP_ON(actor->store, &actor->arena), &client, &audit);
        case STEP_REQUEST:
                return store_request_insert(OP_ON(actor->store, &actor->arena), &request, &audit,
                                            &actor->scenario->request_no);
        case STEP_DECIDE:
                return store_request_decide(OP_ON(actor->store, &actor->arena), &decision, &audit);
        case STEP_CLAIM:
                return store_code_claim(STORE_OP(actor->store, &actor->arena, NULL, after(2)),
                                        &claim, &audit, &grant);
        case STEP_ISSUE:
                return store_grant_issued(STORE_OP(actor->store, &actor->arena, NULL, after(3)),
                                          &(struct issued_grant){.grant_id = claim.grant_id,
                                                                 .attempt = claim.attempt,
                                                                 .key = {.sealed_tail = tail}});
        case STEP_REVOKE:
                return store_access_revoke(
                        STORE_OP(actor->store, &actor->arena, &account.id, after(4)), &client.id,
                        &audit, &grants);
        case STEPS:
                break;
        }
        return ERR_INTERNAL;
}

void scenario_run(struct store *store, struct scenario *scenario)
{
        struct actor actor CLEANUP(actor_end) = ACTOR(store, scenario);

        for (enum step step = 0; step < STEPS; step++) {
                enum err error = has_step(scenario, step) ? step_take(&actor, step) : ERR_OK;

                if (has_step(scenario, step))
                        scenario->results[step] = error == ERR_OK               ? DONE
                                                  : error == ERR_COMMIT_UNKNOWN ? UNKNOWN
                                                                                : REFUSED;
                if (error == ERR_OK)
                        continue;
                if (error != ERR_COMMIT_UNKNOWN && error != ERR_STORE_UNAVAILABLE)
                        wrong(scenario, "step %d was answered %s", (int)step,
                              error_info(error)->name);
                return;
        }
}

/* --- checking --- */

static bool is_found(struct scenario *scenario, enum err error, const char *what)
{
        if (error != ERR_OK && error != ERR_NO_ROW)
                wrong(scenario, "reading the %s gave %s", what, error_info(error)->name);
        return error == ERR_OK;
}

static bool account_is_there(struct actor *actor)
{
        struct account account = actor_account(actor), found;
        struct project project;
        bool there = is_found(
                actor->scenario,
                store_account_find(OP_ON(actor->store, &actor->arena), &account.email, &found),
                "account");

        if (is_found(actor->scenario,
                     store_project_get(OP_ON(actor->store, &actor->arena), actor_id(actor, PROJECT),
                                       &project),
                     "project") != there)
                wrong(actor->scenario, "the account or its project is there alone");
        return there;
}

static bool client_is_there(struct actor *actor)
{
        struct client client;
        bool there = is_found(actor->scenario,
                              store_client_by_row(OP_ON(actor->store, &actor->arena),
                                                  actor_id(actor, CLIENT), &client),
                              "client");

        if (there && client.n_secrets != 1)
                wrong(actor->scenario, "the client is there without its secret");
        return there;
}

/* Finds the grant of the scenario; there must not be two. */
static bool grant_is_there(struct actor *actor, struct grant *ret)
{
        struct grant_list grants = {0};
        enum err error = store_grant_list(
                STORE_OP(actor->store, &actor->arena, actor_id(actor, ACCOUNT), NOW),
                &(struct list_page){.limit = 10}, &grants);

        if (error != ERR_OK)
                wrong(actor->scenario, "reading the grants gave %s", error_info(error)->name);
        if (grants.n > 1)
                wrong(actor->scenario, "there are %zu grants for one code", grants.n);
        if (grants.n)
                *ret = grants.items[0];
        return grants.n > 0;
}

static void request_look(struct actor *actor, bool there[STEPS])
{
        struct request request = {0};
        struct grant grant = {0};

        there[STEP_REQUEST] = is_found(actor->scenario,
                                       store_request_get(OP_ON(actor->store, &actor->arena),
                                                         actor_id(actor, REQUEST), &request),
                                       "request");
        there[STEP_DECIDE] = there[STEP_REQUEST] && request.status != REQUEST_PENDING;
        there[STEP_CLAIM] = request.status == REQUEST_USED;
        if (request.status == REQUEST_APPROVED && !request.code.sealed_access.data)
                wrong(actor->scenario, "the consent lacks a part");
        if (request.status == REQUEST_USED && request.code.sealed_access.data)
                wrong(actor->scenario, "a used code keeps its key");
        if (grant_is_there(actor, &grant) != there[STEP_CLAIM])
                wrong(actor->scenario, "the used code or its grant is there alone");
        there[STEP_ISSUE] = !is_at_once(actor->scenario) && grant.sealed_tail.data;
        there[STEP_REVOKE] = request.status == REQUEST_WITHDRAWN || grant.status == GRANT_REVOKED;
        if (grant.status == GRANT_LIVE && !grant.sealed_tail.data)
                wrong(actor->scenario, "a live grant lacks its tail");
}

void scenario_check(struct store *store, struct scenario *scenario, bool ret_there[STEPS])
{
        struct actor actor CLEANUP(actor_end) = ACTOR(store, scenario);

        ret_there[STEP_ACCOUNT] = account_is_there(&actor);
        ret_there[STEP_CLIENT] = client_is_there(&actor);
        request_look(&actor, ret_there);
        for (enum step step = 0; step < STEPS; step++) {
                enum step_result result = scenario->results[step];

                if (result == DONE && !ret_there[step])
                        wrong(scenario, "step %d was answered and is lost", (int)step);
                if ((result == NOT_CALLED || result == REFUSED) && ret_there[step])
                        wrong(scenario, "step %d was not answered and is there", (int)step);
        }
}

/* --- trying again --- */

static void claim_expect(struct actor *actor, const struct claim *claim, enum err expected,
                         const char *what)
{
        struct grant grant = {0};
        enum err error = store_code_claim(STORE_OP(actor->store, &actor->arena, NULL, after(2)),
                                          claim, &audit, &grant);

        if (error != expected)
                wrong(actor->scenario, "%s gave %s", what, error_info(error)->name);
        else if (error == ERR_OK && !uuid_equal(&grant.id, &claim->grant_id))
                wrong(actor->scenario, "%s gave another grant", what);
}

void scenario_try_again(struct store *store, struct scenario *scenario, const bool there[STEPS])
{
        struct actor actor CLEANUP(actor_end) = ACTOR(store, scenario);
        struct claim own = actor_claim(&actor, 0), stolen = actor_claim(&actor, 1);
        struct claim second = actor_claim(&actor, 2), third = actor_claim(&actor, 3);
        bool is_withdrawn = there[STEP_REVOKE] && !there[STEP_CLAIM];
        struct grant grant;

        if (!there[STEP_DECIDE] || is_rejected(scenario))
                return;
        if (there[STEP_CLAIM]) {
                stolen.jwt = own.jwt;
                claim_expect(&actor, &stolen, ERR_JWT_REUSED, "a used JWT");
                claim_expect(&actor, &own, ERR_OK, "the repeated attempt");
        }
        claim_expect(&actor, &second,
                     is_withdrawn        ? ERR_CODE_WITHDRAWN
                     : there[STEP_CLAIM] ? ERR_CODE_USED
                                         : ERR_OK,
                     "a second attempt");
        claim_expect(&actor, &third, is_withdrawn ? ERR_CODE_WITHDRAWN : ERR_CODE_USED,
                     "a third attempt");
        (void)grant_is_there(&actor, &grant);
}
