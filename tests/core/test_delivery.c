/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivering revocations to satellites.
 */
#include "core/grants/restricted_key.h"
#include "core/grants/tail.h"
#include "core/upkeep/rekey.h"
#include "deliveries.h"

TEST(a_revocation_is_pending_until_the_satellite_has_taken_it)
{
        REMOTE(remote);
        struct secret recorded;
        struct grant grant;
        struct slice tail;

        CHECK_OK(import(&remote, (struct slice){0}));
        grant = revoked(&remote);
        CHECK_INT(grant.enforced_by, ENFORCED_BY_SATELLITE);
        CHECK(grant.delivery.exists);
        CHECK_INT(grant.delivery.state, DELIVERY_PENDING);
        remote.core.now.ms += 1000;
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
        CHECK_INT(delivery_now(&remote).settled_at.ms, remote.core.now.ms);
        CHECK_OK(restricted_key_tail(&remote.core.world.arena,
                                     (struct secret){.hidden = remote.satellite.target}, &tail));
        CHECK_OK(grant_tail_open(core_op(&remote.core), &grant.id, grant.sealed_tail, &recorded));
        CHECK(slice_equal(tail, secret_reveal(recorded)));
        CHECK_INT(remote.satellite.parent.size, 71);
        remote.core.now.ms += 86400000;
        deliver(&remote, 0);
        CHECK_INT(remote.satellite.n_revokes, 1);
}

TEST(a_self_issued_grant_needs_no_delivery)
{
        REMOTE(remote);
        struct project_list projects;

        CHECK_OK(STORE_AS(&remote.core.world, &remote.core.account.id, NOW, project_list,
                          &projects));
        remote.project = projects.items[0];
        CHECK(!revoked(&remote).delivery.exists);
        deliver(&remote, 0);
}

TEST(a_satellite_that_is_away_is_told_with_growing_pauses)
{
        REMOTE(remote);
        int64_t pauses[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600};

        CHECK_OK(import(&remote, (struct slice){0}));
        double_say(&remote.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        (void)revoked(&remote);
        deliver(&remote, 1);
        for (size_t i = 0; i < ARRAY_SIZE(pauses); i++) {
                remote.core.now.ms += pauses[i] * 1000 - 1;
                deliver(&remote, 0);
                remote.core.now.ms += 1;
                deliver(&remote, 1);
                CHECK_INT(delivery_now(&remote).state, DELIVERY_PENDING);
        }
        CHECK_TEXT(delivery_now(&remote).problem, "ERR_SATELLITE_UNAVAILABLE");
        double_say(&remote.satellite, ERR_OK, ERR_OK);
        remote.core.now.ms += 600000;
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
        CHECK(!delivery_now(&remote).problem.data);
}

TEST(after_a_lost_answer_or_trouble_the_satellite_is_asked_whether_the_key_is_dead)
{
        static const enum err unsure[] = {ERR_SATELLITE_OUTCOME_UNKNOWN, ERR_SATELLITE_FAILED};

        for (size_t i = 0; i < ARRAY_SIZE(unsure); i++) {
                REMOTE(remote);

                CHECK_OK(import(&remote, (struct slice){0}));
                double_say(&remote.satellite, ERR_OK, unsure[i]);
                (void)revoked(&remote);
                deliver(&remote, 1);
                CHECK_INT(delivery_now(&remote).state, DELIVERY_PENDING); /* it is alive */
                CHECK_INT(remote.satellite.n_infos, 1);
                CHECK(remote.satellite.keys[0].size > remote.satellite.target.size);
                remote.satellite.infos[1] = ERR_SATELLITE_KEY_REFUSED;
                remote.core.now.ms += 1000;
                deliver(&remote, 1);
                CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE); /* it is dead */
        }
}

TEST(a_satellite_that_cannot_even_say_whether_the_key_is_dead_is_told_again)
{
        REMOTE(remote);

        CHECK_OK(import(&remote, (struct slice){0}));
        double_say(&remote.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_SATELLITE_OUTCOME_UNKNOWN);
        (void)revoked(&remote);
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_PENDING);
        CHECK_TEXT(delivery_now(&remote).problem, "ERR_SATELLITE_UNAVAILABLE");
        CHECK_INT(remote.satellite.n_infos, 1);
}

TEST(a_key_without_room_for_another_caveat_cannot_be_asked_after)
{
        REMOTE(remote);
        struct arena *arena = &remote.core.world.arena;
        struct secret parent, key;

        CHECK_OK(import(&remote, (struct slice){0}));
        CHECK_OK(project_open_api_key(core_op(&remote.core), &remote.project, &parent));
        key = parent;
        for (int i = 0; i < AG_MAX_CAVEATS; i++)
                CHECK_OK(restricted_key_fresh(&remote.core.ports.entropy, arena, key, &key));
        double_say(&remote.satellite, ERR_OK, ERR_SATELLITE_OUTCOME_UNKNOWN);
        CHECK_ERR(
                delivery_make(core_op(&remote.core), remote.project.satellite_address, parent, key),
                ERR_API_KEY_FULL);
        CHECK_INT(remote.satellite.n_infos, 0);
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
                REMOTE(remote);

                CHECK_OK(import(&remote, (struct slice){0}));
                double_say(&remote.satellite, ERR_OK, refusals[i]);
                (void)revoked(&remote);
                deliver(&remote, 1);
                CHECK_INT(delivery_now(&remote).state, DELIVERY_FAILED);
                CHECK_TEXT(delivery_now(&remote).problem, error_info(refusals[i])->name);
                remote.core.now.ms += 86399999;
                deliver(&remote, 0);
                remote.core.now.ms += 1;
                double_say(&remote.satellite, ERR_OK, ERR_OK);
                deliver(&remote, 1);
                CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
        }
}

TEST(one_silent_satellite_is_waited_for_once_a_round)
{
        REMOTE(remote);

        CHECK_OK(import(&remote, (struct slice){0}));
        double_say(&remote.satellite, ERR_OK, ERR_SATELLITE_UNAVAILABLE);
        for (int i = 0; i < 3; i++)
                (void)revoked(&remote);
        deliver(&remote, 1);
        CHECK_INT(remote.satellite.n_revokes, 1);
        deliver(&remote, 0);
        double_say(&remote.satellite, ERR_OK, ERR_OK);
        remote.core.now.ms += 1000;
        deliver(&remote, 3);
}

TEST(what_must_wait_hides_nothing_behind_it)
{
        REMOTE(remote);
        struct desk_call call;
        struct instant until;

        CHECK_OK(import(&remote, (struct slice){0}));
        (void)revoked(&remote);
        call = (struct desk_call){remote.project.satellite_address, &remote.core.account.id};
        for (int i = 0; i < LIMIT_DELIVERIES_OF_ACCOUNT; i++)
                CHECK_INT(desk_begin(&remote.desk, &call, remote.core.now, &until), DESK_GO);
        deliver(&remote, 0); /* others are working on it */
        CHECK_INT(delivery_now(&remote).state, DELIVERY_PENDING);
        desk_end(&remote.desk, &call, ERR_OK, remote.core.now);
        deliver(&remote, 1);
}

static enum err counted[4];
static size_t n_counted;

static void count(enum err outcome)
{
        counted[n_counted++] = outcome;
}

TEST(each_attempt_is_counted_by_its_outcome)
{
        REMOTE(remote);
        size_t n;

        CHECK_OK(import(&remote, (struct slice){0}));
        (void)revoked(&remote);
        double_say(&remote.satellite, ERR_OK, ERR_SATELLITE_BUSY);
        n_counted = 0;
        CHECK_OK(delivery_run_due(core_op(&remote.core), &remote.desk, count, &n));
        remote.core.now.ms += 1000;
        double_say(&remote.satellite, ERR_OK, ERR_OK);
        CHECK_OK(delivery_run_due(core_op(&remote.core), &remote.desk, count, &n));
        CHECK_OK(delivery_run_due(core_op(&remote.core), &remote.desk, count, &n));
        CHECK_INT(n_counted, 2);
        CHECK_ERR(counted[0], ERR_SATELLITE_BUSY);
        CHECK_ERR(counted[1], ERR_OK);
}

TEST(a_revocation_is_delivered_after_the_key_file_has_changed)
{
        static const uint8_t id[SEAL_KEY_ID_SIZE] = {2};
        REMOTE(remote);
        struct seal more = {0};
        struct rekey_counts counts;
        struct slice known;

        CHECK_OK(seal_close(core_op(&remote.core), SEAL_KNOWN_VALUE, &seal_no_row,
                            (struct secret){SLICE("grantd")}, &known));
        CHECK_OK(STORE(&remote.core.world, meta_put, &(struct named_value){SEAL_KNOWN_NAME, known},
                       &known));
        CHECK_OK(import(&remote, (struct slice){0}));
        (void)revoked(&remote);
        CHECK(seal_add(&more, id, (struct secret){SLICE("another key of 32 bytes........")}));
        more.keys[more.n_keys++] = remote.core.seal.keys[0];
        CHECK(seal_adopt(&remote.core.seal, &more));
        CHECK_OK(rekey_all(core_op(&remote.core), NULL, &counts));
        more.n_keys = 1; /* the old one leaves the file */
        CHECK(!seal_adopt(&remote.core.seal, &more));
        deliver(&remote, 1);
        CHECK_INT(delivery_now(&remote).state, DELIVERY_DONE);
}
