/* SPDX-License-Identifier: Apache-2.0
 *
 * A world with data for every operation.
 */
#include "every_operation.h"

#include "factors.h"
#include "passkeys.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

/* An unproven project 12, a revocation that is due, and a client that died with its grants. */
static void deliveries_new(struct world *world)
{
        struct project project = project_of(12, 1);
        struct client client = client_of(world, 23, 1);
        struct grant own = {.id = id_of(61),
                            .account_id = id_of(1),
                            .project_id = id_of(12),
                            .scope = SLICE("read"),
                            .created_at = NOW,
                            .sealed_tail = tail,
                            .sealed_caveat = SLICE("sealed")};

        project.prove_at = NOW;
        CHECK_OK(STORE(world, project_insert, &project, &audit));
        CHECK_OK(STORE(world, owner_grant_insert, &own, &audit));
        CHECK_OK(
                STORE_AS(world, id(world, 1), after(1), grant_revoke, id(world, 61), &audit, &own));
        CHECK_OK(STORE(world, client_insert, &client, &audit));
        CHECK_OK(STORE_AS(world, id(world, 1), after(1), client_delete, id(world, 23), &audit));
}

/* One whose request 35 is pending, and one that has just polled. */
static void devices_new(struct world *world)
{
        struct request request = request_of(35);

        for (int64_t number = 82; number <= 84; number += 2) {
                struct device_request device = {.digest = digest_of(number),
                                                .user_code = digest_of(number + 1),
                                                .client_row = id_of(20),
                                                .public_key = SLICE("a public key"),
                                                .scope = SLICE("read"),
                                                .expires_at = after(900)};

                CHECK_OK(STORE(world, device_insert, &device));
                if (number == 84)
                        CHECK_OK(STORE(world, device_poll, &device.digest));
        }
        request.redirect_uri = SLICE("");
        request.device = digest_of(82);
        CHECK_OK(STORE(world, request_insert, &request, &audit, &request.no));
}

static void disabled_new(struct world *world)
{
        struct account account = account_of(world, 3);
        struct project project = project_of(13, 3);

        CHECK_OK(account_add(world, &account, &project));
        CHECK_OK(STORE_AS(world, NULL, after(1), account_disable, id(world, 3), &audit));
}

static void factors_new(struct world *world)
{
        for (int64_t number = 4; number <= 5; number++) {
                struct account account = account_of(world, number);
                struct project project = project_of(number + 10, number);

                CHECK_OK(account_add(world, &account, &project));
                CHECK_OK(totp_begin(world, number, SEALED));
        }
        CHECK_OK(totp_confirm(world, 4, 600, 0));
        CHECK_OK(passkey_add(world, 97, 4));
}

/* A provider logs somebody in to account 4. */
static void provider_new(struct world *world)
{
        struct identity identity = {.id = id_of(94),
                                    .account = account_of(world, 4),
                                    .method = LOGIN_OPENID,
                                    .subject = SLICE("https://login.example somebody")};

        CHECK_OK(STORE(world, identity_insert, &identity, &audit));
}

struct world world_full(void)
{
        struct world world = world_with_client();
        struct session session = session_of(40);
        struct mail mail = {.id = id_of(96),
                            .kind = MAIL_RESET,
                            .recipient = SLICE("user1@example.com"),
                            .made_at = NOW};
        struct password_reset reset = {id_of(1), digest_of(94), after(600)};
        struct service_token token = {.id = id_of(50),
                                      .name = SLICE("a service"),
                                      .roles = 1,
                                      .token = digest_of(50),
                                      .created_at = NOW};
        struct pushed_request pushed = {.digest = digest_of(80),
                                        .client_row = id_of(20),
                                        .parameters = SLICE("scope=read"),
                                        .expires_at = after(600)};
        struct request minting = code_new(&world, 32), live = code_new(&world, 33);
        struct claim claims[] = {claim_of(&minting, 7), claim_of(&live, 8)};
        struct refresh_issue first = {.family = digest_of(333),
                                      .token = digest_of(3300),
                                      .sealed_access = SLICE("sealed"),
                                      .expires_at = after(1000),
                                      .ends_at = after(5000)};
        struct invitation invitation = invitation_of(&world, 45);
        struct slice value;
        struct grant grant;

        CHECK_OK(session_add(&world, &session));
        CHECK_OK(STORE(&world, mail_insert, &mail));
        CHECK_OK(STORE(&world, reset_insert, &reset, &audit));
        CHECK_OK(STORE(&world, invitation_put, &invitation, &audit));
        CHECK_OK(STORE(&world, token_insert, &token, &audit));
        CHECK_OK(STORE(&world, pushed_insert, &pushed));
        devices_new(&world);
        code_new(&world, 30);
        request_new(&world, 31);
        claims[1].sealed_tail = tail;
        claims[1].refresh = &first;
        for (size_t i = 0; i < ARRAY_SIZE(claims); i++)
                CHECK_OK(CLAIM(&world, &claims[i], &grant));
        CHECK_OK(STORE(&world, meta_put, &(struct named_value){"name", SLICE("value")}, &value));
        deliveries_new(&world);
        disabled_new(&world);
        factors_new(&world);
        provider_new(&world);
        emails_new(&world);
        return world;
}

/* The grant of request 33. */
static struct uuid grant_live(struct world *world)
{
        struct grant_list grants = grants_now(world, 9);

        for (size_t i = 0; i < grants.n; i++)
                if (grants.items[i].status == GRANT_LIVE)
                        return grants.items[i].id;
        fail();
        return id_of(0);
}

struct given given_of(struct world *world, const struct store_operation *operation)
{
        struct given given = {.world = world};

        CHECK_OK(STORE(world, request_get, id(world, operation->request), &given.request));
        given.claim = claim_of(&given.request, 9);
        given.grant = grant_live(world);
        return given;
}
