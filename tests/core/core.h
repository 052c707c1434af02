/* SPDX-License-Identifier: Apache-2.0
 *
 * The core with a world of its own: a store that holds one of each kind and notes what it is
 * asked, a clock that stands still, derivations that cost nothing. Any verb can be made to fail.
 *
 *      struct core *core CLEANUP(core_freep) = core_new();
 *      core_fail(core, "code_claim", ERR_CODE_USED, 1);
 */
#pragma once

#include "core/authorize/consent.h"
#include "core/authorize/request.h"
#include "core/clients/client.h"
#include "core/clients/client_secret.h"
#include "core/people/account.h"
#include "core/people/session.h"
#include "core/projects/project.h"
#include "core_store.h"
#include "exchange_wait.h"
#include "quiet_limits.h"

#define NOW        ((struct instant){1767225600000})
#define REDIRECT   SLICE("https://myapp.com/callback")
#define PASSPHRASE ((struct secret){SLICE("your-passphrase")})
#define TEXTS(...)                                                                                 \
        ((struct texts){                                                                           \
                .items = (struct slice[]){__VA_ARGS__},                                            \
                .n = sizeof((struct slice[]){__VA_ARGS__}) / sizeof(struct slice),                 \
        })

/* --- the other ports --- */

static inline struct instant core_now(void *context)
{
        return CORE(context)->now;
}

static inline void core_pause(void *context, int64_t milliseconds)
{
        CORE(context)->now.ms += milliseconds;
}

static inline void core_random(void *context, void *bytes, size_t size)
{
        for (size_t i = 0; i < size; i++)
                ((uint8_t *)bytes)[i] = CORE(context)->random++;
}

static inline enum err core_reserve(void *context, const struct derivation_user *user,
                                    struct root_key_place **ret_place)
{
        (void)user;
        *ret_place = NULL;
        return called(context, "reserve");
}

static inline void core_release(void *context, struct root_key_place *place)
{
        (void)place;
        (void)!called(context, "release");
}

static inline enum err core_derive(void *context, struct root_key_place *place,
                                   struct secret passphrase, struct slice salt,
                                   struct crypto_key *ret_key)
{
        struct digest digest;

        (void)place;
        TRY(called(context, "derive"));
        crypto_hmac_sha256(salt, secret_reveal(passphrase), &digest);
        memcpy(ret_key->bytes, digest.bytes, sizeof(ret_key->bytes));
        return ERR_OK;
}

static inline enum err core_hash(void *context, const struct password_user *user,
                                 struct secret password, struct arena *arena,
                                 struct slice *ret_encoded)
{
        (void)user;
        TRY(called(context, "hash"));
        *ret_encoded = secret_reveal(password);
        return ERR_OK;
}

static inline enum err core_verify(void *context, const struct password_user *user,
                                   struct secret password, struct slice encoded)
{
        (void)user;
        TRY(called(context, "verify"));
        return encoded.size && slice_equal(secret_reveal(password), encoded)
                       ? ERR_OK
                       : ERR_INVALID_CREDENTIALS;
}

/* --- making one --- */

static inline void core_fill(struct core *core)
{
        static const uint8_t key_id[SEAL_KEY_ID_SIZE] = {1};

        *core = (struct core){
                .store = {.verbs = &core_verbs},
                .arena = ARENA_INIT(16 << 20),
                .now = NOW,
                .caller = {.request_id = SLICE("r"), .address = SLICE("127.0.0.1")},
                .policy = {.issuer = SLICE("http://localhost:10100"),
                           .satellite_address =
                                   SLICE("12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S"
                                         "@us1.storj.io:7777"),
                           .open_registration = true,
                           .session_idle = 3600,
                           .login_failures = 100,
                           .failures_per_address = 600,
                           .failures_per_client = 6000,
                           .session_lifetime = 86400,
                           .consent_lifetime = 600,
                           .code_lifetime = 60,
                           .code_replay_grace = 10,
                           .client_secret_max_lifetime = 300,
                           .client_secret_leeway = 10,
                           .grant_default_lifetime = 2592000,
                           .grant_unrevocable_lifetime = 86400},
        };
        CHECK(seal_add(&core->seal, key_id, (struct secret){SLICE("0123456789abcdef")}));
        core->ports = (struct ports){
                .policy = &core->policy,
                .store = &core->store,
                .seal = &core->seal,
                .clock = {core_now, core_pause, core},
                .entropy = {core_random, core},
                .root_key = {core_reserve, core_release, core_derive, core},
                .password = {core_hash, core_verify, core},
                .attempt = QUIET_ATTEMPT,
                .satellite = double_port(&core->satellite, &core->arena),
        };
        double_say(&core->satellite, ERR_SATELLITE_FORBIDDEN, ERR_SATELLITE_FORBIDDEN);
}

static inline int64_t core_begin_but_log_in(void *context, const struct counted *counted,
                                            const struct attempt_rule *rule)
{
        (void)context;
        (void)counted;
        return rule->wait || rule->memory == 600 ? 0 : 60;
}

/* As if every budget but that of log-ins was used up. */
static inline void core_count(struct core *core)
{
        core->ports.attempt.begin = core_begin_but_log_in;
}

/* With an account, its project and an application; nothing called yet. */
static inline struct core *core_new(void)
{
        struct core *core = calloc(1, sizeof(*core));

        assert_non_null(core);
        core_fill(core);
        CHECK_OK(account_register(OP(&core->ports, &core->arena, &core->caller, NULL),
                                  &(struct registration){
                                          .email = SLICE("a@example.com"),
                                          .password = {SLICE("a long enough password")},
                                          .full_name = SLICE("A"),
                                  },
                                  &core->account));
        CHECK_OK(client_create(
                OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                &(struct client_form){.name = SLICE("My App"), .redirect_uris = TEXTS(REDIRECT)},
                &core->client, &core->client_secret));
        core->client.redirect_uris =
                (struct texts){.items = arena_new(&core->arena, struct slice), .n = 1};
        core->client.redirect_uris.items[0] = REDIRECT;
        core->calls[0] = '\0';
        return core;
}

static inline void core_freep(struct core **core)
{
        if (*core)
                arena_deinit(&(*core)->arena);
        free(*core);
}

/* --- the flow --- */

static inline enum err core_request(struct core *core, struct texts scope)
{
        struct request_view view;

        return request_start(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                             &(struct request_form){.client_id = core->client.client_id,
                                                    .redirect_uri = REDIRECT,
                                                    .scope = scope},
                             &view);
}

static inline enum err core_consent(struct core *core, struct consent_form form,
                                    struct consent_result *ret)
{
        form.request_id = core->request.id;
        return consent_decide(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                              &form, ret);
}

/* The code of a scope that was asked for and approved; nothing called yet. */
static inline struct secret core_code(struct core *core, struct texts scope,
                                      struct secret passphrase)
{
        struct consent_result result = {0};

        CHECK_OK(core_request(core, scope));
        CHECK_OK(core_consent(
                core, (struct consent_form){.approved = scope, .passphrase = passphrase}, &result));
        CHECK(!secret_is_absent(result.code));
        core->calls[0] = '\0';
        return result.code;
}

static inline struct slice core_client_id(struct core *core)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);

        uuid_encode(&text, &core->client.client_id);
        return arena_copy(&core->arena, buf_slice(&text));
}

static inline struct secret core_jwt(struct core *core)
{
        return client_secret_sign(
                &core->arena, core->client_secret,
                &(struct client_secret_claims){.client_id = core_client_id(core),
                                               .exp = instant_seconds(core->now) + 300});
}

static inline enum err core_exchange(struct core *core, struct secret code,
                                     struct secret passphrase, struct exchange_result *ret)
{
        return exchange_code_wait(OP(&core->ports, &core->arena, &core->caller, NULL),
                                  &(struct exchange_form){.client_id = core_client_id(core),
                                                          .client_secret = core_jwt(core),
                                                          .redirect_uri = REDIRECT,
                                                          .code = code,
                                                          .passphrase = passphrase},
                                  ret);
}
