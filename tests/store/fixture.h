/* SPDX-License-Identifier: Apache-2.0
 *
 * Values to put into a test's store: small numbers represent ids.
 */
#pragma once

#include "world.h"

/* --- values --- */

static inline struct uuid id_of(int64_t number)
{
        struct uuid uuid = {{0x01, 0x90}};

        for (size_t i = 0; i < 8; i++)
                uuid.bytes[15 - i] = (uint8_t)(number >> (8 * i));
        return uuid;
}

/* A pointer that lives in the test's arena. */
static inline const struct uuid *id(struct world *world, int64_t number)
{
        struct uuid *uuid = arena_new(&world->values, struct uuid);

        *uuid = id_of(number);
        return uuid;
}

static inline struct digest digest_of(int64_t number)
{
        struct digest digest = {{0xd1}};

        for (size_t i = 0; i < 8; i++)
                digest.bytes[31 - i] = (uint8_t)(number >> (8 * i));
        return digest;
}

#define CHECK_ID(got_, number)                                                                     \
        do {                                                                                       \
                struct uuid wanted_ = id_of(number);                                               \
                CHECK(uuid_equal(&(got_), &wanted_));                                              \
        } while (0)

static const struct audit_entry audit = {.action = "test",
                                         .outcome = "ok",
                                         .request_id = {(const uint8_t *)"r", 1},
                                         .address = {(const uint8_t *)"192.0.2.1", 9},
                                         .at = {1767225600000}};

static inline struct account account_of(struct world *world, int64_t number)
{
        char email[64];

        (void)snprintf(email, sizeof(email), "user%lld@example.com", (long long)number);
        return (struct account){.id = id_of(number),
                                .email = arena_copy(&world->values, slice_from_string(email)),
                                .full_name = SLICE("A User"),
                                .created_at = NOW};
}

/* The identity of the account, with the same number. */
static inline struct identity identity_of(const struct account *account)
{
        return (struct identity){.id = account->id,
                                 .account = *account,
                                 .method = LOGIN_PASSWORD,
                                 .secret = SLICE("$argon2id$..."),
                                 .version = 1};
}

static inline struct project project_of(int64_t number, int64_t account)
{
        return (struct project){.id = id_of(number),
                                .account_id = id_of(account),
                                .name = SLICE("Project"),
                                .satellite_address = SLICE("1abc@127.0.0.1:7777"),
                                .head = SLICE("head"),
                                .sealed_api_key = SLICE("sealed key"),
                                .salt = SLICE("0123456789abcdef"),
                                .path_cipher = PATH_CIPHER_AESGCM,
                                .created_at = NOW};
}

/* Its client_id is its row's number and 1000, its first secret's id its number and 2000. */
static inline struct client client_of(struct world *world, int64_t number, int64_t account)
{
        struct client client = {.id = id_of(number),
                                .client_id = id_of(number + 1000),
                                .account_id = id_of(account),
                                .name = SLICE("Client"),
                                .scopes = SLICE("list read"),
                                .status = CLIENT_ACTIVE,
                                .auth_method = CLIENT_AUTH_SECRET_JWT,
                                .created_at = NOW,
                                .n_secrets = 1};

        client.redirect_uris.items = arena_new(&world->values, struct slice);
        client.redirect_uris.items[0] = SLICE("https://app.example.com/cb");
        client.redirect_uris.n = 1;
        client.secrets[0] = (struct client_secret_row){
                .id = id_of(number + 2000), .sealed = SLICE("sealed"), .created_at = NOW};
        return client;
}

static inline struct request request_of(int64_t number)
{
        return (struct request){.id = id_of(number),
                                .account_id = id_of(1),
                                .client_row = id_of(20),
                                .redirect_uri = SLICE("https://app.example.com/cb"),
                                .scope = SLICE("list read bucket:photos"),
                                .created_at = NOW,
                                .expires_at = after(600)};
}

/* --- a world with an account --- */

static inline enum err account_add(struct world *world, const struct account *account,
                                   const struct project *project)
{
        struct identity identity = identity_of(account);

        return STORE(world, account_insert,
                     &(struct new_account){.identity = &identity, .project = project}, &audit);
}

/* By an invitation; without a project. */
static inline enum err account_add_invited(struct world *world, const struct account *account,
                                           const struct digest *token)
{
        struct identity identity = identity_of(account);

        return STORE(world, account_insert,
                     &(struct new_account){.identity = &identity, .invitation = token}, &audit);
}

/* Of guestN@example.com, for an hour. */
static inline struct invitation invitation_of(struct world *world, int64_t number)
{
        char email[64];

        (void)snprintf(email, sizeof(email), "guest%lld@example.com", (long long)number);
        return (struct invitation){.id = id_of(number),
                                   .token = digest_of(number),
                                   .email = arena_copy(&world->values, slice_from_string(email)),
                                   .roles = ACCOUNT_DEVELOPER,
                                   .created_at = NOW,
                                   .expires_at = after(3600)};
}

/* As after a log-in with the first password. */
static inline enum err session_add(struct world *world, const struct session *session)
{
        struct identity identity = identity_of(&session->account);

        return STORE(world, session_insert,
                     &(struct new_session){session, &identity, &session->token}, &audit);
}

static inline enum err password_set(struct world *world, int64_t account, struct slice password)
{
        return STORE_AS(world, id(world, account), NOW, account_set_password,
                        &(struct new_password){.password = password}, &audit);
}

/* As stored. */
static inline struct identity identity_now(struct world *world, int64_t account)
{
        struct identity_key key = {account_of(world, account).email, LOGIN_PASSWORD};
        struct identity identity;

        CHECK_OK(STORE(world, identity_find, &key, &identity));
        return identity;
}

/* Of account 1, for 1,000 seconds. */
static inline struct session session_of(int64_t number)
{
        return (struct session){.id = id_of(number),
                                .token = digest_of(number),
                                .account = {.id = id_of(1)},
                                .authentication = {NOW, MEANS_PASSWORD},
                                .created_at = NOW,
                                .last_seen_at = NOW,
                                .ends_at = after(1000),
                                .address = SLICE("192.0.2.1"),
                                .user_agent = SLICE("browser")};
}

static inline void session_new(struct world *world, int64_t number)
{
        struct session session = session_of(number);

        CHECK_OK(session_add(world, &session));
}

/* Account 1 with project 10 and client 20. */
static inline struct world world_fill(struct world world)
{
        struct account account = account_of(&world, 1);
        struct project project = project_of(10, 1);
        struct client client = client_of(&world, 20, 1);

        CHECK_OK(account_add(&world, &account, &project));
        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        return world;
}

static inline struct world world_with_client(void)
{
        return world_fill(world_new());
}

/* A pending request, as it was stored. */
static inline struct request request_new(struct world *world, int64_t number)
{
        struct request request = request_of(number);

        CHECK_OK(STORE(world, request_insert, &request, &audit, &request.no));
        return request;
}

/* A pending request after consent: its code is the digest of its number. */
static inline struct request approval_of(const struct request *request, int64_t code)
{
        struct request approved = *request;

        approved.status = REQUEST_APPROVED;
        approved.decided_at = after(1);
        approved.authorization.project_id = id_of(10);
        approved.authorization.scope = SLICE("read bucket:photos");
        approved.authorization.lifetime = 3600;
        approved.code.sealed_access = SLICE("sealed access");
        approved.code.digest = digest_of(code);
        approved.code.expires_at = after(61);
        return approved;
}

/* A request of this number, approved; the digest of its code is of the same number. */
static inline struct request code_new(struct world *world, int64_t number)
{
        struct request request = request_new(world, number);
        struct request approved = approval_of(&request, number);

        CHECK_OK(STORE(world, request_decide, &approved, &audit));
        return approved;
}

/* A valid claim of a code, by an attempt with this number. */
static inline struct claim claim_of(const struct request *code, int64_t attempt)
{
        return (struct claim){.attempt = id_of(attempt),
                              .jwt_exp = instant_seconds(after(300)),
                              .jwt = digest_of(attempt),
                              .secret_row = id_of(2020),
                              .authorization_no = code->no,
                              .code = code->code.digest,
                              .client_row = id_of(20),
                              .redirect_uri = code->redirect_uri,
                              .grant_id = id_of(attempt + 5000),
                              .replay_grace = 10};
}

/* CHECK_OK(CLAIM(&world, &claim, &grant)); two seconds after NOW */
#define CLAIM(world, claim, ret) CLAIM_AT(world, after(2), claim, ret)
#define CLAIM_AT(world, time, claim, ret)                                                          \
        STORE_AS(world, NULL, time, code_claim, claim, &audit, ret)

/* Records the tail of a grant that was claimed by that attempt. */
static inline enum err issue(struct world *world, int64_t grant, int64_t attempt,
                             struct instant now)
{
        struct issued_grant issued = {.grant_id = id_of(grant), .attempt = id_of(attempt)};

        issued.key.sealed_tail = SLICE("0123456789abcdef0123456789abcdef");
        return STORE_AS(world, NULL, now, grant_issued, &issued);
}

/* The first grants of account 1, newest first. */
static inline struct grant_list grants_now(struct world *world, int64_t limit)
{
        struct grant_list grants;

        CHECK_OK(STORE_AS(world, id(world, 1), NOW, grant_list, &(struct list_page){.limit = limit},
                          &grants));
        return grants;
}

/* --- cleaning up --- */

#define LONG_AGO ((struct instant){1})

/* Limits by which nothing is old. */
static inline struct cleanup_limits limits_none(void)
{
        return (struct cleanup_limits){.jwt_before = 1,
                                       .codes_before = LONG_AGO,
                                       .audit_before = LONG_AGO,
                                       .requests_before = LONG_AGO,
                                       .grants_before = LONG_AGO};
}

/* Limits by which everything that ended before this is old. */
static inline struct cleanup_limits limits_at(struct instant now)
{
        return (struct cleanup_limits){.jwt_before = instant_seconds(now),
                                       .codes_before = now,
                                       .audit_before = now,
                                       .requests_before = now,
                                       .grants_before = now};
}

/* One batch. Return: the rows that it removed. */
static inline int64_t clean_up(struct world *world, struct instant now,
                               const struct cleanup_limits *limits)
{
        int64_t n = -1;

        CHECK_OK(STORE_AS(world, NULL, now, cleanup, limits, &n));
        return n;
}
