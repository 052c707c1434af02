/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling stories and holding them against a store. Threads tell them, so nothing here fails a
 * test by itself.
 */
#include "story.h"

#include "fixture.h"

enum {
        IDS = 10000, /* a story's numbers begin at its own times this */
        ACCOUNT = 1,
        PROJECT,
        CLIENT,
        REQUEST,
        ATTEMPT,
};

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

__attribute__((format(printf, 2, 3))) static void wrong(struct story *story, const char *format,
                                                        ...)
{
        va_list arguments;

        if (*story->wrong)
                return;
        va_start(arguments, format);
        (void)vsnprintf(story->wrong, sizeof(story->wrong), format, arguments);
        va_end(arguments);
}

/* --- how it goes --- */

static bool is_rejected(const struct story *story)
{
        return story->number % 8 == 7;
}

static bool is_at_once(const struct story *story)
{
        return story->number % 2 == 0;
}

static bool has_step(const struct story *story, enum step step)
{
        bool claims = !is_rejected(story) && story->number % 8 != 6;

        switch (step) {
        case STEP_ACCOUNT:
        case STEP_CLIENT:
        case STEP_REQUEST:
        case STEP_DECIDE:
                return true;
        case STEP_CLAIM:
                return claims;
        case STEP_ISSUE:
                return claims && !is_at_once(story);
        case STEP_REVOKE:
                return story->number % 8 >= 4 && !is_rejected(story);
        case STEPS:
                break;
        }
        return false;
}

/* --- its values --- */

struct teller {
        struct store *store;
        struct arena arena;
        struct story *story;
        int64_t base;
};

#define TELLER(store_, story_)                                                                     \
        {                                                                                          \
                .store = (store_), .arena = ARENA_INIT(8 << 20), .story = (story_),                \
                .base = (story_)->number * IDS                                                     \
        }

static void teller_end(struct teller *teller)
{
        arena_deinit(&teller->arena);
}

static const struct uuid *teller_id(struct teller *teller, int64_t number)
{
        struct uuid *uuid = arena_new(&teller->arena, struct uuid);

        *uuid = id_of(teller->base + number);
        return uuid;
}

static struct account teller_account(struct teller *teller)
{
        struct world world = {.values = teller->arena};
        struct account account = account_of(&world, teller->base + ACCOUNT);

        teller->arena = world.values;
        return account;
}

static struct client teller_client(struct teller *teller)
{
        struct world world = {.values = teller->arena};
        struct client client = client_of(&world, teller->base + CLIENT, teller->base + ACCOUNT);

        teller->arena = world.values;
        return client;
}

static struct request teller_request(struct teller *teller)
{
        struct request request = request_of(teller->base + REQUEST);

        request.no = teller->story->request_no;
        request.account_id = id_of(teller->base + ACCOUNT);
        request.client_row = id_of(teller->base + CLIENT);
        return request;
}

static struct request teller_decision(struct teller *teller)
{
        struct request request = teller_request(teller);

        request = approval_of(&request, teller->base);
        request.authorization.project_id = id_of(teller->base + PROJECT);
        if (is_rejected(teller->story))
                request.status = REQUEST_REJECTED;
        return request;
}

/* The claim of a further attempt; 0 is the story's own. */
static struct claim teller_claim(struct teller *teller, int64_t further)
{
        struct request code = teller_decision(teller);
        struct claim claim = claim_of(&code, teller->base + ATTEMPT + further);

        claim.secret_row = id_of(teller->base + CLIENT + 2000);
        claim.client_row = code.client_row;
        if (is_at_once(teller->story))
                claim.sealed_tail = tail;
        return claim;
}

/* --- telling --- */

static enum err step_take(struct teller *teller, enum step step)
{
        struct project project = project_of(teller->base + PROJECT, teller->base + ACCOUNT);
        struct account account = teller_account(teller);
        struct identity identity = identity_of(&account);
        struct client client = teller_client(teller);
        struct request request = teller_request(teller), decision = teller_decision(teller);
        struct claim claim = teller_claim(teller, 0);
        struct grant_list grants;
        struct grant grant;

        switch (step) {
        case STEP_ACCOUNT:
                return store_account_insert(OP_ON(teller->store, &teller->arena),
                                            &(struct new_account){&identity, &project}, &audit);
        case STEP_CLIENT:
                return store_client_insert(OP_ON(teller->store, &teller->arena), &client, &audit);
        case STEP_REQUEST:
                return store_request_insert(OP_ON(teller->store, &teller->arena), &request, &audit,
                                            &teller->story->request_no);
        case STEP_DECIDE:
                return store_request_decide(OP_ON(teller->store, &teller->arena), &decision,
                                            &audit);
        case STEP_CLAIM:
                return store_code_claim(STORE_OP(teller->store, &teller->arena, NULL, after(2)),
                                        &claim, &audit, &grant);
        case STEP_ISSUE:
                return store_grant_issued(STORE_OP(teller->store, &teller->arena, NULL, after(3)),
                                          &(struct issued_grant){.grant_id = claim.grant_id,
                                                                 .attempt = claim.attempt,
                                                                 .key = {.sealed_tail = tail}});
        case STEP_REVOKE:
                return store_access_revoke(
                        STORE_OP(teller->store, &teller->arena, &account.id, after(4)), &client.id,
                        &audit, &grants);
        case STEPS:
                break;
        }
        return ERR_INTERNAL;
}

void story_tell(struct store *store, struct story *story)
{
        struct teller teller CLEANUP(teller_end) = TELLER(store, story);

        for (enum step step = 0; step < STEPS; step++) {
                enum err error = has_step(story, step) ? step_take(&teller, step) : ERR_OK;

                if (has_step(story, step))
                        story->answers[step] = error == ERR_OK               ? DONE
                                               : error == ERR_COMMIT_UNKNOWN ? UNKNOWN
                                                                             : REFUSED;
                if (error == ERR_OK)
                        continue;
                if (error != ERR_COMMIT_UNKNOWN && error != ERR_STORE_UNAVAILABLE)
                        wrong(story, "step %d was answered %s", (int)step, error_info(error)->name);
                return;
        }
}

/* --- checking --- */

static bool is_found(struct story *story, enum err error, const char *what)
{
        if (error != ERR_OK && error != ERR_NO_ROW)
                wrong(story, "reading the %s gave %s", what, error_info(error)->name);
        return error == ERR_OK;
}

static bool account_is_there(struct teller *teller)
{
        struct account account = teller_account(teller), found;
        struct project project;
        bool there = is_found(
                teller->story,
                store_account_find(OP_ON(teller->store, &teller->arena), &account.email, &found),
                "account");

        if (is_found(teller->story,
                     store_project_get(OP_ON(teller->store, &teller->arena),
                                       teller_id(teller, PROJECT), &project),
                     "project") != there)
                wrong(teller->story, "the account or its project is there alone");
        return there;
}

static bool client_is_there(struct teller *teller)
{
        struct client client;
        bool there = is_found(teller->story,
                              store_client_by_row(OP_ON(teller->store, &teller->arena),
                                                  teller_id(teller, CLIENT), &client),
                              "client");

        if (there && client.n_secrets != 1)
                wrong(teller->story, "the client is there without its secret");
        return there;
}

/* The grant of the story, if there is one; there must not be two. */
static bool grant_is_there(struct teller *teller, struct grant *ret)
{
        struct grant_list grants = {0};
        enum err error = store_grant_list(
                STORE_OP(teller->store, &teller->arena, teller_id(teller, ACCOUNT), NOW),
                &(struct list_page){.limit = 10}, &grants);

        if (error != ERR_OK)
                wrong(teller->story, "reading the grants gave %s", error_info(error)->name);
        if (grants.n > 1)
                wrong(teller->story, "there are %zu grants for one code", grants.n);
        if (grants.n)
                *ret = grants.items[0];
        return grants.n > 0;
}

static void request_look(struct teller *teller, bool there[STEPS])
{
        struct request request = {0};
        struct grant grant = {0};

        there[STEP_REQUEST] = is_found(teller->story,
                                       store_request_get(OP_ON(teller->store, &teller->arena),
                                                         teller_id(teller, REQUEST), &request),
                                       "request");
        there[STEP_DECIDE] = there[STEP_REQUEST] && request.status != REQUEST_PENDING;
        there[STEP_CLAIM] = request.status == REQUEST_USED;
        if (request.status == REQUEST_APPROVED && !request.code.sealed_access.data)
                wrong(teller->story, "the consent lacks a part");
        if (request.status == REQUEST_USED && request.code.sealed_access.data)
                wrong(teller->story, "a used code keeps its key");
        if (grant_is_there(teller, &grant) != there[STEP_CLAIM])
                wrong(teller->story, "the used code or its grant is there alone");
        there[STEP_ISSUE] = !is_at_once(teller->story) && grant.sealed_tail.data;
        there[STEP_REVOKE] = request.status == REQUEST_WITHDRAWN || grant.status == GRANT_REVOKED;
        if (grant.status == GRANT_LIVE && !grant.sealed_tail.data)
                wrong(teller->story, "a live grant lacks its tail");
}

void story_check(struct store *store, struct story *story, bool ret_there[STEPS])
{
        struct teller teller CLEANUP(teller_end) = TELLER(store, story);

        ret_there[STEP_ACCOUNT] = account_is_there(&teller);
        ret_there[STEP_CLIENT] = client_is_there(&teller);
        request_look(&teller, ret_there);
        for (enum step step = 0; step < STEPS; step++) {
                enum answer answer = story->answers[step];

                if (answer == DONE && !ret_there[step])
                        wrong(story, "step %d was answered and is lost", (int)step);
                if ((answer == NOT_ASKED || answer == REFUSED) && ret_there[step])
                        wrong(story, "step %d was not answered and is there", (int)step);
        }
}

/* --- trying again --- */

static void claim_expect(struct teller *teller, const struct claim *claim, enum err expected,
                         const char *what)
{
        struct grant grant = {0};
        enum err error = store_code_claim(STORE_OP(teller->store, &teller->arena, NULL, after(2)),
                                          claim, &audit, &grant);

        if (error != expected)
                wrong(teller->story, "%s gave %s", what, error_info(error)->name);
        else if (error == ERR_OK && !uuid_equal(&grant.id, &claim->grant_id))
                wrong(teller->story, "%s gave another grant", what);
}

void story_try_again(struct store *store, struct story *story, const bool there[STEPS])
{
        struct teller teller CLEANUP(teller_end) = TELLER(store, story);
        struct claim own = teller_claim(&teller, 0), stolen = teller_claim(&teller, 1);
        struct claim second = teller_claim(&teller, 2), third = teller_claim(&teller, 3);
        bool is_withdrawn = there[STEP_REVOKE] && !there[STEP_CLAIM];
        struct grant grant;

        if (!there[STEP_DECIDE] || is_rejected(story))
                return;
        if (there[STEP_CLAIM]) {
                stolen.jwt = own.jwt;
                claim_expect(&teller, &stolen, ERR_JWT_REUSED, "a used JWT");
                claim_expect(&teller, &own, ERR_OK, "the repeated attempt");
        }
        claim_expect(&teller, &second,
                     is_withdrawn        ? ERR_CODE_WITHDRAWN
                     : there[STEP_CLAIM] ? ERR_CODE_USED
                                         : ERR_OK,
                     "a second attempt");
        claim_expect(&teller, &third, is_withdrawn ? ERR_CODE_WITHDRAWN : ERR_CODE_USED,
                     "a third attempt");
        (void)grant_is_there(&teller, &grant);
}
