/* SPDX-License-Identifier: Apache-2.0
 *
 * The core on a real store, with doubles for the other ports: a clock that the test moves,
 * derivations that cost nothing. With a developer's application and a user who consents:
 *
 *      CORE(core);
 *      struct exchange_form form = core_form(&core, core_code(&core));
 *      CHECK_OK(core_exchange(&core, &form));
 */
#pragma once

#include "core/authorize/consent.h"
#include "core/authorize/device.h"
#include "core/authorize/request.h"
#include "core/clients/client.h"
#include "core/clients/client_secret.h"
#include "core/people/account.h"
#include "core/policy.h"
#include "core/upkeep/seal.h"
#include "exchange_wait.h"
#include "os/entropy.h"
#include "quiet_limits.h"
#include "store/fault_driver.h"
#include "store/snapshot.h"

#define CORE_REDIRECT SLICE("https://app.example.com/cb")
#define PASSWORD      ((struct secret){SLICE("a long enough password")}) /* of the account */
#define PASSPHRASE    ((struct secret){SLICE("a passphrase")})

/* For the length of a block, like the next one. */
#define BY_PASSWORD(email_, password_)                                                             \
        (&(struct credentials){                                                                    \
                .method = LOGIN_PASSWORD, .email = (email_), .password = (password_)})
#define TEXTS(...)                                                                                 \
        ((struct texts){(struct slice[]){__VA_ARGS__},                                             \
                        sizeof((struct slice[]){__VA_ARGS__}) / sizeof(struct slice)})
#define READ TEXTS(SLICE("read"))

struct core {
        struct world world; /* on the failing driver */
        struct ports ports;
        struct policy policy;
        struct seal seal;
        struct caller caller;
        struct instant now;
        struct account account;
        struct client client;
        struct secret client_secret;
        struct exchange_result result; /* of the last successful exchange */
        int n_reserved;                /* reserved tickets for derivations */
        int n_derived;
        int n_hashed;                 /* passwords, for storing or checking them */
        enum err reserving, deriving; /* their outcomes */
        int64_t n_jwts;
        /* Called during a derivation, and during a pause, after the clock was moved. */
        void (*while_deriving)(struct core *);
        void (*while_waiting)(struct core *);
};

/* --- doubles --- */

static inline struct instant core_now(void *context)
{
        return ((struct core *)context)->now;
}

static inline void core_pause(void *context, int64_t milliseconds)
{
        struct core *core = context;

        core->now.ms += milliseconds;
        if (core->while_waiting)
                core->while_waiting(core);
}

static inline enum err core_reserve(void *context, const struct derivation_user *user,
                                    struct derivation_ticket **ret_ticket)
{
        struct core *core = context;

        (void)user;
        *ret_ticket = NULL;
        TRY(core->reserving);
        core->n_reserved++;
        return ERR_OK;
}

static inline void core_release(void *context, struct derivation_ticket *ticket)
{
        (void)ticket;
        ((struct core *)context)->n_reserved--;
}

static inline enum err core_derive(void *context, struct derivation_ticket *ticket,
                                   struct secret passphrase, struct slice salt,
                                   struct crypto_key *ret_key)
{
        struct core *core = context;
        struct digest digest;

        (void)ticket;
        core->n_reserved--;
        TRY(core->deriving);
        core->n_derived++;
        crypto_hmac_sha256(salt, secret_reveal(passphrase), &digest);
        memcpy(ret_key->bytes, digest.bytes, sizeof(ret_key->bytes));
        if (core->while_deriving)
                core->while_deriving(core);
        return ERR_OK;
}

static inline enum err core_hash(void *context, const struct password_user *user,
                                 struct secret password, struct arena *arena,
                                 struct slice *ret_encoded)
{
        (void)user;
        ((struct core *)context)->n_hashed++;
        *ret_encoded = arena_copy(arena, secret_reveal(password));
        return ERR_OK;
}

static inline enum err core_verify(void *context, const struct password_user *user,
                                   struct secret password, struct slice encoded)
{
        (void)user;
        ((struct core *)context)->n_hashed++;
        return slice_equal(secret_reveal(password), encoded) ? ERR_OK : ERR_INVALID_CREDENTIALS;
}

static inline int64_t core_begin_but_log_in(void *context, const struct rate_limit_key *key,
                                            const struct rate_limit *rule)
{
        (void)context;
        (void)key;
        return rule->wait || rule->memory == 600 ? 0 : 60;
}

/* As if every rate limit but that of log-ins was used up. */
static inline void core_use_up(struct core *core)
{
        core->ports.rate_limit.begin = core_begin_but_log_in;
}

/* --- the world --- */

static inline void core_wire(struct core *core)
{
        static const uint8_t id[SEAL_KEY_ID_SIZE] = {1};

        core->now = NOW;
        core->caller = (struct caller){.request_id = SLICE("r"), .address = SLICE("192.0.2.1")};
        core->policy = (struct policy){
                .issuer = SLICE("https://grants.example.com"),
                .satellite_address = SLICE("12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S"
                                           "@us1.storj.io:7777"),
                .open_registration = true,
                .self_made_projects = true,
                .dynamic_limit = 100,
                .session_idle = 3600,
                .login_failures = 100,
                .failures_per_address = 600,
                .failures_per_client = 6000,
                .session_lifetime = 3600,
                .session_proof = 600,
                .consent_lifetime = 600,
                .code_lifetime = 600,
                .code_replay_grace = 10,
                .code_memory = 86400,
                .refresh_grant_lifetime = 3600,
                .refresh_max_lifetime = 7776000,
                .refresh_idle = 2592000,
                .refresh_grace = 30,
                .client_secret_max_lifetime = 600,
                .grant_default_lifetime = 86400,
                .grant_unrevocable_lifetime = 86400,
        };
        CHECK(seal_add(&core->seal, id,
                       secret_copy(&core->world.arena, SLICE("0123456789abcdef0123456789abcdef"))));
        core->ports = (struct ports){
                .policy = &core->policy,
                .store = core->world.store,
                .seal = &core->seal,
                .clock = {core_now, core_pause, core},
                .entropy = os_entropy(),
                .root_key = {core_reserve, core_release, core_derive, core},
                .password = {core_hash, core_verify, core},
                .rate_limit = QUIET_RATE_LIMIT,
        };
}

/* A call by the account, for the length of a block. */
#define core_op(core) OP(&(core)->ports, &(core)->world.arena, &(core)->caller, &(core)->account.id)

static inline void core_begin(struct core *core)
{
        struct registration registration = {.email = SLICE("user@example.com"),
                                            .password = PASSWORD,
                                            .full_name = SLICE("A User")};
        struct client_form form = {
                .name = SLICE("App"), .redirect_uris = TEXTS(CORE_REDIRECT), .device_flow = true};

        memset(core, 0, sizeof(*core));
        core->world = world_new();
        world_close(&core->world);
        fault_open(&core->world);
        core_wire(core);
        CHECK_OK(account_create(core_op(core), &registration, &core->account));
        CHECK_OK(client_create(core_op(core), &form, &core->client, &core->client_secret));
        CHECK_OK(client_of_account(core_op(core), &core->client.id, &core->client));
}

static inline void core_end(struct core *core)
{
        (void)fault_clear();
        world_end(&core->world);
}

/* For the length of a test. */
#define CORE(name)                                                                                 \
        struct core name CLEANUP(core_end);                                                        \
        core_begin(&name)

/* Closes the store and opens it again, as a restart does. */
static inline void core_restart(struct core *core)
{
        world_close(&core->world);
        fault_open(&core->world);
        core->ports.store = core->world.store;
}

/* --- operations --- */

static inline enum err core_request(struct core *core, struct texts scope, struct uuid *ret_id)
{
        struct request_form form = {
                .client_id = core->client.client_id, .redirect_uri = CORE_REDIRECT, .scope = scope};
        struct request_view view;

        TRY(request_start(core_op(core), &form, &view));
        *ret_id = view.request.id;
        return ERR_OK;
}

/* Decides as somebody who has just logged in. */
static inline enum err core_decide(struct core *core, struct consent_form form,
                                   struct consent_result *ret)
{
        form.authentication = (struct authentication){core->now, MEANS_PASSWORD};
        return consent_decide(core_op(core), &form, ret);
}

/* Requests what the form approves, and consents. Return: the code. */
static inline struct secret core_consent(struct core *core, struct consent_form form)
{
        struct consent_result result;

        CHECK_OK(core_request(core, form.approved, &form.request_id));
        CHECK_OK(core_decide(core, form, &result));
        return result.code;
}

static inline struct secret core_code(struct core *core)
{
        return core_consent(core, (struct consent_form){.approved = READ});
}

/* A valid form with its own JWT; with a passphrase the key must be derived. */
static inline struct exchange_form core_form(struct core *core, struct secret code)
{
        struct buf client_id CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct client_secret_claims claims = {.exp = instant_seconds(core->now) + 300};
        struct buf jti CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct exchange_form form = {.redirect_uri = CORE_REDIRECT, .code = code};

        uuid_encode(&client_id, &core->client.client_id);
        buf_put_int64(&jti, ++core->n_jwts);
        form.proof.method = CLIENT_AUTH_SECRET_JWT;
        form.proof.client_id = arena_copy(&core->world.arena, buf_slice(&client_id));
        claims.client_id = form.proof.client_id;
        claims.jti = buf_slice(&jti);
        form.proof.jwt = client_secret_sign(&core->world.arena, core->client_secret, &claims);
        return form;
}

static inline struct exchange_form core_form_derived(struct core *core, struct secret code)
{
        struct exchange_form form = core_form(core, code);

        form.passphrase = PASSPHRASE;
        return form;
}

/* A code with offline_access. */
static inline struct secret core_offline_code(struct core *core, struct slice place,
                                              struct secret passphrase)
{
        struct slice words[] = {SLICE("read"), place, SLICE("offline_access")};
        struct consent_form form = {.approved = {.items = words, .n = 2}, .passphrase = passphrase};
        struct consent_result result;

        CHECK_OK(core_request(core, (struct texts){.items = words, .n = 3}, &form.request_id));
        CHECK_OK(core_decide(core, form, &result));
        return result.code;
}

/* A valid form with its own JWT. */
static inline struct refresh_form core_refresh_form(struct core *core, struct secret token)
{
        return (struct refresh_form){.proof = core_form(core, token).proof, .token = token};
}

static inline enum err core_refresh(struct core *core, const struct refresh_form *form)
{
        return refresh_exchange_wait(core_op(core), form, &core->result);
}

static inline struct device_form core_device_form(struct core *core, struct secret device_code)
{
        return (struct device_form){.proof = core_form(core, device_code).proof,
                                    .device_code = device_code};
}

/* A device that asks for this scope, and waits for somebody. */
static inline struct device_start core_device(struct core *core, struct texts scope)
{
        struct device_start start;

        CHECK_OK(device_begin(core_op(core), &core->client, &(struct device_wish){.scope = scope},
                              &start));
        return start;
}

/* The same, after somebody allowed it. */
static inline struct secret core_device_allowed(struct core *core, struct texts scope,
                                                struct secret passphrase)
{
        struct device_start start = core_device(core, scope);
        struct consent_form form = {.approved = scope, .passphrase = passphrase};
        struct consent_result result;
        struct request_view view;

        CHECK_OK(device_enter(core_op(core), start.user_code, &view));
        form.request_id = view.request.id;
        CHECK_OK(core_decide(core, form, &result));
        CHECK(secret_is_absent(result.code));
        CHECK(!result.redirect_uri.data);
        return start.device_code;
}

static inline enum err core_device_exchange(struct core *core, const struct device_form *form)
{
        return device_exchange_wait(core_op(core), form, &core->result);
}

static inline enum err core_exchange(struct core *core, const struct exchange_form *form)
{
        return exchange_code_wait(core_op(core), form, &core->result);
}

/* The newest one; grants of one millisecond have no order. */
static inline struct grant core_grant(struct core *core)
{
        struct grant_list grants;

        CHECK_OK(STORE_AS(&core->world, &core->account.id, NOW, grant_list,
                          &(struct list_page){.limit = 1}, &grants));
        CHECK_INT(grants.n, 1);
        return grants.items[0];
}

static inline void core_revoke(struct core *core)
{
        struct grant_list grants;

        CHECK_OK(STORE_AS(&core->world, &core->account.id, core->now, access_revoke,
                          &core->client.id, &audit, &grants));
}

/* --- direct access to the database --- */

/* An UPDATE, of one row at least. */
static inline void core_update(struct core *core, const char *update)
{
        struct buf query CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        buf_put_string(&query, update);
        buf_put_string(&query, " RETURNING 1");
        buf_put_byte(&query, 0);
        CHECK_INT(snapshot_number(&core->world, (const char *)query.data), 1);
}

/* CHECK_INT(core_n_rows(&core, "audit WHERE outcome = 'ok'"), 1); */
static inline int64_t core_n_rows(struct core *core, const char *where)
{
        char query[256];

        (void)snprintf(query, sizeof(query), "SELECT count(*) FROM %s", where);
        return snapshot_number(&core->world, query);
}
