/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivering revocations of grants that have expired, or die with their client, project or account.
 */
#include "deliveries.h"

/* A client's grant of the proven project. */
static void client_grant(struct remote *remote)
{
        struct consent_form consent = {.approved = READ, .project_id = &remote->project.id};
        struct exchange_form form = core_form(&remote->core, core_consent(&remote->core, consent));

        CHECK_OK(core_exchange(&remote->core, &form));
}

TEST(a_grant_past_its_end_needs_no_delivery)
{
        REMOTE(remote);

        CHECK_OK(import(&remote, (struct slice){0}));
        client_grant(&remote);
        core_revoke(&remote.core);
        remote.core.now.ms += 2 * INT64_C(86400000);
        deliver(&remote, 1);
        CHECK_INT(remote.satellite.n_revokes, 0);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_ENDED);
}

TEST(a_revocation_of_a_grant_that_has_ended_is_settled_though_its_satellite_is_away)
{
        REMOTE(remote);
        struct desk_call call;
        struct instant until;

        CHECK_OK(import(&remote, (struct slice){0}));
        client_grant(&remote);
        core_revoke(&remote.core);
        remote.core.now.ms += 2 * INT64_C(86400000);
        call = (struct desk_call){remote.project.satellite_address, &remote.core.account.id};
        CHECK_INT(desk_begin(&remote.desk, &call, remote.core.now, &until), DESK_GO);
        desk_end(&remote.desk, &call, ERR_SATELLITE_UNAVAILABLE, remote.core.now);
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_ENDED);
}

TEST(grants_that_die_with_a_client_project_or_account_are_delivered_too)
{
        for (int i = 0; i < 4; i++) {
                REMOTE(remote);
                struct world *world = &remote.core.world;
                const struct uuid *account = &remote.core.account.id;

                CHECK_OK(import(&remote, (struct slice){0}));
                client_grant(&remote);
                if (i == 0)
                        CHECK_OK(STORE_AS(world, account, remote.core.now, client_delete,
                                          &remote.core.client.id, &audit));
                if (i == 1)
                        CHECK_OK(STORE_AS(world, account, remote.core.now, project_delete,
                                          &remote.project.id, &audit));
                if (i == 2)
                        CHECK_OK(STORE_AS(world, NULL, remote.core.now, account_delete, account,
                                          &audit));
                if (i == 3)
                        CHECK_OK(STORE_AS(world, NULL, remote.core.now, account_disable, account,
                                          &audit));
                deliver(&remote, 1);
                CHECK_INT(remote.satellite.n_revokes, 1);
                CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
        }
}

TEST(more_grants_than_fit_into_one_step_are_all_delivered)
{
        REMOTE(remote);
        size_t n = 1, total = 0;

        CHECK_OK(import(&remote, (struct slice){0}));
        for (int i = 0; i < 130; i++)
                client_grant(&remote);
        CHECK_OK(STORE_AS(&remote.core.world, &remote.core.account.id, remote.core.now,
                          client_delete, &remote.core.client.id, &audit));
        while (n) {
                remote.satellite.n_revokes = 0;
                CHECK_OK(delivery_run_due(core_op(&remote.core), &remote.desk, NULL, &n));
                total += n;
        }
        CHECK_INT(total, 130);
}

enum { SPREADS = 100 }; /* of a round, as in core/grants/delivery.c */

TEST(more_deaths_than_fit_into_one_round_are_entered_by_the_next)
{
        REMOTE(remote);
        struct world *world = &remote.core.world;
        const struct uuid *account = &remote.core.account.id;

        CHECK_OK(import(&remote, (struct slice){0}));
        for (int i = 0; i < SPREADS; i++) {
                struct project empty = remote.project;

                empty.id = id_of(1000 + i);
                CHECK_OK(STORE(world, project_insert, &empty, &audit));
                CHECK_OK(STORE_AS(world, account, remote.core.now, project_delete, &empty.id,
                                  &audit));
        }
        client_grant(&remote);
        CHECK_OK(STORE_AS(world, account, remote.core.now, project_delete, &remote.project.id,
                          &audit));
        deliver(&remote, 0);
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
}

/* Whether the project's key is still stored. */
static bool key_is_kept(struct remote *remote)
{
        const struct sealed_page page = {.purpose = SEAL_API_KEY, .key_id = SLICE("")};
        const struct cleanup_limits limits = limits_none();
        struct sealed_list list;

        (void)clean_up(&remote->core.world, remote->core.now, &limits);
        CHECK_OK(STORE(&remote->core.world, sealed_list, &page, &list));
        for (size_t i = 0; i < list.n; i++)
                if (uuid_equal(&list.items[i].row, &remote->project.id))
                        return true;
        return false;
}

TEST(the_key_of_a_deleted_project_stays_until_its_revocations_are_delivered)
{
        REMOTE(remote);

        CHECK_OK(import(&remote, (struct slice){0}));
        double_say(&remote.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        (void)revoked(&remote); /* a grant without an end */
        CHECK_OK(STORE_AS(&remote.core.world, &remote.core.account.id, remote.core.now,
                          project_delete, &remote.project.id, &audit));
        deliver(&remote, 1);
        CHECK(key_is_kept(&remote));
        double_say(&remote.satellite, ERR_OK, ERR_OK);
        remote.core.now.ms += 86400001;
        CHECK(key_is_kept(&remote));
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
        remote.core.now.ms += 86400001;
        CHECK(!key_is_kept(&remote));
}
