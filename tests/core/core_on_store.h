/* SPDX-License-Identifier: Apache-2.0
 *
 * The core on a real store and otherwise small stand-ins: a clock that only moves when it is told
 * to, derivations that cost nothing. With a developer's application and a user who consents:
 *
 *      struct core core CLEANUP(core_end);
 *      core_begin(&core);
 *      struct exchange_form form = core_form(&core, core_code(&core));
 *      CHECK_OK(core_exchange(&core, &form));
 */
#pragma once

#include "core/authorize/consent.h"
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

#define CORE_REDIRECT SLICE("https://app.example.com/cb")

struct core {
        struct world world; /* on the driver that can fail */
        struct ports ports;
        struct policy policy;
        struct seal seal;
        struct caller caller;
        struct instant now;
        struct account account;
        struct client client;
        struct secret client_secret;
        struct exchange_result result; /* of the last exchange that went well */
        int n_reserved;                /* places for derivations that are taken */
        int n_derived;
        int64_t n_jwts;
        /* Called while a derivation lasts, and when somebody waits, after the time has moved. */
        void (*while_deriving)(struct core *);
        void (*while_waiting)(struct core *);
};

/* --- stand-ins --- */

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
                                    struct root_key_place **ret_place)
{
        (void)user;
        *ret_place = NULL;
        ((struct core *)context)->n_reserved++;
        return ERR_OK;
}

static inline void core_release(void *context, struct root_key_place *place)
{
        (void)place;
        ((struct core *)context)->n_reserved--;
}

static inline enum err core_derive(void *context, struct root_key_place *place,
                                   struct secret passphrase, struct slice salt,
                                   struct crypto_key *ret_key)
{
        struct core *core = context;
        struct digest digest;

        (void)place;
        core->n_reserved--;
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
        (void)context;
        *ret_encoded = arena_copy(arena, secret_reveal(password));
        return ERR_OK;
}

static inline enum err core_verify(void *context, const struct password_user *user,
                                   struct secret password, struct slice encoded)
{
        (void)user;
        (void)context;
        return slice_equal(secret_reveal(password), encoded) ? ERR_OK : ERR_INVALID_CREDENTIALS;
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
                .session_idle = 3600,
                .login_failures = 100,
                .failures_per_address = 600,
                .failures_per_client = 6000,
                .session_lifetime = 3600,
                .consent_lifetime = 600,
                .code_lifetime = 600,
                .code_replay_grace = 10,
                .code_memory = 86400,
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
                .attempt = QUIET_ATTEMPT,
        };
}

static inline struct texts core_texts(struct core *core, const char *only)
{
        struct texts texts = {.items = arena_new(&core->world.arena, struct slice), .n = 1};

        texts.items[0] = slice_from_string(only);
        return texts;
}

static inline void core_begin(struct core *core)
{
        struct registration registration = {.email = SLICE("user@example.com"),
                                            .full_name = SLICE("A User")};
        struct client_form form = {.name = SLICE("App")};

        memset(core, 0, sizeof(*core));
        core->world = world_new();
        world_close(&core->world);
        fault_open(&core->world);
        core_wire(core);
        registration.password = secret_copy(&core->world.arena, SLICE("a long enough password"));
        CHECK_OK(account_create(OP(&core->ports, &core->world.arena, &core->caller, NULL),
                                &registration, &core->account));
        form.redirect_uris = core_texts(core, "https://app.example.com/cb");
        CHECK_OK(client_create(
                OP(&core->ports, &core->world.arena, &core->caller, &core->account.id), &form,
                &core->client, &core->client_secret));
}

static inline void core_end(struct core *core)
{
        (void)fault_clear();
        world_end(&core->world);
}

/* Closes the store and opens it again, as a restart does. */
static inline void core_restart(struct core *core)
{
        world_close(&core->world);
        fault_open(&core->world);
        core->ports.store = core->world.store;
}

/* --- what is done in it --- */

/* Asks for "read" and consents. */
static inline struct secret core_code(struct core *core)
{
        struct arena *arena = &core->world.arena;
        struct request_form form = {.client_id = core->client.client_id,
                                    .redirect_uri = CORE_REDIRECT,
                                    .scope = core_texts(core, "read")};
        struct consent_form consent = {.approved = form.scope};
        struct consent_result result;
        struct request_view view;

        CHECK_OK(request_start(OP(&core->ports, arena, &core->caller, &core->account.id), &form,
                               &view));
        consent.request_id = view.request.id;
        CHECK_OK(consent_decide(OP(&core->ports, arena, &core->caller, &core->account.id), &consent,
                                &result));
        return result.code;
}

/* A right form with a JWT of its own; with a passphrase the key must be derived. */
static inline struct exchange_form core_form(struct core *core, struct secret code)
{
        struct buf client_id CLEANUP(buf_deinit) = BUF_INIT(64);
        struct client_secret_claims claims = {.exp = instant_seconds(core->now) + 300};
        struct buf jti CLEANUP(buf_deinit) = BUF_INIT(64);
        struct exchange_form form = {.redirect_uri = CORE_REDIRECT, .code = code};

        uuid_encode(&client_id, &core->client.client_id);
        buf_put_int64(&jti, ++core->n_jwts);
        form.client_id = arena_copy(&core->world.arena, buf_slice(&client_id));
        claims.client_id = form.client_id;
        claims.jti = buf_slice(&jti);
        form.client_secret = client_secret_sign(&core->world.arena, core->client_secret, &claims);
        return form;
}

static inline struct exchange_form core_form_derived(struct core *core, struct secret code)
{
        struct exchange_form form = core_form(core, code);

        form.passphrase = secret_copy(&core->world.arena, SLICE("a passphrase"));
        return form;
}

static inline enum err core_exchange(struct core *core, const struct exchange_form *form)
{
        return exchange_code_wait(OP(&core->ports, &core->world.arena, &core->caller, NULL), form,
                                  &core->result);
}

/* The newest grant's status; grants of one millisecond have no order. */
static inline enum grant_status core_grant_status(struct core *core)
{
        struct grant *grants;
        size_t n;

        CHECK_OK(VERB(&core->world, grant_list, &core->account.id, &(struct list_page){.limit = 1},
                      &grants, &n, NULL));
        CHECK_INT(n, 1);
        return grants[0].status;
}

static inline void core_revoke(struct core *core)
{
        struct grant *grants;
        bool is_cut;
        size_t n;

        CHECK_OK(VERB(&core->world, access_revoke, &core->account.id, &core->client.id, core->now,
                      &audit, &grants, &n, &is_cut));
}
