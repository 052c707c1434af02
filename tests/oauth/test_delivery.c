/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects proven at their satellite, and revocations told there.
 */
#include <accessgrant.h>

#include "core_on_store.h"
#include "oauth/child_key.h"
#include "oauth/connected.h"
#include "oauth/delivery.h"
#include "oauth/owner_grant.h"
#include "oauth/project.h"
#include "oauth/project_proof.h"
#include "satellite_double.h"

/* A core with a satellite, and the key of a project there. */
struct net {
        struct core core;
        struct satellite_double satellite;
        struct secret api_key; /* text */
        struct project project;
};

static void net_end(struct net *net)
{
        core_end(&net->core);
}

static struct secret api_key_text(struct core *core)
{
        struct slice secret = SLICE("a secret of exactly 32 bytes....");
        struct slice head = SLICE("a head of exactly 32 bytes......");
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK(ag_api_key_new(ag_bytes_new(secret.data, secret.size),
                             ag_bytes_new(head.data, head.size), &key) == AG_OK);
        CHECK(ag_api_key_text(key, &text) == AG_OK);
        return secret_copy(&core->world.arena, slice_from_string(text));
}

static void net_begin(struct net *net)
{
        core_begin(&net->core);
        net->core.ports.satellite = double_port(&net->satellite, &net->core.world.arena);
        net->api_key = api_key_text(&net->core);
}

#define NET(name)                                                                                  \
        struct net name CLEANUP(net_end);                                                          \
        net_begin(&name)

static enum err bring_in(struct net *net, struct slice salt)
{
        struct project_form form = {.name = SLICE("Mine"),
                                    .api_key = net->api_key,
                                    .satellite_address = net->core.policy.satellite_address,
                                    .path_cipher = PATH_CIPHER_AESGCM,
                                    .salt = salt};

        return project_create(&net->core.ports, &net->core.world.arena, &net->core.caller,
                              &net->core.account.id, &form, &net->project);
}

static struct project stored(struct net *net)
{
        struct project project;

        CHECK_OK(VERB(&net->core.world, project_get, &net->project.id, &project));
        return project;
}

static size_t n_projects(struct net *net)
{
        struct project *projects;
        size_t n = 0;

        CHECK_OK(VERB(&net->core.world, project_list, &net->core.account.id, &projects, &n));
        return n;
}

/* --- bringing in --- */

TEST(a_project_is_brought_in_with_the_salt_that_the_satellite_tells)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        CHECK(slice_equal(stored(&net).salt, net.satellite.salt));
        CHECK_TEXT(stored(&net).public_id, "0123456789abcdef");
        CHECK_INT(project_enforced_by(&net.project), ENFORCED_BY_SATELLITE);
        CHECK_INT(net.satellite.n_infos, 1);
}

TEST(a_throw_away_child_is_tried_and_never_the_key_itself_first)
{
        NET(net);
        struct slice first;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        first = net.satellite.keys[0];
        CHECK_OK(bring_in(&net, (struct slice){0}));
        CHECK(!slice_equal(first, net.satellite.keys[1]));
        CHECK_INT(first.size, 71 + 2 + 19 + 1); /* the key and one caveat of a nonce */
}

TEST(a_key_that_works_and_whose_child_does_not_is_auditable)
{
        NET(net);

        net.satellite.infos[0] = ERR_SATELLITE_KEY_REFUSED;
        CHECK_ERR(bring_in(&net, (struct slice){0}), ERR_API_KEY_AUDITABLE);
        CHECK_INT(net.satellite.keys[1].size, 71);
        CHECK_INT(n_projects(&net), 1);
}

TEST(what_the_satellite_refuses_or_who_is_none_is_refused_with_a_salt_too)
{
        static const enum err refusals[] = {ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID,
                                            ERR_SATELLITE_IMPOSTOR, ERR_SATELLITE_NONSENSE};

        for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
                NET(net);

                double_say(&net.satellite, refusals[i], ERR_OK);
                CHECK_ERR(bring_in(&net, (struct slice){0}), refusals[i]);
                CHECK_ERR(bring_in(&net, net.satellite.salt), refusals[i]);
                CHECK_INT(n_projects(&net), 1);
        }
}

TEST(a_satellite_that_is_away_is_done_without_only_where_the_salt_is_given)
{
        static const enum err away[] = {ERR_SATELLITE_UNAVAILABLE, ERR_SATELLITE_LOST,
                                        ERR_SATELLITE_BUSY, ERR_SATELLITE_FAILED,
                                        ERR_SATELLITE_FORBIDDEN};

        for (size_t i = 0; i < ARRAY_SIZE(away); i++) {
                NET(net);

                double_say(&net.satellite, away[i], ERR_OK);
                CHECK_ERR(bring_in(&net, (struct slice){0}), away[i]);
                CHECK_INT(n_projects(&net), 1);
                CHECK_OK(bring_in(&net, net.satellite.salt));
                CHECK_INT(project_enforced_by(&net.project), ENFORCED_BY_EXPIRY);
                CHECK_TEXT(stored(&net).problem, error_info(away[i])->name);
        }
}

TEST(a_salt_that_is_not_the_satellites_is_refused)
{
        NET(net);

        CHECK_ERR(bring_in(&net, SLICE("another salt")), ERR_SALT_DIFFERS);
        CHECK_INT(n_projects(&net), 1);
}

static void prove(struct net *net, size_t expected)
{
        size_t n = 99;

        CHECK_OK(project_prove_due(&net->core.ports, &net->core.world.arena, &n));
        CHECK_INT(n, expected);
}

TEST(a_project_that_is_not_proven_is_proven_later)
{
        NET(net);

        double_say(&net.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(bring_in(&net, net.satellite.salt));
        prove(&net, 0); /* not yet */
        net.core.now.ms += 61000;
        prove(&net, 1); /* still away */
        CHECK_INT(project_enforced_by(&(struct project){.prove_at = stored(&net).prove_at}),
                  ENFORCED_BY_EXPIRY);
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 61000;
        prove(&net, 1);
        CHECK_INT(stored(&net).prove_at.ms, 0);
        CHECK(!stored(&net).problem.data);
        net.core.now.ms += 86400000;
        prove(&net, 0);
}

TEST(a_project_with_a_wrong_salt_stays_unproven_and_says_why)
{
        NET(net);

        double_say(&net.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(bring_in(&net, SLICE("another salt")));
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 61000;
        prove(&net, 1);
        CHECK_TEXT(stored(&net).problem, "ERR_SALT_DIFFERS");
        CHECK_INT(stored(&net).prove_at.ms, net.core.now.ms + 86400000);
}

/* --- taking back --- */

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
        CHECK_OK(owner_grant_make(&net->core.ports, arena, &net->core.caller, &net->core.account,
                                  &form, &text));
        CHECK_OK(VERB(&net->core.world, grant_list, &net->core.account.id, 1, &grants, &n));
        CHECK_OK(connected_revoke_grant(&net->core.ports, arena, &net->core.caller,
                                        &net->core.account.id, &grants[0].id, &grant));
        return grant;
}

static struct delivery delivery_now(struct net *net)
{
        struct grant *grants;
        size_t n;

        CHECK_OK(VERB(&net->core.world, grant_list, &net->core.account.id, 1, &grants, &n));
        CHECK_INT(n, 1);
        return grants[0].delivery;
}

static void deliver(struct net *net, size_t expected)
{
        size_t n = 99;

        CHECK_OK(delivery_run_due(&net->core.ports, &net->core.world.arena, NULL, &n));
        CHECK_INT(n, expected);
}

TEST(a_revocation_is_pending_until_the_satellite_has_taken_it)
{
        NET(net);
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
        CHECK_OK(child_key_tail(&net.core.world.arena,
                                (struct secret){.hidden = net.satellite.target}, &tail));
        CHECK(slice_equal(tail, grant.tail));
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

TEST(what_the_satellite_refuses_has_failed_and_is_tried_a_day_later)
{
        static const enum err refusals[] = {ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID};

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
        deliver(&net, 3);
        CHECK_INT(net.satellite.n_revokes, 1);
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

        CHECK_OK(request_start(&net->core.ports, arena, &net->core.caller, &net->core.account.id,
                               &form, &view));
        consent.request_id = view.request.id;
        CHECK_OK(consent_decide(&net->core.ports, arena, &net->core.caller, &net->core.account.id,
                                &consent, &result));
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
                CHECK_OK(delivery_run_due(&net.core.ports, &net.core.world.arena, NULL, &n));
                total += n;
        }
        CHECK_INT(total, 130);
}

/* Whether the project's key is still kept. */
static bool key_is_kept(struct net *net)
{
        static const struct uuid start;
        struct sealed_value *values;
        size_t n = 0;
        int64_t unused;

        CHECK_OK(VERB(&net->core.world, cleanup, net->core.now, 1, (struct instant){1},
                      (struct instant){1}, &unused));
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
