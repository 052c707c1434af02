/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations told to satellites.
 */
#include "core/grants/connected.h"
#include "core/grants/delivery.h"
#include "core/grants/owner_grant.h"
#include "core/grants/restricted_key.h"
#include "core/grants/tail.h"
#include "core/upkeep/rekey.h"
#include "net.h"

/* The owner's own grant of a proven project, taken back. */
static struct grant revoked(struct net *net)
{
        struct owner_grant_form form = {
                .project_id = net->project.id,
                .password = secret_copy(&net->core.world.arena, SLICE("a long enough password"))};
        struct arena *arena = &net->core.world.arena;
        struct secret text;
        struct grant *grants, grant;
        size_t n;

        net->core.now.ms++; /* grants of one millisecond have no order */
        CHECK_OK(owner_grant_make(
                OP(&net->core.ports, arena, &net->core.caller, &net->core.account.id),
                &net->core.account, &form, &text));
        CHECK_OK(VERB(&net->core.world, grant_list, &net->core.account.id,
                      &(struct list_page){.limit = 1}, &grants, &n, NULL));
        CHECK_OK(connected_revoke_grant(
                OP(&net->core.ports, arena, &net->core.caller, &net->core.account.id),
                &grants[0].id, &grant));
        return grant;
}

static struct delivery delivery_now(struct net *net)
{
        struct grant *grants;
        size_t n;

        CHECK_OK(VERB(&net->core.world, grant_list, &net->core.account.id,
                      &(struct list_page){.limit = 1}, &grants, &n, NULL));
        CHECK_INT(n, 1);
        return grants[0].delivery;
}

static void deliver(struct net *net, size_t expected)
{
        size_t n = 99;

        CHECK_OK(delivery_run_due(OP(&net->core.ports, &net->core.world.arena, NULL, NULL),
                                  &net->desk, NULL, &n));
        CHECK_INT(n, expected);
}

TEST(a_revocation_is_pending_until_the_satellite_has_taken_it)
{
        NET(net);
        struct secret recorded;
        struct grant grant;
        struct slice tail;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        grant = revoked(&net);
        CHECK_INT(grant.enforced_by, ENFORCED_BY_SATELLITE);
        CHECK(grant.delivery.exists);
        CHECK_INT(grant.delivery.state, DELIVERY_PENDING);
        net.core.now.ms += 1000;
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
        CHECK_INT(delivery_now(&net).settled_at.ms, net.core.now.ms);
        CHECK_OK(restricted_key_tail(&net.core.world.arena,
                                     (struct secret){.hidden = net.satellite.target}, &tail));
        CHECK_OK(grant_tail_open(net.core.ports.seal, &net.core.world.arena, &grant.id,
                                 grant.sealed_tail, &recorded));
        CHECK(slice_equal(tail, secret_reveal(recorded)));
        CHECK_INT(net.satellite.parent.size, 71);
        net.core.now.ms += 86400000;
        deliver(&net, 0);
        CHECK_INT(net.satellite.n_revokes, 1);
}

TEST(a_self_issued_grant_needs_no_delivery)
{
        NET(net);
        struct project *projects;
        size_t n;

        CHECK_OK(VERB(&net.core.world, project_list, &net.core.account.id, &projects, &n));
        net.project = projects[0];
        CHECK(!revoked(&net).delivery.exists);
        deliver(&net, 0);
}

TEST(a_satellite_that_is_away_is_told_with_growing_pauses)
{
        NET(net);
        int64_t pauses[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600};

        CHECK_OK(bring_in(&net, (struct slice){0}));
        double_say(&net.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        (void)revoked(&net);
        deliver(&net, 1);
        for (size_t i = 0; i < ARRAY_SIZE(pauses); i++) {
                net.core.now.ms += pauses[i] * 1000 - 1;
                deliver(&net, 0);
                net.core.now.ms += 1;
                deliver(&net, 1);
                CHECK_INT(delivery_now(&net).state, DELIVERY_PENDING);
        }
        CHECK_TEXT(delivery_now(&net).problem, "ERR_SATELLITE_UNAVAILABLE");
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 600000;
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
        CHECK(!delivery_now(&net).problem.data);
}

TEST(after_a_lost_answer_or_trouble_the_satellite_is_asked_whether_the_key_is_dead)
{
        static const enum err unsure[] = {ERR_SATELLITE_LOST, ERR_SATELLITE_FAILED};

        for (size_t i = 0; i < ARRAY_SIZE(unsure); i++) {
                NET(net);

                CHECK_OK(bring_in(&net, (struct slice){0}));
                double_say(&net.satellite, ERR_OK, unsure[i]);
                (void)revoked(&net);
                deliver(&net, 1);
                CHECK_INT(delivery_now(&net).state, DELIVERY_PENDING); /* it is alive */
                CHECK_INT(net.satellite.n_infos, 1);
                CHECK(net.satellite.keys[0].size > net.satellite.target.size);
                net.satellite.infos[1] = ERR_SATELLITE_KEY_REFUSED;
                net.core.now.ms += 1000;
                deliver(&net, 1);
                CHECK_INT(delivery_now(&net).state, DELIVERY_DONE); /* it is dead */
        }
}

TEST(a_satellite_that_cannot_even_say_whether_the_key_is_dead_is_told_again)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        double_say(&net.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_SATELLITE_LOST);
        (void)revoked(&net);
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_PENDING);
        CHECK_TEXT(delivery_now(&net).problem, "ERR_SATELLITE_UNAVAILABLE");
        CHECK_INT(net.satellite.n_infos, 1);
}

TEST(a_key_without_room_for_another_caveat_cannot_be_asked_after)
{
        NET(net);
        struct arena *arena = &net.core.world.arena;
        struct secret parent, key;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        CHECK_OK(project_open_api_key(OP(&net.core.ports, arena, NULL, NULL), &net.project,
                                      &parent));
        key = parent;
        for (int i = 0; i < AG_MAX_CAVEATS; i++)
                CHECK_OK(restricted_key_fresh(&net.core.ports.entropy, arena, key, &key));
        double_say(&net.satellite, ERR_OK, ERR_SATELLITE_LOST);
        CHECK_ERR(delivery_make(OP(&net.core.ports, arena, NULL, NULL),
                                net.project.satellite_address, parent, key),
                  ERR_API_KEY_FULL);
        CHECK_INT(net.satellite.n_infos, 0);
}

TEST(a_delivery_is_told_in_a_word)
{
        CHECK_STRING(delivery_state_text(DELIVERY_PENDING), "pending");
        CHECK_STRING(delivery_state_text(DELIVERY_DONE), "delivered");
        CHECK_STRING(delivery_state_text(DELIVERY_FAILED), "failed");
        CHECK_STRING(delivery_state_text(DELIVERY_ENDED), "ended");
}

TEST(what_the_satellite_refuses_has_failed_and_is_tried_a_day_later)
{
        static const enum err refusals[] = {ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID,
                                            ERR_SATELLITE_ADDRESS};

        for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
                NET(net);

                CHECK_OK(bring_in(&net, (struct slice){0}));
                double_say(&net.satellite, ERR_OK, refusals[i]);
                (void)revoked(&net);
                deliver(&net, 1);
                CHECK_INT(delivery_now(&net).state, DELIVERY_FAILED);
                CHECK_TEXT(delivery_now(&net).problem, error_info(refusals[i])->name);
                net.core.now.ms += 86399999;
                deliver(&net, 0);
                net.core.now.ms += 1;
                double_say(&net.satellite, ERR_OK, ERR_OK);
                deliver(&net, 1);
                CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
        }
}

TEST(one_silent_satellite_is_waited_for_once_a_round)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        double_say(&net.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        for (int i = 0; i < 3; i++)
                (void)revoked(&net);
        deliver(&net, 1);
        CHECK_INT(net.satellite.n_revokes, 1);
        deliver(&net, 0);
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 1000;
        deliver(&net, 3);
}

TEST(what_must_wait_hides_nothing_behind_it)
{
        NET(net);
        struct desk_call call;
        struct instant until;
        size_t n = 0;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        (void)revoked(&net);
        call = (struct desk_call){net.project.satellite_address, &net.core.account.id};
        for (int i = 0; i < LIMIT_DELIVERIES_OF_ACCOUNT; i++)
                CHECK_INT(desk_begin(&net.desk, &call, net.core.now, &until), DESK_GO);
        deliver(&net, 0); /* others are at it */
        CHECK_INT(delivery_now(&net).state, DELIVERY_PENDING);
        desk_end(&net.desk, &call, ERR_OK, net.core.now);
        CHECK_OK(delivery_run_due(OP(&net.core.ports, &net.core.world.arena, NULL, NULL), &net.desk,
                                  NULL, &n));
        CHECK_INT(n, 1);
}

/* A client's grant of the proven project. */
static void client_grant(struct net *net)
{
        struct arena *arena = &net->core.world.arena;
        struct request_form form = {.client_id = net->core.client.client_id,
                                    .redirect_uri = CORE_REDIRECT,
                                    .scope = core_texts(&net->core, "read")};
        struct consent_form consent = {.approved = form.scope, .project_id = &net->project.id};
        struct consent_result result;
        struct request_view view;
        struct exchange_form exchange;

        CHECK_OK(
                request_start(OP(&net->core.ports, arena, &net->core.caller, &net->core.account.id),
                              &form, &view));
        consent.request_id = view.request.id;
        CHECK_OK(consent_decide(
                OP(&net->core.ports, arena, &net->core.caller, &net->core.account.id), &consent,
                &result));
        exchange = core_form(&net->core, result.code);
        CHECK_OK(core_exchange(&net->core, &exchange));
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
                        CHECK_OK(VERB(world, client_delete, account, &net.core.client.id,
                                      net.core.now, &audit));
                if (i == 1)
                        CHECK_OK(VERB(world, project_delete, account, &net.project.id, net.core.now,
                                      &audit));
                if (i == 2)
                        CHECK_OK(VERB(world, account_delete, account, net.core.now, &audit));
                if (i == 3)
                        CHECK_OK(VERB(world, account_disable, account, net.core.now, &audit));
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
        CHECK_OK(VERB(&net.core.world, client_delete, &net.core.account.id, &net.core.client.id,
                      net.core.now, &audit));
        while (n) {
                net.satellite.n_revokes = 0;
                CHECK_OK(delivery_run_due(OP(&net.core.ports, &net.core.world.arena, NULL, NULL),
                                          &net.desk, NULL, &n));
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
                CHECK_OK(VERB(world, project_delete, account, &net.project.id, net.core.now,
                              &audit));
        }
        deliver(&net, 0);
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
}

static enum err counted[4];
static size_t n_counted;

static void count(enum err outcome)
{
        counted[n_counted++] = outcome;
}

TEST(each_attempt_is_counted_by_its_outcome)
{
        NET(net);
        size_t n;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        (void)revoked(&net);
        double_say(&net.satellite, ERR_OK, ERR_SATELLITE_BUSY);
        n_counted = 0;
        CHECK_OK(delivery_run_due(OP(&net.core.ports, &net.core.world.arena, NULL, NULL), &net.desk,
                                  count, &n));
        net.core.now.ms += 1000;
        double_say(&net.satellite, ERR_OK, ERR_OK);
        CHECK_OK(delivery_run_due(OP(&net.core.ports, &net.core.world.arena, NULL, NULL), &net.desk,
                                  count, &n));
        CHECK_OK(delivery_run_due(OP(&net.core.ports, &net.core.world.arena, NULL, NULL), &net.desk,
                                  count, &n));
        CHECK_INT(n_counted, 2);
        CHECK_ERR(counted[0], ERR_SATELLITE_BUSY);
        CHECK_ERR(counted[1], ERR_OK);
}

/* Whether the project's key is still kept. */
static bool key_is_kept(struct net *net)
{
        static const struct uuid start;
        struct sealed_value *values;
        struct cleanup_limits limits = limits_none();
        size_t n = 0;
        int64_t unused;

        limits.now = net->core.now;
        CHECK_OK(VERB(&net->core.world, cleanup, &limits, &unused));
        CHECK_OK(VERB(&net->core.world, sealed_list, SEAL_API_KEY, SLICE(""), &start, &values, &n));
        for (size_t i = 0; i < n; i++)
                if (uuid_equal(&values[i].row, &net->project.id))
                        return true;
        return false;
}

TEST(the_key_of_a_deleted_project_stays_until_its_revocations_are_delivered)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        double_say(&net.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        (void)revoked(&net); /* a grant without an end */
        CHECK_OK(VERB(&net.core.world, project_delete, &net.core.account.id, &net.project.id,
                      net.core.now, &audit));
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

TEST(a_revocation_is_delivered_after_the_key_file_has_changed)
{
        static const uint8_t id[SEAL_KEY_ID_SIZE] = {2};
        NET(net);
        struct seal more = {0};
        struct rekey_counts counts;
        struct slice known;

        CHECK_OK(seal_close(&net.core.seal, &net.core.ports.entropy, SEAL_KNOWN_VALUE, &seal_no_row,
                            (struct secret){SLICE("grantd")}, &net.core.world.arena, &known));
        CHECK_OK(VERB(&net.core.world, meta_put, SEAL_KNOWN_NAME, known, &known));
        CHECK_OK(bring_in(&net, (struct slice){0}));
        (void)revoked(&net);
        CHECK(seal_add(&more, id, (struct secret){SLICE("another key of 32 bytes........")}));
        more.keys[more.n_keys++] = net.core.seal.keys[0];
        CHECK(seal_adopt(&net.core.seal, &more));
        CHECK_OK(rekey_all(OP(&net.core.ports, NULL, NULL, NULL), &counts));
        more.n_keys = 1; /* the old one leaves the file */
        CHECK(!seal_adopt(&net.core.seal, &more));
        deliver(&net, 1);
        CHECK_INT(delivery_now(&net).state, DELIVERY_DONE);
}
