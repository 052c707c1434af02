/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls to a well-behaved satellite, one after another and many at once.
 */
#include <pthread.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "satellite_calls.h"

/* --- one after another --- */

TEST(the_salt_comes_from_the_satellite)
{
        struct satellite_project project;
        SATELLITE(world, VECTOR_INFO_RESPONSE, satellite_times_default());

        CHECK_OK(ask_at(&world, stand_in_address(world.stand_in), &project));
        CHECK_HEX(project.salt, VECTOR_SALT);
        CHECK_HEX(project.public_id, VECTOR_PUBLIC_ID);
        CHECK_INT(stand_in_seen(world.stand_in).n_certificates, 2);
        CHECK_INT(stand_in_seen(world.stand_in).n_plain, 8);
}

TEST(a_connection_is_kept_for_the_next_call)
{
        SATELLITE(world, VECTOR_INFO_RESPONSE, satellite_times_default());

        for (int i = 0; i < 5; i++)
                CHECK_OK(ask(&world));
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 1);
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 5);
}

TEST(a_connection_unused_for_too_long_is_not_used_again)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_times times = satellite_times_default();

        times.idle = 0;
        world_open(&world, &manner, times);
        CHECK_OK(ask(&world));
        CHECK_OK(ask(&world));
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 2);
}

TEST(a_kept_connection_that_has_died_is_replaced)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

        manner.has_cut = true; /* before the response to the second call */
        manner.cut = 0;
        manner.cut_from = 1;
        world_open(&world, &manner, times_short());
        CHECK_OK(ask(&world));
        CHECK_ERR(ask(&world), ERR_SATELLITE_OUTCOME_UNKNOWN);
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 2);
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 3);
}

TEST(the_response_to_a_revocation_is_an_empty_message)
{
        SATELLITE(world, VECTOR_REVOKE_RESPONSE, satellite_times_default());

        CHECK_OK(revoke(&world));
        CHECK_ERR(ask(&world), ERR_SATELLITE_PROTOCOL); /* no project is no response */
}

TEST(a_revocation_with_any_other_response_is_none)
{
        SATELLITE(world, VECTOR_INFO_RESPONSE, satellite_times_default());

        CHECK_ERR(revoke(&world), ERR_SATELLITE_PROTOCOL);
}

TEST(every_code_of_a_satellite_has_its_outcome)
{
        static const struct {
                const char *response;
                enum err outcome;
        } rows[] = {
                {"07010108"
                 "0000000000000000",
                 ERR_SATELLITE_PROTOCOL},
                {"07010108"
                 "0000000000000003",
                 ERR_SATELLITE_KEY_INVALID},
                {"07010108"
                 "0000000000000007",
                 ERR_SATELLITE_KEY_REFUSED},
                {"07010108"
                 "0000000000000008",
                 ERR_SATELLITE_BUSY},
                {"07010108"
                 "000000000000000c",
                 ERR_SATELLITE_PROTOCOL},
                {"07010108"
                 "000000000000000d",
                 ERR_SATELLITE_FAILED},
                {"07010108"
                 "000000000000000e",
                 ERR_SATELLITE_BUSY},
                {"07010108"
                 "0000000000000002",
                 ERR_SATELLITE_FAILED},
                {"07010108"
                 "ffffffffffffffff",
                 ERR_SATELLITE_FAILED},
                {"07010107"
                 "00000000000007",
                 ERR_SATELLITE_PROTOCOL},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                WORLD(world);
                struct stand_in_manner manner = good_manner(&world, rows[i].response);

                world_open(&world, &manner, times_short());
                CHECK_ERR(ask(&world), rows[i].outcome);
        }
}

TEST(after_a_refusal_the_connection_goes_on)
{
        SATELLITE(world, VECTOR_AGAIN_RESPONSE, satellite_times_default());

        CHECK_ERR(revoke(&world), ERR_SATELLITE_FAILED);
        CHECK_ERR(revoke(&world), ERR_SATELLITE_FAILED);
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 1);
}

/* --- many at once --- */

struct asking {
        struct world *world;
        enum err outcome;
};

static void *ask_main(void *context)
{
        struct asking *asking = context;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct satellite_project project;

        for (int i = 0; i < 20; i++)
                asking->outcome = asking->world->port.project_info(
                        asking->world->port.context, &arena,
                        stand_in_address(asking->world->stand_in),
                        (struct secret){.hidden = vector_hex(&arena, VECTOR_KEY)}, &project);
        return NULL;
}

TEST(threads_share_the_kept_connections)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct asking askings[4];
        pthread_t threads[4];

        world_open(&world, &manner, satellite_times_default());
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
                askings[i] = (struct asking){.world = &world};
                CHECK(pthread_create(&threads[i], NULL, ask_main, &askings[i]) == 0);
        }
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
                (void)pthread_join(threads[i], NULL);
                CHECK_ERR(askings[i].outcome, ERR_OK);
        }
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 80);
        CHECK(stand_in_seen(world.stand_in).n_connections <= 8);
}

TEST(stopping_ends_the_calls_that_wait_and_all_later_ones)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct asking asking = {.world = &world};
        int64_t began = monotonic_now();
        pthread_t thread;

        manner.silence = SILENT_AFTER_HANDSHAKE;
        world_open(&world, &manner, satellite_times_default());
        CHECK(pthread_create(&thread, NULL, ask_main, &asking) == 0);
        while (stand_in_seen(world.stand_in).n_calls == 0)
                ;
        satellites_stop(world.satellites);
        (void)pthread_join(thread, NULL);
        CHECK(asking.outcome == ERR_SATELLITE_UNAVAILABLE); /* of the last of its calls */
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 1);
        CHECK(monotonic_now() - began < A_HANG * MONOTONIC_MILLISECOND);
}

TEST(connections_that_are_too_old_are_closed_by_tidying)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_times times = satellite_times_default();

        times.idle = 0;
        world_open(&world, &manner, times);
        CHECK_OK(ask(&world));
        satellites_tidy(world.satellites);
        while (stand_in_seen(world.stand_in).n_ended == 0)
                ;
        CHECK_OK(ask(&world));
}

TEST(more_calls_at_once_than_allowed_are_told_so)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_options options = {
                .allowlist = &world.allowlist, .times = times_short(), .calls = 0};

        world_open(&world, &manner, times_short());
        satellites_free(world.satellites);
        world.satellites = satellites_new(&options);
        world.port = satellites_port(world.satellites);
        CHECK_ERR(ask(&world), ERR_BUSY);
}
