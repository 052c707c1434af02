/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations of grants that have ended, or die with what they are under, told to satellites.
 */
#include "deliveries.h"

/* A client's grant of the proven project. */
static void client_grant(struct net *net)
{
        struct consent_form consent = {.approved = READ, .project_id = &net->project.id};
        struct exchange_form form = core_form(&net->core, core_consent(&net->core, consent));

        CHECK_OK(core_exchange(&net->core, &form));
}

TEST(a_grant_past_its_end_needs_no_delivery)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        client_grant(&net);
        core_revoke(&net.core);
        net.core.now.ms += 2 * INT64_C(86400000);
        deliver(&net, 1);
        CHECK_INT(net.satellite.n_revokes, 0);
        CHECK_INT(delivery_now(&net).state, DELIVERY_ENDED);
}

TEST(a_revocation_of_a_grant_that_has_ended_is_settled_though_its_satellite_is_away)
{
        NET(net);
        struct desk_call call;
        struct instant until;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        client_grant(&net);
        core_revoke(&net.core);
        net.core.now.ms += 2 * INT64_C(86400000);
        call = (struct desk_call){net.project.satellite_address, &net.core.account.id};
        CHECK_INT(desk_begin(&net.desk, &call, net.core.now, &until), DESK_GO);
        desk_end(&net.desk, &call, ERR_SATELLITE_UNAVAILABLE, net.core.now);
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_ENDED);
}

TEST(grants_that_die_with_a_client_project_or_account_are_delivered_too)
{
        for (int i = 0; i < 4; i++) {
                NET(net);
                struct world *world = &net.core.world;
                const struct uuid *account = &net.core.account.id;

                CHECK_OK(bring_in(&net, (struct slice){0}));
                client_grant(&net);
                if (i == 0)
                        CHECK_OK(VERB_AS(world, account, net.core.now, client_delete,
                                         &net.core.client.id, &audit));
                if (i == 1)
                        CHECK_OK(VERB_AS(world, account, net.core.now, project_delete,
                                         &net.project.id, &audit));
                if (i == 2)
                        CHECK_OK(VERB_AS(world, NULL, net.core.now, account_delete, account,
                                         &audit));
                if (i == 3)
                        CHECK_OK(VERB_AS(world, NULL, net.core.now, account_disable, account,
                                         &audit));
                deliver(&net, 1);
                CHECK_INT(net.satellite.n_revokes, 1);
                CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
        }
}

TEST(more_grants_than_fit_into_one_step_are_all_delivered)
{
        NET(net);
        size_t n = 1, total = 0;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        for (int i = 0; i < 130; i++)
                client_grant(&net);
        CHECK_OK(VERB_AS(&net.core.world, &net.core.account.id, net.core.now, client_delete,
                         &net.core.client.id, &audit));
        while (n) {
                net.satellite.n_revokes = 0;
                CHECK_OK(delivery_run_due(core_op(&net.core), &net.desk, NULL, &n));
                total += n;
        }
        CHECK_INT(total, 130);
}

TEST(more_deaths_than_fit_into_one_round_are_entered_by_the_next)
{
        NET(net);
        struct world *world = &net.core.world;
        const struct uuid *account = &net.core.account.id;

        for (int i = 0; i < 5; i++) {
                CHECK_OK(bring_in(&net, (struct slice){0}));
                if (i == 4)
                        client_grant(&net);
                CHECK_OK(VERB_AS(world, account, net.core.now, project_delete, &net.project.id,
                                 &audit));
        }
        deliver(&net, 0);
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
}

/* Whether the project's key is still kept. */
static bool key_is_kept(struct net *net)
{
        const struct sealed_page page = {.purpose = SEAL_API_KEY, .key_id = SLICE("")};
        const struct cleanup_limits limits = limits_none();
        struct sealed_list list;

        (void)clean_up(&net->core.world, net->core.now, &limits);
        CHECK_OK(VERB(&net->core.world, sealed_list, &page, &list));
        for (size_t i = 0; i < list.n; i++)
                if (uuid_equal(&list.items[i].row, &net->project.id))
                        return true;
        return false;
}

TEST(the_key_of_a_deleted_project_stays_until_its_revocations_are_delivered)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        double_say(&net.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        (void)revoked(&net); /* a grant without an end */
        CHECK_OK(VERB_AS(&net.core.world, &net.core.account.id, net.core.now, project_delete,
                         &net.project.id, &audit));
        deliver(&net, 1);
        CHECK(key_is_kept(&net));
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 86400001;
        CHECK(key_is_kept(&net));
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
        net.core.now.ms += 86400001;
        CHECK(!key_is_kept(&net));
}
